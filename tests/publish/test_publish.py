"""What is published is what was given, reads everywhere, and has the same bytes every time."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from polars.testing import assert_frame_equal

from dedup import schema
from dedup.errors import DamagedError, NewerVersionError, NoResultError
from jobs import check, disk, manifest, publish, stage, tables
from tests.publish import sample


def test_a_result_gives_back_every_table_and_checks_clean(tmp_path):
    built = sample.tables(mark="ä’s")
    result = sample.put(tmp_path, "ä’s")
    opened = manifest.open_result(tmp_path)
    assert opened == result
    for table in schema.PUBLISHED:
        assert_frame_equal(opened.table(table.name).collect(), table.conform(built[table.name]))
    assert check.check(tmp_path) == []
    assert {entry.name for entry in tmp_path.iterdir()} == {"current", "runs", "state"}
    assert opened.state_path("texts/0.zst").read_bytes() == b"texts" * 50


def test_polars_duckdb_and_pandas_read_the_folders(tmp_path):
    sample.put(tmp_path)
    for table in schema.PUBLISHED:
        folder = tmp_path / "current" / table.name
        frame = pl.read_parquet(folder)
        assert dict(frame.schema) == table.dtypes
        assert {path.suffix for path in folder.iterdir()} == {".parquet"}
        read = duckdb.sql(f"select * from '{folder}/*.parquet'")
        assert read.columns == list(table.dtypes)
        assert read.fetchall() == frame.rows()
        assert pd.read_parquet(folder).shape == frame.shape


def test_files_carry_metadata_but_no_time_and_no_run(tmp_path):
    result = sample.put(tmp_path)
    path = tmp_path / "current/stories/part-00000.parquet"
    found = pq.read_metadata(path).metadata
    assert found[b"schema_version"] == str(schema.SCHEMA_VERSION).encode()
    assert found[b"settings_fingerprint"] == b"f" * 16
    assert json.loads(found[b"columns"])["agency"] == "wire the story came from; null for a publisher's own story"
    assert result.run_id[:8].encode() not in path.read_bytes()
    assert pq.ParquetFile(path, page_checksum_verification=True).read().num_rows == 20


def test_equal_rows_give_equal_bytes_whatever_their_order_and_chunks(tmp_path):
    built = sample.tables(500)
    mixed = {}
    for name, frame in built.items():
        turned = frame.reverse()
        mixed[name] = pl.concat([turned[:7], turned[7:19], turned[19:]], rechunk=False)
    extras = {"report.html": lambda: b"report"}
    first = publish.publish(tmp_path / "a", built, extras, sample.draft(tmp_path / "a", 1500))
    second = publish.publish(tmp_path / "b", mixed, extras, sample.draft(tmp_path / "b", 1500, day=3))
    assert first.manifest.files == second.manifest.files


def test_a_table_is_split_by_rows_and_by_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "ROW_GROUP", 16)
    monkeypatch.setattr(tables, "FILE_ROWS", 32)
    assert sample.put(tmp_path / "rows").manifest.files["assignments/part-00001.parquet"].rows == 28
    monkeypatch.setattr(tables, "FILE_ROWS", 1_000)
    monkeypatch.setattr(tables, "FILE_BYTES", 1)
    monkeypatch.setattr(tables._Sink, "_SIZE", 1)
    result = sample.put(tmp_path / "bytes")
    assert [entry.rows for name, entry in result.manifest.files.items() if name.startswith("assign")] == [16] * 3 + [12]
    assert check.check(tmp_path / "bytes") == check.check(tmp_path / "rows") == []


def test_a_forgotten_or_strange_table_changes_nothing(tmp_path):
    sample.put(tmp_path)
    before = sample.tree(tmp_path)
    built = sample.tables()
    for wrong in (
        {name: frame for name, frame in built.items() if name != "pairs"},
        built | {"extra": pl.DataFrame()},
        built | {"stories": built["stories"].with_columns(title=None, story_id=pl.lit(None, pl.String))},
    ):
        with pytest.raises(DamagedError, match="please report"):
            publish.publish(tmp_path, wrong, {}, sample.draft(tmp_path, 60, day=1))
        assert sample.tree(tmp_path) == before


def test_an_open_result_outlives_the_next_publish(tmp_path):
    sample.put(tmp_path, "old")
    old = manifest.open_result(tmp_path)
    sample.put(tmp_path, "new", day=1)
    assert old.table("assignments").collect()["title"].str.contains("old").all()
    assert old.state_path("signatures.bin").read_bytes() == b"old" * 100
    assert manifest.run_ids(tmp_path) == [old.run_id, manifest.current_run_id(tmp_path)]


def test_opening_nothing_or_something_strange_says_so(tmp_path):
    with pytest.raises(NoResultError, match="dedup run"):
        manifest.open_result(tmp_path / "nowhere")
    sample.put(tmp_path)
    with pytest.raises(NoResultError, match="no table clusters"):
        manifest.open_result(tmp_path).table("clusters")
    with pytest.raises(NoResultError, match="no state file"):
        manifest.open_result(tmp_path).state_path("nothing")
    with pytest.raises(NoResultError):
        manifest.open_run(tmp_path, "../runs")
    for target in ("elsewhere", "runs/../..", "runs/20261107T031500.000000Z-00000000"):
        (tmp_path / "current").unlink()
        (tmp_path / "current").symlink_to(target)
        with pytest.raises(DamagedError):
            manifest.open_result(tmp_path)
        assert len(check.check(tmp_path)) == 1
    (tmp_path / "current").unlink()
    (tmp_path / "current").mkdir()
    with pytest.raises(DamagedError, match="no symbolic link"):
        manifest.open_result(tmp_path)


@pytest.mark.parametrize("older", ["manifest_version", "schema_version"])
def test_a_newer_result_is_refused_untouched(tmp_path, older, monkeypatch):
    monkeypatch.setattr(manifest, "MANIFEST_VERSION", 2)
    monkeypatch.setattr(stage, "MANIFEST_VERSION", 2)
    monkeypatch.setattr(schema, "SCHEMA_VERSION", 4)
    sample.put(tmp_path)
    monkeypatch.undo()
    monkeypatch.setattr(manifest, "MANIFEST_VERSION", 1 if older == "manifest_version" else 2)
    monkeypatch.setattr(schema, "SCHEMA_VERSION", 3 if older == "schema_version" else 4)
    before = sample.tree(tmp_path)
    for refused in (manifest.open_result, check.check, lambda out: publish.is_current(out, sample.plan())):
        with pytest.raises(NewerVersionError):
            refused(tmp_path)
    publish.recover(tmp_path)
    assert sample.tree(tmp_path) == before


def test_the_plan_tells_whether_a_run_would_change_anything(tmp_path):
    assert not publish.is_current(tmp_path, sample.plan())
    result = sample.put(tmp_path)
    assert publish.is_current(tmp_path, sample.plan())
    assert publish.is_current(tmp_path, sample.plan(command="update"))
    assert not publish.is_current(tmp_path, sample.plan("b"))
    assert not publish.is_current(tmp_path, replace(sample.plan(), tool_version="0.2.0"))
    result.state_path("signatures.bin").unlink()
    assert not publish.is_current(tmp_path, sample.plan())


def test_a_run_over_updates_is_never_skipped(tmp_path):
    draft = replace(sample.draft(tmp_path, 60), plan=sample.plan(command="update"))
    publish.publish(tmp_path, sample.tables(), {}, draft)
    assert publish.is_current(tmp_path, sample.plan(command="update"))
    assert not publish.is_current(tmp_path, sample.plan(command="run"))


@given(st.permutations("abcdef"))
def test_the_plan_does_not_depend_on_the_order_or_names_of_inputs(order):
    def made(letters, folder):
        return tuple(manifest.InputFile(name=f"{folder}/{x}", bytes=1, sha256=x * 64) for x in letters)

    base = replace(sample.plan(), inputs=made("abcdef", "x"))
    assert replace(base, inputs=made(order, "y")).digest == base.digest
    assert replace(base, inputs=made(order[1:], "y")).digest != base.digest


def test_run_ids_sort_by_time_and_never_collide(tmp_path):
    ids = []
    for _ in range(3):
        ids.append(manifest.new_run_id(tmp_path, sample.plan(), sample.EPOCH))
        (tmp_path / "runs" / ids[-1]).mkdir(parents=True)
    assert ids == sorted(set(ids))
    assert manifest.run_time(ids[0]) == sample.EPOCH


def test_a_result_in_a_relative_folder_is_whole(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = sample.put(Path("out/nightly"))
    assert check.check(Path("out/nightly")) == []
    assert manifest.open_result(tmp_path / "out/nightly").manifest == result.manifest


def test_what_is_set_aside_lies_whole_beside_the_result_in_place_of_what_lay_there(tmp_path, monkeypatch):
    sample.put(tmp_path, "good")
    before = sample.tree(tmp_path)
    publish.set_aside(tmp_path, sample.tables(30, mark="first"), sample.draft(tmp_path, 90, day=1))
    ops = []
    monkeypatch.setattr(disk, "hook", lambda op, path, detail: ops.append((op, path)))
    held = publish.set_aside(tmp_path, sample.tables(10, mark="bad"), sample.draft(tmp_path, 30, day=2))
    assert held == tmp_path / "held"
    told = manifest.load(held / "manifest.json")
    assert {name: (entry.bytes, entry.sha256) for name, entry in told.files.items()} == {
        name: disk.measure(held / name) for name in sample.tree(held) if name != "manifest.json"
    }
    assert (told.rows["assignments"], told.generation, told.state) == (30, 0, {})
    assert pl.read_parquet(held / "assignments")["title"].str.contains("bad").all()
    staged = tmp_path / ".staging" / "run"
    kept = {path for op, path in ops if op == "fsync"}
    assert {staged, *(staged / name for name in told.rows)} <= kept
    assert ops.index(("fsync", staged)) < ops.index(("rename", staged)) < ops.index(("fsync", tmp_path))
    publish.recover(tmp_path)
    assert {name: sha for name, sha in sample.tree(tmp_path).items() if not name.startswith("held/")} == before
