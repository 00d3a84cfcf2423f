"""Plain text sources: one file is one article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.read.batch import Batch, BatchBuilder
from jobs.read.codec import read_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobs.read.source import Source

MAX_TEXT = 32 * 2**20
"""Bytes of one file of text."""
MAX_TITLE = 200
"""Characters of a first line that is taken for the title."""


def read(source: Source) -> Iterator[Batch]:
    """Yield the one article of a text file; its title is the first line, if that is short and more follows.

    Raises
    ------
    OSError
        The file cannot be opened.
    """
    builder = BatchBuilder(source.name)
    data = read_whole(source, MAX_TEXT, lambda reason, detail: builder.quarantine(-1, reason, detail, "file"))
    if len(data) > MAX_TEXT:
        builder.quarantine(0, "too-large", f"the text is longer than {MAX_TEXT:,} bytes")
    elif data or builder.is_empty:
        text = decode(data)
        if text is None:
            builder.quarantine(0, "unknown-charset", "the bytes are text in no known charset; save the file as UTF-8")
        else:
            builder.add({"text": text, "title": _title(text), "source_offset": 0})
    yield builder.take()


def decode(data: bytes) -> str | None:
    """Return bytes as text: by byte order mark, as UTF-8, else in the likeliest charset; None where none fits."""
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(data).best()
        return str(best) if best else None


def _title(text: str) -> str | None:
    first, _, rest = text.strip().partition("\n")
    first = first.strip()
    return first if rest.strip() and len(first) <= MAX_TITLE else None
