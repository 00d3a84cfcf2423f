"""Candidates: equal bands and shared text meet, crowds stay linear, nothing depends on order."""

from __future__ import annotations

import random
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest

from dedup.candidates import HUBS, MOST, candidates, choose_bands, index
from dedup.kernels.candidates import BAND, band_key
from tests.library.articles import SETTINGS, signed, story

if TYPE_CHECKING:
    from dedup.sign import Signed


def found(articles: Signed, stories: np.ndarray | None = None, order: np.ndarray | None = None) -> set[tuple[int, int]]:
    n = articles.words.size
    every = np.arange(n)
    known = index(articles, every, SETTINGS)
    pairs = candidates(known, every if order is None else order, every if stories is None else stories)
    assert pairs.shape == (len(pairs), 2)
    assert (pairs[:, 0] != pairs[:, 1]).all()
    out = {(int(min(pair)), int(max(pair))) for pair in pairs}
    assert len(out) == len(pairs)
    assert pairs.tolist() == sorted(pairs.tolist())
    return out


def test_band_keys_are_equal_exactly_where_the_rows_are() -> None:
    rng = np.random.default_rng(3)
    signatures = rng.integers(0, 3, (60, 8), dtype=np.uint32)
    for band in range(4):
        rows = signatures[:, 2 * band : 2 * band + 2]
        keys = [int(band_key(signature, band, 2)) for signature in signatures]
        assert all(key & int(BAND) for key in keys)
        for a, b in combinations(range(60), 2):
            assert (keys[a] == keys[b]) == (rows[a] == rows[b]).all()
    same = np.full(8, 7, np.uint32)
    assert len({int(band_key(same, band, 2)) for band in range(4)}) == 4


@pytest.mark.parametrize("jaccard", [0.05, 0.2, 0.4, 0.6, 0.8, 1.0])
@pytest.mark.parametrize("permutations", [16, 100, 128, 256])
def test_bands_use_the_permutations_and_come_near_the_threshold(jaccard: float, permutations: int) -> None:
    bands, rows = choose_bands(jaccard, permutations)
    assert 1 <= bands * rows <= permutations
    nearest = abs((1 / bands) ** (1 / rows) - jaccard)
    for r in range(1, permutations + 1):
        assert nearest <= abs((1 / (permutations // r)) ** (1 / r) - jaccard) + 1e-12


def test_every_pair_with_an_equal_band_is_proposed_where_buckets_are_small() -> None:
    rng = random.Random(5)
    texts = []
    for seed in range(40):
        source = story(seed, 10)
        texts.append(" ".join(source))
        texts.append(" ".join(source[rng.randint(0, 3) :] + story(1000 + seed, 3)))
        texts.append(" ".join(source[: rng.randint(5, 10)]))
    articles = signed(texts)
    bands, rows = choose_bands(SETTINGS.jaccard, SETTINGS.permutations)
    shaped = articles.signatures[:, : bands * rows].reshape(-1, bands, rows)
    expected = {(a, b) for a, b in combinations(range(len(texts)), 2) if (shaped[a] == shaped[b]).all(axis=1).any()}
    assert len(expected) > 80
    assert expected <= found(articles)


def test_cut_copies_meet_their_sources() -> None:
    """A tenth of a long article, from anywhere in it, has a Jaccard of 0.1: bands rarely see it."""
    sources = [story(seed, 40) for seed in range(30)]
    texts = [" ".join(source) for source in sources]
    texts += [" ".join(source[seed : seed + 4]) for seed, source in enumerate(sources)]
    pairs = found(signed(texts))
    assert {(seed, 30 + seed) for seed in range(30)} <= pairs


def test_strangers_do_not_meet() -> None:
    assert found(signed([" ".join(story(seed)) for seed in range(200)])) == set()


def test_articles_of_one_story_need_not_meet() -> None:
    articles = signed([" ".join(story(1))] * 3 + [" ".join(story(1)[:6])])
    assert found(articles, np.array([0, 0, 0, 3])) == {(0, 3), (1, 3), (2, 3)}
    assert found(articles, np.zeros(4, np.int64)) == set()


def test_a_hot_story_costs_a_bounded_number_of_pairs_and_everyone_meets_a_hub() -> None:
    source = story(1, 14)
    rng = random.Random(2)
    texts = [" ".join(rng.sample(source, 11) + story(10_000 + k, 1)) for k in range(3000)]
    pairs = found(signed(texts))
    later = [max(pair) for pair in pairs]
    assert len(pairs) <= MOST * 3000
    assert max(np.bincount(later)) <= MOST
    hubs = {min(pair) for pair in pairs}
    assert {b for _, b in pairs} | hubs == set(range(3000))
    assert set(later) == set(range(1, 3000))
    assert len(hubs) < 3000 // HUBS


def test_the_order_of_articles_decides_hubs_only_by_rank() -> None:
    """The same texts under other numbers, ranked alike, give the same pairs."""
    rng = np.random.default_rng(4)
    texts = [" ".join(story(seed % 20, 12)[seed % 5 :]) for seed in range(80)]
    plain = found(signed(texts))
    moved = rng.permutation(80)
    again = found(signed([texts[i] for i in moved]), order=np.argsort(moved))
    assert {tuple(sorted((int(moved[a]), int(moved[b])))) for a, b in again} == plain


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["only one article here today"], ["", "one", ""]])
def test_nobody_to_meet(texts: list[str]) -> None:
    assert found(signed(texts)) == set()


def test_only_the_articles_asked_for_meet() -> None:
    articles = signed([" ".join(story(1))] * 4)
    known = index(articles, np.array([1, 3]), SETTINGS)
    assert candidates(known, np.array([3, 1]), np.arange(4)).tolist() == [[3, 1]]
