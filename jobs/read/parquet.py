"""Parquet sources, read in columns: no Python object is made for a row.

Batches are bounded by rows and by the bytes that the file's metadata lets expect; a row group that cannot be read
costs itself. String columns are taken as bytes first, since their writer need not have written UTF-8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from dedup import schema
from jobs.read.batch import MAX_BYTES, MAX_ROWS, RAW, Batch, BatchBuilder
from jobs.read.columns import decoded, evidence, phrase
from jobs.read.fields import Fields, no_text_column, recognise
from jobs.read.times import parse_times

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jobs.read.source import Source

MAX_ROWS_PER_BYTE = 8
"""Rows a byte of file may hold beyond the first million; run lengths can state millions in a few bytes."""
MAX_RATIO = 200
RATIO_MATTERS_FROM = 2**30
"""Bytes of text below which any ratio to the file's size is harmless."""
MAX_EXPANDED = 64 * 2**20
"""Bytes that one batch may take if all its rows hold the longest value their dictionary can have."""

_PHRASES = ("id", "url", "title", "site", "language", "author")
_TIMES = ("published_at", "crawled_at")


def read(source: Source, mapping: Mapping[str, str]) -> Iterator[Batch]:
    """Yield the records of a Parquet file in its order; `source_offset` is the row, from 0.

    Raises
    ------
    UsageError
        No column is one of text or HTML; or `mapping` names an unknown meaning.
    OSError
        The file cannot be opened.
    """
    faults = BatchBuilder(source.name)
    try:
        yield from _read(source, mapping, faults)
    except _damage() as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        faults.quarantine(-1, "corrupt", f"not a Parquet file that can be read: {_one_line(error)}", "file")
    if not faults.is_empty:
        yield faults.take()


def first_fields(source: Source) -> tuple[list[str], int]:
    """Return the column names and the number of rows; none where the file cannot be read."""
    try:
        with _open(source) as file:
            return list(file.schema_arrow.names), file.metadata.num_rows
    except _damage():
        return [], 0


def _open(source: Source, read_dictionary: list[str] | None = None) -> Any:
    import pyarrow.parquet as pq

    # Without pre-buffering, which would hold whole row groups, and read them whole for the first row of `_longest`.
    return pq.ParquetFile(
        source.path,
        read_dictionary=read_dictionary,
        buffer_size=2**20,
        pre_buffer=False,
        page_checksum_verification=True,  # where the writer left checksums: most flipped bits decode without an error
    )


def _damage() -> tuple[type[BaseException], ...]:
    """Return what pyarrow and Polars raise for damaged bytes."""
    import pyarrow as pa

    return (pa.ArrowException, OSError, ValueError, OverflowError, pl.exceptions.PolarsError,
            pl.exceptions.PanicException)  # fmt: skip


def _read(source: Source, mapping: Mapping[str, str], faults: BatchBuilder) -> Iterator[Batch]:
    with _open(source) as file:
        names = file.schema_arrow.names
        fields = recognise(names, mapping)
        if not fields.is_readable:
            raise no_text_column(source.name, names, mapping)
        if len(set(names)) < len(names):
            faults.quarantine(-1, "corrupt", "two columns have the same name", "file")
            return
        if wrong := _wrong_type(file.schema_arrow, fields):
            faults.quarantine(-1, "wrong-type", wrong, "file")
            return
        charset = _charset(file.schema_arrow, fields)
        rows = file.metadata.num_rows
        if rows > max(1_000_000, MAX_ROWS_PER_BYTE * source.size):
            faults.quarantine(-1, "bomb", f"{rows:,} rows in {source.size:,} bytes", "file")
            return
        first_row = expanded = 0
        for number in range(file.metadata.num_row_groups):
            group = file.metadata.row_group(number)
            row = first_row
            try:
                size = _batch_rows(source, file, number, fields)
                for columns in file.iter_batches(size, [number], list(fields.wanted)):
                    frame = _as_bytes(columns)
                    yield _to_batch(frame, fields, source.name, row, charset)
                    row += frame.height
                    expanded += int(frame.estimated_size())
                    if expanded > max(RATIO_MATTERS_FROM, MAX_RATIO * source.size):
                        detail = f"{source.size:,} bytes unpack to more than {expanded:,}; the rest is not read"
                        faults.quarantine(row, "bomb", detail, "file")
                        return
            except _damage() as error:
                lost = f"rows {row:,} to {first_row + group.num_rows - 1:,} of row group {number} are lost"
                faults.quarantine(row, "corrupt", f"{lost}: {_one_line(error)}", "file")
            first_row += group.num_rows


