"""Signatures and shared text → candidate pairs.

Two articles are worth comparing where a band of their signatures is equal (LSH; Indyk and Motwani 1998, Broder 1997), or
where they share sampled shingles or whole sentences: bands see alike articles, the rest sees cut copies, which have a low
Jaccard by nature.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

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
    rows = min(range(1, permutations + 1), key=lambda r: abs((1 / (permutations // r)) ** (1 / r) - jaccard))
    return permutations // rows, rows


class Index(NamedTuple):
    """What m articles have in common with one another, by place in `articles`.

    `articles` int64[m]; `keys` uint64[k] with `offsets` int64[m+1]: the keys that occur twice or more, bands marked by
    their highest bit; `places` int32[k]: the keys' places in ascending order; `starts`, `sizes` int32[k]: each key's
    bucket among them; `carriers` int32[k]: the article at each; `totals` int64[m]: keys of content, shared or not.
    """

    articles: npt.NDArray[np.int64]
    keys: npt.NDArray[np.uint64]
    offsets: npt.NDArray[np.int64]
    places: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int32]
    sizes: npt.NDArray[np.int32]
    carriers: npt.NDArray[np.int32]
    totals: npt.NDArray[np.int64]


def index(signed: Signed, articles: npt.NDArray[np.int64], settings: Settings) -> Index:
    """Return the index of `articles` int64[m], ascending."""
    from dedup.kernels.candidates import SAMPLE, find_buckets, keep_shared, write_keys
    from dedup.kernels.order import order_hashes

    bands, rows = choose_bands(settings.jaccard, settings.permutations)
    fixed = signed.sentences.size + bands * articles.size + 1024
    room = fixed + 2 * signed.shingles.size // SAMPLE
    seen = np.zeros((max(16, 1 << (room // 4).bit_length()), 2), np.uint64)
    offsets, totals = np.empty(articles.size + 1, np.int64), np.empty(articles.size, np.int64)
    while True:
        keys = np.empty(room, np.uint64)
        count = write_keys(
            articles, signed.signatures, signed.shingles, signed.shingle_bounds, signed.sentences,
            signed.sentence_bounds, bands, rows, seen, keys, offsets, totals,
        )  # fmt: skip
        if count >= 0:
            break
        room = fixed + signed.shingles.size
        seen[:] = 0
    keys = keys[: keep_shared(keys, offsets, seen)].copy()
    places, starts, sizes = np.empty((3, keys.size), np.int32)
    find_buckets(order_hashes(keys, places), places, starts, sizes)
    carriers = np.repeat(np.arange(articles.size, dtype=np.int32), np.diff(offsets))[places]
    return Index(articles, keys, offsets, places, starts, sizes, carriers, totals)


def candidates(
    known: Index,
    order: npt.NDArray[np.int64],
    stories: npt.NDArray[np.int64],
    is_stock: npt.NDArray[np.bool_] | None = None,
) -> npt.NDArray[np.int64]:
    """Return the pairs of articles worth comparing: int64[pairs, 2], rows (hub, article), sorted.

    Parameters
    ----------
    known : the index
    order : int64[m], its articles, best hub first: in a bucket the earlier are met by the later
    stories : int64[n], by article; those of one story need not meet
    is_stock : bool[k], keys that different stories have in common (`dedup.stock`), by default none: the copies of one
        filling of a template must not miss one another among all the others
    """
    from dedup.kernels.candidates import meet_hubs, sort_buckets

    places = np.searchsorted(known.articles, order)
    ranks = np.empty(order.size, np.int64)
    ranks[places] = np.arange(order.size)
    ranked = np.empty(known.keys.size, np.int32)
    sort_buckets(known.carriers, known.sizes, known.places, ranks, ranked)
    out = np.empty((order.size * MOST, 2), np.int64)
    stock = np.empty(0, np.bool_) if is_stock is None else is_stock
    count = meet_hubs(
        places, known.offsets, known.keys, known.starts, known.sizes, ranked, stock, stories[known.articles], known.totals,
        HUBS, MOST, LEAST_SHARE, out,
    )  # fmt: skip
    pairs = known.articles[out[:count]]
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
