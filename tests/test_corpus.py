"""The generator of crawls: same arguments, same rows; a truth that agrees with what was written."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.corpus.generate import CHUNK, chunks, generate, tables
from benchmarks.corpus.rows import Plan

HARD = Plan(articles=2500, sites=500, seed=7, is_hard=True)
EASY = Plan(articles=600, sites=40, seed=7, is_hard=False)


@pytest.fixture(scope="module")
def hard() -> pa.Table:
    articles, truth = tables(HARD, chunks(HARD)[0])
    return articles.join(truth, "id", join_type="full outer")


def test_equal_plans_make_equal_tables_and_another_seed_makes_others() -> None:
    first, again = (tables(EASY, (0, 600)) for _ in range(2))
    assert first[0].equals(again[0])
    assert first[1].equals(again[1])
    other = tables(Plan(600, 40, 8, is_hard=False), (0, 600))
    assert not set(first[0]["text"].to_pylist()) & set(other[0]["text"].to_pylist())


def test_chunks_cover_the_articles_exactly() -> None:
    assert [size for _, size in chunks(Plan(2 * CHUNK + 1, 400, 1, is_hard=False))] == [CHUNK, CHUNK, 1]
    assert chunks(Plan(0, 400, 1, is_hard=True)) == []


def test_truth_has_one_row_an_article(hard: pa.Table) -> None:
    assert hard.num_rows == HARD.articles
    assert hard["url"].null_count == hard["story_id"].null_count == 0
    assert len(set(hard["url"].to_pylist())) == HARD.articles


def test_at_most_one_origin_a_story_and_it_is_said_to_be_present(hard: pa.Table) -> None:
    rows = hard.select(["story_id", "is_origin", "origin_present"]).to_pylist()
    origins = [row["story_id"] for row in rows if row["is_origin"]]
    assert len(origins) == len(set(origins))
    assert {row["story_id"] for row in rows if row["origin_present"]} == set(origins)


def test_stories_agree_on_agency_and_language(hard: pa.Table) -> None:
    rows = hard.select(["story_id", "agency", "language"]).to_pylist()
    known = {row["story_id"]: row for row in rows}
    assert all(known[row["story_id"]] == row for row in rows)


def test_credits_agree_with_the_truth(hard: pa.Table) -> None:
    rows = hard.to_pylist()
    assert all(not row["is_credited"] for row in rows if row["agency"] is None)
    credited = {row["story_id"] for row in rows if row["agency"] and row["is_credited"]}
    own = {row["story_id"] for row in rows if row["agency"] and row["is_origin"]}
    assert own <= credited
    assert all(row["agency"] == "AP" for row in rows if "(AP) _" in row["text"])


def test_links_point_mostly_home_and_sometimes_to_the_origin(hard: pa.Table) -> None:
    rows = hard.to_pylist()
    origins = {row["story_id"]: row["url"] for row in rows if row["is_origin"]}
    linked = [row for row in rows if row["canonical"]]
    home = [row for row in linked if row["site"] and row["site"] in row["canonical"]]
    copies = [row for row in linked if not row["is_origin"] and row["canonical"] == origins.get(row["story_id"])]
    assert len(home) > 0.85 * len(linked)
    assert copies
    assert {row["author"] is None for row in rows} == {True, False}


def test_walls_stand_alone_and_stubs_belong_to_a_story(hard: pa.Table) -> None:
    rows = hard.select(["story_id", "kind", "copy"]).to_pylist()
    stories = [row["story_id"] for row in rows]
    assert {row["kind"] for row in rows} == {"article", "template", "interstitial", "digest", "stub", "empty"}
    assert all(stories.count(row["story_id"]) == 1 for row in rows if row["kind"] == "interstitial")
    assert all(row["copy"] == "stub" for row in rows if row["kind"] == "stub")


def test_a_site_keeps_its_layout(hard: pa.Table) -> None:
    """A site that flattens its text never shows a line break in a laid-out article."""
    rows = hard.filter(pa.compute.is_in(hard["kind"], pa.array(["article", "stub"]))).to_pylist()
    shapes: dict[str, set[bool]] = {}
    for row in rows:
        shapes.setdefault(row["url"].split("/")[2], set()).add("\n" in row["text"])
    assert all(len(shape) == 1 for shape in shapes.values())
    assert {True, False} == set().union(*shapes.values())


def test_many_processes_write_what_one_writes(tmp_path) -> None:
    plan = Plan(CHUNK + 20, 60, 3, is_hard=False)
    generate(plan, tmp_path / "one", processes=1)
    generate(plan, tmp_path / "two", processes=2)
    for name in ("truth.parquet", "articles/part-00000.parquet", "articles/part-00001.parquet"):
        assert pq.read_table(tmp_path / "one" / name).equals(pq.read_table(tmp_path / "two" / name))
