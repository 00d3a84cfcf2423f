"""A disk that fails at any operation costs the run, never the last result; the message names the path."""

from __future__ import annotations

import errno
import os
import random
import resource
import shutil
import subprocess
from contextlib import contextmanager, suppress

import pytest

from dedup.errors import StorageError
from jobs import disk, lock
from tests.faults import harness, night
from tests.publish import sample

OPS = ("mkdir", "open", "write", "fsync", "read", "rename", "symlink", "link", "unlink", "rmdir", "list")
CODES = {
    errno.ENOSPC: "full",
    errno.EIO: "input/output error",
    errno.EDQUOT: "quota",
    errno.EROFS: "read-only",
    errno.EMFILE: "too many files",
    errno.EACCES: "permission",
}


def operations(tmp_path, monkeypatch, scene):
    harness.prepare(tmp_path / "counted", scene)
    counting = harness.Counting()
    with monkeypatch.context() as patch:
        patch.setattr(disk, "hook", counting)
        harness.run(tmp_path / "counted", scene)
    return [op for op, _, _ in counting.ops], sample.tree(tmp_path / "counted")


def fail_once(out, monkeypatch, scene, hook, words):
    """Run with an injected fault, then without; return whether the first run failed."""
    shutil.rmtree(out, ignore_errors=True)
    harness.prepare(out, scene)
    said = None
    with monkeypatch.context() as patch:
        patch.setattr(disk, "hook", hook)
        try:
            harness.run(out, scene)
        except StorageError as error:
            said = str(error)
    before = None if scene == "first run" else "old"
    assert said is None or (str(out.parent) in said and words in said)
    assert harness.mark(out) == ("new" if said is None else before)
    return said is not None


def fail_at(tmp_path, monkeypatch, scene, chosen):
    ops, want = operations(tmp_path, monkeypatch, scene)
    places = [(op, at, code) for op in OPS for at in range(ops.count(op)) for code in CODES]
    assert {"mkdir", "open", "write", "fsync", "read", "rename", "symlink"} <= set(ops)
    out = tmp_path / "out"
    for op, at, code in chosen(places):
        if fail_once(out, monkeypatch, scene, harness.FailAt(op, at, code), CODES[code]):
            harness.run(out, scene)
        harness.clean(out, scene)
        assert sample.tree(out) == want, (op, at, code)


@pytest.mark.fault("errno at a file operation", cases=16)
@pytest.mark.parametrize("scene", harness.SCENES)
def test_an_errno_at_an_operation(tmp_path, monkeypatch, scene):
    fail_at(tmp_path, monkeypatch, scene, lambda places: random.Random(scene).sample(places, 16))


@pytest.mark.fault("errno at a file operation", cases="6 errnos at every operation of 3 publishes")
@pytest.mark.full
@pytest.mark.parametrize("scene", harness.PUBLISHES)
def test_an_errno_at_every_operation(tmp_path, monkeypatch, scene):
    fail_at(tmp_path, monkeypatch, scene, lambda places: places)


@pytest.mark.fault("errno at a file operation", cases="6 errnos in turn at every operation of an update")
@pytest.mark.full
def test_an_errno_at_every_operation_of_an_update(tmp_path, monkeypatch):
    # A step of 7 meets every operation once, each with another errno than the one before.
    fail_at(tmp_path, monkeypatch, harness.UPDATE, lambda places: places[::7])


@pytest.mark.fault("errno at a file operation", cases="6 errnos at every operation of an update")
@pytest.mark.long
def test_every_errno_at_every_operation_of_an_update(tmp_path, monkeypatch):
    fail_at(tmp_path, monkeypatch, harness.UPDATE, lambda places: places)


@pytest.mark.fault("errno at a file operation", cases="EIO at every rename and link")
def test_every_rename_link_and_sync_may_fail(tmp_path, monkeypatch):
    def late(places):
        return [place for place in places if place[0] in ("rename", "symlink") and place[2] == errno.EIO]

    for scene in harness.SCENES:
        fail_at(tmp_path / scene, monkeypatch, scene, late)


