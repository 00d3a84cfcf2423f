"""Sorting within kernels. NumPy's own sorts, compiled by numba, cost a first run half a second and more each."""

from __future__ import annotations

import numpy as np

from dedup.kernels import jit

_PART_BITS = 10


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


@jit
def order_hashes(hashes, out):
    """Write the places of `hashes` uint64[k] in their ascending order, equal ones by place: `out` int32[k], out.

    Returns the hashes in that order.

    Radix sort from the highest bits: a pass over all that deals them into parts, a pass within each part, where they fit
    the cache, then insertion (Knuth, TAOCP 5.2.5). Linear for hashes, whose highest bits are spread evenly.
    """
    shift = np.uint64(64 - _PART_BITS)
    parts = np.zeros((1 << _PART_BITS) + 1, np.int64)
    for i in range(hashes.size):
        parts[(hashes[i] >> shift) + np.uint64(1)] += 1
    largest = 0
    for part in range(parts.size - 1):
        largest = max(largest, parts[part + 1])
        parts[part + 1] += parts[part]
    dealt = np.empty(hashes.size, np.uint64)
    places = np.empty(hashes.size, np.int32)
    at = parts.copy()
    for i in range(hashes.size):
        part = hashes[i] >> shift
        dealt[at[part]] = hashes[i]
        places[at[part]] = i
        at[part] += 1
    bits = 1
    while 1 << bits < largest and bits < 20:
        bits += 1
    within = np.uint64(64 - _PART_BITS - bits)
    mask = np.uint64((1 << bits) - 1)
    counts = np.empty((1 << bits) + 1, np.int64)
    ordered = np.empty(largest, np.uint64)
    for part in range(parts.size - 1):
        low, high = parts[part], parts[part + 1]
        counts[:] = 0
        for i in range(low, high):
            counts[(dealt[i] >> within & mask) + np.uint64(1)] += 1
        for digit in range(mask):
            counts[digit + 1] += counts[digit]
        for i in range(low, high):
            digit = dealt[i] >> within & mask
            ordered[counts[digit]] = dealt[i]
            out[low + counts[digit]] = places[i]
            counts[digit] += 1
        for i in range(1, high - low):
            value, place = ordered[i], out[low + i]
            j = i
            while j > 0 and ordered[j - 1] > value:
                ordered[j] = ordered[j - 1]
                out[low + j] = out[low + j - 1]
                j -= 1
            ordered[j] = value
            out[low + j] = place
        dealt[low:high] = ordered[: high - low]
    return dealt
