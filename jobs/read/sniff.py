"""What a file is: told by its first bytes, or by its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from jobs.read.codec import codec_of, open_path

if TYPE_CHECKING:
    from pathlib import Path

Format = Literal["jsonl", "parquet", "csv", "warc", "wet", "wat", "arc", "html", "text"]

PEEK = 64 * 1024
"""Unpacked bytes that are looked at."""

EXTENSIONS: dict[str, Format] = {
    "jsonl": "jsonl", "ndjson": "jsonl", "jsonlines": "jsonl", "jl": "jsonl", "json": "jsonl",
    "parquet": "parquet", "pq": "parquet", "csv": "csv", "tsv": "csv",
    "warc": "warc", "wet": "wet", "wat": "wat", "arc": "arc",
    "html": "html", "htm": "html", "xhtml": "html", "txt": "text", "text": "text",
}  # fmt: skip
CODECS = {"gz": "gz", "zst": "zst", "zstd": "zst", "bz2": "bz2", "lz4": "lz4"}

_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_USUAL_COLUMN = re.compile(r"^(id|url|title|text|content|body|maintext|html|date|published_at)$", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


class Told(NamedTuple):
    """A format and the codec around it ('' for none)."""

    format: Format
    codec: str


def tell_by_name(name: str) -> Told | None:
    """Return what a file's extensions say; None where they are not known."""
    parts = name.lower().split(".")[1:]
    codec = CODECS.get(parts[-1], "") if parts else ""
    if codec:
        parts.pop()
    known = EXTENSIONS.get(parts[-1]) if parts else None
    return Told(known, codec) if known else None


def tell_by_content(path: Path, *, is_name_first: bool) -> Told | None:
    """Return what a file's first bytes say, then its name; the other way round for the format if `is_name_first`.

    The codec is always told by the content, since a packed stream starts with its own mark.

    Raises
    ------
    OSError
        The file cannot be opened or read.
    """
    by_name = tell_by_name(path.name)
    with path.open("rb") as raw:
        codec = codec_of(raw.read(4))
    if is_name_first and by_name:
        return Told(by_name.format, codec)
    faults: list[str] = []
    with open_path(path, codec, lambda reason, _: faults.append(reason)) as stream:
        head = stream.read(PEEK)
    if not head and by_name:  # damaged from its first byte on: the reader says so
        return Told(by_name.format, codec)
    told = _mark(head, path.name.lower()) or (by_name.format if by_name else None) or _guess(head)
    return Told(told, codec) if told else None


def is_page(data: bytes) -> bool:
    """Tell whether a file's bytes are a page of HTML."""
    return _HTML.search(data[:PEEK]) is not None


def _mark(head: bytes, name: str) -> Format | None:
    """Return the format that leaves an unmistakable mark."""
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"WARC/"):
        return _warc_kind(head, name)
    if head.startswith(b"filedesc://"):
        return "arc"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<") and _HTML.search(start[:4096]):
        return "html"
    if re.match(rb'\{\s*["}]|\[\s*\{\s*["}]', start):
        return "jsonl"
    return None


def _warc_kind(head: bytes, name: str) -> Format:
    kinds = re.findall(rb"^WARC-Type:\s*(\w+)", head, re.IGNORECASE | re.MULTILINE)
    first = next((kind.lower() for kind in kinds if kind.lower() != b"warcinfo"), b"")
    if first == b"conversion" or (not first and ".wet" in name):
        return "wet"
    is_wat = first == b"metadata" and re.search(rb'^\{"(Container|Envelope)"', head, re.MULTILINE)
    return "wat" if is_wat or (not first and ".wat" in name) else "warc"


def _guess(head: bytes) -> Format | None:
    """Return csv or text for what reads as text and bears no mark; None for anything else."""
    if _CONTROL.search(head) or head.startswith((b"%PDF", b"<?xml")):
        return None
    try:
        text = head[: head.rfind(b"\n") + 1].decode() if len(head) == PEEK else head.decode()
    except UnicodeDecodeError:
        return None
    first = text.lstrip("\ufeff").partition("\n")[0].strip()
    for separator in (",", "\t"):
        names = [name.strip().strip('"') for name in first.split(separator)]
        if len(names) > 1 and any(_USUAL_COLUMN.match(name) for name in names):
            return "csv"
    return "text" if text.strip() else None
