"""Frames as Parquet: the same rows give the same bytes, in plain types that every reader of Parquet knows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl

from dedup.errors import DamagedError
from jobs import disk
from jobs.manifest import FileEntry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dedup.schema import Table

ROW_GROUP = 122_880
"""Rows of a row group at most: what DuckDB takes for its own, and scans in parallel."""

FILE_ROWS = 16 * ROW_GROUP
FILE_BYTES = 256 << 20
"""A file ends with the row group that brings it to this many rows or bytes."""


def write(
    folder: Path, table: Table, frame: pl.DataFrame, metadata: Mapping[str, str], stem: str = "part"
) -> dict[str, FileEntry]:
    """Write rows of a table into `folder`, made if it is not there, sync the files and read them back.

    Parameters
    ----------
    folder
        Gets part-00000.parquet and so on, or what `stem` says; at least one, also without rows.
    table
        Gives columns, types and row order.
    frame
        The table's rows in any order.
    metadata
        Key-value metadata of every file, beside the table's name, meaning and columns.

    Returns
    -------
    dict of str to FileEntry
        By file name, in the order of the rows.

    Raises
    ------
    DamagedError
        The frame breaks the schema, or a file does not read back as it was written.
    StorageError
        A write failed.
    """
    # One chunk a column: page and dictionary boundaries follow chunks, and chunks follow the number of threads.
    rows = table.conform(frame).rechunk()
    meanings = {column.name: column.meaning for column in table.columns}
    described = {
        **metadata,
        "table": table.name,
        "meaning": table.meaning,
        "columns": json.dumps(meanings, ensure_ascii=False),
    }
    disk.make_folder(folder)
    entries: dict[str, FileEntry] = {}
    start = 0
    while start < rows.height or not entries:
        name = f"{stem}-{len(entries):05d}.parquet"
        entries[name] = _write_part(folder / name, rows, start, described)
        start += entries[name].rows or 0
    return entries


def _write_part(path: Path, rows: pl.DataFrame, start: int, metadata: Mapping[str, str]) -> FileEntry:
    """Write one file with the rows from `start` on, as many as fit."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    stop = start
    with disk.Output(path) as output:
        sink = _Sink(output)
        writer = pq.ParquetWriter(
            pa.PythonFile(sink, mode="w"),
            _arrow(rows.head(0)).schema,
            compression="zstd",
            compression_level=3,
            store_schema=False,  # Arrow's own would make every reader of Arrow see 64-bit offsets
            write_page_checksum=True,
        )
        writer.add_key_value_metadata(dict(metadata))
        while stop == start or (stop < rows.height and stop - start < FILE_ROWS and output.size < FILE_BYTES):
            group = rows.slice(stop, ROW_GROUP)
            writer.write_table(_arrow(group), row_group_size=ROW_GROUP)
            stop += group.height
            if not group.height:
                break
        writer.close()
        sink.drain()
    entry = FileEntry(bytes=output.size, sha256=output.sha256, rows=stop - start)
    is_same = disk.measure(path) == (entry.bytes, entry.sha256)
    if not is_same or pl.read_parquet_schema(path) != rows.schema or pq.read_metadata(path).num_rows != entry.rows:
        raise DamagedError(f"{path} does not read back as it was written; check the disk and run again")
    return entry


class _Sink:
    """The file that pyarrow sees: gathers its many small writes, and after a failed one swallows the rest.

    Arrow's destructors write on after an error and print what goes wrong then.
    """

    closed = False
    _SIZE = 1 << 20

    def __init__(self, output: disk.Output) -> None:
        self._output = output
        self._pending = bytearray()
        self._is_broken = False

    def write(self, data: bytes) -> int:
        if not self._is_broken:
            self._pending += data
            if len(self._pending) >= self._SIZE:
                self.drain()
        return len(data)

    def drain(self) -> None:
        pending, self._pending = self._pending, bytearray()
        self._is_broken = True
        self._output.write(memoryview(pending))
        self._is_broken = False

    def flush(self) -> None:
        """Keep gathering."""

    def close(self) -> None:
        self.closed = True


def _arrow(rows: pl.DataFrame) -> Any:
    return rows.to_arrow(compat_level=pl.CompatLevel.oldest())
