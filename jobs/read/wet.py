"""WET file → raw records: the plain text that a crawl's publisher extracted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup.clean.codes import normalize_code
from dedup.clean.markup import decode
from jobs.read.warc import plain, read_with, stated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobs.read.batch import Batch, BatchBuilder
    from jobs.read.frames import Record
    from jobs.read.source import Source


def read(source: Source) -> Iterator[Batch]:
    """Yield the ``conversion`` records of a WET file as raw records, in order of the file.

    Parameters
    ----------
    source
        Packed with anything, member by member or as one.

    Notes
    -----
    The first line is the title, the first of the languages that the record names the language. Records of any other
    type are dropped by their type.
    """
    yield from read_with(source, _take)


def _take(record: Record, builder: BatchBuilder) -> None:
    kind = record.header.get("warc-type", "").lower() or "no-type"
    if kind != "conversion":
        builder.drop(kind)
        return
    languages = record.header.get("warc-identified-content-language", "")
    builder.add(
        {
            **stated(record),
            **plain(decode(record.block, "utf-8")),
            "language": normalize_code(languages.partition(",")[0]),
        }
    )
