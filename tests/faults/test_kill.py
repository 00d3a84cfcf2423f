"""A kill at any moment leaves the last result whole, and the next run ends as if nothing had happened."""

from __future__ import annotations

import contextlib
import itertools
import shutil
import signal
import subprocess
import sys

import pytest

from jobs import disk, publish
from tests.faults import harness
from tests.publish import sample


def kill_before(tmp_path, monkeypatch, scene, choose):
    golden, out = tmp_path / "golden", tmp_path / "out"
    harness.prepare(golden, scene)
    counting = harness.Counting()
    with monkeypatch.context() as patch:
        patch.setattr(disk, "hook", counting)
        harness.run(golden)
    want = sample.tree(golden)
    before = None if scene == "first run" else "old"
    seen = []
    for at in choose(counting.count):
        shutil.rmtree(out, ignore_errors=True)
        harness.prepare(out, scene)
        with monkeypatch.context() as patch:
            patch.setattr(disk, "hook", harness.KillAt(at))
            _die(out)
        seen.append(harness.mark(out))
        if seen[-1] == "new":  # committed: the next run starts from it, and finds nothing to repair but garbage
            publish.recover(out)
        else:
            harness.run(out)
        assert sample.tree(out) == want, f"killed before operation {at}: {counting.ops[at]}"
    assert seen == sorted(seen, key=["old", None, "new"].index), "once committed, a result stays"
    assert {before, "new"} == set(seen)


@pytest.mark.fault("kill", cases="every 14th operation of 3 scenes and their last 14")
@pytest.mark.parametrize("scene", harness.SCENES)
def test_a_kill_before_an_operation(tmp_path, monkeypatch, scene):
    kill_before(tmp_path, monkeypatch, scene, lambda count: [*range(0, count - 14, 14), *range(count - 14, count)])


@pytest.mark.fault("kill", cases="every operation of 3 scenes")
@pytest.mark.full
@pytest.mark.parametrize("scene", harness.SCENES)
def test_a_kill_before_every_operation(tmp_path, monkeypatch, scene):
    kill_before(tmp_path, monkeypatch, scene, range)


def _die(out):
    with pytest.raises(harness.Killed):
        harness.run(out)


@pytest.mark.fault("kill", cases="every operation of recovery")
@pytest.mark.parametrize("scene", harness.SCENES)
def test_a_kill_during_recovery(tmp_path, monkeypatch, scene):
    """Kill a run just before its commit, then kill every recovery after 0, 1, 2 … operations."""
    golden, out = tmp_path / "golden", tmp_path / "out"
    for folder in (golden, out):
        harness.prepare(folder, scene)
    with monkeypatch.context() as patch:
        counting = harness.Counting()
        patch.setattr(disk, "hook", counting)
        harness.run(golden)
        commit = next(n for n, (op, path, _) in enumerate(counting.ops) if op == "rename" and path.name == "current")
        patch.setattr(disk, "hook", harness.KillAt(commit))
        _die(out)
    for at in itertools.count():
        with monkeypatch.context() as patch, contextlib.suppress(harness.Killed):
            patch.setattr(disk, "hook", harness.KillAt(at))
            publish.recover(out)
            break
        assert harness.mark(out) == (None if scene == "first run" else "old")
    harness.run(out)
    assert sample.tree(out) == sample.tree(golden)


WORKER = """
import os, signal, sys
from pathlib import Path
from jobs import disk
from jobs.lock import locked
from tests.faults import harness

out, at = Path(sys.argv[1]), int(sys.argv[2])

class Shoot(harness.Counting):
    def reached(self, path, number):
        if number == at:
            os.kill(os.getpid(), signal.SIGKILL)

with locked(out):
    disk.hook = Shoot()
    harness.run(out)
"""


def kill_for_real(out, at, scene):
    harness.prepare(out, scene)
    done = subprocess.run([sys.executable, "-c", WORKER, str(out), str(at)], timeout=60, check=False)
    assert done.returncode in (-signal.SIGKILL, 0)
    assert harness.mark(out) in ("new", None if scene == "first run" else "old")
    assert subprocess.run([sys.executable, "-c", WORKER, str(out), "-1"], timeout=60, check=False).returncode == 0
    assert harness.mark(out) == "new"


@pytest.mark.fault("kill")
@pytest.mark.parametrize(("at", "scene"), [(74, "first run"), (50, "over an earlier result"), (76, "after a dead run")])
def test_sigkill(tmp_path, at, scene):
    kill_for_real(tmp_path / "out", at, scene)


@pytest.mark.fault("kill")
@pytest.mark.full
@pytest.mark.parametrize("scene", harness.SCENES)
@pytest.mark.parametrize("at", range(0, 90, 6))
def test_sigkill_all_along(tmp_path, at, scene):
    kill_for_real(tmp_path / "out", at, scene)
