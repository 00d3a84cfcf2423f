"""Pairs to stories: no bridge, no digest, no order."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.candidates import index
from dedup.cluster import agree, components, find_digests, join_alike, join_cut, own_words, refuse_teasers, settle_stubs
from tests.kernels.twins import parts_of
from tests.library.articles import SETTINGS, signed, story

EDGES = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=20)


def judged(
    cut: list[tuple[int, int]],
    alike: list[tuple[int, int]] = (),  # type: ignore[assignment]
    held: float = 0.2,
    sentences: int = 9,
) -> pl.DataFrame:
    """Return pairs of which each article holds `held` of the other, and `sentences` of its sentences."""
    rows = [(a, b, False, True) for a, b in cut] + [(a, b, True, False) for a, b in alike]
    schema = {"left": pl.Int64, "right": pl.Int64, "is_alike": pl.Boolean, "is_cut": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        left_in_right=pl.lit(held),
        right_in_left=pl.lit(held),
        shared_sentences=pl.lit(sentences),
        shared_stock=pl.lit(0),
        reason=pl.lit("same body"),
    )


def joined(groups: list[int], cut: list[tuple[int, int]], digests: tuple[int, ...] = ()) -> list[int]:
    is_digest = np.zeros(len(groups), bool)
    is_digest[list(digests)] = True
    return join_cut(np.array(groups), judged(cut), is_digest).tolist()


@settings(max_examples=200, deadline=None)
@given(EDGES)
def test_components_equal_walking_the_graph(edges: list[tuple[int, int]]) -> None:
    assert components(12, np.array(edges, np.int64).reshape(-1, 2)).tolist() == parts_of(12, edges)
    assert join_alike(12, judged([(0, 1)], edges)).tolist() == parts_of(12, edges)


def test_no_articles_and_no_pairs() -> None:
    assert components(0, np.empty((0, 2), np.int64)).tolist() == []
    assert joined([0, 1, 1], []) == [0, 1, 1]


def test_a_lone_cut_copy_joins_the_story_that_holds_it() -> None:
    assert joined([0, 0, 0, 3], [(1, 3)]) == [0, 0, 0, 0]
    assert joined([0, 1, 1, 1], [(0, 2)]) == [0, 0, 0, 0]


def test_two_lone_articles_join() -> None:
    assert joined([0, 1], [(0, 1)]) == [0, 0]


def test_one_article_never_joins_two_stories_of_several() -> None:
    """Article 4 of the second story is a cut copy of every article of the first."""
    assert joined([0, 0, 0, 0, 4, 4, 4, 4], [(0, 4), (1, 4), (2, 4), (3, 4)]) == [0, 0, 0, 0, 4, 4, 4, 4]


def test_a_single_article_between_two_stories_joins_them_not() -> None:
    found = joined([0, 0, 0, 3, 4, 4, 4], [(0, 3), (3, 4)])
    assert found[0] != found[4]


def test_one_of_two_articles_does_not_take_the_other_with_it() -> None:
    """A stub that was taken for the story of a page with its teaser joins its own story with that page no more."""
    assert joined([0, 0, 0, 3, 3], [(0, 3), (1, 3)]) == [0, 0, 0, 3, 3]
    assert joined([0, 0, 0, 3, 3], [(0, 3), (1, 4)]) == [0, 0, 0, 0, 0]


def test_one_pair_of_two_versions_joins_small_stories() -> None:
    groups = np.array([0, 0, 2, 2])
    nobody = np.zeros(4, bool)
    assert join_cut(groups, judged([(1, 2)]), nobody).tolist() == [0, 0, 2, 2]
    assert join_cut(groups, judged([(1, 2)], held=0.4), nobody).tolist() == [0, 0, 0, 0]
    assert join_cut(groups, judged([(1, 2)], held=0.4, sentences=4), nobody).tolist() == [0, 0, 2, 2]
    large = np.array([0, 0, 0, 0, 4, 4, 4, 4])
    assert join_cut(large, judged([(1, 4)], held=0.4), np.zeros(8, bool)).tolist() == large.tolist()


def test_under_one_headline_a_digest_is_no_digest_of_its_copy() -> None:
    titles, digests = np.array([7, 7, 8], np.uint64), np.array([False, True, False])
    assert join_cut(np.arange(3), judged([(0, 1), (1, 2)]), digests, titles).tolist() == [0, 0, 2]
    assert join_cut(np.arange(3), judged([(0, 1), (1, 2)]), digests).tolist() == [0, 1, 2]
    assert join_cut(np.arange(3), judged([(0, 1)]), np.array([True, True, False]), titles).tolist() == [0, 1, 2]


def test_what_two_pages_of_a_site_share_with_other_stories_is_their_teasers() -> None:
    teasers = [*story(101, 12)[:4], *story(102, 12)[:4]]
    texts = [*(" ".join(story(seed, 12)) for seed in (101, 102))]
    texts += [" ".join([*story(103 + k, 6), *teasers]) for k in range(2)]
    texts += [" ".join(story(105, 12)), " ".join([*story(106, 6), *story(105, 12)[:6]])]
    known = index(signed(texts), np.arange(6), SETTINGS)
    titles = np.array([1, 2, 3, 4, 5, 6], np.uint64)

    def kept(titles: np.ndarray[tuple[int], np.dtype[np.uint64]], *sites: str | None) -> list[tuple[int, int]]:
        pairs = judged([(2, 3), (4, 5)])
        found = refuse_teasers(pairs, known, np.array([0, 1, 2, 2, 4, 4]), titles, pl.Series(sites, dtype=pl.String))
        return found.filter("is_cut").select("left", "right").rows()

    assert kept(titles, "x", "y", "a", "a", "b", "b") == [(4, 5)]
    assert kept(titles, "x", "y", "a", "c", "b", "b") == [(2, 3), (4, 5)]
    assert kept(titles, "x", "y", None, None, "b", "b") == [(2, 3), (4, 5)]
    assert kept(np.array([1, 2, 3, 3, 5, 6], np.uint64), "x", "y", "a", "a", "b", "b") == [(2, 3), (4, 5)]


def test_two_stories_join_where_enough_of_both_are_cut_copies() -> None:
    assert joined([0, 0, 2, 2], [(0, 2), (1, 3)]) == [0, 0, 0, 0]


def test_a_digest_is_found_by_the_stories_it_holds_and_a_framed_copy_is_none() -> None:
    sources = [story(seed, 12) for seed in range(5)]
    texts = [" ".join(source) for source in sources for _ in range(2)]
    texts.append(" ".join(line for source in sources for line in source[:3]))
    texts.append(" ".join([*sources[0], *sources[1][:1], *sources[2][:1], *sources[3][:1]]))
    texts.append(" ".join([*story(50, 12), *sources[0][:2]]))
    articles = signed(texts)
    stories = np.array([0, 0, 2, 2, 4, 4, 6, 6, 8, 8, 10, 11, 12])
    found = find_digests(index(articles, np.arange(13), SETTINGS), stories)
    assert np.flatnonzero(found).tolist() == [10]


def test_digests_join_nothing() -> None:
    cut = [(0, 2), (1, 2), (2, 3), (2, 4)]
    assert joined([0, 0, 2, 3, 3], cut, digests=(2,)) == [0, 0, 2, 3, 3]
    assert joined([0, 1, 2], [(0, 1), (1, 2)], digests=(1,)) == [0, 1, 2]


@settings(max_examples=200, deadline=None)
@given(EDGES, EDGES, st.sets(st.integers(0, 11), max_size=2), st.randoms())
def test_order_of_pairs_does_not_matter(
    alike: list[tuple[int, int]], cut: list[tuple[int, int]], digests: set[int], random: Any
) -> None:
    frame = judged(cut, alike)
    is_digest = np.isin(np.arange(12), list(digests))
    groups = join_alike(12, frame)
    once = join_cut(groups.copy(), frame, is_digest)
    turned = frame.rename({"left": "right", "right": "left"})
    rows = list(range(frame.height))
    random.shuffle(rows)
    assert join_cut(groups.copy(), turned[rows], is_digest).tolist() == once.tolist()
    assert (once <= np.arange(12)).all()
    assert (once[once] == once).all()
    merged = join_cut(once.copy(), frame, is_digest)
    assert merged.tolist() == once.tolist()


def test_copies_are_digests_together_where_most_of_them_hold_several_stories() -> None:
    known = index(signed([" ".join(story(seed)) for seed in range(7)]), np.arange(7), SETTINGS)
    alike = np.array([0, 0, 0, 3, 3, 5, 6])
    holds = np.array([1, 1, 0, 1, 0, 1, 0], bool)
    assert agree(holds, alike, known).tolist() == [True, True, True, False, False, True, False]


def settled(
    groups: list[int], cut: list[tuple[int, int, int, float]], titles: list[int], short: list[int]
) -> list[tuple[int, int]]:
    """Return the pairs that are kept of `cut`: left, right, shared shingles, and the share of the longer one."""
    held = pl.DataFrame([(shared, part) for *_, shared, part in cut], schema=["shared", "left_in_right"], orient="row")
    n = len(groups)
    found = settle_stubs(
        judged([(a, b) for a, b, *_ in cut]).with_columns(held, right_in_left=held["left_in_right"]),
        np.array(groups),
        np.array(titles, np.uint64),
        np.isin(np.arange(n), short),
        np.zeros(n, bool),
    )
    return found.filter("is_cut").select("left", "right").rows()


def test_a_stub_is_its_storys_and_not_of_a_page_with_it_for_a_teaser() -> None:
    story_pairs = [(0, 4, 30, 0.05), (1, 4, 30, 0.05)]
    assert settled([0, 0, 0, 3, 4], [*story_pairs, (3, 4, 30, 0.05)], [0] * 5, [4]) == [(0, 4), (1, 4)]
    # Without a better story, where it makes up a good part of it, or under its headline, the page may be its story's.
    assert settled([0, 1], [(0, 1, 30, 0.05)], [0, 0], [1]) == [(0, 1)]
    assert (3, 4) in settled([0, 0, 0, 3, 4], [*story_pairs, (3, 4, 30, 0.2)], [0] * 5, [4])
    assert (3, 4) in settled([0, 0, 0, 3, 4], [*story_pairs, (3, 4, 30, 0.05)], [1, 1, 1, 2, 2], [4])
    assert settled([0, 0, 0, 3, 4], [*story_pairs, (3, 4, 30, 0.05)], [1, 1, 1, 2, 2], [4]) == [(3, 4)]


def test_of_two_stories_a_stub_is_that_of_which_it_shares_more() -> None:
    pairs = [(0, 2, 30, 0.05), (1, 2, 31, 0.05)]
    assert settled([0, 1, 2], pairs, [0] * 3, [2]) == [(1, 2)]
    assert settled([0, 1, 2], list(reversed(pairs)), [0] * 3, [2]) == [(1, 2)]
    equal = [(0, 2, 30, 0.05), (1, 2, 30, 0.05)]
    assert settled([0, 1, 2], equal, [0] * 3, [2]) == [(0, 2)]


def test_what_other_stories_have_is_not_an_articles_own() -> None:
    teasers = [line for seed in (91, 92, 93) for line in story(seed, 12)[:4]]
    texts = [*(" ".join(story(seed, 12)) for seed in (91, 92, 93, 94)), " ".join([*teasers, *story(95, 1)])]
    articles = signed(texts)
    rows = np.arange(5)
    own = own_words(index(articles, rows, SETTINGS), rows, articles.words)
    assert own[3] == articles.words[3]
    assert own[4] < 0.25 * articles.words[4]
    assert (own[:3] < articles.words[:3]).all()
    joined_first = own_words(index(articles, rows, SETTINGS), np.array([0, 1, 2, 3, 0]), articles.words)
    assert joined_first[0] == articles.words[0]
