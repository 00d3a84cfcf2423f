"""JSON sources: one object a line, or one whole document (an object, or an array of objects).

A line that cannot be read costs that line. Only the fields that mean something are ever built as objects.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from jobs.read.batch import Batch, BatchBuilder, well_formed
from jobs.read.codec import MAX_LINE, open_stream, read_lines
from jobs.read.fields import Fault, Fields, no_text_column, recognise, to_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jobs.read.source import Source

MAX_DOCUMENT = 64 * 2**20
"""Bytes of a file that is one JSON document, which has to be held whole."""
MAX_SIDE_FIELD = 64 * 1024
"""Bytes of a field other than text and HTML; a longer one is null."""
PATIENCE = 1000
"""Records without any text field after which the source is taken to have none."""
MAX_MENDED = 2 * 2**20
"""Bytes of a line worth mending, for which every value has to be built."""
MAX_SHAPES = 1000

Raws = dict[str, msgspec.Raw]

_OBJECT = msgspec.json.Decoder(Raws)
_DOCUMENT = msgspec.json.Decoder(Raws | list[msgspec.Raw])
_ANY = msgspec.json.Decoder()
_SCALAR = msgspec.json.Decoder(str | int | float | bool | None)
_BOM = b"\xef\xbb\xbf"
_MENDABLE = re.compile(rb"NaN|Infinity|\\u[dD][89a-fA-F]")
_UNREADABLE = (msgspec.DecodeError, ValueError, RecursionError)


def read(source: Source, mapping: Mapping[str, str]) -> Iterator[Batch]:
    """Yield the records of a JSON source in its order.

    `source_offset` is the line from 0, or the position in the array.

    Raises
    ------
    UsageError
        None of the first records has a field of text or HTML; or `mapping` names an unknown meaning.
    OSError
        The file cannot be opened.
    """
    builder = BatchBuilder(source.name)
    with open_stream(source, lambda reason, detail: builder.quarantine(-1, reason, detail, "file")) as stream:
        reader = _Reader(builder, mapping)
        for number, line in enumerate(_lines(stream, source, builder)):
            reader.take(number, line)
            if builder.is_full:
                yield builder.take()
        reader.finish()
    if not builder.is_empty:
        yield builder.take()


def first_fields(source: Source) -> list[str]:
    """Return the field names of the first record that can be read; none where there is none."""
    builder = BatchBuilder(source.name)
    with open_stream(source, lambda *_: None) as stream:
        for _, line in zip(range(PATIENCE), _lines(stream, source, builder), strict=False):
            if line is not None and not isinstance(raws := _object(line), Fault):
                return list(raws)
    return []


class _Reader:
    """Turn lines into records; remember the shapes of objects seen, and whether any had a text."""

    def __init__(self, builder: BatchBuilder, mapping: Mapping[str, str]) -> None:
        self._builder = builder
        self._mapping = mapping
        self._shapes: dict[tuple[str, ...], Fields] = {}
        self._has_text = False
        self._lacking: set[str] = set()
        self._lacking_count = 0
        recognise((), mapping)

    def take(self, number: int, line: bytes | None) -> None:
        if line is None:
            detail = f"the line is longer than {MAX_LINE:,} bytes"
            self._builder.quarantine(number, "line-too-long", detail)
            return
        if not line.strip():
            return
        found = _object(line.removeprefix(_BOM) if number == 0 else line)
        record = found if isinstance(found, Fault) else self._record(found)
        if isinstance(record, Fault):
            self._builder.quarantine(number, *record)
        else:
            self._builder.add({**record, "source_offset": number})

    def _record(self, raws: Raws) -> dict[str, object] | Fault:
        shape = tuple(raws)
        fields = self._shapes.get(shape)
        if fields is None:
            if len(self._shapes) >= MAX_SHAPES:
                self._shapes.clear()
            fields = self._shapes[shape] = recognise(shape, self._mapping)
        if fields.is_readable:
            self._has_text = True
        elif not self._has_text:
            self._miss(shape)
        values = _values(raws, fields)
        return values if isinstance(values, Fault) else to_record(values, fields)

    def _miss(self, shape: Sequence[str]) -> None:
        self._lacking_count += 1
        if len(self._lacking) < PATIENCE:
            self._lacking.update(shape)
        if self._lacking_count >= PATIENCE:
            self.finish()

    def finish(self) -> None:
        """Raise UsageError if objects with fields were read and none had a text or HTML field."""
        if self._lacking and not self._has_text:
            raise no_text_column(self._builder.source_file, tuple(self._lacking), self._mapping)


def _object(line: bytes) -> Raws | Fault:
    """Return the fields of one JSON object, their values not yet built; of equal keys the last."""
    try:
        if not line.isascii():
            line.decode()
        return _OBJECT.decode(line)
    except UnicodeDecodeError as error:
        return Fault("bad-utf8", f"byte {error.start} of the line is not UTF-8")
    except msgspec.ValidationError as error:
        return Fault("not-an-object", f"expected a JSON object: {error}")
    except msgspec.DecodeError as error:
        with contextlib.suppress(*_UNREADABLE):
            return _OBJECT.decode(_mended(line))
        return Fault("bad-json", f"the line is not JSON: {error}")
    except RecursionError:
        return Fault("bad-json", "the line is nested too deep")


def _mended(data: bytes) -> bytes:
    """Return JSON without what Python writes and JSON has not: NaN, Infinity, and halves of surrogate pairs.

    Numbers that are none become null, a half pair (left where an emoji was cut) U+FFFD.

    Raises
    ------
    ValueError
        There is none of that in `data`, or it is no JSON all the same.
    """
    if len(data) > MAX_MENDED or not _MENDABLE.search(data):
        raise ValueError("nothing to mend")
    value = json.loads(data, parse_constant=lambda _: None)
    return well_formed(json.dumps(value, ensure_ascii=False)).encode()


def _values(raws: Raws, fields: Fields) -> dict[str, object] | Fault:
    """Return the built values of the fields that mean something."""
    bodies = {fields.columns.get("text"), fields.columns.get("html")}
    values: dict[str, object] = {}
    for field in fields.wanted:
        raw = raws.get(field)
        if raw is None:
            continue
        is_body = field in bodies
        try:
            if is_body:
                values[field] = _SCALAR.decode(raw)
            elif memoryview(raw).nbytes <= MAX_SIDE_FIELD:
                values[field] = _ANY.decode(raw)
        except msgspec.ValidationError as error:
            if is_body:
                return Fault("wrong-type", f"the field {field!r}: {error}, wanted a string")
    return values


def _lines(stream: BinaryIO, source: Source, builder: BatchBuilder) -> Iterable[bytes | None]:
    """Return the lines; for a file that is one JSON document, its objects as if each were a line."""
    lines = read_lines(stream)
    first = next(lines, None)
    if first is None or not _may_be_document(first, source.path.name):
        return chain([first], lines) if first is not None else lines
    whole = first + stream.read(MAX_DOCUMENT - len(first) + 1)
    if len(whole) > MAX_DOCUMENT:
        detail = f"a JSON document of more than {MAX_DOCUMENT:,} bytes; write it as one object a line"
        builder.quarantine(-1, "document-too-large", detail, "file")
        return []
    document = whole.removeprefix(_BOM).strip()
    for prepare in (bytes, _mended):
        with contextlib.suppress(*_UNREADABLE):
            parts = _DOCUMENT.decode(prepare(document))
            return [document] if isinstance(parts, dict) else map(bytes, parts)
    return read_lines(io.BytesIO(whole))


def _may_be_document(first: bytes, name: str) -> bool:
    """Say whether the first line starts a document that goes on over lines, or holds it all."""
    start = first.removeprefix(_BOM).strip()
    is_jsonl = any(f".{part}" in name.lower() for part in ("jsonl", "ndjson", "jl"))
    return not is_jsonl and (start in {b"[", b"{"} or start.startswith(b"[")) and len(first) <= MAX_DOCUMENT
