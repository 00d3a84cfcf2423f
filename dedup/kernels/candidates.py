"""Signatures and shared text → candidate pairs: keys, the buckets they fall in, and whom each article meets there."""

from __future__ import annotations

import numpy as np

from dedup.kernels import jit
from dedup.kernels.order import sort_run
from dedup.kernels.tokens import PRIME, mix

SAMPLE = 8
"""One shingle in so many is a key, chosen by its hash, so that a cut copy keeps its share of its source's keys
(modulo sketch; Broder 1997, section 3)."""

BAND = np.uint64(1) << np.uint64(63)
"""The highest bit tells a band's key from a key of content."""

_MOST_MET = 4096


@jit
def is_sampled(shingle):
    """Tell whether a shingle is a key."""
    return shingle & np.uint32(SAMPLE - 1) == 0


@jit
def band_key(signature, band, rows):
    """Return the key of one band of a signature uint32[p]; equal for two articles whose rows in the band are equal."""
    h = np.uint64(band + 1)
    for r in range(band * rows, (band + 1) * rows):
        h = (h ^ np.uint64(signature[r])) * PRIME
        h ^= h >> np.uint64(32)
    return mix(h) | BAND


@jit
def _see(key, seen):
    """Set the key's bit in the first bitmap, and in the second where it was set there; `seen` uint64[2^k, 2].

    The two lie side by side, since every look is a miss of the cache.
    """
    bit = np.uint64(1) << (key & np.uint64(63))
    word = (key >> np.uint64(6)) & np.uint64(seen.shape[0] - 1)
    once = seen[word, 0]
    seen[word, 1] |= once & bit
    seen[word, 0] = once | bit


@jit
def write_keys(
    articles,
    signatures,
    shingles,
    shingle_bounds,
    sentences,
    sentence_bounds,
    bands,
    rows,
    seen,
    keys,
    offsets,
    totals,
):
    """Write every key of `articles` int64[m], and note which may occur twice; return how many, or -1 for lack of room.

    Parameters
    ----------
    seen : uint64[2^k, 2], zeroed bitmaps: a Bloom filter of one hash, counting to two
    keys : uint64, out
    offsets : int64[m+1], out: each article's keys
    totals : int64[m], out: how many of them are of content, not of bands
    """
    k = 0
    for i in range(articles.size):
        offsets[i] = k
        a = articles[i]
        size = shingle_bounds[a, 1] - shingle_bounds[a, 0] + sentence_bounds[a, 1] - sentence_bounds[a, 0]
        if k + size + bands > keys.size:
            return -1
        for s in range(shingle_bounds[a, 0], shingle_bounds[a, 1]):
            keys[k] = shingles[s]
            k += is_sampled(shingles[s])
        for e in range(offsets[i], k):
            keys[e] = mix(keys[e]) & ~BAND
        for s in range(sentence_bounds[a, 0], sentence_bounds[a, 1]):
            keys[k] = sentences[s] & ~BAND
            k += 1
        totals[i] = k - offsets[i]
        if size > 0:
            for b in range(bands):
                keys[k] = band_key(signatures[a], b, rows)
                k += 1
        for e in range(offsets[i], k):
            _see(keys[e], seen)
    offsets[articles.size] = k
    return k


@jit
def keep_shared(keys, offsets, seen):
    """Drop in place the keys that occur once: they pair nobody and need no sorting. Return how many stay."""
    k = 0
    begin = 0
    for i in range(offsets.size - 1):
        end = offsets[i + 1]
        offsets[i] = k
        for e in range(begin, end):
            key = keys[e]
            word = (key >> np.uint64(6)) & np.uint64(seen.shape[0] - 1)
            keys[k] = key
            k += np.int64((seen[word, 1] >> (key & np.uint64(63))) & np.uint64(1))
        begin = end
    offsets[offsets.size - 1] = k
    return k


@jit
def find_buckets(ordered, places, starts, sizes):
    """Write, for each key in its place, where its bucket begins among the sorted keys and how large it is.

    `ordered` uint64[k]: the keys in ascending order; `places` int32[k]: the place of each; `starts`, `sizes` int32[k], out.
    """
    n = places.size
    i = np.int64(0)
    while i < n:
        j = i + 1
        while j < n and ordered[j] == ordered[i]:
            j += 1
        for p in range(i, j):
            starts[places[p]] = i
            sizes[places[p]] = j - i
        i = j


@jit
def sort_buckets(carriers, sizes, places, ranks, out):
    """Write the ranks of each bucket's carriers in ascending order: `out` int32[k].

    `carriers` int64[k]: the article (place in the index) at each place of the sorted keys; `ranks` int64[m].
    """
    i = np.int64(0)
    while i < carriers.size:
        size = sizes[places[i]]
        for p in range(i, i + size):
            out[p] = ranks[carriers[p]]
        sort_run(out, i, i + size)
        i += size


@jit
def meet_hubs(order, offsets, keys, starts, sizes, ranked, is_stock, groups, totals, hubs, most, least_share, out):
    """Find whom each article meets; return how many pairs.

    In each bucket only the `hubs` articles of lowest rank are met by the others: a bucket of a thousand costs a thousand
    times `hubs`, never a million. Of those an article meets, the `most` with which it shares most keys are kept, if it
    shares `least_share` of the smaller one's keys of content, or a band.

    Parameters
    ----------
    order : int64[m], places in the index by rank
    offsets, keys, starts, sizes : the keys of the index, and their buckets
    ranked : int32[k], the ranks in each bucket, ascending
    is_stock : bool[k], keys of which nobody is met, or bool[0]
    groups : int64[m], by place; articles of equal group are together already and need not meet
    totals : int64[m], keys of content by place
    out : int64[m * most, 2], out: place of the hub, place of the article
    """
    m = order.size
    met = np.zeros(m, np.float64)
    is_banded = np.zeros(m, np.bool_)
    seen = np.empty(_MOST_MET, np.int64)
    k = 0
    for i in range(m):
        own = order[i]
        n = 0
        for e in range(offsets[own], offsets[own + 1]):
            if is_stock.size and is_stock[e]:
                continue
            for p in range(starts[e], starts[e] + min(sizes[e], hubs)):
                other = ranked[p]
                if other >= i:
                    break
                if groups[order[other]] == groups[own]:
                    continue
                if met[other] == 0.0 and not is_banded[other]:
                    if n == seen.size:
                        continue
                    seen[n] = other
                    n += 1
                if keys[e] & BAND:
                    is_banded[other] = True
                else:
                    met[other] += 1.0
        for s in range(n):
            other = seen[s]
            share = met[other] / max(1, min(totals[own], totals[order[other]]))
            met[other] = share if share >= least_share or is_banded[other] else -1.0
        for _ in range(most):
            best = -1
            for s in range(n):
                other = seen[s]
                if met[other] >= 0.0 and (
                    best < 0 or met[other] > met[best] or (met[other] == met[best] and other < best)
                ):
                    best = other
            if best < 0:
                break
            met[best] = -1.0
            out[k, 0] = order[best]
            out[k, 1] = own
            k += 1
        for s in range(n):
            met[seen[s]] = 0.0
            is_banded[seen[s]] = False
    return k
