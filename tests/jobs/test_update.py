"""Updates: A then B is A and B at once, ids last, old stories retire, and the same again is nothing to do."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from benchmarks.corpus.generate import tables
from benchmarks.corpus.rows import Plan
from dedup.config import Settings
from jobs import known, nightly, report
from jobs import words as spool
from jobs.check import check
from jobs.progress import Progress
from jobs.texts import read_part

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jobs.manifest import Result

PLAN = Plan(articles=240, sites=24, seed=5, is_hard=True)
DAY = date(2026, 11, 1)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    made = tables(PLAN, (0, PLAN.articles))[0].to_pylist()
    for k, row in enumerate(made):
        row["published_at"] = row["published_at"] and row["published_at"].isoformat()
        if k % 3 == 0:
            del row["id"]
    return made


def write(rows: Sequence[dict[str, Any]], path: Path) -> Path:
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def update(path: Path, out: Path, day: int = 0, window: int = 30) -> nightly.Outcome:
    at = DAY + timedelta(days=day)
    return nightly.update([path], out, Settings(threads=1), {}, Progress(), window=window, as_of=at)


def run(path: Path, out: Path) -> Result:
    return nightly.run([path], out, Settings(threads=1), {}, Progress()).result


def stories(result: Result) -> set[frozenset[str]]:
    """Return the partition."""
    members = result.table("assignments").group_by("story_id").agg("article_id").collect()
    return {frozenset(ids) for ids in members["article_id"]}


def sources(result: Result) -> set[str]:
    return set(result.table("stories").select("canonical_article_id").collect().to_series())


def homes(result: Result) -> dict[str, str]:
    return dict(result.table("assignments").select("article_id", "story_id").collect().iter_rows())


@pytest.fixture(scope="module")
def batch(rows: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("batch")
    return run(write(rows, folder / "all.jsonl"), folder / "out")


def split_agrees(rows: list[dict[str, Any]], parts: list[int], batch: Result, folder: Path) -> None:
    """Update with each part, in turn, and compare with all at once."""
    seen: dict[str, str] = {}
    for number in sorted(set(parts)):
        some = [row for row, part in zip(rows, parts, strict=True) if part == number]
        result = update(write(some, folder / f"{number}.jsonl"), folder / "out", number).result
        assert check(folder / "out") == []
        here = homes(result)
        lineage = result.table("lineage").collect()
        assert set(seen.values()) <= here.keys()
        told = set(lineage.select("old_story_id", "new_story_id").iter_rows())
        assert {(seen[i], here[i]) for i in seen if seen[i] != here[i]} <= told
        seen = here
    assert stories(result) == stories(batch)
    assert sources(result) == sources(batch)
    columns = ["site", "sentence_hash", "articles", "stories"]
    one, other = (r.table("furniture").select(columns).collect() for r in (result, batch))
    assert one.join(other, on=columns, how="anti", nulls_equal=True).is_empty()
    assert one.height == other.height
    totals = ["site", "articles"]
    assert result.table("sites").select(totals).collect().equals(batch.table("sites").select(totals).collect())


@pytest.mark.parametrize("parts", [2, 5])
def test_updates_one_after_the_other_are_one_run(
    rows: list[dict[str, Any]], batch: Result, tmp_path: Path, parts: int
) -> None:
    split_agrees(rows, [k % parts for k in range(len(rows))], batch, tmp_path)


def random_splits_agree(count: int, rows: list[dict[str, Any]], batch: Result, folder: Path) -> None:
    # Nothing is shrunk: each example takes seconds, and a smaller one teaches no more.
    @settings(max_examples=count, deadline=None, database=None, phases=[Phase.explicit, Phase.generate])
    @given(seed=st.integers(0, 2**32), parts=st.integers(2, 4))
    def agree(seed: int, parts: int) -> None:
        rng = random.Random(seed)
        split_agrees(rows, [rng.randrange(parts) for _ in rows], batch, folder / f"{seed}-{parts}")

    agree()


def test_random_splits_are_one_run(rows: list[dict[str, Any]], batch: Result, tmp_path: Path) -> None:
    random_splits_agree(4, rows, batch, tmp_path)


@pytest.mark.full
def test_many_random_splits_are_one_run(rows: list[dict[str, Any]], batch: Result, tmp_path: Path) -> None:
    random_splits_agree(100, rows, batch, tmp_path)


@pytest.mark.long
def test_very_many_random_splits_are_one_run(rows: list[dict[str, Any]], batch: Result, tmp_path: Path) -> None:
    random_splits_agree(2_000, rows, batch, tmp_path)


def test_an_update_over_a_run_goes_on_from_it(rows: list[dict[str, Any]], batch: Result, tmp_path: Path) -> None:
    run(write(rows[:150], tmp_path / "a.jsonl"), tmp_path / "out")
    result = update(write(rows[150:], tmp_path / "b.jsonl"), tmp_path / "out").result
    assert stories(result) == stories(batch)
    assert result.manifest.plan.command == "update"
    assert result.manifest.counts.kept == len(rows) - 150
    assert check(tmp_path / "out") == []


def test_the_same_file_again_is_nothing_to_do(rows: list[dict[str, Any]], tmp_path: Path) -> None:
    a, b = write(rows[:40], tmp_path / "a.jsonl"), write(rows[40:60], tmp_path / "b.jsonl")
    first = update(a, tmp_path / "out")
    assert first.is_new
    second = update(b, tmp_path / "out", 1)
    again = update(a.rename(tmp_path / "renamed.jsonl"), tmp_path / "out", 2)
    assert not again.is_new
    assert again.result.run_id == second.result.run_id


def test_the_same_article_again_is_no_second_article(rows: list[dict[str, Any]], tmp_path: Path) -> None:
    out = tmp_path / "out"
    update(write(rows[:40], tmp_path / "a.jsonl"), out)
    added = rows[1]["text"] + "\nThis was added when the article was changed."
    revised = {**rows[1], "text": added, "published_at": "2024-04-30T12:00:00+00:00"}
    result = update(write([rows[0], revised, rows[50]], tmp_path / "b.jsonl"), out, 1).result
    counts = result.manifest.counts
    assert (counts.read, counts.kept, counts.dropped) == (3, 1, {"repeat": 1, "revision": 1})
    assert result.manifest.rows["assignments"] == 41
    words = result.table("assignments").filter(pl.col("article_id") == rows[1]["id"]).collect()["word_count"][0]
    older = run(write(rows[:40], tmp_path / "c.jsonl"), tmp_path / "other").table("assignments").collect()
    assert words > older.filter(pl.col("article_id") == rows[1]["id"])["word_count"][0]
    assert check(out) == []


def test_stories_out_of_the_window_retire_and_stay(rows: list[dict[str, Any]], tmp_path: Path) -> None:
    out = tmp_path / "out"
    before = update(write(rows[:100], tmp_path / "a.jsonl"), out, window=5).result
    fresh = [{**row, "id": f"new-{k}", "url": f"https://new.example/{k}"} for k, row in enumerate(rows[:20])]
    second = update(write([*fresh, rows[0]], tmp_path / "b.jsonl"), out, 10, window=5).result
    assert check(out) == []
    # Copies of what retired are stories of their own: nothing meets a retired story.
    was, now = homes(before), homes(second)
    assert {i: now[i] for i in was} == was
    assert not {now[row["id"]] for row in fresh} & set(was.values())
    assert second.manifest.counts.dropped == {"repeat": 1}
    retired = {name: entry for name, entry in second.manifest.files.items() if "/retired-" in name}
    assert {name.partition("/")[0] for name in retired} == {"assignments", "stories"}
    third = update(write(rows[100:130], tmp_path / "c.jsonl"), out, 11, window=5).result
    for name, entry in retired.items():
        assert third.manifest.files[name] == entry
        assert (third.path / name).samefile(second.path / name)
    assert known.recall(third, DAY).articles.height == 20 + 30
    totals = third.table("assignments").drop_nulls("site").group_by("site").agg(articles=pl.len().cast(pl.Int64))
    assert third.table("sites").select("site", "articles").collect().equals(totals.sort("site").collect())
    assert check(out) == []


def test_a_batch_with_few_articles_left_frees_its_room(rows: list[dict[str, Any]], tmp_path: Path) -> None:
    out, batch = tmp_path / "out", ("words/part-00000.bin", "texts/part-00000.arrow")
    first = update(write(rows[:100], tmp_path / "a.jsonl"), out, window=5).result
    story = sorted(max(stories(first), key=len))
    copied = next(row for row in rows if row.get("id") in story)
    words, texts = held_of(first, story)
    copy = {**copied, "id": "copy", "url": "https://copy.example/"}
    second = update(write([copy], tmp_path / "b.jsonl"), out, 4, window=5).result
    assert homes(second)["copy"] == homes(second)[copied["id"]]
    assert all(second.state_path(name).samefile(first.state_path(name)) for name in batch)
    third = update(write(rows[100:110], tmp_path / "c.jsonl"), out, 8, window=5).result
    assert check(out) == []
    assert {*story, "copy"} < set(known.recall(third, DAY).articles["article_id"])
    assert known.recall(third, DAY).articles.height == len(story) + 11
    for name in batch:
        assert third.manifest.state[name].bytes < 2 * len(story) / 100 * first.manifest.state[name].bytes
    assert held_of(third, story) == (words, texts)
    later = {**copy, "id": "later", "url": "https://later.example/"}
    last = update(write([later], tmp_path / "d.jsonl"), out, 9, window=5).result
    assert homes(last)["later"] == homes(last)["copy"]
    assert all(last.state_path(name).samefile(third.state_path(name)) for name in batch)


def held_of(result: Result, ids: list[str]) -> tuple[list[list[int]], list[str]]:
    """Return the words and the texts that the state holds of articles of the first batch."""
    articles = known.recall(result, DAY).articles
    places = articles.filter(batch=0).select("article_id", "place_in_batch").rows()
    words = spool.read(result.state_path("words/part-00000.bin"))
    texts = read_part(result.state_path("texts/part-00000.arrow"))
    at = [dict(places)[one] for one in ids]
    return [words.hashes[words.offsets[k] : words.offsets[k + 1]].tolist() for k in at], texts.gather(at).to_list()


def test_the_report_of_an_update_is_the_one_made_again(rows: list[dict[str, Any]], tmp_path: Path) -> None:
    out = tmp_path / "out"
    update(write(rows[:80], tmp_path / "a.jsonl"), out)
    result = update(write(rows[80:160], tmp_path / "b.jsonl"), out, day=40).result
    assert any("/retired-" in name for name in result.manifest.files)
    assert report.of(result) == (result.path / report.NAME).read_bytes()


def test_a_retired_article_keeps_its_id_and_its_row(rows: list[dict[str, Any]], tmp_path: Path) -> None:
    out = tmp_path / "out"
    update(write(rows[:30], tmp_path / "a.jsonl"), out, window=1)
    update(write(rows[30:60], tmp_path / "b.jsonl"), out, 9, window=1)
    changed = {**rows[1], "text": rows[60]["text"]}
    elsewhere = {**rows[2], "url": "https://elsewhere.example/x"}
    result = update(write([changed, elsewhere], tmp_path / "c.jsonl"), out, 20, window=1).result
    assert result.manifest.counts.dropped == {"revision": 1}
    ids = result.table("assignments").collect()["article_id"]
    assert ids.is_unique().all()
    assert rows[2]["id"] in ids
    assert ids.str.starts_with(f"{rows[2]['id']}~").sum() == 1
    assert check(out) == []
