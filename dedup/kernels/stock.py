"""Which keys of an index different stories have in common, told by their headlines and their first sentences."""

from __future__ import annotations

import numpy as np

from dedup.kernels import jit
from dedup.kernels.candidates import BAND

_ASKED = 16
"""Carriers of a key that are looked at, evenly from among them."""


@jit
def _most_equal(values, n):
    """Return how often the most frequent of `values[:n]` occurs."""
    most = 0
    for i in range(n):
        count = 0
        for j in range(n):
            count += values[j] == values[i]
        most = max(most, count)
    return most


@jit
def mark_stock(keys, places, sizes, carriers, titles, leads, least, share, out):
    """Mark the keys of content that at least `least` articles carry of which hardly any two are one story.

    No more than `share` of the articles that are looked at may have the same headline, first or second sentence.

    Parameters
    ----------
    keys, places, sizes, carriers : of the index
    titles : uint64[m], hash of each article's headline by place in the index, 0 where there is none to go by
    leads : uint64[m, 2], hashes of its first two sentences
    out : bool[k], out, by place of the key
    """
    asked = np.empty((3, _ASKED), np.uint64)
    out[:] = False
    i = 0
    while i < carriers.size:
        size = sizes[places[i]]
        if size >= least and not keys[places[i]] & BAND:
            count = min(size, _ASKED)
            n = 0
            for j in range(count):
                carrier = carriers[i + j * size // count]
                if titles[carrier]:
                    asked[0, n], asked[1, n], asked[2, n] = titles[carrier], leads[carrier, 0], leads[carrier, 1]
                    n += 1
            most = max(1.0, share * n)
            is_stock = n >= least
            for row in range(3):
                is_stock = is_stock and _most_equal(asked[row], n) <= most
            if is_stock:
                for p in range(i, i + size):
                    out[places[p]] = True
        i += size
