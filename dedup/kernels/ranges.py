"""Ranges of an array copied to other places: how parts of articles come into another order."""

from __future__ import annotations

from dedup.kernels import jit


@jit
def copy_ranges(values, starts, offsets, out):
    """Copy `values[starts[i]:]` to `out[offsets[i]:offsets[i + 1]]` for each i; any dtype, `offsets` int64[m+1]."""
    for i in range(starts.size):
        shift = starts[i] - offsets[i]
        for k in range(offsets[i], offsets[i + 1]):
            out[k] = values[k + shift]


@jit
def spread_ranges(values, offsets, targets, out):
    """Copy `values[offsets[i]:offsets[i + 1]]` to `out[targets[i]:]` for each i; any dtype, `targets` int64[m]."""
    for i in range(targets.size):
        shift = targets[i] - offsets[i]
        for k in range(offsets[i], offsets[i + 1]):
            out[k + shift] = values[k]
