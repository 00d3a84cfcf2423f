"""What a site repeats: counts of articles and first stories against dicts and sets."""

from __future__ import annotations

import math
from collections import Counter, defaultdict

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.kernels.furniture import count_sites
from tests.kernels.twins import parts_of

SHARE, LEAST = 0.35, 12.0
# Keys are told apart but for their lowest bit, which the kernel gives up to mark a slot as taken.
keys = st.sampled_from([2, 18, 34, 2**40 + 2, 2**63 + 2, 30, 46, 16, 4, 6, 8])
sentences = st.lists(st.tuples(keys, st.sampled_from([0.0, 6.0, 11.0, 20.0])), max_size=7)
sites = st.lists(st.lists(sentences, min_size=1, max_size=6), min_size=1, max_size=3)


def first_stories(articles: list[list[tuple[int, float]]]) -> list[int]:
    """Join each article to the last one that carries the same prose sentence, where they share enough weight."""
    carriers = Counter(key for article in articles for key in {key for key, _ in article})
    last: dict[int, int] = {}
    weights: list[float] = []
    edges = []
    for i, article in enumerate(articles):
        shared: dict[int, float] = defaultdict(float)
        weights.append(0.0)
        own = set()
        for key, words in article:
            if words == 0.0 or key in own:
                continue
            own.add(key)
            weight = words / math.sqrt(carriers[key])
            weights[i] += weight
            if key in last:
                shared[last[key]] += weight
            last[key] = i
        for other, weight in shared.items():
            if weight >= LEAST and weight >= SHARE * min(weights[i], weights[other]):
                edges.append((i, other))
    return parts_of(len(articles), edges)


@settings(max_examples=400, deadline=None)
@given(sites)
def test_counts_equal_counting_by_hand(given_: list[list[list[tuple[int, float]]]]) -> None:
    articles = [article for site in given_ for article in site]
    flat = [sentence for article in articles for sentence in article]
    offsets = np.cumsum([0, *map(len, articles)], dtype=np.int64)
    bounds = np.cumsum([0, *map(len, given_)], dtype=np.int64)
    hashes = np.array([key for key, _ in flat], np.uint64)
    weights = np.array([words for _, words in flat], np.float32)
    roots = np.full(len(articles), -1, np.int64)
    in_articles, in_stories = (np.zeros(len(flat), np.uint32) for _ in range(2))
    count_sites(
        bounds, np.arange(len(articles)), offsets, hashes, weights, SHARE, LEAST, roots, in_articles, in_stories
    )
    at = 0
    for k, site in enumerate(given_):
        expected = first_stories(site)
        assert roots[bounds[k] : bounds[k + 1]].tolist() == expected
        held, told = defaultdict(set), defaultdict(set)
        for i, article in enumerate(site):
            for key, _ in article:
                held[key].add(i)
                told[key].add(expected[i])
        for article in site:
            for key, _ in article:
                assert in_articles[at] == len(held[key])
                assert in_stories[at] == len(told[key])
                at += 1
