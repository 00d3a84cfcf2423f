"""WARC file → raw records: the pages a crawler fetched, not yet extracted."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dedup.clean.markup import decode
from jobs.read.batch import BatchBuilder
from jobs.read.frames import Record, read_records
from jobs.read.http import BombError, charset_of, decode_body, parse_response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jobs.read.batch import Batch
    from jobs.read.source import Source

_PAGE_TYPES = ("text/html", "application/xhtml")
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|article|div|p|h1)[\s>]", re.IGNORECASE)
_FILE_SCHEMES = ("dns:", "warcinfo:", "metadata:", "ftp:", "urn:", "filedesc:")
_FRACTION = re.compile(r"(\.\d{6})\d+")


def read(source: Source) -> Iterator[Batch]:
    """Yield the pages of a WARC file as raw records, in order of the file.

    Parameters
    ----------
    source
        Packed with anything, member by member or as one; its offsets are those of `frames.read_records`.

    Notes
    -----
    Taken are ``response`` and ``resource`` records of status 200 that hold HTML or plain text. Everything else is
    dropped by reason: the record's type, ``http-<class>``, or ``not-a-page``. WARC-Date becomes crawled_at and never
    published_at.
    """
    yield from read_with(source, _take)


def read_with(source: Source, take: Callable[[Record, BatchBuilder], None]) -> Iterator[Batch]:
    """Yield batches of the records of a file, each given to `take`, which adds, drops or quarantines it."""
    builder = BatchBuilder(source.name)
    for item in read_records(source):
        if isinstance(item, Record):
            take(item, builder)
        else:
            builder.quarantine(item.offset, item.reason, item.detail, item.reach)
        if builder.is_full:
            yield builder.take()
    if not builder.is_empty:
        yield builder.take()


def stated(record: Record) -> dict[str, object]:
    """Return the fields of a raw record that a record's header states: url, crawled_at and source_offset."""
    url = record.header.get("warc-target-uri", "").strip().strip("<>").strip()
    return {
        "url": url or None,
        "crawled_at": _time(record.header.get("warc-date", "")),
        "source_offset": record.offset,
    }


def _take(record: Record, builder: BatchBuilder) -> None:
    kind = record.header.get("warc-type", "").lower() or "no-type"
    if kind not in ("response", "resource"):
        builder.drop(kind if kind in _KINDS else "unknown-type")
        return
    fields = stated(record)
    if str(fields["url"]).lower().startswith(_FILE_SCHEMES):
        builder.drop("not-a-page")
        return
    content_type, body = record.header.get("content-type", ""), record.block
    if kind == "response" and (response := parse_response(body)) is not None:
        if response.status != 200:
            builder.drop(f"http-{response.status // 100}xx")
            return
        content_type = response.headers.get("content-type", "")
        try:
            body = decode_body(response)
        except BombError as error:
            builder.quarantine(record.offset, "bomb", str(error))
            return
    elif kind == "response" and "http" in content_type.lower():
        builder.quarantine(record.offset, "bad-http", f"no HTTP status line, but {body[:20]!r}")
        return
    _add(fields, content_type, body, builder)


def _add(fields: dict[str, object], content_type: str, body: bytes, builder: BatchBuilder) -> None:
    media = content_type.partition(";")[0].strip().lower()
    charset = charset_of(content_type)
    is_markup = _MARKUP.search(body, 0, 4096) is not None
    if media.startswith(_PAGE_TYPES) or (is_markup and media in ("", "text/plain", "unknown/unknown")):
        builder.add({**fields, "html": body, "charset": charset})
    elif media == "text/plain":
        builder.add({**fields, **plain(decode(body, charset))})
    else:
        builder.drop("not-a-page")


def plain(text: str) -> dict[str, object]:
    """Return title and text of a page that is plain text: the first line that holds anything, and all of it."""
    text = text.replace("\x00", "").strip()
    return {"title": text.partition("\n")[0].strip()[:300] or None, "text": text}


_KINDS = {"warcinfo", "request", "metadata", "revisit", "conversion", "continuation", "no-type"}


def _time(text: str) -> datetime | None:
    """Return a WARC-Date, which may carry nanoseconds; null where it is none."""
    try:
        moment = datetime.fromisoformat(_FRACTION.sub(r"\1", text.strip()))
    except ValueError:
        return None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None
