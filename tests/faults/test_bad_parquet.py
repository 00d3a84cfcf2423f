"""Parquet that is damaged, lies or has other columns than expected costs the rows it costs, listed."""

from __future__ import annotations

import io
import random

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dedup.errors import UsageError
from tests.faults import inputs

ROWS = [inputs.article(number) for number in range(12)]
URLS = {row["url"] for row in ROWS}
WRITTEN = {
    "zstd": {"compression": "zstd"},
    "snappy": {"compression": "snappy"},
    "plain": {"compression": "none", "use_dictionary": False},
    "second format": {"compression": "zstd", "data_page_version": "2.0"},
}
PLACES = ("page", "page header", "footer", "length of the footer", "magic", "anywhere")


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return inputs.earlier(tmp_path_factory.mktemp("parquet") / "out")


def hit(data, place, chance):
    """Flip one bit in a part of a Parquet file."""
    text = pq.ParquetFile(io.BytesIO(data)).metadata.row_group(1).column(2)
    start = text.data_page_offset
    end = (text.dictionary_page_offset or start) + text.total_compressed_size
    footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    at = {
        "page": chance.randrange(end - 3, end),
        "page header": chance.randrange(start, start + 12),
        "footer": chance.randrange(footer, len(data) - 8),
        "length of the footer": chance.randrange(len(data) - 8, len(data) - 4),
        "magic": chance.choice([*range(4), *range(len(data) - 4, len(data))]),
        "anywhere": chance.randrange(len(data)),
    }[place]
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


@pytest.mark.fault("bad Parquet")
@pytest.mark.parametrize(("written", "place"), inputs.sampled([(w, p) for w in WRITTEN for p in PLACES], 5))
def test_a_flipped_bit_costs_its_row_group_or_the_file(tmp_path, out, written, place):
    data = inputs.parquet(ROWS, **WRITTEN[written])[0]
    had = inputs.beside_a_neighbour(tmp_path, "hit.parquet", hit(data, place, random.Random(f"{written} {place}")), out)
    if had.error is not None:
        assert isinstance(had.error, UsageError)  # the name of the text column was hit
        assert place in ("footer", "anywhere")
        return
    articles, lost = had.of("hit.parquet")
    assert articles.height == 12 or not lost.is_empty()
    if place == "page":
        # The page's checksum tells what no decoder sees.
        assert lost.select("source_offset", "reason", "reach").rows() == [(4, "corrupt", "file")]
        assert set(articles["url"]) == URLS - {row["url"] for row in ROWS[4:8]}


def table(**columns):
    plain = pa.Table.from_pylist(ROWS)
    for name, values in columns.items():
        kept = plain.drop_columns([name]) if name in plain.column_names else plain
        plain = kept if values is None else kept.append_column(name, values)
    return plain


def lists(values):
    return pa.array([[value] for value in values])


TEXTS = [row["text"] for row in ROWS]
LATIN = [b"caf\xe9 " + text.encode() for text in TEXTS[:1]] + [text.encode() for text in TEXTS[1:]]
SHAPES = {
    "no text column": (table(text=None), None, 0),
    "another name for text": (table(text=None, prose=pa.array(TEXTS)), None, 0),
    "text in capitals": (table(text=None, TEXT=pa.array(TEXTS)), {}, 12),
    "text of numbers": (table(text=pa.array(range(12))), {"wrong-type": 1}, 0),
    "text of lists": (table(text=lists(TEXTS)), {"wrong-type": 1}, 0),
    "text of structs": (table(text=pa.array([{"a": text} for text in TEXTS])), {"wrong-type": 1}, 0),
    "text of nulls": (table(text=pa.nulls(12)), {"no-text": 12}, 0),
    "text of bytes": (table(text=pa.array([text.encode() for text in TEXTS])), {}, 12),
    "text that is no UTF-8": (table(text=pa.array(LATIN).view(pa.string())), {"bad-utf8": 1}, 11),
    "text half null": (table(text=pa.array([None, *TEXTS[1:]])), {"no-text": 1}, 11),
    "urls of lists": (table(url=lists([row["url"] for row in ROWS])), {}, 12),
    "urls of numbers": (table(url=pa.array(range(12))), {}, 12),
    "dates of words": (table(published_at=pa.array(["yesterday"] * 12)), {}, 12),
    "dates out of range": (table(published_at=pa.array([2**62] * 12)), {}, 12),
    "titles of floats": (table(title=pa.array([float("nan")] * 12)), {}, 12),
    "no rows": (table().slice(0, 0), {}, 0),
    "two columns of one name": (
        pa.Table.from_arrays([pa.array(TEXTS), pa.array(TEXTS)], names=["text", "text"]), {"corrupt": 1}, 0,
    ),
    "millions of rows in a few bytes": (
        pa.table({"text": pa.DictionaryArray.from_arrays(pa.array([0] * 3_000_000, pa.int32()), pa.array(["abc"]))}),
        {"bomb": 1}, 0,
    ),
}  # fmt: skip


@pytest.mark.fault("bad Parquet")
@pytest.mark.parametrize("shape", SHAPES)
def test_columns_other_than_expected(tmp_path, out, shape):
    columns, reasons, count = SHAPES[shape]
    sink = io.BytesIO()
    pq.write_table(columns, sink, row_group_size=max(columns.num_rows, 1))
    had = inputs.beside_a_neighbour(tmp_path, "shape.parquet", sink.getvalue(), out)
    if reasons is None:
        assert isinstance(had.error, UsageError)
        assert "text" in str(had.error)
        return
    assert had.error is None
    articles, lost = had.of("shape.parquet")
    assert articles.height == count
    assert dict(lost.group_by("reason").agg(pl.len()).iter_rows()) == reasons
