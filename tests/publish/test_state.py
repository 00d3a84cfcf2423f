"""State generations, recovery after a dead run, and the removal of old runs."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dedup.errors import DamagedError, NoResultError, UsageError
from jobs import check, disk, manifest, publish, state
from tests.publish import sample


def test_state_is_adopted_kept_and_numbered(tmp_path):
    spool = state.scratch(tmp_path) / "texts"
    disk.write_file(spool, b"spooled")
    first = sample.put(tmp_path, files={"texts/0.zst": spool, "signatures.bin": b"one"})
    assert first.manifest.generation == 1
    assert not (tmp_path / ".staging").exists()
    draft = state.StateDraft({"signatures.bin": b"two"}, frozenset({"texts/0.zst"}))
    second = publish.publish(tmp_path, sample.tables(), {}, sample.draft(tmp_path, 60, day=1), draft)
    assert second.manifest.generation == 2
    assert second.state_path("texts/0.zst").samefile(first.state_path("texts/0.zst"))
    assert [first.state_path("signatures.bin").read_bytes(), second.state_path("signatures.bin").read_bytes()] == [
        b"one",
        b"two",
    ]
    state.verify(second)
    assert check.check(tmp_path) == []
    second.state_path("texts/0.zst").write_bytes(b"spoolee")
    with pytest.raises(DamagedError, match="changed"):
        state.verify(second)
    third = publish.publish(tmp_path, sample.tables(), {}, sample.draft(tmp_path, 60, day=2), draft)
    with pytest.raises(DamagedError, match="changed"):  # what is carried on keeps the digest it was written with
        state.verify(third)


@pytest.mark.parametrize("name", ["../out", "/etc/x", "", "a//b", "a/../b", "./a"])
def test_a_state_file_cannot_leave_its_generation(tmp_path, name):
    with pytest.raises(UsageError, match="state file"):
        sample.put(tmp_path, files={name: b"x"})
    assert sample.tree(tmp_path) == {}


def test_recovery_drops_staging_and_orphan_state_but_no_run(tmp_path):
    sample.put(tmp_path, "a")
    sample.put(tmp_path, "b", day=1)
    before = sample.tree(tmp_path)
    disk.write_file(state.scratch(tmp_path) / "left", b"x")
    (tmp_path / "state/gen-9").mkdir()
    (tmp_path / "state/gen-9/file").write_bytes(b"x")
    publish.recover(tmp_path)
    assert sample.tree(tmp_path) == before
    assert state.next_generation(tmp_path) == 3


def test_recovery_keeps_all_state_when_a_manifest_cannot_tell(tmp_path):
    sample.put(tmp_path, "a")
    second = sample.put(tmp_path, "b", day=1)
    (second.path / "manifest.json").write_bytes(b"{}")
    publish.recover(tmp_path)
    assert state.generations(tmp_path) == [1, 2]
    assert state.next_generation(tmp_path) == 3
    assert sample.put(tmp_path, "c", day=2).manifest.generation == 3


def test_turning_back_by_hand_loses_nothing(tmp_path):
    first = sample.put(tmp_path, "a")
    second = sample.put(tmp_path, "b", day=1)
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to(f"runs/{first.run_id}")
    publish.recover(tmp_path)
    assert manifest.run_ids(tmp_path) == [first.run_id, second.run_id]
    assert check.check(tmp_path) == []
    assert publish.gc(tmp_path, 2, 0, sample.EPOCH + timedelta(days=9)) == []
    assert state.generations(tmp_path) == [1, 2]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=st.integers(1, 5), keep=st.integers(1, 6), days=st.integers(0, 6), back=st.integers(0, 4))
def test_gc_never_removes_the_current_run(tmp_path, runs, keep, days, back):
    shutil.rmtree(tmp_path)
    made = [sample.put(tmp_path, str(day), stories=2, day=day).run_id for day in range(runs)]
    current = made[max(0, runs - 1 - back)]
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to(f"runs/{current}")
    removed = publish.gc(tmp_path, keep, days, sample.EPOCH + timedelta(days=runs - 1))
    newest = made[-keep:]
    young = [run_id for day, run_id in enumerate(made) if runs - 1 - day < days]
    assert set(manifest.run_ids(tmp_path)) == {*newest, *young, current}
    assert sorted([*removed, *manifest.run_ids(tmp_path)]) == made
    assert check.check(tmp_path) == []
    assert not (tmp_path / ".staging").exists()


def test_gc_leaves_the_state_of_the_current_run_and_the_one_before(tmp_path):
    runs = [sample.put(tmp_path, str(day), day=day) for day in range(4)]
    assert publish.gc(tmp_path, 4, 0, sample.EPOCH) == []
    assert state.generations(tmp_path) == [3, 4]
    with pytest.raises(NoResultError, match="was dropped"):
        runs[0].state_path("signatures.bin")
    with pytest.raises(UsageError):
        publish.gc(tmp_path, 0, 0, sample.EPOCH)


def test_gc_removes_what_a_dead_run_left(tmp_path):
    sample.put(tmp_path)
    before = sample.tree(tmp_path)
    (tmp_path / "state/gen-9").mkdir()
    disk.write_file(state.scratch(tmp_path) / "left", b"x")
    assert publish.gc(tmp_path, 1, 0, sample.EPOCH) == []
    assert sample.tree(tmp_path) == before
    assert state.generations(tmp_path) == [1]
    assert not (tmp_path / ".staging").exists()


def test_gc_keeps_all_state_when_a_manifest_cannot_tell(tmp_path):
    runs = [sample.put(tmp_path, str(day), day=day) for day in range(4)]
    (runs[1].path / "manifest.json").write_bytes(b"{}")
    assert publish.gc(tmp_path, 4, 0, sample.EPOCH) == []
    assert state.generations(tmp_path) == [1, 2, 3, 4]
    assert publish.gc(tmp_path, 2, 0, sample.EPOCH + timedelta(days=9)) == [run.run_id for run in runs[:2]]
    assert state.generations(tmp_path) == [3, 4]


def test_state_files_are_never_both_written_and_kept_nor_kept_from_nothing(tmp_path):
    with pytest.raises(NoResultError):
        state.stage(tmp_path, state.StateDraft({}, frozenset({"a"})), tmp_path / "staged")
    result = sample.put(tmp_path)
    draft = state.StateDraft({"signatures.bin": b"two"}, frozenset({"signatures.bin"}))
    with pytest.raises(UsageError, match="both written and kept"):
        state.stage(tmp_path, draft, tmp_path / "again")
    with pytest.raises(NoResultError, match="left no state file"):
        state.stage(tmp_path, state.StateDraft({}, frozenset({"nothing"})), tmp_path / "more")
    assert check.check(tmp_path) == []
    assert manifest.open_result(tmp_path) == result


def test_the_entries_of_a_generation_tell_its_files_by_name(tmp_path):
    entries = state.stage(tmp_path, state.StateDraft({"b/z": b"22", "a": b"1"}), tmp_path / "staged")
    assert list(entries) == ["a", "b/z"]
    for name, entry in entries.items():
        assert (entry.bytes, entry.sha256) == disk.measure(tmp_path / "staged" / name)
        assert entry.rows is None


@pytest.mark.parametrize("name", ["signatures.bin", "manifest.json", "stories/part-00000.parquet"])
def test_a_disk_that_stores_something_else_is_noticed(tmp_path, name, monkeypatch):
    sample.put(tmp_path, "old")
    before = sample.tree(tmp_path)
    other = sample.put(tmp_path.with_name("other"), "older").path / "manifest.json"

    def change(op, path, detail):
        if op == "fsync" and path.as_posix().endswith(name):
            path.write_bytes(other.read_bytes())

    with monkeypatch.context() as patch:
        patch.setattr(disk, "hook", change)
        with pytest.raises(DamagedError, match="does not read back"):
            sample.put(tmp_path, "new", day=1)
    assert sample.tree(tmp_path) == before


def test_what_is_strange_missing_or_unreadable_is_told_by_path(tmp_path, monkeypatch):
    result = sample.put(tmp_path)
    folder = manifest.state_folder(tmp_path, 1)
    entries = result.manifest.state
    assert list(state.differences(folder, entries)) == []
    (folder / "strange").write_bytes(b"")
    (folder / "texts/0.zst").unlink()
    (folder / "texts/0.zst").mkdir()
    assert list(state.differences(folder, entries, apart="strange")) == [f"{folder / 'texts/0.zst'} is missing"]
    assert list(state.differences(folder, entries)) == [
        f"{folder / 'strange'} is not in the manifest",
        f"{folder / 'texts/0.zst'} is missing",
    ]
    with pytest.raises(DamagedError, match=r"not in the manifest; restore it"):
        state.verify(result)
