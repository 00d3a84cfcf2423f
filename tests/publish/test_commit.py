"""The commit itself: what recovery takes for committed, what is undone, and rows that are settled."""

from __future__ import annotations

import errno
from datetime import timedelta
from pathlib import Path

import pytest

from dedup.errors import StorageError
from jobs import check, disk, manifest, publish, state
from jobs.stage import Settled
from tests.publish import sample


def linked(out: Path, run_id: str) -> None:
    """Leave the link that names the run to be, as a run does that dies between two steps of its publishing."""
    state.scratch(out)
    disk.symlink(out / ".staging" / "current", Path("runs", run_id))


def test_a_run_that_died_after_its_commit_is_kept(tmp_path):
    run = sample.put(tmp_path)
    before = sample.tree(tmp_path)
    linked(tmp_path, run.run_id)
    publish.recover(tmp_path)
    assert sample.tree(tmp_path) == before
    assert not (tmp_path / ".staging").exists()


def test_a_run_that_died_before_its_commit_is_removed_with_its_state(tmp_path):
    first = sample.put(tmp_path, "a")
    before = sample.tree(tmp_path)
    second = sample.put(tmp_path, "b", day=1)
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to(f"runs/{first.run_id}")
    linked(tmp_path, second.run_id)
    publish.recover(tmp_path)
    assert sample.tree(tmp_path) == before
    assert state.generations(tmp_path) == [1]


def fail_syncs_after_the_swap(monkeypatch, out: Path) -> None:
    """Let every sync of `out` fail that follows the move of the link over `current`."""
    swapped = []

    def hook(op, path, detail):
        if op == "rename" and detail == out / "current":
            swapped.append(path)
        if op == "fsync" and path == out and swapped:
            raise OSError(errno.EIO, "made to fail")

    monkeypatch.setattr(disk, "hook", hook)


@pytest.mark.parametrize("is_first", [True, False])
def test_a_commit_that_may_be_lost_is_undone_and_said(tmp_path, monkeypatch, is_first):
    earlier = None if is_first else sample.put(tmp_path, "a")
    was_tree = sample.tree(tmp_path)
    fail_syncs_after_the_swap(monkeypatch, tmp_path)
    with pytest.raises(StorageError, match="input/output error"):
        sample.put(tmp_path, "b", day=1)
    monkeypatch.setattr(disk, "hook", disk._no_hook)
    if earlier is None:
        assert not (tmp_path / "current").is_symlink()
    else:
        assert manifest.current_run_id(tmp_path) == earlier.run_id
        assert check.check(tmp_path) == []
    publish.recover(tmp_path)
    assert sample.tree(tmp_path) == was_tree
    assert manifest.open_result(sample.put(tmp_path, "b", day=1).out).manifest.rows["assignments"] == 60


def test_gc_counts_days_to_the_moment(tmp_path):
    old, _ = (sample.put(tmp_path, mark, day=day).run_id for day, mark in enumerate("ab"))
    age = timedelta(days=3)
    assert publish.gc(tmp_path, 1, 3, sample.EPOCH + age - timedelta(seconds=1)) == []
    assert publish.gc(tmp_path, 1, 3, sample.EPOCH + age) == [old]


def test_settled_rows_lie_beside_the_others_and_are_linked_on(tmp_path):
    sample.put(tmp_path)
    gone = sample.tables(5, mark="gone")
    settled = Settled(frozenset(), {name: gone[name] for name in ("assignments", "stories")})
    left = state.StateDraft({"signatures.bin": b"x"})
    one = publish.publish(tmp_path, sample.tables(), {}, sample.draft(tmp_path, 60, day=1), left, settled)
    titles = one.table("assignments").select("title").collect()["title"]
    assert (titles.len(), titles.str.contains("gone").sum()) == (75, 15)
    assert one.manifest.rows["assignments"] == 75
    kept = frozenset(name for name in one.manifest.files if name.partition("/")[2].startswith(manifest.SETTLED))
    assert len(kept) == 2
    two = publish.publish(tmp_path, sample.tables(), {}, sample.draft(tmp_path, 60, day=2), left, Settled(kept, {}))
    assert two.manifest.rows["assignments"] == 75
    for name in kept:
        assert (one.path / name).samefile(two.path / name)
        assert two.manifest.files[name] == one.manifest.files[name]
