"""Sorting within kernels. NumPy's own sorts, compiled by numba, cost a first run half a second and more each."""

from __future__ import annotations

from dedup.kernels import jit


@jit
def sort_run(values, low, high):
    """Sort `values[low:high]` in place, ascending; any numbers.

    Shell's sort (CACM 2(7), 1959) by Knuth's gaps 1, 4, 13, 40 … (TAOCP 5.2.1): insertion for the few that most runs hold,
    O(n^1.5) for a crowd.
    """
    gap = 1
    while 9 * gap < high - low:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(low + gap, high):
            value = values[i]
            j = i
            while j >= low + gap and values[j - gap] > value:
                values[j] = values[j - gap]
                j -= gap
            values[j] = value
        gap //= 3
