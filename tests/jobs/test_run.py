"""A run as a library, from inputs to published tables: complete, counted, and the same whatever does not matter."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
import xxhash

from benchmarks.corpus.generate import tables
from benchmarks.corpus.rows import Plan
from dedup import schema
from dedup.config import Settings
from jobs import nightly
from jobs.progress import Progress
from tests.quality import scores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobs.manifest import Result

ROOT = Path(__file__).parents[2]
CRAWL, TRUTH = ROOT / "sample_data" / "crawl", ROOT / "sample_data" / "truth.tsv"
PLAN = Plan(articles=320, sites=40, seed=1003, is_hard=True)


def run(inputs: Sequence[Path], out: Path, **settings: Any) -> Result:
    return nightly.run(inputs, out, Settings(**{"threads": 1, **settings}), {}, Progress()).result


def sums(result: Result) -> dict[str, str]:
    """Return the SHA-256 of each table file."""
    files = result.manifest.files.items()
    return {name: entry.sha256 for name, entry in files if name.endswith(".parquet")}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return run([CRAWL], tmp_path_factory.mktemp("sample") / "out", threads=2)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    """Generated articles, some without ids or addresses, one twice, one revised, and one record with no text."""
    made = tables(PLAN, (0, PLAN.articles))[0].to_pylist()
    for k, row in enumerate(made):
        row["published_at"] = row["published_at"] and row["published_at"].isoformat()
        if k % 3 == 0:
            del row["id"]
        if k % 50 == 0:
            del row["url"]
    revised = {**made[1], "text": made[1]["text"] + "\nThis was added when the article was changed."}
    return [*made, made[4], revised]


def write(rows: Sequence[dict[str, Any]], *paths: Path) -> list[Path]:
    """Write rows as JSONL, dealt out over the files."""
    for k, path in enumerate(paths):
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows[k :: len(paths)]), "utf-8")
    return list(paths)


@pytest.fixture(scope="module")
def base(rows: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], Result]:
    folder = tmp_path_factory.mktemp("base")
    paths = write(rows, *(folder / "in" / f"{k}.jsonl" for k in range(3)))
    return paths, run(paths, folder / "out")


def adds_up(result: Result) -> None:
    counts = result.manifest.counts
    assert counts.read == counts.kept + sum(counts.dropped.values()) + sum(counts.quarantined.values())
    assert counts.kept == result.manifest.rows["assignments"]
    lost = result.table("quarantine").collect().filter(pl.col("reach") == "record")
    assert dict(lost.group_by("reason").len().iter_rows()) == counts.quarantined


def conforms(result: Result) -> None:
    for table in schema.PUBLISHED:
        frame = result.table(table.name).collect()
        assert table.conform(frame).equals(frame), table.name


def agrees(result: Result) -> None:
    """What the tables say of one another."""
    assignments, stories, pairs = (result.table(name).collect() for name in ("assignments", "stories", "pairs"))
    assert assignments["article_id"].is_unique().all()
    members = assignments.group_by("story_id").agg(
        pl.len(), first=pl.col("article_id").min(), canonical=pl.col("article_id").filter("is_canonical")
    )
    assert (members["canonical"].list.len() == 1).all()
    both = stories.join(members, on="story_id", how="full", coalesce=True)
    assert both.height == stories.height == members.height
    assert (both["article_count"] == both["len"]).all()
    assert (both["canonical_article_id"] == both["canonical"].list.first()).all()
    assert set(stories["story_id"]) <= set(assignments["article_id"])
    home = dict(assignments.select("article_id", "story_id").iter_rows())
    for row in pairs.iter_rows(named=True):
        assert row["article_id_a"] < row["article_id_b"]
        assert not row["is_same_story"] or home[row["article_id_a"]] == home[row["article_id_b"]]
    assert pairs.select("article_id_a", "article_id_b").is_unique().all()
    chosen = assignments.filter("is_canonical")
    assert (chosen["relation"] == "canonical").all()
    assert (chosen["containment_of_canonical"] == 1.0).all()
    assert assignments["furniture_share"].is_between(0, 1).all()
    # Every member of a story of several hangs on the others by accepted pairs.
    linked = {i for row in pairs.filter("is_same_story").iter_rows() for i in row[:2]}
    assert set(assignments.join(members.filter(pl.col("len") > 1), on="story_id", how="semi")["article_id"]) <= linked


def test_the_sample_is_whole_and_its_tables_agree(sample: Result) -> None:
    adds_up(sample)
    conforms(sample)
    agrees(sample)


def test_every_article_of_the_sample_has_one_row(sample: Result) -> None:
    truth = pl.read_csv(TRUTH, separator="\t")
    assert sorted(truth["article_id"]) == sorted(sample.table("assignments").collect()["article_id"])


def test_the_samples_stories_are_found(sample: Result) -> None:
    truth = pl.read_csv(TRUTH, separator="\t").select("article_id", true_story="story_id")
    found = scores.of_stories(sample.table("assignments").select("article_id", "story_id").collect(), truth)
    least = scores.floor("sample")
    assert found.precision >= least.precision, found
    assert found.recall >= least.recall, found


def test_generated_articles_are_whole_and_their_tables_agree(
    base: tuple[list[Path], Result], rows: list[dict[str, Any]]
) -> None:
    _, result = base
    adds_up(result)
    conforms(result)
    agrees(result)
    counts = result.manifest.counts
    assert counts.read == len(rows)
    assert counts.dropped["revision"] == counts.dropped["repeat"] == 1
    ids = {row.get("id") or xxhash.xxh3_128_hexdigest((row.get("url") or row["text"]).encode()) for row in rows}
    assert set(result.table("assignments").collect()["article_id"]) == ids


def test_whether_texts_are_kept_changes_no_row(base: tuple[list[Path], Result], tmp_path: Path) -> None:
    paths, result = base
    again = run(paths, tmp_path / "out", keep_text=False)
    for table in schema.PUBLISHED:
        assert again.table(table.name).collect().equals(result.table(table.name).collect()), table.name


def test_the_order_of_rows_changes_only_where_they_lay(
    base: tuple[list[Path], Result], rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    _, result = base
    shuffled = random.Random(5).sample(rows, len(rows))
    again = run(write(shuffled, tmp_path / "one.jsonl"), tmp_path / "out")
    for table in schema.PUBLISHED:
        one, other = (r.table(table.name).drop("source_file", "source_offset", strict=False) for r in (result, again))
        assert one.collect().equals(other.collect()), table.name


def test_a_rerun_is_a_no_op(base: tuple[list[Path], Result], tmp_path: Path) -> None:
    paths, _ = base
    first = nightly.run(paths, tmp_path / "out", Settings(threads=1), {}, Progress())
    again = nightly.run(paths[::-1], tmp_path / "out", Settings(threads=2), {}, Progress())
    assert first.is_new
    assert not again.is_new
    assert again.result.run_id == first.result.run_id
    other = nightly.run(paths, tmp_path / "out", Settings(threads=1, jaccard=0.5), {}, Progress())
    assert other.is_new
    assert other.result.run_id != first.result.run_id
