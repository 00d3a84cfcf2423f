"""Which keys of an index different stories have in common, told by their headlines and their first sentences."""

from __future__ import annotations

import numpy as np

from dedup.kernels import jit
from dedup.kernels.candidates import BAND

_ASKED = 16
"""Carriers of a key that are looked at, evenly from among them."""


@jit
def _largest(asked, n, roots):
    """Return how many of the first `n` columns of `asked` are the largest part that equal values connect.

    `roots` int64[n] is room.
    """
    most = 0
    for i in range(n):
        roots[i] = i
    for i in range(n):
        for j in range(i):
            is_one = asked[0, i] == asked[0, j] or asked[1, i] == asked[1, j] or asked[2, i] == asked[2, j]
            if is_one and roots[i] != roots[j]:
                other = roots[j]
                for k in range(i + 1):
                    if roots[k] == other:
                        roots[k] = roots[i]
    for i in range(n):
        count = 0
        for j in range(n):
            count += roots[j] == i
        most = max(most, count)
    return most


@jit
def mark_stock(keys, places, sizes, carriers, titles, leads, least, share, many, share_of_many, out):
    """Mark the keys of content that at least `least` articles carry of which hardly any two are one story.

    Articles are one story where they have the same headline, first or second sentence, or each has one with a third. No
    more than `share` of the articles that are looked at may be one, `share_of_many` where they are `many`.

    Parameters
    ----------
    keys, places, sizes, carriers : of the index
    titles : uint64[m], hash of each article's headline by place in the index, 0 where there is none to go by
    leads : uint64[m, 2], hashes of its first two sentences
    out : bool[k], out, by place of the key
    """
    asked = np.empty((3, _ASKED), np.uint64)
    roots = np.empty(_ASKED, np.int64)
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
            if n >= least and _largest(asked, n, roots) <= max(1.0, (share if n < many else share_of_many) * n):
                for p in range(i, i + size):
                    out[places[p]] = True
        i += size
