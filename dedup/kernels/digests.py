"""Which articles hold pieces of several stories: digests, round-ups and live pages quoting others' openings."""

from __future__ import annotations

import numpy as np

from dedup.kernels import jit

_CARRIERS = 24
"""Carriers of one sentence that are looked at; more would only name the same stories again."""


@jit
def count_stories(article, groups, sentences, offsets, order, starts, sizes, least_share, found):  # type: ignore[no-untyped-def]
    """Count the other stories that stand in an article, each in sentences of its own.

    The story that shares most sentences is taken first, then the one that shares most of what is left, and so on: cut
    copies of one story share the same sentences and count once; the items of a digest do not overlap.

    Parameters
    ----------
    groups : int64[n], the story of each article
    sentences, offsets : uint64, int64[n+1], distinct sentences by article
    order, starts, sizes : int64; the articles that carry a sentence: `order[starts[s]:starts[s] + sizes[s]]`
    least_share : share of the article's sentences that a story must hold to count
    found : float64[3], out: stories counted, share of the sentences they hold, share that the first of them holds
    """
    low, high = offsets[article], offsets[article + 1]
    n = high - low
    found[:] = 0.0
    if n == 0:
        return
    names = np.empty(n * _CARRIERS, np.int64)
    places = np.empty(n * _CARRIERS, np.int64)
    k = 0
    for s in range(low, high):
        begin = k
        for p in range(starts[s], starts[s] + min(sizes[s], _CARRIERS)):
            group = groups[order[p]]
            if group == groups[article]:
                continue
            is_known = False
            for q in range(begin, k):
                if names[q] == group:
                    is_known = True
                    break
            if not is_known:
                names[k] = group
                places[k] = s - low
                k += 1
    is_taken = np.zeros(n, np.bool_)
    left = np.argsort(names[:k], kind="mergesort")
    while True:
        best = -1
        best_count = 0
        i = 0
        while i < k:
            j = i
            count = 0
            while j < k and names[left[j]] == names[left[i]]:
                count += not is_taken[places[left[j]]]
                j += 1
            if count > best_count:
                best, best_count = i, count
            i = j
        if best < 0 or best_count < least_share * n:
            return
        found[0] += 1.0
        found[1] += best_count / n
        if found[0] == 1.0:
            found[2] = best_count / n
        name = names[left[best]]
        j = best
        while j < k and names[left[j]] == name:
            is_taken[places[left[j]]] = True
            j += 1


@jit
def count_all_stories(articles, groups, sentences, offsets, order, starts, sizes, least_share, found):  # type: ignore[no-untyped-def]
    """Run `count_stories` for `articles` int64[m]; `found` float64[m, 3], out."""
    for i in range(articles.size):
        count_stories(articles[i], groups, sentences, offsets, order, starts, sizes, least_share, found[i])
