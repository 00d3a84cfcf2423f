"""The second process that compiles kernels on a first run."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from numba.core import caching

from dedup.kernels import is_kept, jit
from jobs import warm

START = """
from jobs import warm
with warm._other_half():
    print(flush=True)
    import time
    time.sleep(60)
"""


def _count(values):
    return values.size


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="this system does not tell a process's children")
def test_it_ends_with_the_one_that_started_it(tmp_path: Path) -> None:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    first = subprocess.Popen([sys.executable, "-c", START], stdout=subprocess.PIPE, env=environment)
    assert first.stdout is not None
    first.stdout.readline()
    other = int(Path(f"/proc/{first.pid}/task/{first.pid}/children").read_text())
    first.kill()
    first.wait()
    first.stdout.close()
    end = time.monotonic() + 5
    while is_running(other):
        assert time.monotonic() < end
        time.sleep(0.05)


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # One that ended stays listed until whoever inherited it has asked for it.
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_what_it_compiles_is_kept(tmp_path: Path) -> None:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-P", "-c", warm._PROGRAM, *sys.path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=environment) as other:
        assert other.wait() == 0
    names = {path.name.split("-")[0] for path in tmp_path.rglob("*.nbi")}
    assert {"candidates.meet_hubs", "cores.write_cores", "stories.measure_stories"} <= names
    check = """
from dedup.kernels import is_kept, sentences, stories
print(is_kept(stories.measure_stories), is_kept(sentences.split_articles))
"""
    told = subprocess.run([sys.executable, "-c", check], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["True", "False"]


def test_code_that_cannot_be_kept_is_no_reason_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])
    assert is_kept(jit(_count))


def test_a_process_that_fails_costs_nothing_but_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "_PROGRAM", "raise SystemExit(3)")
    with warm._other_half():
        pass
