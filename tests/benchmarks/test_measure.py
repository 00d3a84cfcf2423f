"""What is told of a process is what it took, with all its children."""

from __future__ import annotations

import os
import sys
import time

import pytest

from benchmarks import measure
from benchmarks.measure import Command, FailedError, interleaved, timed

HOLD = "x = bytearray(150 << 20); import time; time.sleep(0.5)"
BURN = "import time\nwhile time.process_time() < 0.6: pass"


def python(code: str) -> Command:
    return Command([sys.executable, "-c", code])


def parent_of(code: str, count: int) -> Command:
    return python(
        f"import subprocess, sys\nc = [subprocess.Popen([sys.executable, '-c', {code!r}]) for _ in range({count})]\n"
        "for one in c: one.wait()"
    )


def test_memory_is_that_of_all_processes_together():
    alone, two = timed(python(HOLD)), timed(parent_of(HOLD, 2))
    assert 150 < alone.memory < 220
    assert 300 < two.memory < 440


def test_memory_of_a_small_process_is_not_that_of_the_one_that_starts_it():
    ballast = bytearray(os.urandom(1 << 20) * 200)
    assert timed(python("import time; time.sleep(0.3)")).memory < 100
    assert len(ballast) == 200 << 20


def test_processor_seconds_count_children_even_those_nobody_waits_for():
    assert 0.6 <= timed(python(BURN)).cpu < 1.5
    start = f"import os, subprocess, sys, time\nsubprocess.Popen([sys.executable, '-c', {BURN!r}])"
    unwaited = f"{start}\ntime.sleep(3)\nos._exit(0)"
    assert timed(python(unwaited)).cpu >= 0.5


def test_a_command_that_runs_too_long_is_ended_with_its_children():
    start = time.monotonic()
    with pytest.raises(FailedError, match=r"^ended after 1 s$"):
        timed(parent_of("import time; time.sleep(60)", 1), limit=1)
    assert time.monotonic() - start < 30


def test_a_failing_command_tells_its_last_words():
    with pytest.raises(FailedError, match=r"^failed: no such luck$"):
        timed(python("raise SystemExit('much\\nmore\\nno such luck')"))


def test_standard_error_is_kept_whole():
    assert timed(python("import sys; sys.stderr.write('x' * 300_000)")).said == "x" * 300_000


def test_the_environment_is_added_to_and_what_comes_before_is_called(tmp_path):
    mark = tmp_path / "mark"
    code = (
        "from os import environ, stat; assert environ['ADDED'] == 'yes'; assert environ['PATH']; stat(environ['MARK'])"
    )
    assert timed(Command([sys.executable, "-c", code], {"ADDED": "yes", "MARK": str(mark)}, mark.touch)).wall > 0


def test_commands_take_turns_the_slow_run_once_and_the_failing_are_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(measure, "ONCE_FROM", 0.5)
    order = tmp_path / "order"

    def writing(name: str, more: str = "") -> Command:
        return python(f"print({name!r}, file=open({str(order)!r}, 'a'))\n{more}")

    said: list[str] = []
    commands = {
        "quick": writing("quick"),
        "slow": writing("slow", "import time; time.sleep(0.7)"),
        "broken": writing("broken", "raise SystemExit('broken')"),
        "last": writing("last"),
    }
    figures, missing = interleaved(commands, 3, said.append)
    assert order.read_text().split() == ["quick", "slow", "broken", "last", *["quick", "last"] * 2]
    assert {name: len(ran) for name, ran in figures.items()} == {"quick": 3, "slow": 1, "last": 3}
    assert missing == ["broken is left out: failed: broken"]
    assert set(missing) < set(said)
