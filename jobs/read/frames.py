"""Bytes of a WARC file → its records, surviving damage: a record that lies or is broken costs that record.

The framing is our own, since no library tells a truncated file from a whole one, or stops at a length that lies.
Two things are known to be the start of a record: a packed member that starts with ``WARC/``, and such a line where the
record before it ends. Whenever a record does not end where it says, the next of these is sought from its header on.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from jobs.read.codec import open_stream
from jobs.read.members import CHUNK, Fault, Piece, read_members

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from jobs.read.source import Source

MAX_RECORD = 32 * 2**20
"""Bytes of one record's block."""
MAX_HEADER = 64 * 2**10
"""Bytes of one record's header."""
MAX_FAULTS = 1_000
"""Faults in one file after which the rest is left: a file made of faults must not take for ever."""

_LOOKAHEAD = 64
_COMPACT = 2**20
_VERSION = re.compile(rb"WARC/\d\.\d+[ \t]*\r?\n")
_VERSION_CUT = re.compile(rb"W(A(R(C(/(\d(\.(\d+[ \t]*\r?)?)?)?)?)?)?)?")
_NEXT = re.compile(rb"\nWARC/\d\.\d+[ \t]*\r?\n(?=[A-Za-z][A-Za-z-]*:)")
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_LANDING = re.compile(rb"\r\n\r\n|[\r\n]{0,16}WARC/\d")
_LENGTH = re.compile(r"\d{1,18}")


class Record(NamedTuple):
    """One record: where it starts, its header with names in lower case, and its block."""

    offset: int
    header: dict[str, str]
    block: bytes


def read_records(source: Source) -> Iterator[Record | Fault]:
    """Yield the records of a WARC or WET file and the faults between them, in order of the file.

    Parameters
    ----------
    source
        Packed or not. In a packed file the offset of a record is that of its member, plus what of the member stands
        before the record. Offsets of records strictly increase.

    Raises
    ------
    OSError
        The file cannot be opened.

    Notes
    -----
    Holds one record at a time, of at most 32 MiB. Damage raises nothing; a file that ends early, or whose rest cannot
    be read, ends with a fault of reach ``file``.
    """
    pieces = read_members(source.path, source.codec) if source.codec else _bare(source)
    last, faults = -1, 0
    is_told = False
    for item in _Framer().run(pieces):
        if isinstance(item, Record):
            # Two records of one member may come to the same offset as the next member.
            last = max(last + 1, item.offset)
            yield item._replace(offset=last)
            continue
        yield item
        is_told = is_told or item.reach == "file"
        faults += 1
        if faults >= MAX_FAULTS:
            yield Fault(item.offset, "corrupt", f"{faults:,} faults up to here; the rest is left unread", "file")
            return
    if faults and last < 0 and not is_told:
        yield Fault(-1, "no-record", "none of what the file holds could be read as a WARC record", "file")


def _bare(source: Source) -> Iterator[Piece]:
    faults: list[tuple[str, str]] = []
    offset = 0
    with open_stream(source, lambda reason, detail: faults.append((reason, detail))) as stream:
        while data := stream.read(CHUNK):
            yield Piece(data, offset, starts_member=offset == 0)
            offset += len(data)
    for reason, detail in faults:
        yield Piece(b"", offset, starts_member=True, fault=Fault(offset, reason, detail, "file"))


