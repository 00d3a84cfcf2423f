"""Ranges of an array copied one behind the other: how parts of articles come into another order."""

from __future__ import annotations

from dedup.kernels import jit


@jit
def copy_ranges(values, starts, offsets, out):
    """Copy `values[starts[i]:]` to `out[offsets[i]:offsets[i + 1]]` for each i; any dtype, `offsets` int64[m+1]."""
    for i in range(starts.size):
        shift = starts[i] - offsets[i]
        for k in range(offsets[i], offsets[i + 1]):
            out[k] = values[k + shift]
