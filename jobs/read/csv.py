"""CSV sources: a header line, then one row an article; separated by comma, tab or semicolon as the header is.

Rows are read by Python's csv module, strictly. A row that cannot be read costs its first line: reading starts anew at
the next, so that a quote left open does not swallow what follows.
"""

from __future__ import annotations

import csv
from collections import deque
from typing import TYPE_CHECKING

from jobs.read.batch import Batch, BatchBuilder
from jobs.read.codec import MAX_LINE, open_stream, read_lines
from jobs.read.fields import Fault, Fields, no_text_column, recognise, to_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jobs.read.source import Source

MAX_ROW = 32 * 2**20
"""Characters of one row."""
MAX_REREAD = 512 * 2**20
"""Characters that are read again after bad rows before the rest of the file is given up."""


def read(source: Source, mapping: Mapping[str, str]) -> Iterator[Batch]:
    """Yield the records of a CSV source in its order; `source_offset` is the line a row starts on, from 0.

    Raises
    ------
    UsageError
        The header names no column of text or HTML; or `mapping` names an unknown meaning.
    OSError
        The file cannot be opened.
    """
    builder = BatchBuilder(source.name)
    with open_stream(source, lambda reason, detail: builder.quarantine(-1, reason, detail, "file")) as stream:
        rows = _rows(_Lines(read_lines(stream), builder), builder)
        _, names = next(rows, (0, []))
        fields = recognise(names, mapping)
        if not builder.is_empty or not names:
            builder.quarantine(-1, "bad-csv", "the header line cannot be read", "file")
        elif not fields.is_readable:
            raise no_text_column(source.name, names, mapping)
        else:
            for number, row in rows:
                _take(builder, number, row, names, fields)
                if builder.is_full:
                    yield builder.take()
    if not builder.is_empty:
        yield builder.take()


def first_fields(source: Source) -> list[str]:
    """Return the names in the header; none where it cannot be read."""
    builder = BatchBuilder(source.name)
    with open_stream(source, lambda *_: None) as stream:
        return next(_rows(_Lines(read_lines(stream), builder), builder), (0, []))[1]


def _take(builder: BatchBuilder, number: int, row: list[str], names: list[str], fields: Fields) -> None:
    if len(row) != len(names):
        builder.quarantine(number, "wrong-field-count", f"found {len(row)} fields, expected {len(names)}")
        return
    record = to_record(dict(zip(names, row, strict=True)), fields)
    if isinstance(record, Fault):
        builder.quarantine(number, *record)
    else:
        builder.add({**record, "source_offset": number})


class _Lines:
    """The lines of a file as text, which remember those of the row being read and can give them back."""

    def __init__(self, lines: Iterator[bytes | None], builder: BatchBuilder) -> None:
        self._fresh = enumerate(lines)
        self._builder = builder
        self._again: deque[tuple[int, str]] = deque()
        self._size = 0
        self._broken: set[int] = set()  # lines that are not UTF-8
        self.row: list[tuple[int, str]] = []
        self.reread = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        number, line = self._again.popleft() if self._again else self._next_fresh()
        self.row.append((number, line))
        self._size += len(line)
        if self._size > MAX_ROW:
            raise csv.Error(f"it is longer than {MAX_ROW:,} characters")
        return line

    def _next_fresh(self) -> tuple[int, str]:
        number, line = next(self._fresh)
        while line is None:
            self._builder.quarantine(number, "line-too-long", f"the line is longer than {MAX_LINE:,} bytes")
            if self.row:
                raise csv.Error("one of its lines is too long")
            number, line = next(self._fresh)
        try:
            text = line.decode()
        except UnicodeDecodeError:
            text = line.decode(errors="replace")
            self._broken.add(number)
        return number, text.removeprefix("\ufeff") if number == 0 else text

    @property
    def is_row_broken(self) -> bool:
        """Whether a line of the row holds bytes that are not UTF-8."""
        return bool(self._broken) and any(number in self._broken for number, _ in self.row)

    def start_row(self) -> None:
        """Forget the row that was read."""
        self.row, self._size = [], 0

    def give_back(self, start: int) -> None:
        """Have the lines of the row from the `start`-th on read again."""
        again = self.row[start:]
        self._again.extendleft(reversed(again))
        self.reread += sum(len(line) for _, line in again)


def _rows(lines: _Lines, builder: BatchBuilder) -> Iterator[tuple[int, list[str]]]:
    """Yield (first line, fields) of the rows that can be read, the header first; quarantine the others."""
    csv.field_size_limit(MAX_ROW)  # the module's own, 128 KiB, is less than long articles have
    header = next(lines, "")
    lines.give_back(0)
    separator = max(",\t;", key=header.count)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while lines.reread <= MAX_REREAD:
        lines.start_row()
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            builder.quarantine(lines.row[0][0], "bad-csv", f"the row cannot be read: {error}")
            lines.give_back(1)
            continue
        number = lines.row[0][0]
        if lines.is_row_broken:
            builder.quarantine(number, "bad-utf8", "the row holds bytes that are not UTF-8")
        elif row:
            yield number, row
    builder.quarantine(-1, "bad-csv", "too many quotes are left open; the rest of the file is not read", "file")
