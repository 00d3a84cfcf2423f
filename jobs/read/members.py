"""A packed file of many members → its unpacked bytes, member by member: damage costs the member it is in.

`jobs.read.codec` ends a stream at the first damage. A WARC file packs each record as a member of its own (gzip by its
standard, zstd frames by the usage of archives), so here the next member that starts a record is sought instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from jobs.read.codec import DAMAGE, MAGIC, MAX_OUTPUT, MAX_RATIO, RATIO_MATTERS_FROM, decoder_of, packed_chunk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dedup.errors import Reach

CHUNK = 256 * 2**10

_START = b"WARC/"
_SCAN = 2**20
_PADDING = 4 * 2**10


class Fault(NamedTuple):
    """What could not be read, as a row of the quarantine."""

    offset: int
    reason: str
    detail: str
    reach: Reach = "record"


class Piece(NamedTuple):
    """A stretch of unpacked bytes.

    Attributes
    ----------
    data
        The bytes; the first piece of a member holds at least five, if the member does.
    offset
        Offset of its first byte: of the member in the file, or in the unpacked stream.
    starts_member
        Whether a member starts here.
    fault
        What ended the member before, if damage did.
    """

    data: bytes
    offset: int
    starts_member: bool = False
    fault: Fault | None = None


def read_members(path: Path, codec: str) -> Iterator[Piece]:
    """Yield the unpacked bytes of a file, resuming after damage at the next member that starts a record.

    Raises
    ------
    OSError
        The file cannot be opened or read.
    """
    with path.open("rb") as file:
        at = 0
        unpacked = 0
        while (start := _skip_padding(file, at)) is not None:
            member = _Member(file, start, codec)
            fault: Fault | None = None
            try:
                for piece in member.pieces():
                    unpacked += len(piece.data)
                    yield piece
                    if unpacked > MAX_OUTPUT or (unpacked > RATIO_MATTERS_FROM and unpacked > MAX_RATIO * file.tell()):
                        detail = f"{file.tell():,} packed bytes unpack to more than {unpacked:,}"
                        yield Piece(b"", start, starts_member=True, fault=Fault(start, "bomb", detail, "file"))
                        return
            except _CutShortError:
                fault = Fault(start, "truncated", f"the file ends within a {codec} member", "file")
            except DAMAGE as error:
                if isinstance(error, OSError) and error.errno is not None:
                    raise
                fault = Fault(start, "corrupt", f"the {codec} member is damaged: {error}")
            at = member.end
            if fault is not None:
                found = _next_start(file, start + 1, codec)
                # Where a record follows, it was not the file that ended, but damage that ran on to its end.
                fault = fault._replace(reason="corrupt", reach="record") if found else fault._replace(reach="file")
                yield Piece(b"", start, starts_member=True, fault=fault)
                if found is None:
                    return
                at = found


class _CutShortError(Exception):
    """The file ends within a member."""


class _Member:
    """One member; `end` is the offset behind it once it was read to its end."""

    def __init__(self, file: BinaryIO, start: int, codec: str) -> None:
        self._file = file
        self._start = start
        self._codec = codec
        self.end = start

    def pieces(self) -> Iterator[Piece]:
        """Yield the member's bytes; raise one of DAMAGE where it is damaged, after what lies before the damage."""
        decoder = decoder_of(self._codec)
        at = self._start
        lead: bytes | None = b""
        is_starved = False  # the last call gave nothing, so input is wanted, whatever the decoder says
        while not decoder.eof:
            packed = b""
            if is_hungry := decoder.needs_input or is_starved:
                # The consumer may move the file's position between two pieces; nobody else does.
                self._file.seek(at)
                packed = self._file.read(packed_chunk(self._codec))
                at += len(packed)
            data = decoder.decompress(packed, CHUNK)
            is_starved = not (data or decoder.eof)
            if is_hungry and not packed and is_starved:
                raise _CutShortError
            if lead is not None:
                lead += data
                if len(lead) < len(_START) and not decoder.eof:
                    continue
                data, is_first, lead = lead, True, None
            else:
                is_first = False
            if data or is_first:
                yield Piece(data, self._start, starts_member=is_first)
        self.end = at - len(decoder.unused_data or b"")


def _skip_padding(file: BinaryIO, at: int) -> int | None:
    """Return where the next byte that is not NUL lies; None at the end of the file."""
    file.seek(at)
    while data := file.read(_PADDING):
        if rest := data.lstrip(b"\0"):
            return at + len(data) - len(rest)
        at += len(data)
    return None


def _next_start(file: BinaryIO, at: int, codec: str) -> int | None:
    """Return the next member from `at` on that unpacks to the start of a record; None where there is none."""
    magic = next(magic for magic, name in MAGIC.items() if name == codec)
    tail = len(magic) - 1
    while True:
        file.seek(at)
        data = file.read(_SCAN)
        found = data.find(magic)
        while found >= 0:
            if _starts_record(file, at + found, codec):
                return at + found
            found = data.find(magic, found + 1)
        if len(data) <= tail:
            return None
        at += len(data) - tail


def _starts_record(file: BinaryIO, at: int, codec: str) -> bool:
    try:
        return next(_Member(file, at, codec).pieces()).data.startswith(_START)
    except (_CutShortError, *DAMAGE):
        return False
