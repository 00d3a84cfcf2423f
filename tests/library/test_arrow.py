"""The bridge from Polars columns to buffers: sliced, chunked, null and cut columns."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.arrow import slice_bytes, text_buffers

columns = st.lists(st.one_of(st.none(), st.text(alphabet="aé漢\U0001f600 ", max_size=6)), max_size=8)


def contents(column: pl.Series) -> list[str]:
    text = text_buffers(column)
    data = text.data.tobytes()
    return [data[a:b].decode() for a, b in zip(text.offsets[:-1], text.offsets[1:], strict=True)]


@settings(max_examples=200, deadline=None)
@given(columns, columns, st.integers(0, 9), st.integers(0, 9))
def test_sliced_and_chunked_columns_give_their_own_texts(
    one: list[str | None], two: list[str | None], low: int, length: int
) -> None:
    column = pl.concat([pl.Series(one, dtype=pl.String), pl.Series(two, dtype=pl.String)], rechunk=False)
    for part in (column, column.slice(low, length), column[::-1]):
        assert contents(part) == part.fill_null("").to_list()


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(alphabet="aé漢", max_size=20)), max_size=8), st.data())
def test_texts_that_came_in_one_buffer_are_shared_and_read_the_same(
    texts: list[str | None], data: st.DataObject
) -> None:
    frame = pl.from_arrow(pa.table({"text": pa.array(texts, pa.large_string())}))
    assert isinstance(frame, pl.DataFrame)
    whole = frame["text"]
    order = data.draw(st.permutations(range(len(texts))))
    low, length = data.draw(st.integers(0, 9)), data.draw(st.integers(0, 9))
    for part in (whole, whole.slice(low, length), whole[order], whole.filter(whole.is_not_null())):
        assert contents(part) == part.fill_null("").to_list()


def test_a_column_read_from_arrow_is_not_copied() -> None:
    column = pa.array(["a text that no view can hold", "short", "", "another of that kind"] * 3, pa.large_string())
    frame = pl.from_arrow(pa.table({"text": column}))
    assert isinstance(frame, pl.DataFrame)
    text = text_buffers(frame["text"])
    assert text.data.ctypes.data == column.buffers()[2].address
    assert contents(frame["text"]) == column.to_pylist()
    assert text_buffers(frame["text"].reverse()).data.ctypes.data != column.buffers()[2].address


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.text(alphabet="aé漢\U0001f600", max_size=6), min_size=1, max_size=5),
    st.lists(st.tuples(st.integers(0, 4), st.integers(-5, 30), st.integers(-5, 30)), max_size=8),
)
def test_slices_are_whole_characters_of_their_article(texts: list[str], cuts: list[tuple[int, int, int]]) -> None:
    cuts = [(row % len(texts), a, b) for row, a, b in cuts]
    rows, starts, ends = (np.array([cut[k] for cut in cuts], np.int64) for k in range(3))
    found = slice_bytes(text_buffers(pl.Series(texts, dtype=pl.String)), rows, starts, ends)
    assert found.dtype == pl.String
    for (row, a, b), part in zip(cuts, found.to_list(), strict=True):
        raw = texts[row].encode()
        low, high = (min(max(place, 0), len(raw)) for place in (a, b))
        while 0 < low < len(raw) and raw[low] & 0xC0 == 0x80:
            low -= 1
        while 0 < high < len(raw) and raw[high] & 0xC0 == 0x80:
            high -= 1
        assert part == raw[low : max(low, high)].decode()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=9), max_size=12), st.integers(1, 5))
def test_parts_cover_every_article_once(texts: list[str], count: int) -> None:
    parts = list(text_buffers(pl.Series(texts, dtype=pl.String)).parts(count))
    assert len(parts) <= count
    assert [i for first, last in parts for i in range(first, last)] == list(range(len(texts)))
