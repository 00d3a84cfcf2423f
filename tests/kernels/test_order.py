"""Sorting within kernels against Python's own."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.kernels.order import order_hashes, sort_run


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(-5, 5) | st.integers(-(2**62), 2**62), max_size=300), st.integers(0, 300), st.integers(0, 300)
)
def test_a_run_is_sorted_and_the_rest_untouched(values: list[int], low: int, high: int) -> None:
    low, high = sorted((min(low, len(values)), min(high, len(values))))
    sorted_ = np.array(values, np.int64)
    sort_run(sorted_, low, high)
    assert sorted_.tolist() == [*values[:low], *sorted(values[low:high]), *values[high:]]


def test_a_crowd_is_sorted() -> None:
    values = np.random.default_rng(1).integers(0, 1000, 100_000)
    expected = np.sort(values)
    sort_run(values, 0, values.size)
    assert (values == expected).all()


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(0, 3) | st.integers(0, 2**64 - 1) | st.integers(0, 40).map(lambda bit: 1 << bit), max_size=300)
)
def test_hashes_are_ordered_as_by_a_stable_sort(values: list[int]) -> None:
    check_order(np.array(values, np.uint64))


def test_many_hashes_are_ordered() -> None:
    random = np.random.default_rng(2)
    spread = random.integers(0, 2**64, 60_000, dtype=np.uint64)
    check_order(spread[random.integers(0, spread.size, 200_000)])
    crowd = np.where(random.random(200_000) < 0.5, spread[0], spread[random.integers(0, spread.size, 200_000)])
    check_order(crowd)


def check_order(hashes: np.ndarray) -> None:
    places = np.full(hashes.size, -1, np.int32)
    ordered = order_hashes(hashes, places)
    expected = np.argsort(hashes, kind="stable")
    assert (places == expected).all()
    assert (ordered == hashes[expected]).all()
