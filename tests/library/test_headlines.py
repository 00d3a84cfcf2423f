"""What a headline says of an article that seems to hold several stories."""

from __future__ import annotations

import numpy as np
import polars as pl

from dedup.headlines import find_owners


def owners(pairs: list[tuple[int, int]], titles: list[int], stories: list[int], digests: list[int]) -> list[int]:
    judged = pl.DataFrame(pairs, schema={"left": pl.Int64, "right": pl.Int64}, orient="row")
    judged = judged.with_columns(is_alike=pl.lit(value=False), is_cut=pl.lit(value=True))
    is_digest = np.isin(np.arange(len(titles)), digests)
    return find_owners(judged, np.array(titles, np.uint64), np.array(stories), is_digest).tolist()


def test_a_page_full_of_teasers_is_its_headlines_story() -> None:
    assert owners([(0, 1), (1, 2)], [7, 7, 8], [0, 1, 2], [1]) == [-1, 0, -1]
    assert owners([(1, 0)], [7, 7], [0, 1], [1]) == [-1, 0]


def test_another_headline_or_none_says_nothing() -> None:
    assert owners([(0, 1)], [7, 8], [0, 1], [1]) == [-1, -1]
    assert owners([(0, 1)], [0, 0], [0, 1], [1]) == [-1, -1]


def test_copies_of_a_digest_do_not_speak_for_one_another() -> None:
    assert owners([(0, 1)], [7, 7], [0, 0], [0, 1]) == [-1, -1]


def test_a_headline_of_two_stories_is_nobodys() -> None:
    assert owners([(0, 2), (1, 2)], [7, 7, 7], [0, 1, 2], [2]) == [-1, -1, -1]
