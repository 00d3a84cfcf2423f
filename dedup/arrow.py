"""The only bridge from a Polars column to the buffers that kernels read."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator


class Text(NamedTuple):
    """UTF-8 bytes of a string column: article i is data[offsets[i]:offsets[i+1]].

    `data` uint8[m], `offsets` int64[n+1].
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
    """Return the buffers of a String column, which is a copy since Polars keeps views; null counts as empty.

    Buffers are returned as they are, so that one copy can serve several callers.
    """
    import pyarrow as pa

    if isinstance(column, Text):
        return column
    array = column.fill_null("").rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    assert pa.types.is_large_string(array.type)
    _, offsets, data = array.buffers()
    view = np.frombuffer(offsets, np.int64, count=array.offset + len(array) + 1)[array.offset :]
    return Text(np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8), view)


def slice_bytes(
    text: Text, rows: npt.NDArray[np.int64], starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> pl.Series:
    """Return bytes starts[i]..ends[i] of article rows[i], cut back to whole characters: String[m].

    `rows`, `starts`, `ends` int64[m]; positions count from the article's begin and are clipped to it.
    """
    import pyarrow as pa

    from dedup.kernels.ranges import clip_ranges, copy_ranges

    lows, offsets = np.empty(rows.size, np.int64), np.empty(rows.size + 1, np.int64)
    clip_ranges(text.data, text.offsets, rows, starts, ends, lows, offsets)
    data = np.empty(int(offsets[-1]), np.uint8)
    copy_ranges(text.data, lows, offsets, data)
    array = pa.LargeStringArray.from_buffers(rows.size, pa.py_buffer(offsets), pa.py_buffer(data))
    frame = pl.from_arrow(pa.Table.from_arrays([array], [""]))  # an array alone would load pyarrow.compute
    assert isinstance(frame, pl.DataFrame)
    return frame.to_series()
