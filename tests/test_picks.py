"""Picked sources against labelled origins, and confidence against how often it is right."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup import metrics, picks


def judged(**given: list[object]) -> pl.DataFrame:
    """Judge two labelled stories, a b c and d e, found as they are; `given` replaces columns."""
    columns: dict[str, list[object]] = {
        "is_origin": [True, False, False, True, False],
        "is_canonical": [True, False, False, False, True],
        "canonical_confidence": [0.9, 0.9, 0.9, 0.6, 0.6],
        "site": ["a.com", "b.com", "c.com", "d.com", "d.com"],
        "agency": ["AP", "AP", "AP", None, None],
    }
    frame = pl.DataFrame({"article_id": list("abcde"), "story_id": list("ssstt"), **columns, **given})
    found = frame.select("article_id", "story_id", "is_canonical", "canonical_confidence", "site")
    return picks.judged_picks(metrics.align(frame.select("article_id", "story_id", "is_origin", "agency"), found))


def test_a_reprint_on_the_origins_site_is_another_article() -> None:
    assert judged().rows() == [("s", True, True, 0.9, "AP"), ("t", False, True, 0.6, None)]
    assert picks.accuracy_of(judged()).rows() == [(2, 1, 2, 0.5)]


def test_another_site_is_wrong_and_so_is_a_site_nobody_knows() -> None:
    for theirs in ("e.com", None):
        right_site = judged(site=["a.com", "b.com", "c.com", theirs and "d.com", theirs])["is_right_site"]
        assert right_site.to_list() == [True, False]


def test_a_story_without_a_known_origin_or_a_choice_does_not_count() -> None:
    assert judged(is_origin=[None, None, False, True, False])["truth"].to_list() == ["t"]
    assert judged(story_id=list("sstuv"))["truth"].to_list() == ["s"]


def test_reliability_by_span() -> None:
    frame = pl.DataFrame(
        {"confidence": [0.0, 0.55, 0.57, 1.0, 0.95, None], "is_right": [True, True, False, True, True, True]}
    )
    table = picks.reliability(frame)
    assert table["at_least"].to_list() == [0.0, 0.5, 0.9]
    assert table["picks"].to_list() == [1, 2, 2]
    assert table["accuracy"].to_list() == [1.0, 0.5, 1.0]
    assert picks.calibration_error(table) == pytest.approx((1.0 + 2 * 0.06 + 2 * 0.025) / 5)


def test_nothing_picked_is_no_error() -> None:
    nothing = picks.reliability(judged().clear())
    assert nothing.is_empty()
    assert picks.calibration_error(nothing) == 0.0


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1), st.integers(1, 20))
def test_spans_hold_every_pick_once_and_the_error_is_a_share(rows: list[tuple[float, bool]], bins: int) -> None:
    table = picks.reliability(pl.DataFrame(rows, schema=["confidence", "is_right"], orient="row"), bins)
    assert table["picks"].sum() == len(rows)
    assert 0.0 <= picks.calibration_error(table) <= 1.0
