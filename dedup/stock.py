"""Stock sentences: what different stories say in the same words, as machines' texts, notices and background do.

No witness that two articles are one story: a template filled with other facts may have more stock than facts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from dedup.candidates import Index
    from dedup.sign import Signed

STOCK_ARTICLES = 4
"""Articles that must have a sentence for it to be stock …"""

STOCK_SHARE = 0.4
"""… and the share of them that may be one story by their headlines, or their first sentences, as copies are, whatever
headline each gets: the versions of a story that goes on have new ones …"""

STOCK_MANY, STOCK_SHARE_OF_MANY = 8, 0.5
"""… but are not so many: of more articles this share may be one, as a filling of a template that others copied."""


class Stock(NamedTuple):
    """The stock sentences of n articles: `sentences` uint64, distinct within an article, and `bounds` int64[n, 2] of each.

    `is_stock` bool[k] tells the keys of the index that are stock, sentences and sampled shingles.
    """

    sentences: npt.NDArray[np.uint64]
    bounds: npt.NDArray[np.int64]
    is_stock: npt.NDArray[np.bool_]


def find_stock(known: Index, signed: Signed, titles: npt.NDArray[np.uint64]) -> Stock:
    """Return the stock sentences among `signed.sentences`; `titles` uint64[n] as `headlines.hash_headlines` returns them."""
    from dedup.kernels.candidates import BAND
    from dedup.kernels.overlap import find_members
    from dedup.kernels.stock import mark_stock

    marked = np.empty(known.keys.size, np.bool_)
    mark_stock(
        known.keys, known.places, known.sizes, known.carriers, titles[known.articles], _leads(signed)[known.articles],
        STOCK_ARTICLES, STOCK_SHARE, STOCK_MANY, STOCK_SHARE_OF_MANY, marked,
    )  # fmt: skip
    is_stock = np.empty(signed.sentences.size, np.bool_)
    find_members(signed.sentences & ~BAND, np.unique(known.keys[marked]), is_stock)
    counts = np.concatenate([np.zeros(1, np.int64), np.cumsum(is_stock)])
    return Stock(signed.sentences[is_stock], counts[signed.sentence_bounds], marked)


def _leads(signed: Signed) -> npt.NDArray[np.uint64]:
    """Return the first two sentences of each article, uint64[n, 2]; where one lacks, a value that no other has."""
    sizes = np.diff(signed.sentence_bounds)[:, 0]
    out = np.arange(2 * sizes.size, dtype=np.uint64).reshape(-1, 2)
    for k in range(2):
        rows = np.flatnonzero(sizes > k)
        out[rows, k] = signed.sentences[signed.sentence_bounds[rows, 0] + k]
    return out
