"""An HTTP response as a crawler stored it → its status, headers and body, every encoding undone, in bounded memory."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, NamedTuple

from dedup.errors import BadRecordError

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_BODY = 16 * 2**20
"""Bytes one body may unpack to."""
MAX_HEAD = 2**20
MAX_ENCODINGS = 3

_STATUS = re.compile(rb"(?:HTTP/\d(?:\.\d)?|ICY)[ \t]+(\d{3})(?:[ \t\r\n]|$)", re.IGNORECASE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,4096})?\r?\n")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:+-]{1,40})", re.IGNORECASE)


class BombError(BadRecordError):
    """A body unpacks to more than is taken."""


class Response(NamedTuple):
    """A response: its status, its headers with names in lower case, and its body as sent."""

    status: int
    headers: dict[str, str]
    body: bytes


def parse_response(block: bytes) -> Response | None:
    """Return the response in a record's block; None where it does not start with a status line."""
    status = _STATUS.match(block)
    if status is None:
        return None
    end = _HEAD_END.search(block, 0, MAX_HEAD)
    head = block[: end.start()] if end else block[:MAX_HEAD]
    headers: dict[str, str] = {}
    for line in head.decode("latin-1").split("\n")[1:]:
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), value.strip())
    return Response(int(status[1]), headers, block[end.end() :] if end else b"")


def decode_body(response: Response) -> bytes:
    """Return the body with transfer and content encoding undone.

    Raises
    ------
    BombError
        It unpacks to more than 16 MiB.

    Notes
    -----
    Crawlers often store a body unpacked and leave the header standing, and often cut a body off. So an encoding that
    the body does not have is passed over, and of a body that breaks off what came before is kept.
    """
    body = response.body
    if "chunked" in response.headers.get("transfer-encoding", "").lower():
        body = _unchunk(body)
    stated = response.headers.get("content-encoding", "").lower().replace("x-gzip", "gzip").split(",")
    for name in reversed(stated[:MAX_ENCODINGS]):
        if (decode := _DECODERS.get(name.strip())) is not None:
            body = decode(body)
    if len(body) > MAX_BODY:
        raise BombError(f"the body has {len(body):,} bytes; at most {MAX_BODY:,} are taken")
    return body


def charset_of(content_type: str) -> str | None:
    """Return the charset that a Content-Type states."""
    found = _CHARSET.search(content_type)
    return found[1] if found else None


def _unchunk(body: bytes) -> bytes:
    """Join the chunks up to the first that is broken; a body that starts with none is taken as it is."""
    parts: list[bytes] = []
    at = 0
    while size := _CHUNK_SIZE.match(body, at):
        length = int(size[1], 16)
        if length == 0:
            return b"".join(parts)
        data = body[size.end() : size.end() + length]
        after = body[size.end() + length : size.end() + length + 2]
        if not parts and after and not after.startswith((b"\r", b"\n")):
            return body
        parts.append(data)
        at = size.end() + length + (2 if after == b"\r\n" else after.startswith(b"\n"))
    return b"".join(parts) if parts else body


def _bounded(parts: list[bytes], part: bytes) -> None:
    parts.append(part)
    if sum(map(len, parts)) > MAX_BODY:
        raise BombError(f"the body unpacks to more than {MAX_BODY:,} bytes")


def _gunzip(body: bytes) -> bytes:
    return _inflate(body, 31) if body.startswith(b"\x1f\x8b") else body


def _undeflate(body: bytes) -> bytes:
    # The standard says zlib, some servers send raw deflate, and a body stored unpacked is neither.
    is_zlib = len(body) > 1 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0
    return _inflate(body, 15 if is_zlib else -15)


def _inflate(body: bytes, wbits: int) -> bytes:
    parts: list[bytes] = []
    packed = body
    try:
        while packed:
            decoder = zlib.decompressobj(wbits)
            while packed and not decoder.eof:
                data = decoder.decompress(packed[: 2**16], 2**20)
                packed = (decoder.unconsumed_tail or decoder.unused_data) + packed[2**16 :]
                _bounded(parts, data)
                if not data and not packed:
                    break
            if wbits != 31 or not packed.startswith(b"\x1f\x8b"):
                break
    except zlib.error:
        pass
    return b"".join(parts) or body


def _unbrotli(body: bytes) -> bytes:
    import brotli

    decoder = brotli.Decompressor()
    parts: list[bytes] = []
    packed = body
    try:
        while not decoder.is_finished():
            data = decoder.process(packed, output_buffer_limit=2**20)
            packed = b""
            if not data:
                break
            _bounded(parts, data)
    except brotli.error:
        pass
    return b"".join(parts) or body


def _unzstd(body: bytes) -> bytes:
    import zstandard

    if not body.startswith(b"\x28\xb5\x2f\xfd"):
        return body
    parts: list[bytes] = []
    try:
        with zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(body, read_across_frames=True) as reader:
            while data := reader.read(2**20):
                _bounded(parts, data)
    except (zstandard.ZstdError, MemoryError):
        pass
    return b"".join(parts) or body


_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": _gunzip,
    "deflate": _undeflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
