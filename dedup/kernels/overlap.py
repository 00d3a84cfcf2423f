"""Candidate pairs → exact overlaps: shingles, sentences and facts that two articles share."""

from __future__ import annotations

import numpy as np

from dedup.kernels import jit


@jit
def table_size(count):
    """Return how many slots a hash set of `count` values has: a power of two, at least twice as many."""
    size = 16
    while size < 2 * count:
        size *= 2
    return size


@jit
def find_slot(value, table, mask):
    """Return the slot of a hash set where `value` (non-zero) stands, or the empty one where it would.

    `table` uint64[mask + 1], 0 is empty, by linear probing.
    """
    slot = value & mask
    while table[slot] != 0 and table[slot] != value:
        slot = (slot + np.uint64(1)) & mask
    return slot


@jit
def fill_set(values, low, high, table, mask):
    """Put `values[low:high]` (non-zero) into a hash set; see `find_slot`."""
    for i in range(low, high):
        table[find_slot(values[i], table, mask)] = values[i]


@jit
def clear_set(values, low, high, table, mask):
    """Empty the set that holds just `values[low:high]`: every run of full slots begins at some value's own slot."""
    for i in range(low, high):
        slot = values[i] & mask
        while table[slot] != 0:
            table[slot] = 0
            slot = (slot + np.uint64(1)) & mask


@jit
def is_in_set(value, table, mask):
    """Tell whether the set holds `value`."""
    slot = value & mask
    while table[slot] != 0:
        if table[slot] == value:
            return True
        slot = (slot + np.uint64(1)) & mask
    return False


@jit
def find_members(values, known, out):
    """Tell which of `values` uint64[m] are among `known` uint64[k]: bool[m], out; 0 is no member of anything."""
    size = table_size(known.size)
    table = np.zeros(size, np.uint64)
    mask = np.uint64(size - 1)
    for i in range(known.size):
        if known[i] != 0:
            fill_set(known, i, i + 1, table, mask)
    for i in range(values.size):
        out[i] = is_in_set(values[i], table, mask)


@jit
def count_shared(left, right, values, bounds, out):
    """Count what each pair shares: `out[k]` = |set(left[k]) ∩ set(right[k])|, int64[pairs], out.

    `left`, `right` int64[pairs]: articles; pairs of one `left` should stand together, since its set is laid into a hash
    table once for the run. `values` uint64, non-zero and distinct within an article, `bounds` int64[n, 2]: where they lie.
    """
    longest = 0
    for k in range(left.size):
        longest = max(longest, bounds[left[k], 1] - bounds[left[k], 0])
    size = table_size(longest)
    table = np.zeros(size, np.uint64)
    mask = np.uint64(size - 1)
    k = 0
    while k < left.size:
        a = left[k]
        if right[k] == a:
            out[k] = bounds[a, 1] - bounds[a, 0]
            k += 1
            continue
        fill_set(values, bounds[a, 0], bounds[a, 1], table, mask)
        while k < left.size and left[k] == a:
            n = 0
            for i in range(bounds[right[k], 0], bounds[right[k], 1]):
                n += is_in_set(values[i], table, mask)
            out[k] = n
            k += 1
        clear_set(values, bounds[a, 0], bounds[a, 1], table, mask)