def _wrong_type(arrow_schema: Any, fields: Fields) -> str | None:
    """Return what is wrong with the type of the text or HTML column."""
    from pyarrow import types

    for meaning in ("text", "html"):
        name = fields.columns.get(meaning)
        if name is None:
            continue
        kind = arrow_schema.field(name).type
        kind = kind.value_type if types.is_dictionary(kind) else kind
        if not (_is_textual(kind) or types.is_null(kind)):
            return f"the column {name!r} holds {kind}, expected strings"
    return None


def _charset(arrow_schema: Any, fields: Fields) -> str | None:
    """Return the charset of the HTML: UTF-8 where the column holds strings, unknown where it holds bytes."""
    from pyarrow import types

    name = fields.columns.get("html")
    return None if name is None or types.is_binary(arrow_schema.field(name).type) else "utf-8"


def _is_textual(kind: Any) -> bool:
    from pyarrow import types

    tests = (types.is_string, types.is_large_string, types.is_string_view)
    return any(test(kind) for test in (*tests, types.is_binary, types.is_large_binary, types.is_binary_view))


def _batch_rows(source: Source, file: Any, number: int, fields: Fields) -> int:
    """Return how many rows of a row group may be read at once."""
    group = file.metadata.row_group(number)
    mean = 1
    in_dictionary = []
    for index in range(group.num_columns):
        chunk = group.column(index)
        if chunk.path_in_schema.split(".")[0] in fields.wanted:
            mean += chunk.total_uncompressed_size // max(group.num_rows, 1)
            if chunk.has_dictionary_page and chunk.physical_type == "BYTE_ARRAY":
                in_dictionary.append(chunk.path_in_schema)
    rows: int = min(MAX_ROWS, MAX_BYTES // mean)
    if in_dictionary:
        rows = min(rows, MAX_EXPANDED // _longest(source, number, in_dictionary))
    return max(1, rows)


def _longest(source: Source, number: int, names: list[str]) -> int:
    """Return the bytes of the longest row that the dictionaries of a row group allow, at least 1."""
    import pyarrow as pa

    with _open(source, names) as file:
        first = next(file.iter_batches(1, [number], names), None)
    total = 1
    for column in first.columns if first is not None else ():
        if pa.types.is_dictionary(column.type):
            kind = column.type.value_type
            is_large = pa.types.is_large_string(kind) or pa.types.is_large_binary(kind)
            offsets = np.frombuffer(column.dictionary.buffers()[1], np.int64 if is_large else np.int32)
            total += int(np.diff(offsets[: len(column.dictionary) + 1]).max(initial=0))
    return total


def _plain_bytes(column: Any) -> Any:
    """Return an array of strings or lists of strings as bytes, buffers shared; any other as it is."""
    # Views, for a cast loads pyarrow.compute, which takes a twentieth of a second.
    import pyarrow as pa
    from pyarrow import types

    def binary(kind: Any) -> Any:
        if types.is_string(kind):
            return pa.binary()
        if types.is_large_string(kind):
            return pa.large_binary()
        return pa.binary_view() if types.is_string_view(kind) else kind

    kind = column.type
    if types.is_list(kind):
        return column.view(pa.list_(binary(kind.value_type)))
    if types.is_large_list(kind):
        return column.view(pa.large_list(binary(kind.value_type)))
    return column.view(binary(kind))


def _as_bytes(batch: Any) -> pl.DataFrame:
    """Return a record batch as a frame whose strings are Binary, so that Polars checks them; buffers are shared."""
    import pyarrow as pa
    from pyarrow import types

    columns = []
    for column in batch.columns:
        plain = column.dictionary_decode() if types.is_dictionary(column.type) else column
        if _is_textual(plain.type) or (
            (types.is_list(plain.type) or types.is_large_list(plain.type)) and _is_textual(plain.type.value_type)
        ):
            plain = _plain_bytes(plain)
        elif types.is_nested(plain.type):
            plain = pa.nulls(len(plain))
        columns.append(plain)
    frame = pl.from_arrow(pa.Table.from_arrays(columns, names=batch.schema.names))
    assert isinstance(frame, pl.DataFrame)
    return frame


def _to_batch(frame: pl.DataFrame, fields: Fields, source_file: str, first_row: int, charset: str | None) -> Batch:
    """Return one batch of a frame that holds the wanted columns, strings as Binary."""
    named = {meaning: frame[column] for meaning, column in fields.columns.items()}
    nothing = pl.Series([None], dtype=pl.Binary).new_from_index(0, frame.height)
    body = pl.DataFrame(
        {
            "text": decoded(named.get("text", nothing).cast(pl.Binary)),
            "html": named.get("html", nothing).cast(pl.Binary),
            "had_text": named.get("text", nothing).is_not_null(),
        }
    )
    is_page = (pl.col("html").bin.size() > 0) & (pl.col("text").is_null() | (pl.col("text") == ""))
    is_page = is_page.fill_null(value=False)
    raw = body.select(
        *(phrase(named[name]).alias(name) for name in _PHRASES if name in named),
        *(parse_times(decoded(named[name])).alias(name) for name in _TIMES if name in named),
        evidence(frame, fields),
        pl.when(~is_page).then("text").alias("text"),
        pl.when(is_page).then("html").alias("html"),
        pl.when(is_page).then(pl.lit(charset, pl.String)).alias("charset"),
        pl.lit(source_file).alias("source_file"),
        pl.int_range(first_row, first_row + pl.len(), dtype=pl.Int64).alias("source_offset"),
        pl.when(is_page | pl.col("text").is_not_null()).then(None)
        .when(pl.col("had_text")).then(pl.lit("bad-utf8"))
        .otherwise(pl.lit("no-text")).alias("reason"),
    )  # fmt: skip
    return Batch(_records(raw, fields), _faults(raw), {})


def _records(raw: pl.DataFrame, fields: Fields) -> pl.DataFrame:
    """Return the rows without a fault, with the columns of `RAW`."""
    if "published_at" in raw.columns:
        found_in = pl.lit(f"field:{fields.columns['published_at']}")
        raw = raw.with_columns(
            pl.when(pl.col("published_at").is_not_null()).then(found_in).alias("published_at_source")
        )
    if raw["reason"].null_count() < raw.height:
        raw = raw.filter(pl.col("reason").is_null())
    return raw.select(
        pl.col(name).cast(dtype) if name in raw.columns else pl.lit(None, dtype).alias(name)
        for name, dtype in RAW.dtypes.items()
    )


def _faults(raw: pl.DataFrame) -> pl.DataFrame:
    """Return a quarantine row for each row that has no readable text."""
    if raw["reason"].null_count() == raw.height:
        return schema.QUARANTINE.empty()
    bad = raw.filter(pl.col("reason").is_not_null())
    details = {"bad-utf8": "the text is not UTF-8", "no-text": "neither text nor HTML in the row"}
    return bad.select(
        "source_file",
        "source_offset",
        "reason",
        pl.col("reason").replace_strict(details, return_dtype=pl.String).alias("detail"),
        pl.lit("record").alias("reach"),
    )


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]
