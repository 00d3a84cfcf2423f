"""Bytes of a source, decompressed in bounded memory, with every fault of the compressed stream told.

Owns gz, zst, bz2 and lz4, each of any number of members, and the loop over lines of bounded length.
A stream never raises for damaged input: it reports the fault, delivers all that came before it, and ends.
"""

from __future__ import annotations

import bz2
import contextlib
import io
import zlib
from typing import TYPE_CHECKING, BinaryIO, Protocol

import zstandard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from jobs.read.source import Source

    Buffer = bytearray | memoryview
    OnFault = Callable[[str, str], None]

MAX_OUTPUT = 64 * 2**30
"""Bytes one compressed source may unpack to."""
MAX_RATIO = 200
"""Unpacked bytes per packed byte; news in any markup stays under 40, the densest gzip bomb reaches 1,030."""
RATIO_MATTERS_FROM = 256 * 2**20
"""Unpacked bytes below which any ratio is harmless."""
MAX_ZSTD_WINDOW = 128 * 2**20
MAX_LINE = 32 * 2**20
"""Bytes of one line."""

MAGIC = {b"\x1f\x8b": "gz", b"\x28\xb5\x2f\xfd": "zst", b"BZh": "bz2", b"\x04\x22\x4d\x18": "lz4"}
_SKIPPABLE = b"\x2a\x4d\x18"  # bytes 1 to 3 of the frames that zstd and lz4 tools put beside the data

_GZIP_CHUNK = 64 * 1024
_CHUNK = 2 * 1024
# Small, since a call that fails loses its whole output; and since zstandard cannot cap the output of one call,
# where 4 bytes may stand for 128 KiB: 64 MiB at worst.
_BUFFER = 256 * 1024
DAMAGE = (zlib.error, zstandard.ZstdError, OSError, RuntimeError, EOFError, ValueError)
"""What decoders raise for damaged bytes; an OSError with an errno, which bz2's has not, is the disk's."""


def open_stream(source: Source, on_fault: OnFault) -> BinaryIO:
    """Open a source as a buffered stream of its unpacked bytes.

    Parameters
    ----------
    source
        Its codec says how it is packed.
    on_fault
        Called at most once, with a reason (``truncated``, ``corrupt``, ``bomb`` or ``unreadable``) and a detail,
        when the stream has to end before its end.

    Raises
    ------
    OSError
        The file cannot be opened.
    """
    return open_path(source.path, source.codec, on_fault)


def open_path(path: Path, codec: str, on_fault: OnFault) -> BinaryIO:
    """Open a file packed with `codec` ('' for none) as `open_stream` does."""
    raw = path.open("rb", buffering=0)
    return io.BufferedReader(_Unpacked(raw, codec, on_fault), _BUFFER)


def read_whole(source: Source, limit: int, on_fault: OnFault) -> bytes:
    """Return the unpacked bytes of a source, at most `limit` + 1 of them; none of a bomb, a part of a damaged file."""
    reasons: list[str] = []

    def note(reason: str, detail: str) -> None:
        reasons.append(reason)
        on_fault(reason, detail)

    with open_stream(source, note) as stream:
        data = stream.read(limit + 1)
    return b"" if "bomb" in reasons else data


def read_lines(stream: BinaryIO, limit: int = MAX_LINE) -> Iterator[bytes | None]:
    """Yield the lines of a stream with their ends; None stands for a line of more than `limit` bytes."""
    while line := stream.readline(limit + 1):
        if len(line) <= limit or line.endswith(b"\n"):
            yield line
            continue
        while (rest := stream.readline(_BUFFER)) and not rest.endswith(b"\n"):
            pass
        yield None


def packed_chunk(codec: str) -> int:
    """Return how many packed bytes a decoder may be given at once."""
    return _GZIP_CHUNK if codec == "gz" else _CHUNK


def codec_of(head: bytes) -> str:
    """Tell the codec by a file's first bytes; '' where none is known."""
    if head[1:4] == _SKIPPABLE and 0x50 <= head[0] <= 0x5F:
        return "zst"
    return next((codec for magic, codec in MAGIC.items() if head.startswith(magic)), "")


class Decoder(Protocol):
    """One member of a packed file; the interface that `bz2` and `lz4.frame` share."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Return what the packed bytes unpack to, where the decoder can bound it at most `max_length` bytes."""
        ...

    @property
    def needs_input(self) -> bool:
        """Whether the next call needs packed bytes."""
        ...

    @property
    def eof(self) -> bool:
        """Whether the member has ended."""
        ...

    @property
    def unused_data(self) -> bytes | None:
        """What was given beyond the member's end."""
        ...


