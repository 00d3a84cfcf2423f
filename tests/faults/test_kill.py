"""A kill at any moment leaves the last result whole, and the next run ends as if nothing had happened."""

from __future__ import annotations

import contextlib
import itertools
import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jobs import check, disk, manifest, publish
from tests.faults import harness, night
from tests.publish import sample


def kill_before(tmp_path, monkeypatch, scene, choose):
    golden, out = tmp_path / "golden", tmp_path / "out"
    harness.prepare(golden, scene)
    counting = harness.Counting()
    with monkeypatch.context() as patch:
        patch.setattr(disk, "hook", counting)
        harness.run(golden, scene)
    want = sample.tree(golden)
    before = None if scene == "first run" else "old"
    seen = []
    for at in choose(counting):
        shutil.rmtree(out, ignore_errors=True)
        harness.prepare(out, scene)
        with monkeypatch.context() as patch:
            patch.setattr(disk, "hook", harness.KillAt(at))
            _die(out, scene)
        seen.append(harness.mark(out))
        if seen[-1] == "new":  # committed: the next run starts from it, and finds nothing to repair but garbage
            harness.clean(out, scene)
        else:
            harness.run(out, scene)
        assert sample.tree(out) == want, f"killed before operation {at}: {counting.ops[at]}"
    assert seen == sorted(seen, key=["old", None, "new"].index), "once committed, a result stays"
    assert {before, "new"} == set(seen)


@pytest.mark.fault("kill", cases="every 14th operation of 3 publishes and an update, and those around the commit")
@pytest.mark.parametrize("scene", harness.SCENES)
def test_a_kill_before_an_operation(tmp_path, monkeypatch, scene):
    kill_before(tmp_path, monkeypatch, scene, lambda counting: counting.places(14))


@pytest.mark.fault("kill", cases="every operation of 3 publishes and an update")
@pytest.mark.full
@pytest.mark.parametrize("scene", harness.SCENES)
def test_a_kill_before_every_operation(tmp_path, monkeypatch, scene):
    kill_before(tmp_path, monkeypatch, scene, lambda counting: range(counting.count))


def _die(out, scene):
    with pytest.raises(harness.Killed):
        harness.run(out, scene)


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
        harness.run(golden, scene)
        patch.setattr(disk, "hook", harness.KillAt(counting.commit))
        _die(out, scene)
    for at in itertools.count():
        with monkeypatch.context() as patch, contextlib.suppress(harness.Killed):
            patch.setattr(disk, "hook", harness.KillAt(at))
            publish.recover(out)
            break
        assert harness.mark(out) == (None if scene == "first run" else "old")
    harness.run(out, scene)
    assert sample.tree(out) == sample.tree(golden)


WORKER = """
import os, signal, sys
from pathlib import Path
from jobs import disk
from jobs.lock import locked
from tests.faults import harness

out, at, scene = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]

class Shoot(harness.Counting):
    def reached(self, path, number):
        if number == at:
            os.kill(os.getpid(), signal.SIGKILL)

with locked(out):
    disk.hook = Shoot()
    harness.run(out, scene)
"""


def kill_for_real(out, at, scene):
    harness.prepare(out, scene)
    command = [sys.executable, "-c", WORKER, str(out)]
    done = subprocess.run([*command, str(at), scene], timeout=60, check=False)
    assert done.returncode in (-signal.SIGKILL, 0)
    assert harness.mark(out) in ("new", None if scene == "first run" else "old")
    assert subprocess.run([*command, "-1", scene], timeout=60, check=False).returncode == 0
    assert harness.mark(out) == "new"


@pytest.mark.fault("kill")
@pytest.mark.parametrize(
    ("at", "scene"),
    [
        (74, "first run"),
        (50, "over an earlier result"),
        (76, "after a dead run"),
        (20, harness.UPDATE),
        (147, harness.UPDATE),
    ],
)
def test_sigkill(tmp_path, at, scene):
    kill_for_real(tmp_path / "out", at, scene)


@pytest.mark.fault("kill")
@pytest.mark.full
@pytest.mark.parametrize(
    ("at", "scene"),
    [*itertools.product(range(0, 90, 6), harness.PUBLISHES), *((at, harness.UPDATE) for at in range(0, 180, 12))],
)
def test_sigkill_all_along(tmp_path, at, scene):
    kill_for_real(tmp_path / "out", at, scene)


COMMAND = """
import os, signal, sys
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may ignore it, as nohup does
signal.signal(signal.SIGINT, signal.default_int_handler)
from jobs import disk
from jobs.cli import main
from tests.faults import harness

at, number = int(sys.argv[1]), int(sys.argv[2])

class Signal(harness.Counting):
    def reached(self, path, count):
        if count == at:
            print("reached", flush=True)
            os.kill(os.getpid(), number)

disk.hook = Signal()
main(sys.argv[3:])
"""


def stop_update(tmp_path, number, at):
    """Stop `dedup update` by a signal at operation `at`, while workers extract pages; then run it again."""
    out = tmp_path / "out"
    night.prepare(out)
    before = manifest.open_result(out).run_id
    pages = tmp_path / "pages.jsonl"
    text = "<p>The council of the town met on Monday and spoke of the bridge for an hour or more.</p>" * 9
    pages.write_text("".join(json.dumps({"url": f"https://p.example/{k}", "html": text}) + "\n" for k in range(40)))
    inputs = ["update", str(tmp_path / "new.jsonl"), str(pages), "--out", str(out), "--as-of", "2026-11-05", "-q"]
    command = [sys.executable, "-c", COMMAND, str(at), str(int(number)), *inputs]
    with subprocess.Popen(command, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"reached\n"
        start = time.monotonic()
        _, told = process.communicate(timeout=30)
        took = time.monotonic() - start
    assert (process.returncode, told.count(b"\n")) == (128 + number, 1), told
    assert took <= 5
    assert not [path for path in Path("/proc").glob("[0-9]*/stat") if session_of(path) == process.pid]
    assert check.check(out) == []
    assert at > 160 or manifest.open_result(out).run_id == before
    assert subprocess.run([sys.executable, "-m", "jobs.cli", *inputs], timeout=60, check=False).returncode == 0
    assert manifest.open_result(out).run_id != before
    assert check.check(out) == []
    assert not (out / ".staging").exists()


def session_of(stat):
    try:
        fields = stat.read_text().rpartition(")")[2].split()
    except OSError:  # it has ended meanwhile
        return None
    return None if fields[0] == "Z" else int(fields[3])


@pytest.mark.fault("TERM, INT and HUP")
@pytest.mark.parametrize(("number", "at"), [(signal.SIGTERM, 20), (signal.SIGINT, 70), (signal.SIGHUP, 135)])
def test_a_signal_stops_an_update(tmp_path, number, at):
    stop_update(tmp_path, number, at)


@pytest.mark.fault("TERM, INT and HUP")
@pytest.mark.full
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("at", [2, 16, 90, 147, 165])
def test_signals_stop_updates(tmp_path, number, at):
    stop_update(tmp_path, number, at)
