"""The state that a night finds: damaged, of an older or a newer version, or left by a version that was killed on the way."""

from __future__ import annotations

import errno
import shutil

import polars as pl
import pytest
from msgspec.structs import replace

from dedup import schema
from dedup.config import Settings
from dedup.errors import DedupError, StorageError, UsageError
from jobs import check, disk, manifest, nightly, publish, stage
from jobs.cli import exit_code_of
from jobs.progress import Progress
from tests.faults import harness, night
from tests.publish import sample


def test_damage_is_seen_before_anything_is_built_on_it(tmp_path):
    out = tmp_path / "out"
    night.prepare(out)
    result = manifest.open_result(out)
    for name in sorted(result.manifest.state):
        path = result.state_path(name)
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 4
        path.write_bytes(data)
        with pytest.raises(DedupError, match=name.rpartition("/")[2]) as told:
            night.run(out)
        assert told.value.exit_code == 12
        assert len(check.check(out)) == 1
        data[len(data) // 2] ^= 4
        path.write_bytes(data)
    assert manifest.open_result(out).run_id == result.run_id
    assert result.table("assignments").select(pl.len()).collect().item() == 40


def test_a_state_that_cannot_be_read_is_not_called_damaged(tmp_path, monkeypatch):
    out = tmp_path / "out"
    night.prepare(out)
    before = sample.tree(out)
    monkeypatch.setattr(disk, "hook", harness.FailAt("read", 3, errno.EIO))
    with pytest.raises(StorageError, match="input/output"):
        night.run(out)
    assert sample.tree(out) == before


def rewrite(out, **plan):
    """Make the current result look as if another version had left it."""
    result = manifest.open_result(out)
    plan = replace(result.manifest.plan, **plan)
    other = replace(result.manifest, plan=plan, plan_digest=plan.digest)
    (result.path / manifest.MANIFEST).write_bytes(manifest.encode(other))


def newer(patch):
    """Be the next version of the program."""
    patch.setattr(manifest, "MANIFEST_VERSION", manifest.MANIFEST_VERSION + 1)
    patch.setattr(stage, "MANIFEST_VERSION", manifest.MANIFEST_VERSION)
    patch.setattr(schema, "SCHEMA_VERSION", schema.SCHEMA_VERSION + 1)


@pytest.fixture
def golden(tmp_path):
    out = tmp_path / "golden" / "out"
    night.prepare(out)
    return night.run(out)


@pytest.mark.fault("state of other versions")
def test_an_older_program_with_the_same_schema_is_gone_on_from(tmp_path, golden):
    out = tmp_path / "out"
    night.prepare(out)
    rewrite(out, tool_version="0.0.1")
    result = night.run(out)
    assert check.check(out) == []
    assert result.manifest.state == golden.manifest.state


@pytest.mark.fault("state of other versions")
def test_a_state_of_an_older_schema_is_refused_untouched(tmp_path, monkeypatch):
    out = tmp_path / "out"
    night.prepare(out)
    before = sample.tree(out)
    monkeypatch.setattr(schema, "SCHEMA_VERSION", schema.SCHEMA_VERSION + 1)
    with pytest.raises(UsageError, match="older version"):
        night.run(out)
    assert sample.tree(out) == before
    inputs = [out.parent / name for name in night.INPUTS[2:]]
    result = nightly.run(inputs, out, Settings(threads=1), {}, Progress(), replaces_updates=True).result
    assert result.manifest.plan.schema_version == schema.SCHEMA_VERSION
    assert check.check(out) == []


@pytest.mark.fault("state of other versions", cases=7)
def test_what_a_newer_version_left_is_refused_untouched_by_every_command(tmp_path, monkeypatch):
    out, new = tmp_path / "out", str(tmp_path / night.INPUTS[2])
    night.prepare(out)
    with monkeypatch.context() as patch:
        newer(patch)
        rewrite(out, schema_version=schema.SCHEMA_VERSION)
    (out / "lock").touch()
    before = sample.tree(out)
    for command in (["update", new, "--out"], ["run", new, "--out"], ["run", new, "--replace", "--out"]):
        assert exit_code_of([*command, str(out), "-q"]) == 13
        assert sample.tree(out) == before
    for command in ("check", "gc", "report"):
        assert exit_code_of([command, str(out)]) == 13
    assert exit_code_of(["match", str(out), new]) == 13
    assert sample.tree(out) == before


@pytest.mark.fault("state of other versions", cases=12)
def test_a_newer_version_that_was_killed_on_the_way_is_as_if_it_had_never_been(tmp_path, monkeypatch, golden):
    out, counting = tmp_path / "out", harness.Counting()

    def replace_all():
        inputs = [out.parent / night.INPUTS[2]]
        nightly.run(inputs, out, Settings(threads=1), {}, Progress(), replaces_updates=True)

    with monkeypatch.context() as patch:
        newer(patch)
        patch.setattr(disk, "hook", counting)
        night.prepare(out)
        replace_all()
    for at in (counting.commit * part // 12 for part in range(1, 13)):
        shutil.rmtree(out)
        night.prepare(out)
        with monkeypatch.context() as patch:
            newer(patch)
            patch.setattr(disk, "hook", harness.KillAt(at))
            with pytest.raises(harness.Killed):
                replace_all()
        assert harness.mark(out) == "old"
        assert night.run(out).manifest.files == golden.manifest.files
        assert check.check(out) == []


@pytest.mark.fault("state of other versions")
def test_turning_back_from_a_newer_version_goes_on_and_keeps_what_it_left(tmp_path, monkeypatch, golden):
    out = tmp_path / "out"
    night.prepare(out)
    old = manifest.open_result(out)
    with monkeypatch.context() as patch:
        newer(patch)
        inputs = [out.parent / night.INPUTS[2]]
        left = nightly.run(inputs, out, Settings(threads=1), {}, Progress(), replaces_updates=True).result
    (out / "current").unlink()
    (out / "current").symlink_to(f"runs/{old.run_id}")
    tree = sample.tree(left.path)
    result = night.run(out)
    assert check.check(out) == []
    assert result.manifest.generation > left.manifest.generation
    names = [name for name in golden.manifest.files if name.startswith(("assignments/part", "stories/part"))]
    assert all(result.manifest.files[name] == golden.manifest.files[name] for name in names)
    publish.recover(out)
    assert sample.tree(left.path) == tree
