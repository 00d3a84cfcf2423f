"""One run at a time, and nothing heavy loaded before it is known who runs."""

from __future__ import annotations

import errno
import os
import subprocess
import sys

import pytest

from dedup.errors import LockedError, StorageError
from jobs import check, disk, lock, manifest
from tests import cli_crawl

HOLD = """
import sys
from pathlib import Path
from dedup.errors import LockedError
from jobs.lock import locked
heavy = {"polars", "pyarrow", "numba", "scipy", "pandas", "msgspec"} & set(sys.modules)
assert not heavy, heavy
try:
    with locked(Path(sys.argv[1])):
        print("won", flush=True)
        sys.stdin.read()
except LockedError as error:
    print("lost", flush=True)
    sys.exit(error.exit_code)
"""


def start(out):
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(out)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.fault("starts at once", cases=8)
def test_of_eight_starts_one_wins_and_death_frees_the_lock(tmp_path):
    out = tmp_path / "new" / "out"
    runs = [start(out) for _ in range(8)]
    said = [run.stdout.readline().strip() for run in runs]
    assert sorted(said) == ["lost"] * 7 + ["won"]
    winner = runs.pop(said.index("won"))
    assert {run.wait(20) for run in runs} == {11}
    with pytest.raises(LockedError, match="another run holds"), lock.locked(out):
        pass
    winner.kill()
    winner.wait(20)
    with lock.locked(out):
        assert (out / "lock").exists()
    for run in (*runs, winner):
        run.stdin.close()
        run.stdout.close()


UPDATE = """
import sys
from jobs import disk
from jobs.cli import main

def wait(op, path, detail):
    if path.name == ".staging":
        disk.hook = lambda *_: None
        print("won", flush=True)
        sys.stdin.read()

disk.hook = wait
main(sys.argv[1:])
"""


def start_eight_updates(tmp_path):
    """Start eight updates at once; the winner waits, before it writes anything, for the others to end."""
    out, new = tmp_path / "out", cli_crawl.write(tmp_path / "crawl.jsonl")
    command = [sys.executable, "-c", UPDATE, "update", str(new), "--out", str(out), "-q"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    runs = [subprocess.Popen(command, **pipes) for _ in range(8)]
    said = [run.stdout.readline().strip() for run in runs]
    assert sorted(said) == [""] * 7 + ["won"]
    winner = runs.pop(said.index("won"))
    for run in runs:
        _, status, usage = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
        assert run.returncode == 11
        # Processor seconds: of all eight at once, on few cores, the clock would tell nothing.
        assert usage.ru_utime + usage.ru_stime < 1
        assert run.communicate()[1].count("\n") == 1
    assert winner.communicate() == ("", "")
    assert winner.returncode == 0
    assert check.check(out) == []
    assert len(manifest.run_ids(out)) == 1


@pytest.mark.fault("starts at once", cases=8)
def test_of_eight_updates_at_once_one_wins(tmp_path):
    start_eight_updates(tmp_path)


@pytest.mark.fault("starts at once", cases=72)
@pytest.mark.full
def test_of_eight_updates_at_once_one_wins_nine_times_more(tmp_path):
    for number in range(9):
        (tmp_path / str(number)).mkdir()
        start_eight_updates(tmp_path / str(number))


def test_a_stale_lock_file_does_not_hold(tmp_path):
    (tmp_path / "lock").write_text("left by a run of last year")
    with lock.locked(tmp_path), pytest.raises(LockedError), lock.locked(tmp_path):
        pass
    with lock.locked(tmp_path):
        assert (tmp_path / "lock").read_text() == "left by a run of last year"


def test_a_place_that_cannot_hold_a_lock_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    for out in (tmp_path / "file", tmp_path / "file" / "out"):
        with (
            pytest.raises(StorageError, match=str(tmp_path / "file")),
            lock.locked(out),
        ):
            pass
    (tmp_path / "dir" / "lock").mkdir(parents=True)
    with pytest.raises(StorageError, match="lock"), lock.locked(tmp_path / "dir"):
        pass


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_a_lock_that_cannot_be_made_is_a_storage_error(tmp_path, code, monkeypatch):
    def refuse(op, path, detail):
        if op == "lock":
            raise OSError(code, "refused", str(path))

    monkeypatch.setattr(disk, "hook", refuse)
    with pytest.raises(StorageError, match=str(tmp_path / "lock")), lock.locked(tmp_path):
        pass