class _Framer:
    """Cut a stream of pieces into records."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._at = 0  # position in the buffer up to which everything is told
        self._base = 0  # offset of the buffer's first byte
        self._is_seeking = False
        self._skip = 0  # bytes of a record too large to hold that are still to pass
        self._skipped: Fault | None = None
        self._is_first = True
        self._member = 0

    def run(self, pieces: Iterable[Piece]) -> Iterator[Record | Fault]:
        for piece in pieces:
            if piece.fault and piece.offset != self._member:
                # The damage is in a member that gave nothing, so that the record in hand is whole.
                yield from self._finish(None, is_end=False)
            if piece.starts_member:
                self._member = piece.offset
            if piece.fault or (piece.starts_member and (piece.data.startswith(b"WARC/") or self._is_complete())):
                yield from self._finish(piece.fault, is_end=False)
                self._base = piece.offset
            self._buffer += piece.data
            if self._is_first and len(self._buffer) >= _LOOKAHEAD:
                self._is_first = False
                if self._buffer.startswith(b"filedesc://"):
                    yield Fault(-1, "arc", "arc is not supported; convert the file to WARC first", "file")
                    return
            yield from self._advance(is_final=False)
            self._compact()
        yield from self._finish(None, is_end=True)

    def _finish(self, fault: Fault | None, *, is_end: bool) -> Iterator[Record | Fault]:
        """Tell what is left before the end, before damage, or before a member that is known to start a record."""
        if fault is None:
            yield from self._advance(is_final=True, is_end=is_end)
        elif fault.reach == "file" or not self._is_seeking:
            # Damage takes the record in hand, however whole it looks; where its fault is told already, once is enough.
            yield fault
        self._buffer.clear()
        self._at = self._skip = 0
        self._is_seeking = False

    def _compact(self) -> None:
        if self._at > _COMPACT or self._at == len(self._buffer):
            del self._buffer[: self._at]
            self._base += self._at
            self._at = 0

    def _advance(self, *, is_final: bool, is_end: bool = False) -> Iterator[Record | Fault]:
        """Tell records until more bytes are needed; there are none where `is_final`."""
        while True:
            if self._is_seeking:
                passed = yield from self._seek(is_final=is_final, is_end=is_end)
                if not passed:
                    return
            while self._at < len(self._buffer) and self._buffer[self._at] in b"\r\n":
                self._at += 1
            left = len(self._buffer) - self._at
            if not left or (left < _LOOKAHEAD and not is_final):
                return
            told = self._record(is_final=is_final, is_end=is_end)
            if told is None:
                return
            if told is not _SKIPPING:
                yield told

    def _record(self, *, is_final: bool, is_end: bool) -> Record | Fault | None:
        """Return the record that starts here, or what is wrong with it; None where more bytes are needed."""
        start, offset = self._at, self._base + self._at
        if not _VERSION.match(self._buffer, start):
            if is_end and _VERSION_CUT.fullmatch(self._buffer, start):
                return self._cut_short(start, offset, "the first line", is_end=is_end)
            return self._lose(
                start,
                Fault(offset, "bad-record", f"no record starts here: {bytes(self._buffer[start : start + 20])!r}"),
            )
        end = _HEADER_END.search(self._buffer, start, start + MAX_HEADER)
        if end is None:
            if len(self._buffer) - start >= MAX_HEADER:
                return self._lose(
                    start,
                    Fault(offset, "bad-header", f"the record's header has no end within {MAX_HEADER:,} bytes"),
                )
            return self._cut_short(start, offset, "its header", is_end=is_end) if is_final else None
        body = end.end()
        header = _header(bytes(self._buffer[start : end.start()]))
        stated = header.get("content-length", "")
        if not _LENGTH.fullmatch(stated):
            return self._lose(
                body - 1,
                Fault(offset, "bad-length", f"Content-Length is {stated[:40]!r}; a number of bytes was expected"),
            )
        stop = body + int(stated)
        if stop - body > MAX_RECORD:
            self._skip = stop - body
            self._skipped = Fault(
                offset, "record-too-large", f"the record has {stop - body:,} bytes; at most {MAX_RECORD:,} are read"
            )
            self._at, self._is_seeking = body, True
            return _SKIPPING
        if len(self._buffer) < stop:
            return self._cut_short(body - 1, offset, f"{stop - body:,} bytes", is_end=is_end) if is_final else None
        if len(self._buffer) < stop + _LOOKAHEAD and not is_final:
            return None
        rest = bytes(self._buffer[stop : stop + _LOOKAHEAD])
        if rest.strip(b"\r\n\0 \t") and not _LANDING.match(rest):
            return self._lose(
                body - 1, Fault(offset, "bad-length", f"Content-Length is {stated}, but no record ends there")
            )
        self._at = stop
        return Record(offset, header, bytes(self._buffer[body:stop]))

    def _lose(self, at: int, fault: Fault) -> Fault:
        self._at, self._is_seeking = at, True
        return fault

    def _cut_short(self, at: int, offset: int, promised: str, *, is_end: bool) -> Fault:
        """Tell a length that lies, after which records follow, from a file that ends early."""
        if not is_end or _NEXT.search(self._buffer, at):
            return self._lose(at, Fault(offset, "bad-length", f"the next record starts before {promised} have passed"))
        self._at = len(self._buffer)
        return Fault(offset, "truncated", f"the file ends within {promised} of a record", "file")

    def _seek(self, *, is_final: bool, is_end: bool) -> Generator[Fault, None, bool]:
        """Go to the next start of a record, or past a record too large; return whether there is more to tell here."""
        size = len(self._buffer)
        limit = self._at + self._skip if self._skip else size
        found = _NEXT.search(self._buffer, self._at, min(limit, size))
        if found is not None:
            self._at, fault = found.start() + 1, self._skipped and _overrun(self._skipped)
        elif self._skip and limit <= size:
            self._at, fault = limit, self._skipped
        elif is_final:
            self._at, fault = size, self._skipped and _overrun(self._skipped)
            if fault and is_end:
                fault = fault._replace(reason="truncated", detail="the file ends within a record", reach="file")
        else:
            # The start of a record may lie across two pieces.
            keep = max(self._at, size - _LOOKAHEAD)
            self._skip -= (keep - self._at) if self._skip else 0
            self._at = keep
            return False
        self._skip, self._skipped, self._is_seeking = 0, None, False
        if fault:
            yield fault
        return True

    def _is_complete(self) -> bool:
        """Whether the record in hand, if any, ends where the buffer ends."""
        if self._is_seeking:
            return False
        start = self._at
        while start < len(self._buffer) and self._buffer[start] in b"\r\n":
            start += 1
        if start == len(self._buffer):
            return True
        end = _HEADER_END.search(self._buffer, start, start + MAX_HEADER)
        if end is None:
            return False
        stated = _header(bytes(self._buffer[start : end.start()])).get("content-length", "")
        if not _LENGTH.fullmatch(stated) or len(self._buffer) < (stop := end.end() + int(stated)):
            return False
        return not bytes(self._buffer[stop : stop + _LOOKAHEAD]).strip(b"\r\n")


def _overrun(fault: Fault) -> Fault:
    return fault._replace(reason="bad-length", detail="the next record starts before the length of this one has passed")


_SKIPPING = Fault(-1, "", "")


def _header(data: bytes) -> dict[str, str]:
    """Return the fields, names in lower case, the first of a name winning; lines that are no field are passed over."""
    fields: dict[str, str] = {}
    for line in data.decode("utf-8", "replace").split("\n")[1:]:
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    return fields
