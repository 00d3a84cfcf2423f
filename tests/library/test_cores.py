"""Cores: what a story's members agree on, and who is let in by it."""

from __future__ import annotations

import math
import random
from collections import Counter

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.cores import find_cores, judge_cores, left_over
from dedup.headlines import hash_headlines, judge_headlines, without_series
from dedup.kernels.cores import hold_against_cores, write_cores
from tests.kernels.test_sets import best_block, laid, ranged
from tests.library.articles import signed, story

SETS = st.lists(st.lists(st.integers(1, 30), unique=True, max_size=20), min_size=1, max_size=7)


@settings(max_examples=200, deadline=None)
@given(SETS, st.sampled_from([0.25, 0.5, 1.0]))
def test_cores_equal_counting_by_hand(sets: list[list[int]], share: float) -> None:
    core, offsets, hubs = np.empty(64, np.uint64), np.zeros(2, np.int64), np.empty(1, np.int64)
    write_cores(np.array([0, len(sets)]), np.arange(len(sets)), *ranged(sets), share, core, offsets, hubs)
    holders = Counter(value for one in sets for value in one)
    known = {value for value, count in holders.items() if count >= max(2, math.ceil(share * len(sets)))}
    held = [[value for value in one if value in known] for one in sets]
    hub = max(range(len(sets)), key=lambda i: (len(held[i]), -i))
    assert hubs[0] == hub
    assert core[: offsets[1]].tolist() == held[hub]


@settings(max_examples=200, deadline=None)
@given(SETS, SETS)
def test_holding_against_cores_equals_a_search_over_all_runs(cores: list[list[int]], sets: list[list[int]]) -> None:
    pairs = [(c, a) for c in range(len(cores)) for a in range(len(sets))]
    shared, blocks = np.empty(len(pairs), np.int64), np.full((len(pairs), 10), -1, np.int64)
    which, articles = (np.array(side) for side in zip(*pairs, strict=True))
    hold_against_cores(which, articles, *laid(cores), *ranged(sets), shared, blocks)
    for (c, a), count, block in zip(pairs, shared.tolist(), blocks.tolist(), strict=True):
        assert count == len(set(cores[c]) & set(sets[a]))
        for found, ours, theirs in ((block[:5], cores[c], sets[a]), (block[5:], sets[a], cores[c])):
            expected = best_block(ours, set(theirs))
            assert found[1] == expected[1]
            assert found[3:] == expected[3:]


NO_PAIRS = pl.DataFrame(
    schema={"left": pl.Int64, "right": pl.Int64, "is_alike": pl.Boolean, "is_cut": pl.Boolean, "shared": pl.Int64}
)
HEADLINE = "Council closes old bridge until spring"


def let_in(guest: list[str], titles: list[str], met: tuple[int, int] | None = None) -> bool:
    """Tell whether `guest` joins a story of four articles that agree on story(1); the last of `titles` is its own."""
    texts = [" ".join([*story(1), *story(10 + k, 2)]) for k in range(4)] + [" ".join(guest)]
    articles = signed(texts)
    stories = np.array([0, 0, 0, 0, 4])
    rows = np.flatnonzero(articles.words > 0)
    cores = find_cores(stories, stories, rows, articles)
    assert cores.stories.tolist() == [0]
    pairs = NO_PAIRS if met is None else pl.DataFrame([(*met, False, False, 50)], schema=NO_PAIRS.schema, orient="row")
    heads = hash_headlines(pl.Series(titles), np.ones(5, bool))
    left = left_over(pairs, stories, np.arange(5), cores, heads)
    return bool(judge_cores(left, cores, articles)["is_cut"].any())


def test_a_framed_copy_is_let_in_without_a_headline_and_a_quote_is_not() -> None:
    titles = [HEADLINE] * 4 + ["Quite another headline over there"]
    assert let_in([*story(50, 9), *story(1), *story(51, 9)], titles, (0, 4))
    assert not let_in([*story(50, 9), *story(1)[:3], *story(51, 9)], titles, (0, 4))
    assert not let_in([*story(50, 9), *story(1)[:3], *story(51, 9)], titles)


