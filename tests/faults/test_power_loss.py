"""After a power cut at any operation, with what was not synced lost, torn or out of order, the last result is whole.

The operations of a run are recorded and replayed on a model of a disk that keeps for certain only what was synced:
the bytes of a file by a sync of the file, the names in a folder by a sync of the folder. Whatever else reached the disk
is up to chance. A rename is one step for both folders, as every journaling file system has it.
"""

from __future__ import annotations

import itertools
import random
import shutil

import pytest

from jobs import disk
from tests.faults import harness
from tests.publish import sample


class Inode:
    """A folder (names to inodes), a link (its target) or a file (its bytes), as remembered and as on the disk."""

    def __init__(self, content=b""):
        self.now = content
        self.safe = {} if isinstance(content, dict) else b""


class Disk:
    """The model: folders hold inodes; each change of names waits until its folder is synced."""

    def __init__(self, root):
        self.top = self._load(root)
        self.root = root
        self.waiting = []  # (folder, name, inode or None) tuples that belong together: one step each

    def _load(self, path):
        if path.is_symlink():
            return str(path.readlink())
        if path.is_file():
            inode = Inode(path.read_bytes())
            inode.safe = inode.now
            return inode
        folder = Inode({entry.name: self._load(entry) for entry in path.iterdir()} if path.exists() else {})
        folder.safe = dict(folder.now)
        return folder

    def find(self, path):
        inode = self.top
        for part in path.relative_to(self.root).parts:
            inode = inode.now[part]
        return inode

    def name(self, *changes):
        step = [(self.find(path.parent), path.name, inode) for path, inode in changes]
        for folder, name, inode in step:
            if inode is None:
                folder.now.pop(name)
            else:
                folder.now[name] = inode
        self.waiting.append(step)

    def apply(self, op, path, detail):
        if op == "mkdir":
            if path.name not in self.find(path.parent).now:
                self.name((path, Inode({})))
        elif op == "open":
            self.name((path, Inode()))
        elif op == "write":
            self.find(path).now += detail
        elif op == "symlink":
            self.name((path, str(detail)))
        elif op == "link":
            self.name((path, self.find(detail)))
        elif op == "rename":
            self.name((detail, self.find(path)), (path, None))
        elif op in ("unlink", "rmdir"):
            self.name((path, None))
        elif op == "fsync":
            self.sync(self.find(path))

    def sync(self, inode):
        if not isinstance(inode.now, dict):
            inode.safe = inode.now
            return
        done = [step for step in self.waiting if any(folder is inode for folder, _, _ in step)]
        self.waiting = [step for step in self.waiting if step not in done]
        self.settle(done)

    @staticmethod
    def settle(steps):
        for folder, name, inode in itertools.chain.from_iterable(steps):
            if inode is None:
                folder.safe.pop(name, None)
            else:
                folder.safe[name] = inode

    def cut(self, place, chance, share):
        """Write to `place` what is left: of all that was not synced, about `share` arrived."""
        saved = [(folder, dict(folder.safe)) for step in self.waiting for folder, _, _ in step]
        self.settle([step for step in self.waiting if chance.random() < share])
        self._store(self.top, place, chance, share)
        for folder, safe in reversed(saved):
            folder.safe = safe

    def _store(self, inode, place, chance, share):
        if isinstance(inode, str):
            place.symlink_to(inode)
        elif isinstance(inode.now, dict):
            place.mkdir()
            for name, child in sorted(inode.safe.items()):
                self._store(child, place / name, chance, share)
        else:
            lost = len(inode.now) - len(inode.safe)
            kind = chance.random()
            if not lost or kind >= share:
                place.write_bytes(inode.safe)
            elif kind < share / 3:  # the length arrived, the bytes did not
                place.write_bytes(inode.safe + bytes(lost))
            else:
                place.write_bytes(inode.now[: len(inode.safe) + chance.randrange(lost + 1)])


def cut_power(tmp_path, monkeypatch, scene, tries, stride):
    out = tmp_path / "out"
    harness.prepare(out, scene)
    model = Disk(tmp_path)
    counting = harness.Counting()
    with monkeypatch.context() as patch:
        patch.setattr(disk, "hook", counting)
        harness.run(out, scene)
    want = sample.tree(out)
    committed = max(n for n, (op, path, _) in enumerate(counting.ops) if (op, path) == ("fsync", out))
    shutil.rmtree(out)
    before = None if scene == "first run" else "old"
    places = {*counting.places(stride), len(counting.ops)}
    for at, (op, path, detail) in enumerate([*counting.ops, ("end", out, None)]):
        for number in range(tries if at in places else 0):
            chance = random.Random(f"{scene} {at} {number}")
            left = tmp_path.parent / f"{tmp_path.name}-left"
            model.cut(left, chance, (0.0, 1.0, 0.5, 0.8)[(at // stride + number) % 4])
            found = harness.mark(left / "out")
            assert found == "new" if at > committed else found in (before, "new"), (at, op, path)
            harness.clean(left / "out", scene) if found == "new" else harness.run(left / "out", scene)
            assert sample.tree(left / "out") == want, (at, op, path)
            shutil.rmtree(left)
        model.apply(op, path, detail)


@pytest.mark.fault("power cut", cases="2 at every 24th operation of 3 publishes, and those around the commit")
@pytest.mark.parametrize("scene", harness.PUBLISHES)
def test_a_power_cut(tmp_path, monkeypatch, scene):
    cut_power(tmp_path, monkeypatch, scene, 2, 24)


@pytest.mark.fault("power cut", cases="1 at every 24th operation of an update, and those around the commit")
def test_a_power_cut_during_an_update(tmp_path, monkeypatch):
    cut_power(tmp_path, monkeypatch, harness.UPDATE, 1, 24)


@pytest.mark.fault("power cut", cases="8 at every operation of 3 publishes")
@pytest.mark.full
@pytest.mark.parametrize("scene", harness.PUBLISHES)
def test_a_power_cut_at_every_operation(tmp_path, monkeypatch, scene):
    cut_power(tmp_path, monkeypatch, scene, 8, 1)


@pytest.mark.fault("power cut", cases="4 at every 4th operation of an update, and those around the commit")
@pytest.mark.full
def test_many_power_cuts_during_an_update(tmp_path, monkeypatch):
    cut_power(tmp_path, monkeypatch, harness.UPDATE, 4, 4)


def test_the_model_finds_a_missing_sync(tmp_path, monkeypatch):
    """Without the syncs, the same cuts do find broken results: the model is not blind."""
    monkeypatch.setattr(disk, "sync_tree", lambda folder: None)
    monkeypatch.setattr(disk, "sync", lambda path: None)
    with pytest.raises(Exception):  # noqa: B017 -- any of the many ways to be broken
        cut_power(tmp_path, monkeypatch, "over an earlier result", 4, 16)
