"""Sorting within kernels against Python's own."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.kernels.order import sort_run


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
