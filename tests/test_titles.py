"""Headlines that are made of another member's."""

from __future__ import annotations

import polars as pl
import pytest

from dedup.titles import made_over


def retitled(*titles: str | None) -> list[str]:
    """Return the titles, all of one story, that are told to be made over."""
    rows = pl.DataFrame(
        {"article_id": [str(i) for i in range(len(titles))], "title": titles, "story": [0] * len(titles)}
    )
    return [str(titles[int(found)]) for found in sorted(made_over(rows)["article_id"])]


@pytest.mark.parametrize(
    "title",
    [
        "Council closes the old...",
        "Council closes the\u2026",
        "Breaking: Council closes the old bridge",
        "UPDATE 1: Council closes the old bridge",
        "COUNCIL CLOSES THE OLD BRIDGE",
        "Watch: Council closes the old bridge | Zed Herald",
    ],
)
def test_made_over(title: str) -> None:
    assert retitled("Council closes the old bridge", title, "Bridge shut") == [title]


@pytest.mark.parametrize(
    "title",
    [
        "Council closes the old bridge",
        "Council closes the old bridge | Zed Herald",
        "Council closes bridge...",
        "Cou...",
        "Council: the old bridge is closed",
        "BRIDGE SHUT",
        None,
        "",
    ],
)
def test_of_its_own(title: str | None) -> None:
    assert retitled("Council closes the old bridge", title) == []


def test_where_all_are_in_capitals_none_is_made_over() -> None:
    assert retitled("COUNCIL CLOSES BRIDGE", "COUNCIL CLOSES BRIDGE") == []
    assert retitled("Council closes...", "Council closes...") == []


def test_another_storys_headline_does_not_count() -> None:
    rows = pl.DataFrame({"article_id": ["a", "b"], "title": ["News: Bridge shut", "Bridge shut"], "story": [0, 1]})
    assert made_over(rows).is_empty()
