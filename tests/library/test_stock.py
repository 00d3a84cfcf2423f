"""Stock: sentences that different stories have in common, told from those of one story's copies."""

from __future__ import annotations

import numpy as np

from dedup.candidates import index
from dedup.stock import Stock, find_stock
from tests.library.articles import SETTINGS, signed, story

NOTICE = story(700, 2)


def stock_of(texts: list[str], titles: list[int]) -> tuple[Stock, list[int]]:
    """Return the stock, and how many stock sentences each text has."""
    articles = signed(texts)
    known = index(articles, np.arange(len(texts)), SETTINGS)
    found = find_stock(known, articles, np.array(titles, np.uint64))
    return found, np.diff(found.bounds)[:, 0].tolist()


def test_what_four_different_stories_have_in_common_is_stock() -> None:
    texts = [" ".join([*story(seed, 6), *NOTICE]) for seed in range(701, 705)]
    assert stock_of(texts, [1, 2, 3, 4])[1] == [2, 2, 2, 2]
    assert stock_of(texts[:3], [1, 2, 3])[1] == [0, 0, 0]


def test_copies_of_one_story_have_none_whatever_headlines_they_get() -> None:
    texts = [" ".join([*story(710, 8), *story(711 + k, 1)]) for k in range(6)]
    assert stock_of(texts, [1, 2, 3, 4, 5, 6])[1] == [0] * 6


def test_articles_under_one_headline_have_none_whatever_they_begin_with() -> None:
    texts = [" ".join([*story(720 + k, 3), *story(719, 8)]) for k in range(6)]
    assert stock_of(texts, [9] * 6)[1] == [0] * 6
    assert stock_of(texts, [0] * 6)[1] == [0] * 6
    assert stock_of(texts, [1, 2, 3, 4, 5, 6])[1] == [8] * 6


def test_fillings_that_were_widely_copied_do_not_hide_a_templates_stock() -> None:
    texts = [" ".join([*story(730 + k // 4, 3), *story(729, 4)]) for k in range(8)]
    texts += [" ".join([*story(740 + k, 3), *story(729, 4)]) for k in range(2)]
    titles = [1, 1, 1, 1, 2, 3, 4, 5, 6, 7]
    assert stock_of(texts, titles)[1] == [4] * 10
    # Of fewer articles, half are copies of one story more likely.
    assert stock_of(texts[:4] + texts[8:], titles[:4] + titles[8:])[1] == [0] * 6


def test_articles_are_one_story_that_a_third_one_connects() -> None:
    texts = [" ".join([*story(750, 1), *story(751 + k, 1), *story(749, 4)]) for k in range(2)]
    texts += [" ".join([*story(760 + k, 2), *story(749, 4)]) for k in range(3)]
    assert stock_of(texts, [1, 2, 3, 4, 5])[1] == [4] * 5
    assert stock_of(texts, [1, 2, 2, 4, 5])[1] == [0] * 5


def test_no_articles_have_no_stock() -> None:
    found, counts = stock_of([], [])
    assert counts == []
    assert found.sentences.size == found.is_stock.size == 0