def test_a_stub_among_teasers_is_let_in_under_the_storys_headline_alone() -> None:
    guest = [*story(1)[:2], *(line[: len(line) // 2] + "..." for line in story(60, 12))]
    assert let_in(guest, [HEADLINE] * 5)
    assert let_in(guest, [HEADLINE] * 4 + [f"{HEADLINE} | The Daily Herald"])
    assert not let_in(guest, [HEADLINE] * 4 + ["Quite another headline over there"], (0, 4))


def test_an_old_body_in_one_piece_is_let_in_and_a_scattered_or_a_late_one_is_not() -> None:
    titles = [HEADLINE] * 4 + ["Quite another headline over there"]
    numbers = "On 4 May 23 boats 17 crews 99 nets 31 docks 56 piers 78 ropes stood idle."
    assert let_in([numbers, *story(50, 5), *story(1)[2:7]], titles, (0, 4))
    assert not let_in([numbers, *story(50, 5), *story(1)[6:11]], titles, (0, 4))
    mixed = [line for pair in zip(story(1)[2:7], story(50, 5), strict=True) for line in pair]
    assert not let_in([numbers, *mixed], titles, (0, 4))
    assert not let_in([numbers, *story(50, 20), *story(1)[2:7]], titles, (0, 4))


def test_under_the_storys_headline_a_good_part_of_the_article_is_enough() -> None:
    guest = [*story(50, 3), *story(1)[5:8]]
    assert let_in(guest, [HEADLINE] * 5)
    assert not let_in([*story(50, 16), *story(1)[5:8]], [HEADLINE] * 5)
    assert not let_in(guest, [HEADLINE] * 4 + ["Quite another headline over there"], (0, 4))


def test_headlines_that_differ_in_their_numbers_are_a_series_and_say_nothing() -> None:
    titles = pl.Series(
        ["Fire calls for March 2", "Fire calls for March 14", HEADLINE, HEADLINE, "Some 11 boats sink off Larn"]
    )
    hashes = hash_headlines(titles, np.ones(5, bool))
    found = without_series(hashes, titles).tolist()
    assert found[:2] == [0, 0]
    assert found[2:] == hashes[2:].tolist()
    assert without_series(hashes[:1], titles[:1]).tolist() == hashes[:1].tolist() != [0]


def test_a_headline_that_others_have_too_is_nobodys() -> None:
    texts = [" ".join([*story(1), *story(10 + k, 2)]) for k in range(3)]
    texts += [" ".join(story(20 + k)) for k in range(6)]
    articles = signed(texts)
    stories = np.array([0, 0, 0, *range(3, 9)])
    cores = find_cores(stories, stories, np.arange(9), articles)
    heads = hash_headlines(pl.Series(["Weather for Monday and Tuesday"] * 9), np.ones(9, bool))
    assert left_over(NO_PAIRS, stories, np.arange(9), cores, heads).is_empty()


def test_the_order_of_pairs_does_not_matter() -> None:
    rng = random.Random(3)
    texts = [" ".join([*story(k % 3), *story(100 + k, 2)]) for k in range(12)]
    texts += [" ".join([*story(k % 3)[:4], *story(200 + k, 6)]) for k in range(6)]
    articles = signed(texts)
    stories = np.array([*(k % 3 for k in range(12)), *range(12, 18)])
    cores = find_cores(stories, stories, np.arange(18), articles)
    rows = [(k, g, False, False, 50) for k in range(12) for g in range(12, 18)]
    heads = np.zeros(18, np.uint64)

    def found() -> pl.DataFrame:
        rng.shuffle(rows)
        pairs = pl.DataFrame(rows, schema=NO_PAIRS.schema, orient="row")
        return left_over(pairs, stories, np.arange(18), cores, heads)

    first = found()
    assert first.height == 18
    assert all(found().equals(first) for _ in range(5))


def test_headlines_lose_the_sites_name_and_only_long_ones_count() -> None:
    titles = pl.Series([HEADLINE, f"{HEADLINE} - The Daily Herald", "Sport | The Daily Herald of Larn", "Short", None])
    found = hash_headlines(titles, np.ones(5, bool)).tolist()
    assert found[0] == found[1] != 0
    assert found[2] not in (0, found[0])
    assert found[3:] == [0, 0]
    assert hash_headlines(titles, np.zeros(5, bool)).tolist() == [0] * 5
    assert hash_headlines(pl.Series(["临江老码头塌陷轮渡全线停航"]), np.ones(1, bool))[0] != 0


def test_a_label_before_a_headline_is_no_part_of_it() -> None:
    titles = pl.Series(
        [HEADLINE, f"UPDATE 2: {HEADLINE}", f"Exclusive: {HEADLINE} | The Daily Herald", f"On Monday: {HEADLINE}"]
    )
    found = hash_headlines(titles, np.ones(4, bool)).tolist()
    assert found[0] == found[1] == found[2] != found[3]
    assert hash_headlines(pl.Series(["Weather: rain and wind"]), np.ones(1, bool))[0] != 0


def test_a_headline_that_was_cut_short_is_the_one_that_begins_so() -> None:
    cut = " ".join(HEADLINE.split(" ")[:4]) + "..."
    whole = f"{HEADLINE} again"
    found = hash_headlines(pl.Series([cut, HEADLINE, HEADLINE.upper(), f"{HEADLINE} | The Herald"]), np.ones(4, bool))
    assert len(set(found.tolist())) == 1
    # Two begin so: it is neither.
    found = hash_headlines(pl.Series([cut, HEADLINE, whole, f"{cut[:-3]} …"]), np.ones(4, bool)).tolist()
    assert found[0] not in found[1:3]
    assert found[0] == found[3]
    assert len(set(hash_headlines(pl.Series([cut, "Something else that happened here"]), np.ones(2, bool)))) == 2


def test_a_headlines_story_takes_a_page_with_hardly_a_word_of_its_own() -> None:
    compared = pl.DataFrame(
        {
            "left": [0, 0],
            "right": [1, 2],
            "shared": [9, 2],
            "left_facts": [9] * 2,
            "right_facts": [9] * 2,
            "shared_facts": [0] * 2,
        }
    )
    assert judge_headlines(compared, np.array([400, 300, 300]))["is_cut"].to_list() == [False, False]
    assert judge_headlines(compared, np.array([400, 30, 30]))["is_cut"].to_list() == [True, False]
    more = compared.with_columns(shared=pl.lit(40))
    assert judge_headlines(more, np.array([400, 30, 30]))["is_cut"].to_list() == [False, False]
