"""`check` finds any changed byte, any file too many or too few, and any broken invariant."""

from __future__ import annotations

import random
import shutil

import polars as pl
import pytest
from msgspec.structs import replace

from jobs import check, disk, manifest, publish
from tests.faults import night
from tests.publish import sample


def places(out):
    """Every file that belongs to the current result."""
    result = manifest.open_result(out)
    state = manifest.state_folder(out, result.manifest.generation)
    return [path for folder in (result.path, state) for path in sorted(folder.rglob("*")) if path.is_file()]


def flip_everywhere(out, flips, seed):
    chance = random.Random(seed)
    files = places(out)
    for number in range(flips):
        path = files[number % len(files)]
        good = path.read_bytes()
        bad = bytearray(good)
        bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        path.write_bytes(bad)
        assert check.check(out), f"flip {number} in {path.name} was not found"
        path.write_bytes(good)
    assert check.check(out) == []


@pytest.mark.fault("bit flips in published tables and state", cases=100)
def test_any_flipped_bit_is_found(tmp_path):
    sample.put(tmp_path)
    flip_everywhere(tmp_path, 100, 1)


@pytest.mark.fault("bit flips in published tables and state", cases=100)
def test_any_flipped_bit_is_found_after_updates(tmp_path):
    night.prepare(tmp_path / "out")
    flip_everywhere(tmp_path / "out", 100, 3)


@pytest.mark.fault("bit flips in published tables and state", cases=1_000)
@pytest.mark.full
def test_any_flipped_bit_is_found_in_many_tries(tmp_path):
    sample.put(tmp_path)
    flip_everywhere(tmp_path, 1_000, 2)


def test_every_byte_of_the_manifest_counts(tmp_path):
    path = sample.put(tmp_path, stories=1).path / "manifest.json"
    good = path.read_bytes()
    for position in range(0, len(good), 7):
        path.write_bytes(good[:position] + bytes([good[position] ^ 4]) + good[position + 1 :])
        assert check.check(tmp_path)
    for changed in (b"", good[:-1], good + b"\n", good + good, good.replace(b'"kept": 3', b'"kept":  3')):
        path.write_bytes(changed)
        assert check.check(tmp_path)


def test_files_too_many_or_too_few_are_found(tmp_path):
    sample.put(tmp_path)
    for path in places(tmp_path):
        aside = tmp_path.parent / "aside"
        shutil.move(path, aside)
        assert any(str(path) in problem for problem in check.check(tmp_path))
        path.mkdir()
        assert check.check(tmp_path)
        path.rmdir()
        path.symlink_to(aside)  # the right bytes, in somebody else's hands
        assert path.name == "manifest.json" or check.check(tmp_path)
        path.unlink()
        shutil.move(aside, path)
        extra = path.with_name("extra")
        extra.write_bytes(b"")
        assert check.check(tmp_path) == [f"{extra} is not in the manifest"]
        extra.unlink()
    (manifest.open_result(tmp_path).path / "empty").mkdir()
    assert len(check.check(tmp_path)) == 1


def test_a_run_of_another_name_is_found(tmp_path):
    result = sample.put(tmp_path)
    other = result.run_id[:-8] + "0" * 8
    result.path.rename(tmp_path / "runs" / other)
    assert check.check(tmp_path)
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to(f"runs/{other}")
    assert "holds the manifest of run" in check.check(tmp_path)[0]


A, S, P = "assignments", "stories", "pairs"
FIRST = pl.int_range(pl.len()) == 0


def first(column, value):
    return pl.when(FIRST).then(pl.lit(value)).otherwise(column).alias(column)


@pytest.mark.parametrize(
    ("table", "change", "sentence"),
    [
        (A, lambda f: f.with_columns(first("story_id", "nowhere")), "a story_id that stories does not have"),
        (A, lambda f: f.with_columns(first("relation", "copied")), "unknown relation or kind"),
        (A, lambda f: f.with_columns(first("kind", "page")), "unknown relation or kind"),
        (A, lambda f: f.with_columns(is_canonical=pl.lit(value=False)), "none or many canonical"),
        (A, lambda f: f.with_columns(is_canonical=pl.lit(value=True)), "none or many canonical"),
        (A, lambda f: f.with_columns(containment_of_canonical=pl.lit(0.5)), "containment below 1"),
        (A, lambda f: pl.concat([f, f[:1]]), "an article_id that is there twice"),
        (A, lambda f: f[1:], "another article_count than articles"),
        (S, lambda f: pl.concat([f, f[:1]]), "a story_id that is there twice"),
        (S, lambda f: pl.concat([f, f[:1].with_columns(story_id=pl.lit("lonely"))]), "no article"),
        (S, lambda f: f.with_columns(first("article_count", 9)), "another article_count"),
        (S, lambda f: f.with_columns(first("canonical_article_id", "other")), "another canonical_article_id"),
        (S, lambda f: f[1:], "a story_id that stories does not have"),
        (P, lambda f: f.with_columns(article_id_b="article_id_a"), "ids in the wrong order"),
        (P, lambda f: pl.concat([f, f[:1]]), "ids that are there twice"),
        (P, lambda f: f.with_columns(first("article_id_a", "a")), "an article_id_a that assignments does not have"),
        (P, lambda f: f.with_columns(first("article_id_b", "z")), "an article_id_b that assignments does not have"),
    ],
)
def test_a_broken_invariant_is_found(tmp_path, table, change, sentence):
    built = sample.tables()
    built[table] = change(built[table])
    publish.publish(tmp_path, built, {}, sample.draft(tmp_path, built[A].height))
    assert any(sentence in problem for problem in check.check(tmp_path))


def test_counts_that_do_not_add_up_are_found(tmp_path):
    draft = sample.draft(tmp_path, 60)
    wrong = replace(draft, counts=replace(draft.counts, read=59, kept=57))
    publish.publish(tmp_path, sample.tables(), {}, wrong)
    problems = check.check(tmp_path)
    assert [part in problem for part, problem in zip(("59 records", "57 articles"), problems, strict=True)] == [
        True
    ] * 2


def rewrite(out, name, change):
    """Change a published table and make the manifest agree, as a faulty program would."""
    result = manifest.open_result(out)
    path = result.path / name / "part-00000.parquet"
    change(pl.read_parquet(path)).write_parquet(path)
    size, sha256 = disk.measure(path)
    entry = replace(result.manifest.files[f"{name}/{path.name}"], bytes=size, sha256=sha256)
    files = result.manifest.files | {f"{name}/{path.name}": entry}
    (result.path / "manifest.json").write_bytes(manifest.encode(replace(result.manifest, files=files)))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda f: f.reverse(), "is not sorted on story_id"),
        (lambda f: f.drop("agency"), "other columns or types"),
        (lambda f: f.cast({"article_count": pl.Int32}), "other columns or types"),
        (lambda f: f.with_columns(kind=pl.lit(None, pl.String)), "has nulls in kind"),
        (lambda f: f[:-1], "has 19 rows, but the manifest says 20"),
    ],
)
def test_a_table_that_breaks_its_schema_is_found(tmp_path, change, sentence):
    sample.put(tmp_path)
    rewrite(tmp_path, "stories", change)
    assert any(sentence in problem for problem in check.check(tmp_path))
