"""Signatures and shared text → candidate pairs: keys, the buckets they fall in, and whom each article meets there."""

from __future__ import annotations

import numpy as np

from dedup.kernels import jit
from dedup.kernels.tokens import PRIME, mix

SAMPLE = 8
"""One shingle in so many is a key, chosen by its hash, so that a cut copy keeps its share of its source's keys
(modulo sketch; Broder 1997, section 3)."""

_BAND = np.uint64(1) << np.uint64(63)
"""The highest bit tells a band's key from a key of content."""


@jit
def is_sampled(shingle):  # type: ignore[no-untyped-def]
    """Tell whether a shingle is a key."""
    return shingle & np.uint64(SAMPLE - 1) == 0


@jit
def band_key(signature, band, rows):  # type: ignore[no-untyped-def]
    """Return the key of one band of a signature uint32[p]; equal for two articles whose rows in the band are equal."""
    h = np.uint64(band + 1)
    for r in range(band * rows, (band + 1) * rows):
        h = (h ^ np.uint64(signature[r])) * PRIME
        h ^= h >> np.uint64(32)
    return mix(h) | _BAND


@jit
def _see(key, seen, twice):  # type: ignore[no-untyped-def]
    """Set the key's bit in `seen`, or in `twice` where it was set; bitmaps uint64[2^k]."""
    bit = np.uint64(1) << (key & np.uint64(63))
    word = (key >> np.uint64(6)) & np.uint64(seen.size - 1)
    if seen[word] & bit:
        twice[word] |= bit
    else:
        seen[word] |= bit


@jit
def _is_twice(key, twice):  # type: ignore[no-untyped-def]
    word = (key >> np.uint64(6)) & np.uint64(twice.size - 1)
    return (twice[word] >> (key & np.uint64(63))) & np.uint64(1) != 0


@jit
def mark_keys(order, signatures, shingles, shingle_offsets, sentences, sentence_offsets, bands, rows, seen, twice, totals):  # type: ignore[no-untyped-def]
    """Note which keys may occur twice, and how many keys of content each article has.

    `order` int64[m]: article rows by rank; `seen`, `twice` uint64[2^k]: zeroed bitmaps (a Bloom filter of one hash); a key
    seen once pairs nobody and needs no sorting. `totals` int64[m], out. Returns the number of keys that stay.
    """
    for i in range(order.size):
        a = order[i]
        n = 0
        for s in range(shingle_offsets[a], shingle_offsets[a + 1]):
            if is_sampled(shingles[s]):
                _see(mix(shingles[s]) & ~_BAND, seen, twice)
                n += 1
        for s in range(sentence_offsets[a], sentence_offsets[a + 1]):
            _see(sentences[s] & ~_BAND, seen, twice)
            n += 1
        totals[i] = n
        if n:
            for b in range(bands):
                _see(band_key(signatures[a], b, rows), seen, twice)
    kept = 0
    for i in range(order.size):
        kept += write_keys(order[i : i + 1], signatures, shingles, shingle_offsets, sentences, sentence_offsets, bands, rows, twice, seen[:0], seen[:0].view(np.int64))
    return kept


@jit
def write_keys(order, signatures, shingles, shingle_offsets, sentences, sentence_offsets, bands, rows, twice, keys, offsets):  # type: ignore[no-untyped-def]
    """Write the keys that may occur twice, article by article in rank order; return how many.

    `keys` uint64, out, and `offsets` int64[m+1], out; with an empty `keys` they are only counted.
    """
    k = 0
    writes = keys.size > 0
    for i in range(order.size):
        if writes:
            offsets[i] = k
        a = order[i]
        for s in range(shingle_offsets[a], shingle_offsets[a + 1]):
            if is_sampled(shingles[s]):
                key = mix(shingles[s]) & ~_BAND
                if _is_twice(key, twice):
                    if writes:
                        keys[k] = key
                    k += 1
        for s in range(sentence_offsets[a], sentence_offsets[a + 1]):
            key = sentences[s] & ~_BAND
            if _is_twice(key, twice):
                if writes:
                    keys[k] = key
                k += 1
        if sentence_offsets[a + 1] > sentence_offsets[a] or shingle_offsets[a + 1] > shingle_offsets[a]:
            for b in range(bands):
                key = band_key(signatures[a], b, rows)
                if _is_twice(key, twice):
                    if writes:
                        keys[k] = key
                    k += 1
    if writes:
        offsets[order.size] = k
    return k


@jit
def bucket_starts(sorted_keys, positions, starts, sizes):  # type: ignore[no-untyped-def]
    """Write, for each key in its place before sorting, where its bucket begins and how large it is.

    `positions` int64[k]: the place before sorting of each of `sorted_keys`; `starts`, `sizes` int64[k], out.
    """
    n = sorted_keys.size
    i = 0
    while i < n:
        j = i + 1
        while j < n and sorted_keys[j] == sorted_keys[i]:
            j += 1
        for p in range(i, j):
            starts[positions[p]] = i
            sizes[positions[p]] = j - i
        i = j


@jit
def meet_hubs(first, last, offsets, keys, starts, sizes, ranks, groups, totals, hubs, most, least_share, met, out):  # type: ignore[no-untyped-def]
    """Find whom the articles of ranks `first..last` meet; return how many pairs.

    In each bucket only the `hubs` articles of lowest rank are met by the others: a bucket of a thousand costs a thousand
    times `hubs`, never a million. Of those an article meets, the `most` with which it shares most keys are kept, if it
    shares `least_share` of the smaller one's keys of content, or a band.

    Parameters
    ----------
    offsets, keys, starts, sizes : the keys by rank, and their buckets
    ranks : int64[k], the rank at each place of the sorted keys, ascending within a bucket
    groups : int64[m], articles of equal group are together already and need not meet
    totals : int64[m], keys of content by rank
    met : float64[m], scratch, zero
    out : int64[(last - first) * most, 2], out: rank of the article, rank of the hub (smaller)
    """
    k = 0
    seen = np.empty(1 << 16, np.int64)
    is_banded = np.zeros(met.size, np.bool_)
    for i in range(first, last):
        n = 0
        for e in range(offsets[i], offsets[i + 1]):
            begin = starts[e]
            for p in range(begin, begin + min(sizes[e], hubs)):
                other = ranks[p]
                if other >= i:
                    break
                if groups[other] == groups[i]:
                    continue
                if met[other] == 0.0 and not is_banded[other]:
                    if n == seen.size:
                        continue
                    seen[n] = other
                    n += 1
                if keys[e] & _BAND:
                    is_banded[other] = True
                else:
                    met[other] += 1.0
        for s in range(n):
            other = seen[s]
            share = met[other] / max(1, min(totals[i], totals[other]))
            met[other] = share if share >= least_share or is_banded[other] else -1.0
        for _ in range(most):
            best = -1
            for s in range(n):
                other = seen[s]
                if met[other] >= 0.0 and (best < 0 or met[other] > met[best] or (met[other] == met[best] and other < best)):
                    best = other
            if best < 0:
                break
            met[best] = -1.0
            out[k, 0] = i
            out[k, 1] = best
            k += 1
        for s in range(n):
            met[seen[s]] = 0.0
            is_banded[seen[s]] = False
    return k
