"""Overlaps, blocks, digests and measures of stories against Python's sets, with values made to share slots."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.kernels.blocks import LONG_STRETCH, find_blocks
from dedup.kernels.candidates import BAND
from dedup.kernels.digests import count_all_stories, count_foreign
from dedup.kernels.overlap import clear_set, count_shared, fill_set, find_members, is_in_set
from dedup.kernels.shingles import keep_first
from dedup.kernels.stories import measure_stories

CROWDED = [1, 17, 33, 2**40 + 1, 2**63 + 1, 2, 16, 32, 15, 31, 2**64 - 1]
"""Values that fall into a few slots of any small table, some running over its end."""
values = st.one_of(st.sampled_from(CROWDED), st.integers(1, 12), st.integers(1, 2**64 - 1))
distinct = st.lists(values, unique=True, max_size=14)


def ranged(sets: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Return the values of lists, the last list first, and the bounds of each."""
    flat = [value for part in reversed(sets) for value in part]
    ends = len(flat) - np.cumsum([0, *map(len, sets)], dtype=np.int64)
    return np.array(flat, np.uint64), np.stack([ends[1:], ends[:-1]], axis=1)


def laid(sets: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Return the values of lists, one behind the other, and their offsets."""
    flat = [value for part in sets for value in part]
    return np.array(flat, np.uint64), np.cumsum([0, *map(len, sets)], dtype=np.int64)


@st.composite
def pairs_of_sets(draw: st.DrawFn) -> tuple[list[list[int]], list[tuple[int, int]]]:
    sets = draw(st.lists(distinct, min_size=1, max_size=6))
    index = st.integers(0, len(sets) - 1)
    return sets, draw(st.lists(st.tuples(index, index), max_size=10))


@settings(max_examples=400, deadline=None)
@given(pairs_of_sets())
def test_shared_counts_equal_set_intersections(given_: tuple[list[list[int]], list[tuple[int, int]]]) -> None:
    sets, pairs = given_
    left, right = np.array(pairs, np.int64).reshape(-1, 2).T.copy()
    out = np.full(len(pairs), -1, np.int64)
    count_shared(left, right, *ranged(sets), out)
    assert out.tolist() == [len(set(sets[a]) & set(sets[b])) for a, b in pairs]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(values, st.just(0)), max_size=20), st.lists(st.one_of(values, st.just(0)), max_size=20))
def test_members_are_those_of_a_set(asked: list[int], known: list[int]) -> None:
    out = np.empty(len(asked), bool)
    find_members(np.array(asked, np.uint64), np.array(known, np.uint64), out)
    assert out.tolist() == [value in set(known) - {0} for value in asked]


@settings(max_examples=300, deadline=None)
@given(st.lists(values, unique=True, max_size=8), values)
def test_a_set_holds_what_was_put_in_and_clears_whole(held: list[int], asked: int) -> None:
    table, mask = np.zeros(16, np.uint64), np.uint64(15)
    array = np.array(held, np.uint64)
    fill_set(array, 0, array.size, table, mask)
    assert is_in_set(np.uint64(asked), table, mask) == (asked in held)
    clear_set(array, 0, array.size, table, mask)
    assert not table.any()


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(values, st.just(0)), max_size=30))
def test_keep_first_keeps_order_and_drops_zero(given_: list[int]) -> None:
    array = np.array([*given_, 7], np.uint64)
    n = keep_first(array, len(given_), np.full(4 * len(given_) + 32, 9, np.uint64))
    assert array[:n].tolist() == [value for value in dict.fromkeys(given_) if value]


def best_block(ours: list[int], theirs: set[int]) -> list[int]:
    """Return what `find_block` must, from all runs: highest score, then the earliest end, then the latest begin."""
    is_shared = [value in theirs for value in ours]
    best = (0, 0, 0)
    for end in range(1, len(ours) + 1):
        for begin in range(end - 1, -1, -1):
            score = sum(1 if s else -1 for s in is_shared[begin:end])
            if score > best[0]:
                best = (score, begin, end)
    _, begin, end = best
    stretches = "".join("x" if s else " " for s in is_shared).split()
    stretched = sum(len(run) for run in stretches if len(run) >= LONG_STRETCH)
    return [begin, end, sum(is_shared[begin:end]), sum(is_shared[:end]), stretched]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(st.integers(1, 40), unique=True, max_size=34), min_size=2, max_size=2))
def test_blocks_equal_a_search_over_all_runs(sets: list[list[int]]) -> None:
    out = np.full((2, 10), -1, np.int64)
    find_blocks(np.array([0, 1]), np.array([1, 0]), *ranged(sets), out)
    for row, (a, b) in zip(out.tolist(), [(0, 1), (1, 0)], strict=True):
        for found, ours, theirs in ((row[:5], sets[a], sets[b]), (row[5:], sets[b], sets[a])):
            expected = best_block(ours, set(theirs))
            assert found[1:2] == expected[1:2]
            assert found[2] * 2 - (found[1] - found[0]) == expected[2] * 2 - (expected[1] - expected[0])
            assert found[3:] == expected[3:]


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[list[int]], list[int]]:
    sets = draw(st.lists(distinct, min_size=1, max_size=8))
    return sets, draw(st.lists(st.integers(0, 2), min_size=len(sets), max_size=len(sets)))


@settings(max_examples=300, deadline=None)
@given(stories(), st.sampled_from([0.1, 0.3, 0.5, 1.0]))
def test_coverage_own_share_and_depth_equal_counting_by_hand(
    given_: tuple[list[list[int]], list[int]], core_share: float
) -> None:
    sets, names = given_
    members = sorted(range(len(sets)), key=lambda i: (names[i], i))
    bounds = [0, *np.cumsum([names.count(name) for name in sorted(set(names))])]
    coverage, own, depth = (np.full(len(sets), -1.0) for _ in range(3))
    places = np.array(bounds, np.int64), np.array(members, np.int64)
    measure_stories(*places, *ranged(sets), core_share, coverage, own, depth)
    for low, high in pairwise(bounds):
        of_story = members[low:high]
        holders = Counter(value for m in of_story for value in sets[m])
        core = {v for v, n in holders.items() if n >= max(2, math.ceil(core_share * (high - low)))}
        for place, m in zip(range(low, high), of_story, strict=True):
            size = len(sets[m])
            assert coverage[place] == (len(core & set(sets[m])) / len(core) if core else 1.0)
            assert own[place] == (sum(holders[v] == 1 for v in sets[m]) / size if size else 0.0)
            shared = [v for v in sets[m] if holders[v] > 1]
            highest = [min(sets[other].index(v) for other in of_story if v in sets[other]) for v in shared]
            below = sum(sets[m].index(v) - top for v, top in zip(shared, highest, strict=True))
            assert depth[place] == (below / len(shared) if shared else 0.0)


def foreign_keys(article: int, sets: list[list[int]], names: list[int]) -> int:
    """Count the keys of content that articles of other stories carry too."""
    others = {key for part, name in zip(sets, names, strict=True) if name != names[article] for key in part}
    return sum(key in others for key in sets[article] if not key & int(BAND))


def stories_inside(article: int, sets: list[list[int]], names: list[int], least: float) -> tuple[int, float, float]:
    """Count the other stories in an article, the one that holds most of what is left first, each two keys or more."""
    left = {key for key in sets[article] if not key & int(BAND)}
    held = {
        name: {v for m in range(len(sets)) if names[m] == name for v in sets[m]} & left
        for name in set(names) - {names[article]}
    }
    total = len(left)
    taken = []
    while held:
        name = max(sorted(held), key=lambda name: len(held[name] & left))
        count = len(held[name] & left)
        if count < max(2, least * total):
            break
        taken.append(count / total)
        left -= held.pop(name)
    return len(taken), sum(taken), taken[0] if taken else 0.0


@settings(max_examples=300, deadline=None)
@given(stories(), st.sampled_from([0.06, 0.3]))
def test_digests_equal_a_greedy_cover_with_sets(given_: tuple[list[list[int]], list[int]], least: float) -> None:
    sets, names = given_
    keys, offsets = laid(sets)
    owners = np.repeat(np.arange(len(sets)), np.diff(offsets))
    order = np.argsort(keys, kind="stable")
    first = np.searchsorted(keys[order], keys).astype(np.int64)
    sizes = (np.searchsorted(keys[order], keys, side="right") - first).astype(np.int64)
    totals = np.array([sum(not key & int(BAND) for key in part) for part in sets], np.int64)
    buckets = (offsets, keys, first, sizes, owners[order], np.array(names, np.int64))
    asked = np.arange(0, len(sets), 1 + len(sets) % 2)
    found = np.full((asked.size, 3), -1.0)
    count_all_stories(asked, *buckets, totals, least, found)
    foreign = np.full(len(sets), -1, np.int64)
    count_foreign(*buckets, foreign)
    assert foreign.tolist() == [foreign_keys(i, sets, names) for i in range(len(sets))]
    for row, i in zip(found, asked, strict=True):
        number, total, largest = stories_inside(i, sets, names, least)
        assert row[0] == number
        np.testing.assert_allclose(row[1:], [total, largest], atol=1e-12)