@pytest.mark.parametrize("scene", ["first run", "over an earlier result"])
def test_a_commit_that_may_not_be_on_the_disk_is_taken_back(tmp_path, monkeypatch, scene):
    ops, want = operations(tmp_path, monkeypatch, scene)
    last = harness.FailAt("fsync", ops.count("fsync") - 1, errno.EIO)
    assert fail_once(tmp_path / "out", monkeypatch, scene, last, "input/output")
    assert len(list((tmp_path / "out" / "runs").iterdir())) == (1 if scene == "first run" else 2)
    harness.run(tmp_path / "out", scene)
    assert sample.tree(tmp_path / "out") == want


@pytest.mark.parametrize(("scene", "stride"), [("first run", 4), ("over an earlier result", 4), (harness.UPDATE, 24)])
def test_a_disk_that_stays_broken_leaves_a_whole_result(tmp_path, monkeypatch, scene, stride):
    ops, want = operations(tmp_path, monkeypatch, scene)
    out = tmp_path / "out"
    for at in range(0, len(ops), stride):
        shutil.rmtree(out, ignore_errors=True)
        harness.prepare(out, scene)
        with monkeypatch.context() as patch:
            patch.setattr(disk, "hook", harness.FailAt(None, at, errno.EIO, for_ever=True))
            with suppress(StorageError):
                harness.run(out, scene)
        assert harness.mark(out) in ("new", None if scene == "first run" else "old")
        harness.run(out, scene) if harness.mark(out) != "new" else harness.clean(out, scene)
        assert sample.tree(out) == want


@contextmanager
def small_disk(folder, size):
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(folder)]
    try:
        is_mounted = subprocess.run(command, check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        is_mounted = False
    if not is_mounted:
        pytest.skip("mounting a small file system needs root")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.fault("full, read-only or limited disk")
@pytest.mark.parametrize("size", [144, 160, 180, 200, 240, 280])
def test_a_disk_that_is_really_full(tmp_path, size):
    with small_disk(tmp_path / "disk", size):
        out = tmp_path / "disk" / "out"
        sample.put(out, "old")
        before, done = sample.tree(out), 0
        with suppress(StorageError):
            while done < 20:
                sample.put(out, "new", day=done + 1)
                before, done = sample.tree(out), done + 1
        assert done < 20
        assert sample.tree(out) == before
        assert harness.mark(out) == ("new" if done else "old")


@pytest.mark.fault("full, read-only or limited disk")
@pytest.mark.parametrize("left", [0, 40, 80, 140, 200, 260])
def test_a_disk_that_is_full_during_an_update(tmp_path, left):
    """`left` KiB are free when the night begins; it needs more."""
    with small_disk(tmp_path / "disk", 4096):
        out = tmp_path / "disk" / "out"
        night.prepare(out)
        before = sample.tree(out)
        ballast = tmp_path / "disk" / "ballast"
        free = os.statvfs(out).f_bavail * os.statvfs(out).f_frsize
        ballast.write_bytes(bytes(free - left * 1024))
        with pytest.raises(StorageError, match="full"):
            harness.run(out, harness.UPDATE)
        assert sample.tree(out) == before
        assert harness.mark(out) == "old"
        ballast.unlink()
        harness.run(out, harness.UPDATE)
        assert harness.mark(out) == "new"


@pytest.mark.fault("full, read-only or limited disk")
@pytest.mark.parametrize("limit", [0, 1, 700, 2_000, 4_000, 7_000])
def test_a_file_size_limit(tmp_path, limit):
    sample.put(tmp_path, "old")
    before = sample.tree(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        with pytest.raises(StorageError, match="size limit"):
            sample.put(tmp_path, "new", day=1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert sample.tree(tmp_path) == before


@pytest.mark.fault("full, read-only or limited disk")
def test_a_read_only_disk(tmp_path):
    with small_disk(tmp_path / "disk", 400):
        out = tmp_path / "disk" / "out"
        sample.put(out, "old")
        subprocess.run(["mount", "-o", "remount,ro", str(tmp_path / "disk")], check=True)
        with pytest.raises(StorageError, match="read-only"):
            sample.put(out, "new", day=1)
        with pytest.raises(StorageError, match="read-only"), lock.locked(tmp_path / "disk" / "other"):
            pass
        with pytest.raises(StorageError, match="read-only"), lock.locked(out):
            pass
        assert harness.mark(out) == "old"
