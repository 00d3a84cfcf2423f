"""The time an article prints, against times that are none of its publication."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from dedup.clean.stamp import stamps


def stamp(*heads: str | None) -> list[datetime | None]:
    """Read the heads of articles."""
    return stamps(pl.Series(heads, dtype=pl.String)).to_list()


@pytest.mark.parametrize(
    "head",
    [
        "Council closes bridge\nMar 5, 2024 2:22\nThe council",
        "Council closes bridge By Ann Lee March 5, 2024 at 2:22 am The council",
        "Published 5 March 2024, 2:22",
        "5 Mar. 2024 | 2:22",
        "2024-03-05T02:22 UTC",
        "Updated Mar 6, 2024 5:00 p.m.\nPublished Mar 5, 2024 2:22 a.m.",
        "Last modified: 6 March 2024 11:10 – first on 5 March 2024 2:22",
    ],
)
def test_printed_times(head: str) -> None:
    assert stamp(head, None) == [datetime(2024, 3, 5, 2, 22), None]  # noqa: DTZ001


@pytest.mark.parametrize(
    ("head", "hour"),
    [
        ("March 5, 2024 at 2:22 pm The council", 14),
        ("Updated Mar 6, 2024 5:00 p.m.\nPublished Mar 5, 2024 2:22 P.M.", 14),
        ("Mar 5, 2024 12:22 PM UTC", 12),
        ("Mar 5, 2024 12:22 a.m.", 0),
        ("Mar 5, 2024 2:22 pmetrics", 2),
        ("5 March 2024 14:22", 14),
    ],
)
def test_halves_of_the_day(head: str, hour: int) -> None:
    assert stamp(head, None) == [datetime(2024, 3, 5, hour, 22), None]  # noqa: DTZ001


@pytest.mark.parametrize(
    "head",
    [
        "The deal of March 5, 2024 was signed",
        "Updated Mar 6, 2024 5:00 p.m.",
        "Mar 35, 2024 2:22",
        "They met on March 5 at 2:22",
        "It won 12-03-05 2:22",
        "",
    ],
)
def test_what_is_no_time_of_publication(head: str) -> None:
    assert stamp(head) == [None]
    assert stamp(head, None) == [None, None]


def test_no_articles() -> None:
    assert stamps(pl.Series([], dtype=pl.String)).dtype == pl.Datetime("us")
