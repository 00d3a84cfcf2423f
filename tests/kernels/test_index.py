"""The index of shared keys: what is kept, and the buckets, against dicts."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.kernels.candidates import find_buckets, keep_shared, sort_buckets, write_keys
from dedup.kernels.order import order_hashes

BIT_MATES = [3, 3 + 2**10, 3 + 2**11, 2**40 + 3]
"""Sentences that share a bit of a bitmap of sixteen words."""
articles = st.lists(
    st.lists(st.one_of(st.sampled_from(BIT_MATES), st.integers(1, 2**63 - 1)), unique=True, max_size=6), max_size=7
)


def written(sets: list[list[int]], room: int) -> tuple[int, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Write the keys of articles that have these sentences, no shingles and no bands."""
    n = len(sets)
    flat = np.array([key for part in sets for key in part], np.uint64)
    offsets = np.cumsum([0, *map(len, sets)], dtype=np.int64)
    seen = np.zeros((16, 2), np.uint64)
    keys, ends, totals = np.zeros(room, np.uint64), np.zeros(n + 1, np.int64), np.zeros(n, np.int64)
    count = write_keys(
        np.arange(n), np.zeros((n, 4), np.uint32), flat[:0], np.zeros((n, 2), np.int64),
        flat, np.stack([offsets[:-1], offsets[1:]], axis=1), 0, 1, seen, keys, ends, totals,
    )  # fmt: skip
    return count, keys, ends, totals, seen


@settings(max_examples=300, deadline=None)
@given(articles, st.randoms())
def test_shared_keys_stay_with_their_buckets(sets: list[list[int]], random: object) -> None:
    size = sum(map(len, sets))
    count, keys, offsets, totals, seen = written(sets, size)
    assert count == size
    assert totals.tolist() == list(map(len, sets))
    kept = keep_shared(keys, offsets, seen)
    holders = defaultdict(list)
    for i, part in enumerate(sets):
        own = keys[offsets[i] : offsets[i + 1]].tolist()
        assert own == [key for key in part if key in own]
        for key in part:
            holders[key].append(i)
    assert all(len(holders[key]) < 2 for key in set(holders) - set(keys[:kept].tolist()))
    places, starts, sizes = np.zeros((3, kept), np.int32)
    find_buckets(order_hashes(keys[:kept], places), places, starts, sizes)
    carriers = np.repeat(np.arange(len(sets)), np.diff(offsets))[places]
    ranks = np.arange(len(sets))
    random.shuffle(ranks)  # type: ignore[attr-defined]
    ranked = np.full(kept, -1, np.int32)
    sort_buckets(carriers, sizes, places, ranks, ranked)
    for e, key in enumerate(keys[:kept].tolist()):
        bucket = slice(starts[e], starts[e] + sizes[e])
        assert carriers[bucket].tolist() == holders[key]
        assert ranked[bucket].tolist() == sorted(ranks[holders[key]].tolist())


@settings(max_examples=100, deadline=None)
@given(articles, st.integers(0, 50))
def test_lack_of_room_is_told(sets: list[list[int]], room: int) -> None:
    assert (written(sets, room)[0] == -1) == (room < sum(map(len, sets)))
