"""What every reader hands over: batches of raw records, with what could not be read beside them.

Owns the frame of raw records and the builder that fills it one record at a time. Decides nothing about records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from dedup import schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dedup.errors import Reach

RAW = schema.Table(
    "raw",
    "What a reader hands over before extraction: a record, and the page it still has to be extracted from.",
    (
        *schema.RECORD.columns,
        schema.Column("html", pl.Binary(), "bytes of a page whose article still has to be extracted", is_nullable=True),
        schema.Column("charset", pl.String(), "charset the HTTP header or the WARC record states", is_nullable=True),
    ),
    schema.RECORD.sort,
)

MAX_ROWS = 8192
MAX_BYTES = 16 * 2**20
MAX_DETAIL = 300
"""Characters of a quarantine row's detail that are kept."""


class Batch(NamedTuple):
    """Some records of one source, in the order of the source.

    Attributes
    ----------
    records
        Columns of `RAW`; after extraction those of `schema.RECORD`.
    quarantine
        Columns of `schema.QUARANTINE`.
    dropped
        Reason to number of records that are no article by their nature, e.g. ``not-a-page``, ``revisit``, ``http-404``.
    """

    records: pl.DataFrame
    quarantine: pl.DataFrame
    dropped: dict[str, int]


class BatchBuilder:
    """Collect records of one source until a batch is full.

    Parameters
    ----------
    source_file
        Name of the source, written to every row.
    """

    def __init__(self, source_file: str) -> None:
        self.source_file = source_file
        self._clear()

    def _clear(self) -> None:
        self._records: list[Mapping[str, object]] = []
        self._quarantine: list[tuple[str, int, str, str, str]] = []
        self._dropped: dict[str, int] = {}
        self._bytes = 0

    def add(self, record: Mapping[str, object]) -> None:
        """Add a record: keys of `RAW`; absent keys become null, `page` an empty list, `source_file` the builder's."""
        self._records.append(record)
        for key in ("text", "html"):
            value = record.get(key)
            if isinstance(value, (str, bytes)):
                self._bytes += len(value)

    def quarantine(self, offset: int, reason: str, detail: str, reach: Reach = "record") -> None:
        """Note what could not be read; `offset` is a line, row or byte offset, -1 the file as a whole."""
        self._quarantine.append((self.source_file, offset, reason, well_formed(detail[:MAX_DETAIL]), reach))

    def drop(self, reason: str) -> None:
        """Count a record that is no article by its nature."""
        self._dropped[reason] = self._dropped.get(reason, 0) + 1

    @property
    def is_full(self) -> bool:
        """Whether the batch holds 8,192 rows (read or quarantined) or 16 MiB of text and pages."""
        return len(self._records) + len(self._quarantine) >= MAX_ROWS or self._bytes >= MAX_BYTES

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to take."""
        return not (self._records or self._quarantine or self._dropped)

    def take(self) -> Batch:
        """Return what was collected and start anew."""
        columns = [self._column(name, dtype) for name, dtype in RAW.dtypes.items()]
        quarantine = pl.DataFrame(self._quarantine, schema=schema.QUARANTINE.dtypes, orient="row")
        batch = Batch(pl.DataFrame(columns), quarantine, self._dropped)
        self._clear()
        return batch

    def _column(self, name: str, dtype: pl.DataType) -> pl.Series:
        if name == "source_file":
            return pl.Series(name, [self.source_file], dtype).new_from_index(0, len(self._records))
        values: list[Any] = [record.get(name) for record in self._records]
        if name == "page":
            return _lists(name, values, dtype)
        try:
            return pl.Series(name, values, dtype)
        except UnicodeEncodeError:
            return pl.Series(name, [well_formed(value) if value else value for value in values], dtype)


def _lists(name: str, values: list[list[str] | None], dtype: pl.DataType) -> pl.Series:
    """Return a column of lists, an empty one for null."""
    if not any(values):  # by far the commonest, and slow to build list by list
        return pl.Series(name, [[]], dtype).new_from_index(0, len(values))
    return pl.Series(name, [[well_formed(text) for text in value or ()] for value in values], dtype)


def well_formed(text: str) -> str:
    """Return `text` with lone surrogates, which no UTF-8 column can hold, replaced by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
