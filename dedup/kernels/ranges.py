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
def spread_ranges(values, offsets, places, out):
    """Copy `values[offsets[i]:offsets[i + 1]]` to `out[places[i]:]` for each i; `places` int64[n], a negative one is none."""
    for i in range(places.size):
        if places[i] >= 0:
            shift = places[i] - offsets[i]
            for k in range(offsets[i], offsets[i + 1]):
                out[k + shift] = values[k]


@jit
def clip_ranges(data, offsets, rows, starts, ends, lows, bounds):
    """Find where bytes `starts[i]` to `ends[i]` of text `rows[i]` lie, clipped to it and cut back to whole characters.

    All int64[m] but `data` uint8 and `offsets` int64[n+1], UTF-8 texts. Writes `lows` int64[m], where each range begins in
    `data`, and `bounds` int64[m+1], where each begins if they are put one behind the other.
    """
    bounds[0] = 0
    for i in range(rows.size):
        begin, stop = offsets[rows[i]], offsets[rows[i] + 1]
        low = begin + min(max(starts[i], 0), stop - begin)
        high = begin + min(max(ends[i], 0), stop - begin)
        while begin < low < stop and data[low] & 0xC0 == 0x80:
            low -= 1
        while begin < high < stop and data[high] & 0xC0 == 0x80:
            high -= 1
        lows[i] = low
        bounds[i + 1] = bounds[i] + max(high - low, 0)