class _GzipDecoder:
    """One gzip member, which delivers what lies before damage and only then raises."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)
        self._has_begun = False
        self._error: zlib.error | None = None

    def decompress(self, data: bytes, max_length: int) -> bytes:
        if self._error:
            raise self._error
        packed = self._member.unconsumed_tail + data
        # Most members of a WARC file are whole after one call, and a copy takes longer than unpacking a small one.
        before = self._member.copy() if self._has_begun else None
        self._has_begun = True
        try:
            return self._member.decompress(packed, max_length)
        except zlib.error as error:
            self._error = error
            return self._salvage(before, packed)

    @staticmethod
    def _salvage(member: zlib._Decompress | None, packed: bytes) -> bytes:
        member = member or zlib.decompressobj(wbits=31)
        out = bytearray()
        with contextlib.suppress(zlib.error):
            for at in range(len(packed)):
                out += member.decompress(packed[at : at + 1])
        return bytes(out)

    @property
    def needs_input(self) -> bool:
        return not (self._member.unconsumed_tail or self._error)

    @property
    def eof(self) -> bool:
        return self._member.eof

    @property
    def unused_data(self) -> bytes:
        return self._member.unused_data


class _ZstdDecoder:
    needs_input = True

    def __init__(self) -> None:
        self._frame = zstandard.ZstdDecompressor(max_window_size=MAX_ZSTD_WINDOW).decompressobj()

    def decompress(self, data: bytes, max_length: int) -> bytes:  # noqa: ARG002 - see _CHUNK
        return self._frame.decompress(data) if data else b""

    @property
    def eof(self) -> bool:
        return self._frame.eof

    @property
    def unused_data(self) -> bytes:
        return self._frame.unused_data


def decoder_of(codec: str) -> Decoder:
    """Return a decoder of one member; what it raises for damage is one of `DAMAGE`."""
    if codec == "gz":
        return _GzipDecoder()
    if codec == "zst":
        return _ZstdDecoder()
    if codec == "bz2":
        return bz2.BZ2Decompressor()
    import lz4.frame

    decoder: Decoder = lz4.frame.LZ4FrameDecompressor()
    return decoder


class _Unpacked(io.RawIOBase):
    """The unpacked bytes of a raw file; `io.BufferedReader` sits on top."""

    def __init__(self, raw: io.FileIO, codec: str, on_fault: OnFault) -> None:
        self._raw = raw
        self._codec = codec
        self._on_fault = on_fault
        self._decoder = decoder_of(codec) if codec else None
        self._carried = b""  # packed bytes of the next member, read with the last one
        self._pending = memoryview(b"")
        self._is_starved = False  # the last call gave nothing, so input is wanted, whatever the decoder says
        self._packed = 0
        self._unpacked = 0
        self._is_done = False

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._raw.close()
        super().close()

    def readinto(self, buffer: Buffer) -> int:  # type: ignore[override]
        if not self._pending:
            self._pending = memoryview(self._next(len(buffer)))
        size = min(len(buffer), len(self._pending))
        buffer[:size] = self._pending[:size]
        self._pending = self._pending[size:]
        return size

    def _next(self, limit: int) -> bytes:
        """Return some unpacked bytes; none at the end or after a fault."""
        while not self._is_done:
            try:
                out = self._step(limit)
            except DAMAGE as error:
                if isinstance(error, OSError) and error.errno is not None:
                    self._stop("unreadable", str(error))
                else:
                    self._stop("corrupt", f"the {self._codec} stream is damaged: {error}")
            else:
                if out:
                    return out
        return b""

    def _step(self, limit: int) -> bytes:
        decoder = self._decoder
        if decoder is None:
            data = self._raw.read(limit)
            self._is_done = not data
            return data or b""
        if decoder.eof:
            self._next_member(decoder.unused_data or b"")
            return b""
        is_hungry = decoder.needs_input or self._is_starved
        data = (self._carried or self._read()) if is_hungry else b""
        self._carried = b""
        out = decoder.decompress(data, limit)
        self._is_starved = not (out or decoder.eof)
        if is_hungry and not data and self._is_starved:
            self._stop("truncated", f"the {self._codec} stream ends before its end")
        return self._measured(out)

    def _next_member(self, rest: bytes) -> None:
        """Go on with the next member; zeros between and after gzip members are padding, as gzip has it."""
        while True:
            rest = rest.lstrip(b"\0") if self._codec == "gz" else rest
            if rest:
                break
            rest = self._read()
            if not rest:
                self._is_done = True
                return
        self._carried = rest
        self._decoder = decoder_of(self._codec)

    def _read(self) -> bytes:
        data = self._raw.read(packed_chunk(self._codec)) or b""
        self._packed += len(data)
        return data

    def _measured(self, out: bytes) -> bytes:
        self._unpacked += len(out)
        is_dense = self._unpacked > RATIO_MATTERS_FROM and self._unpacked > MAX_RATIO * self._packed
        if is_dense or self._unpacked > MAX_OUTPUT:
            self._stop("bomb", f"{self._packed:,} packed bytes unpack to more than {self._unpacked:,}")
        return out

    def _stop(self, reason: str, detail: str) -> None:
        if not self._is_done:
            self._is_done = True
            self._on_fault(reason, detail)
