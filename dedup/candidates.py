"""Signatures and shared text → candidate pairs.

Two articles are worth comparing where a band of their signatures is equal (LSH; Indyk and Motwani 1998, Broder 1997), or
where they share sampled shingles or whole sentences: bands see alike articles, the rest sees cut copies, which have a low
Jaccard by nature.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

if TYPE_CHECKING:
    from dedup.config import Settings
    from dedup.sign import Signed

HUBS = 8
"""Articles a bucket offers to be met; the rest of a larger bucket meets only these."""

MOST = 6
"""Hubs an article is compared with at most in one round."""

LEAST_SHARE = 0.12
"""Share of the smaller one's keys of content that two articles must have in common, unless they share a band."""


def choose_bands(jaccard: float, permutations: int) -> tuple[int, int]:
    """Return (bands, rows) whose LSH threshold (1/bands)^(1/rows) lies nearest to `jaccard`.

    >>> choose_bands(0.4, 128)
    (32, 4)
    """
    rows = min(
        range(1, permutations + 1), key=lambda r: abs((1 / (permutations // r)) ** (1 / r) - jaccard)
    )
    return permutations // rows, rows


def candidates(
    signed: Signed, order: npt.NDArray[np.int64], groups: npt.NDArray[np.int64], settings: Settings
) -> npt.NDArray[np.int64]:
    """Return the pairs of articles worth comparing: int64[pairs, 2], rows (hub, article), sorted.

    Parameters
    ----------
    signed : of all articles
    order : int64[m], the articles that may meet, best hub first: in a bucket the earlier are met by the later
    groups : int64[n], articles of one group need not meet
    """
    from dedup.kernels.candidates import bucket_starts, mark_keys, meet_hubs, write_keys

    bands, rows = choose_bands(settings.jaccard, settings.permutations)
    content = (order, signed.signatures, signed.shingles, signed.shingle_offsets, signed.sentences,
               signed.sentence_offsets, bands, rows)  # fmt: skip
    most_keys = signed.shingles.size // 8 + signed.sentences.size + bands * order.size + 1
    seen = np.zeros(max(16, 1 << (most_keys // 4).bit_length()), np.uint64)
    twice = np.zeros_like(seen)
    totals = np.empty(order.size, np.int64)
    count = mark_keys(*content, seen, twice, totals)
    if count == 0:
        return np.empty((0, 2), np.int64)
    keys, offsets = np.empty(count, np.uint64), np.empty(order.size + 1, np.int64)
    write_keys(*content, twice, keys, offsets)
    ranks = np.repeat(np.arange(order.size), np.diff(offsets))
    places = pl.Series(keys).arg_sort().to_numpy() if False else np.argsort(keys, kind="stable")
    starts, sizes = np.empty(count, np.int64), np.empty(count, np.int64)
    bucket_starts(keys[places], places, starts, sizes)
    met = np.zeros(order.size, np.float64)
    out = np.empty((order.size * MOST, 2), np.int64)
    n = meet_hubs(
        0, order.size, offsets, keys, starts, sizes, ranks[places], groups[order], totals, HUBS, MOST, LEAST_SHARE, met, out
    )
    pairs = order[out[:n, ::-1]]
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
