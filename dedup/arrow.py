"""The only bridge from a Polars column to the buffers that kernels read."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator


INLINE = 12
"""Bytes of a string that its view holds itself."""


class Text(NamedTuple):
    """UTF-8 bytes of a string column: article i is data[offsets[i]:offsets[i+1]].

    `data` uint8[m], `offsets` int64[n+1], from wherever in `data` the first text begins.
    """

    data: npt.NDArray[np.uint8]
    offsets: npt.NDArray[np.int64]

    def parts(self, count: int) -> Iterator[tuple[int, int]]:
        """Yield (first, last) of at most `count` runs of articles with about the same number of bytes."""
        n = self.offsets.size - 1
        aims = self.offsets[0] + (self.offsets[-1] - self.offsets[0]) * np.arange(1, count) // count
        cuts = [0, *(int(c) for c in np.searchsorted(self.offsets, aims)), n]
        for first, last in pairwise(cuts):
            if last > first:
                yield first, last


def text_buffers(column: pl.Series | Text) -> Text:
    """Return the buffers of a String column; null counts as empty.

    Polars keeps views: the bytes are shared where they lie one behind the other, as in one of long texts read from Parquet
    or Arrow, else copied. Buffers are returned as they are, so that one copy can serve several callers.
    """
    import pyarrow as pa

    if isinstance(column, Text):
        return column
    whole = column.fill_null("").rechunk()
    if shared := _shared(whole.to_arrow(compat_level=pl.CompatLevel.newest())):
        return shared
    array = whole.to_arrow(compat_level=pl.CompatLevel.oldest())
    assert pa.types.is_large_string(array.type)
    _, offsets, data = array.buffers()
    view = np.frombuffer(offsets, np.int64, count=array.offset + len(array) + 1)[array.offset :]
    return Text(np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8), view)


def _shared(array: Any) -> Text | None:
    """Return the buffers of a string_view array without nulls whose bytes lie one behind the other; else None.

    A view is 16 bytes (Arrow columnar format, "Variable-size Binary View Layout"): the length, then up to INLINE bytes, or
    four bytes, the number of a buffer and the place there. What is inline was in the buffer too if it was read from one.
    """
    _, views, *data = array.buffers()
    if len(data) != 1 or not len(array):
        return None
    raw = np.frombuffer(views, np.uint8).reshape(-1, 16)[array.offset : array.offset + len(array)]
    sizes, places = raw.view(np.uint32)[:, 0].astype(np.int64), raw.view(np.uint32)[:, 3]
    outer = np.flatnonzero(sizes > INLINE)
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    if not outer.size:
        return None
    offsets += int(places[outer[0]]) - offsets[outer[0]]
    held = np.frombuffer(data[0], np.uint8)
    if offsets[0] < 0 or offsets[-1] > held.size or (offsets[outer] != places[outer]).any():
        return None
    inner = np.flatnonzero(sizes <= INLINE)
    at = offsets[inner, None] + np.arange(INLINE)
    is_own = np.arange(INLINE) < sizes[inner, None]
    if (held[np.minimum(at, held.size - 1)] != raw[inner, 4:])[is_own].any():
        return None
    return Text(held, *read_only(offsets))


def read_only(*arrays: npt.NDArray[Any]) -> list[npt.NDArray[Any]]:
    """Return views of arrays that may not be written.

    Some come from Arrow or a mapped file and may not be, some from NumPy and may; numba makes a machine code for each.
    """
    views = [array.view() for array in arrays]
    for view in views:
        view.setflags(write=False)
    return views


def slice_bytes(
    text: Text, rows: npt.NDArray[np.int64], starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> pl.Series:
    """Return bytes starts[i]..ends[i] of article rows[i], cut back to whole characters: String[m].

    `rows`, `starts`, `ends` int64[m]; positions count from the article's begin and are clipped to it.
    """
    import pyarrow as pa

    from dedup.kernels.ranges import clip_ranges, copy_ranges

    lows, offsets = np.empty(rows.size, np.int64), np.empty(rows.size + 1, np.int64)
    clip_ranges(text.data, text.offsets, *read_only(rows, starts, ends), lows, offsets)
    data = np.empty(int(offsets[-1]), np.uint8)
    copy_ranges(text.data, lows, offsets, data)
    array = pa.LargeStringArray.from_buffers(rows.size, pa.py_buffer(offsets), pa.py_buffer(data))
    frame = pl.from_arrow(pa.Table.from_arrays([array], [""]))  # an array alone would load pyarrow.compute
    assert isinstance(frame, pl.DataFrame)
    return frame.to_series()
