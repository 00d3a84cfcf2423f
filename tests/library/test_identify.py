"""Which records are articles and what they are called: design.md section 5 to the letter."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.identify import digests, identify, rows_by_batch

EPOCH = datetime(2026, 3, 1, tzinfo=UTC)
SCHEMA = {
    "id": pl.String,
    "url": pl.String,
    "text_digest": pl.String,
    "crawled_at": pl.Datetime("us", "UTC"),
    "published_at": pl.Datetime("us", "UTC"),
    "is_page": pl.Boolean,
    "source_file": pl.String,
    "source_offset": pl.Int64,
}


def hexes(text: str) -> str:
    return xxhash.xxh3_128_hexdigest(text.encode())


def record(
    text: str,
    *,
    name: str | None = None,
    url: str | None = None,
    day: int | None = None,
    is_page: bool = True,
    at: int = 0,
) -> dict[str, Any]:
    crawled = None if day is None else EPOCH + timedelta(days=day)
    return dict(zip(SCHEMA, (name, url, hexes(text), crawled, None, is_page, "dump.jsonl", at), strict=True))


def named(*records: dict[str, Any]) -> tuple[dict[str, str], dict[str, int]]:
    """Return article_id → text_digest, and what was dropped."""
    articles, dropped = identify(pl.DataFrame(records, schema=SCHEMA))
    assert articles["article_id"].is_sorted()
    assert articles["article_id"].is_unique().all()
    return dict(articles.select("article_id", "text_digest").iter_rows()), dropped


def test_an_id_is_the_inputs_else_of_the_url_else_of_the_text() -> None:
    found, dropped = named(
        record("one", name="a1", url="https://x.org/1"), record("two", url="https://x.org/2"), record("three")
    )
    assert found == {"a1": hexes("one"), hexes("https://x.org/2"): hexes("two"), hexes("three"): hexes("three")}
    assert dropped == {}


def test_the_same_text_again_is_a_repeat() -> None:
    same = [record("one", url="u", day=day, at=day) for day in range(3)]
    assert named(*same) == ({hexes("u"): hexes("one")}, {"repeat": 2})
    assert named(record("one"), record("one", at=9)) == ({hexes("one"): hexes("one")}, {"repeat": 1})
    assert named(record("one", name="a"), record("one", name="a", at=9)) == ({"a": hexes("one")}, {"repeat": 1})


def test_of_revisions_the_latest_capture_that_is_an_article_stays() -> None:
    old, new = record("old", url="u", day=1), record("new", url="u", day=2, at=1)
    wall = record("please accept cookies", url="u", day=3, is_page=False, at=2)
    again = record("old", url="u", day=0, at=3)
    assert named(old, new, wall, again) == ({hexes("u"): hexes("new")}, {"revision": 3})
    assert named(old, again, wall) == ({hexes("u"): hexes("old")}, {"repeat": 1, "revision": 1})
    assert named(wall) == ({hexes("u"): wall["text_digest"]}, {})


def test_a_capture_without_a_time_is_the_oldest() -> None:
    assert named(record("undated", url="u", at=1), record("dated", url="u", day=0))[0] == {hexes("u"): hexes("dated")}


def test_one_id_with_two_urls_names_two_articles_the_first_seen_keeping_it() -> None:
    found, dropped = named(
        record("later", name="a", url="https://x.org/2", day=2),
        record("first", name="a", url="https://x.org/1", day=1, at=1),
        record("first", name="a", url="https://x.org/3", day=3, at=2),
    )
    assert found == {
        "a": hexes("first"),
        "a~" + hexes("https://x.org/2")[:8]: hexes("later"),
        "a~" + hexes("https://x.org/3")[:8]: hexes("first"),
    }
    assert dropped == {}


def test_an_id_of_the_input_that_looks_made_up_by_us_takes_nobodys_place() -> None:
    url = "https://x.org/2"
    stolen = "a~" + hexes(url)[:8]
    found, _ = named(
        record("1", name="a", url="https://x.org/1", day=1),
        record("2", name="a", url=url, day=2),
        record("3", name=stolen, url="https://x.org/3", day=3),
    )
    assert found == {"a": hexes("1"), stolen: hexes("3"), "a~" + hexes(url): hexes("2")}


records = st.lists(
    st.builds(
        record,
        st.sampled_from("xyz"),
        name=st.sampled_from([None, "a", "b"]),
        url=st.sampled_from([None, "u1", "u2", "u3"]),
        day=st.sampled_from([None, 0, 1]),
        is_page=st.booleans(),
    ),
    min_size=1,
    max_size=9,
)


@settings(max_examples=300, deadline=None)
@given(records, st.randoms())
def test_order_does_not_matter_and_counts_add_up(given_: list[dict[str, Any]], random: Any) -> None:
    rows = [{**row, "source_offset": i} for i, row in enumerate(given_)]
    found, dropped = identify(pl.DataFrame(rows, schema=SCHEMA))
    shuffled = random.sample(rows, len(rows))
    again, dropped_again = identify(pl.DataFrame(shuffled, schema=SCHEMA))
    assert found.equals(again)
    assert dropped == dropped_again
    assert found.height + sum(dropped.values()) == len(rows)
    places = {
        (row["id"] or (hexes(row["url"]) if row["url"] else row["text_digest"]), row["url"] or "") for row in rows
    }
    assert found.height == len(places)
    assert found["article_id"].is_unique().all()
    assert found.columns == [*SCHEMA, "article_id"]


@settings(max_examples=100, deadline=None)
@given(records)
def test_no_id_stays_with_more_than_one_address(given_: list[dict[str, Any]]) -> None:
    found, _ = identify(pl.DataFrame(given_, schema=SCHEMA))
    base = found.select(pl.coalesce("id", "url", "text_digest"), plain=~pl.col("article_id").str.contains("~"))
    assert max(Counter(base.filter("plain").to_series(0).to_list()).values()) == 1


def test_digests_are_of_the_bytes_and_null_stays_null() -> None:
    assert digests(pl.Series(["é", None, ""])).to_list() == [hexes("é"), None, hexes("")]
    assert digests(pl.Series([], dtype=pl.String)).to_list() == []
    assert digests(pl.Series(["skip", "é"])[1:]).to_list() == [hexes("é")]


def test_rows_by_batch_follow_the_place_in_the_batch() -> None:
    frame = pl.DataFrame({"batch": [1, 0, 1, 0], "place_in_batch": [2, 5, 0, 1]})
    assert {key: rows.tolist() for key, rows in rows_by_batch(frame).items()} == {0: [3, 1], 1: [2, 0]}


@pytest.mark.parametrize("count", [0, 1])
def test_few_records(count: int) -> None:
    found, dropped = identify(pl.DataFrame([record("one")] * count, schema=SCHEMA))
    assert (found.height, dropped) == (count, {})
