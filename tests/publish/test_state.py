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
