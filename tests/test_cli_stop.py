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
from tests import cli_crawl

RUN = """
import sys, time
from jobs import nightly, state
from jobs.cli import exit_code_of

def slow(inputs, out, *args, **named):
    (state.scratch(out) / "half").write_text("done")
    print("started", flush=True)
    {wait}

nightly.run = slow
sys.exit(exit_code_of(sys.argv[1:]))
"""
WAITS = {
    "asleep": "time.sleep(60)",
    "waiting for a thread that goes on": (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "    with ThreadPoolExecutor(1) as pool:\n"
        "        pool.submit(time.sleep, 60).result()"
    ),
    "swallowing": "exec('while True:\\n try: time.sleep(60)\\n except BaseException: pass')",
}


def start(crawl, out, wait, *options):
    args = [sys.executable, "-c", RUN.format(wait=WAITS[wait]), "run", str(crawl), "--out", str(out), "-q", *options]
    return subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def crawl(tmp_path):
    return cli_crawl.write(tmp_path / "crawl.jsonl")


@pytest.mark.parametrize(
    ("wait", "number"),
    [*((wait, number) for wait in WAITS for number in (signal.SIGTERM, signal.SIGINT)), ("asleep", signal.SIGHUP)],
)
def test_a_signal_ends_the_run(crawl, tmp_path, wait, number):
    out = tmp_path / "out"
    process = start(crawl, out, wait)
    assert process.stdout.readline() == "started\n"
    process.send_signal(number)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert told == f"dedup: stopped by {number.name}; the last published result stands\n"
    assert [path.name for path in out.iterdir()] == ["lock"]


def test_a_run_that_needs_too_much_memory_is_stopped(crawl, tmp_path):
    if memory.resident() is None:
        pytest.skip("this system does not tell how much memory a process holds")
    out = tmp_path / "out"
    _, told = start(crawl, out, "asleep", "--memory-limit", "20MB").communicate(timeout=30)
    assert "its limit of 20 MB; raise --memory-limit" in told
    assert told.count("\n") == 1
    assert [path.name for path in out.iterdir()] == ["lock"]


def test_the_limit_is_seen_before_it_is_passed():
    held = iter([10, 50, 94, 96, 400])
    with pytest.raises(MemoryLimitError, match="raise --memory-limit"), stop.stoppable():  # noqa: SIM117
        with memory.limited(100, lambda: next(held)):
            time.sleep(30)
    assert next(held) == 400


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
