"""Signals and the memory limit end a run cleanly: the earlier result stands, staging is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from dedup.errors import MemoryLimitError, SettingsError
from jobs import memory, stop
from jobs.cli import exit_code_of
from tests import cli_crawl

RUN = """
import signal, sys, time
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may ignore it, as nohup does
signal.signal(signal.SIGINT, signal.default_int_handler)
from jobs import nightly, state
from jobs.cli import main

def slow(inputs, out, *args, **named):
    (state.scratch(out) / "half").write_text("done")
    print("started", flush=True)
    {wait}

nightly.run = slow
main(sys.argv[1:])
"""
WAITS = {
    "asleep": "time.sleep(60)",
    "waiting for a thread that goes on": (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "    with ThreadPoolExecutor(1) as pool:\n"
        "        pool.submit(time.sleep, 60).result()"
    ),
    "a thread nobody waits for": "import threading; threading.Thread(target=time.sleep, args=(60,)).start(); time.sleep(60)",
    "swallowing": "exec('while True:\\n try: time.sleep(60)\\n except BaseException: pass')",
}


@pytest.fixture
def start(crawl):
    """Start a run that waits; whatever is still alive after the test is killed."""
    started = []

    def begin(out, wait, *options):
        code = RUN.format(wait=WAITS[wait])
        args = [sys.executable, "-c", code, "run", str(crawl), "--out", str(out), "-q", *options]
        started.append(subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def crawl(tmp_path):
    return cli_crawl.write(tmp_path / "crawl.jsonl")


@pytest.mark.fault("TERM, INT and HUP")
@pytest.mark.parametrize(
    ("wait", "number"),
    [*((wait, number) for wait in WAITS for number in (signal.SIGTERM, signal.SIGINT)), ("asleep", signal.SIGHUP)],
)
def test_a_signal_ends_the_run(start, tmp_path, wait, number):
    out = tmp_path / "out"
    process = start(out, wait)
    assert process.stdout.readline() == "started\n"
    process.send_signal(number)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert told == f"dedup: stopped by {number.name}; the last published result stands\n"
    assert [path.name for path in out.iterdir()] == ["lock"]


def test_an_earlier_result_is_untouched_by_a_run_that_is_stopped(crawl, start, tmp_path):
    out = tmp_path / "out"
    assert exit_code_of(["run", str(crawl), "--out", str(out), "--quiet"]) == 0
    before = cli_crawl.tree(out)
    process = start(out, "asleep")
    assert process.stdout.readline() == "started\n"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert cli_crawl.tree(out) == before
    assert exit_code_of(["check", str(out)]) == 0


def test_a_run_that_needs_too_much_memory_is_stopped(start, tmp_path):
    if memory.resident() is None:
        pytest.skip("this system does not tell how much memory a process holds")
    out = tmp_path / "out"
    _, told = start(out, "asleep", "--memory-limit", "20MB").communicate(timeout=30)
    assert "its limit of 20 MB; raise --memory-limit" in told
    assert told.count("\n") == 1
    assert [path.name for path in out.iterdir()] == ["lock"]


def test_the_limit_is_seen_before_it_is_passed():
    held = iter([10, 50, 94, 96, 400])
    with pytest.raises(MemoryLimitError, match="raise --memory-limit"), stop.stoppable():  # noqa: SIM117
        with memory.limited(100, lambda: next(held)):
            time.sleep(30)
    assert next(held) == 400


@pytest.mark.skipif(memory.resident() is None, reason="this system does not tell how much memory a process holds")
def test_what_workers_hold_counts():
    before = memory.resident()
    code = "held = bytearray(200_000_000); print('ready', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        assert worker.stdout.readline() == b"ready\n"
        during = memory.resident()
        worker.communicate(b"\n")
    assert during - before > 200_000_000
    assert memory.resident() < during - 150_000_000


def test_nothing_is_watched_where_the_system_does_not_tell():
    with memory.limited(1, lambda: None):
        assert "memory" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("8GiB", 8 << 30),
        ("8G", 8_000_000_000),
        ("8 GB", 8_000_000_000),
        ("1.5Ki", 1536),
        ("12", 12),
        ("12B", 12),
        ("2MiB", 2 << 20),
        ("1T", 10**12),
    ],
)
def test_sizes(text, size):
    assert memory.parse_size(text) == size


@pytest.mark.parametrize("text", ["", "GB", "-1GB", "1.GB", "8GX", "1 2GB", "nan"])
def test_no_sizes(text):
    with pytest.raises(SettingsError, match="8GiB"):
        memory.parse_size(text)


def test_handlers_are_as_before_afterwards():
    before = [signal.getsignal(number) for number in stop.SIGNALS]
    with pytest.raises(stop.Stopped, match="SIGTERM") as error, stop.stoppable():
        os.kill(os.getpid(), signal.SIGTERM) or time.sleep(30)
    assert error.value.exit_code == 143
    assert [signal.getsignal(number) for number in stop.SIGNALS] == before
    assert signal.set_wakeup_fd(-1) == -1
