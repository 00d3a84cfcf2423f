"""What becomes of stories: names that last, one row for each way articles went, any old id leads to today's."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from dedup import schema
from dedup.lineage import LEARNED, PARTED, TIED, name_stories, today, trace


def members(*rows: tuple[str, str | None, str, bool]) -> pl.DataFrame:
    columns = {"article_id": pl.String, "old_story_id": pl.String, "story_id": pl.String, "is_changed": pl.Boolean}
    return pl.DataFrame(rows, schema=columns, orient="row")


def events(frame: pl.DataFrame) -> list[tuple[str, ...]]:
    return list(frame.select("old_story_id", "new_story_id", "event", "reason").iter_rows())


def test_a_story_is_called_after_its_earliest_seen_member_and_then_the_first() -> None:
    assert name_stories(np.array([0, 0, 2, 2]), np.array([2, 1, 1, 1])).tolist() == [1, 1, 2, 2]
    assert name_stories(np.zeros(0, np.int64), np.zeros(0, np.int64)).tolist() == []


def test_stories_that_keep_all_their_articles_leave_no_row() -> None:
    told = trace(members(("a", "a", "a", True), ("b", "a", "a", False), ("c", None, "a", True)), 3)
    assert told.equals(schema.LINEAGE.empty())


def test_a_merge() -> None:
    told = trace(members(("a", "a", "a", False), ("b", "b", "a", False), ("c", "b", "a", False)), 3)
    assert events(told) == [("b", "a", "merged", TIED)]
    assert told["generation"].to_list() == [3]


def test_a_split_and_an_article_that_moved() -> None:
    told = trace(
        members(("a", "a", "a", False), ("b", "a", "b", False), ("c", "a", "d", False), ("d", "d", "d", False)), 3
    )
    assert events(told) == [("a", "b", "split", PARTED), ("a", "d", "moved", PARTED)]


def test_furniture_that_was_learned_is_the_reason() -> None:
    told = trace(members(("a", "a", "a", True), ("b", "a", "b", False)), 3)
    assert events(told) == [("a", "b", "split", LEARNED)]


@given(st.lists(st.lists(st.integers(0, 7), min_size=8, max_size=8), min_size=1, max_size=5))
def test_rows_tell_every_article_that_went_and_ids_end_once_a_night(nights: list[list[int]]) -> None:
    seen = np.array([0, 0, 1, 1, 2, 2, 3, 3])
    ids = np.array(list("abcdefgh"))
    before: dict[str, str] = {}
    for generation, night in enumerate(nights):
        labels = np.array(night)
        first = np.array([np.flatnonzero(labels == label)[0] for label in labels])
        home = dict(zip(ids.tolist(), ids[name_stories(first, seen)].tolist(), strict=True))
        told = trace(members(*((one, before.get(one), story, False) for one, story in home.items())), generation)
        rows = {(old, new): event for old, new, event, _ in events(told)}
        assert set(rows) == {(old, home[one]) for one, old in before.items() if old != home[one]}
        ended = {old: new for (old, new), event in rows.items() if event == "merged"}
        assert len(ended) == list(rows.values()).count("merged")
        assert set(ended) == set(before.values()) - set(home.values())
        for (_, new), event in rows.items():
            assert event == "merged" or (event == "split") == (new not in before.values())
        assignments = pl.DataFrame({"article_id": list(home), "story_id": list(home.values())})
        assert dict(zip(ids, today(pl.Series("id", ids), assignments), strict=True)) == home
        assert {old: home[old] for old in ended} == ended
        before = home
