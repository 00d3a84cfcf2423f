"""Which articles hold pieces of several stories: digests, round-ups and live pages quoting others' openings."""

from __future__ import annotations

import numpy as np

from dedup.kernels import jit
from dedup.kernels.candidates import BAND
from dedup.kernels.order import sort_run

_CARRIERS = 12
"""Carriers of one key that are looked at; more would only name the same stories again."""

STOCK_STORIES = 4
"""Text that more stories have is a stock phrase and nobody's item."""


@jit
def count_foreign(offsets, keys, starts, sizes, carriers, groups, found):
    """Count the keys of content of each article that another story carries too: `found` int64[m], out.

    No fewer than all that `count_stories` finds for the article, and a good deal cheaper: most buckets hold one story,
    which is found out once for all their members. Parameters as there.
    """
    only = np.full(keys.size, -2, np.int32)  # by a bucket's start: the one story of its carriers, -1: several
    for place in range(offsets.size - 1):
        found[place] = 0
        for e in range(offsets[place], offsets[place + 1]):
            if keys[e] & BAND:
                continue
            bucket = starts[e]
            if only[bucket] == -2:
                only[bucket] = groups[carriers[bucket]]
                for p in range(bucket, bucket + min(sizes[e], _CARRIERS)):
                    if groups[carriers[p]] != only[bucket]:
                        only[bucket] = -1
                        break
            found[place] += only[bucket] != groups[place]


@jit
def _by_name(names):
    """Return the places of `names` int64[k] by name, equal ones in their order: int64[k]."""
    k = names.size
    out = np.empty(k, np.int64)
    for i in range(k):
        out[i] = names[i] * k + i
    sort_run(out, np.int64(0), k)
    for i in range(k):
        out[i] %= k
    return out


@jit
def count_stories(place, offsets, keys, starts, sizes, carriers, groups, total, least_share, found):
    """Count the other stories that stand in an article, each in text of its own.

    The story that shares most keys is taken first, then the one that shares most of what is left, and so on: cut copies
    of one story share the same text and count once; the items of a digest do not overlap.

    Parameters
    ----------
    place : the article's place in the index
    offsets, keys, starts, sizes, carriers : the index; its keys of content are looked at
    groups : int64[m], the story of each article, by place
    total : keys of content that the article has, with those nobody shares
    least_share : share of them that a story must hold to count
    found : float64[3], out: stories counted, share of the keys they hold, share that the first of them holds
    """
    low, high = offsets[place], offsets[place + 1]
    found[:] = 0.0
    if high == low:
        return
    names = np.empty((high - low) * _CARRIERS, np.int64)
    places = np.empty((high - low) * _CARRIERS, np.int64)
    k = 0
    for e in range(low, high):
        if keys[e] & BAND:
            continue
        begin = k
        for p in range(starts[e], starts[e] + min(sizes[e], _CARRIERS)):
            group = groups[carriers[p]]
            if group == groups[place]:
                continue
            is_known = False
            for q in range(begin, k):
                if names[q] == group:
                    is_known = True
                    break
            if not is_known:
                names[k] = group
                places[k] = e - low
                k += 1
        k = begin if k - begin > STOCK_STORIES else k
    is_taken = np.zeros(high - low, np.bool_)
    by_name = _by_name(names[:k])
    while True:
        best = -1
        best_count = 0
        i = 0
        while i < k:
            j = i
            count = 0
            while j < k and names[by_name[j]] == names[by_name[i]]:
                count += not is_taken[places[by_name[j]]]
                j += 1
            if count > best_count:
                best, best_count = i, count
            i = j
        if best < 0 or best_count < max(2.0, least_share * total):
            return
        found[0] += 1.0
        found[1] += best_count / total
        if found[0] == 1.0:
            found[2] = best_count / total
        j = best
        name = names[by_name[best]]
        while j < k and names[by_name[j]] == name:
            is_taken[places[by_name[j]]] = True
            j += 1


@jit
def count_all_stories(asked, offsets, keys, starts, sizes, carriers, groups, totals, least_share, found):
    """Run `count_stories` for the articles at the places `asked` int64[k]; `totals` int64[m], `found` float64[k, 3], out."""
    for k in range(asked.size):
        place = asked[k]
        count_stories(place, offsets, keys, starts, sizes, carriers, groups, totals[place], least_share, found[k])


@jit
def count_common(left, right, offsets, keys, starts, sizes, carriers, groups, found):
    """Count the keys of content that two articles have in common, and those of them that another story carries too.

    `left`, `right` int64[k]: the places of two articles; `found` int64[k, 2], out. Other parameters as in `count_stories`.
    """
    for k in range(left.size):
        found[k] = 0
        for e in range(offsets[left[k]], offsets[left[k] + 1]):
            if keys[e] & BAND:
                continue
            is_common = False
            for f in range(offsets[right[k]], offsets[right[k] + 1]):
                if starts[f] == starts[e]:
                    is_common = True
                    break
            if not is_common:
                continue
            found[k, 0] += 1
            for p in range(starts[e], starts[e] + min(sizes[e], _CARRIERS)):
                if groups[carriers[p]] != groups[left[k]] and groups[carriers[p]] != groups[right[k]]:
                    found[k, 1] += 1
                    break
