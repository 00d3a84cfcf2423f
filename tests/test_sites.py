"""Who publishes for whom."""

from __future__ import annotations

import polars as pl

from dedup.schema import SITES, SYNDICATION
from dedup.sites import sites, syndication

ASSIGNMENTS = pl.DataFrame(
    [
        ("s", "a.com"), ("s", "b.com"), ("s", "b.com"), ("s", None),
        ("t", "a.com"), ("t", "b.com"), ("t", "c.com"), ("u", "c.com"), ("v", "d.com"),
    ],
    schema={"story_id": pl.String, "site": pl.String},
    orient="row",
)  # fmt: skip
STORIES = pl.DataFrame(
    {"story_id": ["s", "t", "u", "v"], "canonical_site": ["a.com", "b.com", "c.com", None]},
    schema={"story_id": pl.String, "canonical_site": pl.String},
)


def test_sites_count_what_they_originate_and_carry() -> None:
    found = sites(ASSIGNMENTS, STORIES)
    assert found.columns == list(SITES.dtypes)
    assert found.rows() == [
        ("a.com", 1, 1, 0.5, 2),
        ("b.com", 1, 1, 0.5, 3),
        ("c.com", 0, 1, 0.0, 2),
        ("d.com", 0, 0, None, 1),
    ]


def test_syndication_counts_a_site_once_a_story() -> None:
    found = syndication(ASSIGNMENTS, STORIES)
    assert found.columns == list(SYNDICATION.dtypes)
    assert found.rows() == [("a.com", "b.com", 1), ("b.com", "a.com", 1), ("b.com", "c.com", 1)]


def test_nothing_gives_empty_tables() -> None:
    assert sites(ASSIGNMENTS.clear(), STORIES.clear()).equals(SITES.empty())
    assert syndication(ASSIGNMENTS.clear(), STORIES.clear()).equals(SYNDICATION.empty())


def test_order_of_rows_does_not_matter() -> None:
    assert sites(ASSIGNMENTS.reverse(), STORIES.reverse()).equals(sites(ASSIGNMENTS, STORIES))
    assert syndication(ASSIGNMENTS.reverse(), STORIES.reverse()).equals(syndication(ASSIGNMENTS, STORIES))


def test_every_carried_story_is_in_syndication() -> None:
    assert sites(ASSIGNMENTS, STORIES)["carries"].sum() == syndication(ASSIGNMENTS, STORIES)["stories"].sum()
