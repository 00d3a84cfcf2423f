"""Where two articles agree: the densest stretch of shared shingles on either side, and how it lies in the text."""

from __future__ import annotations

import numpy as np

from dedup.kernels import jit
from dedup.kernels.overlap import clear_set, fill_set, is_in_set, table_size

MISS = 1.0
"""What a shingle that is not shared costs a block; a shared one gains 1 (Kadane's maximum-sum run; Bentley 1984)."""

LONG_STRETCH = 12
"""Shared shingles in a row (16 words, five a shingle) that a template's fixed words between two facts hardly reach."""


@jit
def find_block(values, low, high, table, mask, out):
    """Find the best run of `values[low:high]` against the set in `table`.

    Writes to `out` int64[5]: the first place of the run and the one behind it (relative to `low`), how many of the run
    are shared, how many are shared before its end, and how many of all stand in unbroken stretches of LONG_STRETCH.
    """
    best = 0.0
    score = 0.0
    begin = 0
    shared = 0
    before = 0
    stretch = 0
    out[:] = 0
    for i in range(low, high):
        if is_in_set(values[i], table, mask):
            if score <= 0.0:
                score = 0.0
                begin = i - low
                shared = 0
            score += 1.0
            shared += 1
            before += 1
            stretch += 1
            if stretch == LONG_STRETCH:
                out[4] += LONG_STRETCH
            elif stretch > LONG_STRETCH:
                out[4] += 1
            if score > best:
                best = score
                out[0], out[1], out[2], out[3] = begin, i - low + 1, shared, before
        else:
            score -= MISS
            stretch = 0


@jit
def find_blocks(left, right, values, bounds, out):
    """Find the best block of each pair on both sides: `out` int64[pairs, 10], `find_block` of `left`, then of `right`.

    `values` uint32 in text order with `bounds` int64[n, 2], as `sign_words` writes shingles.
    """
    longest = 8
    for k in range(left.size):
        for a in (left[k], right[k]):
            longest = max(longest, bounds[a, 1] - bounds[a, 0])
    size = table_size(longest)
    table = np.zeros(size, np.uint64)
    mask = np.uint64(size - 1)
    for k in range(left.size):
        for side in range(2):
            a = left[k] if side == 0 else right[k]
            b = right[k] if side == 0 else left[k]
            fill_set(values, bounds[b, 0], bounds[b, 1], table, mask)
            find_block(values, bounds[a, 0], bounds[a, 1], table, mask, out[k, 5 * side : 5 * side + 5])
            clear_set(values, bounds[b, 0], bounds[b, 1], table, mask)
