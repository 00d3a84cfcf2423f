"""An article that a user hands over: a text or a saved page, from a file or standard input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from dedup.clean.url import site_of
from dedup.errors import UsageError
from jobs.read.batch import BatchBuilder
from jobs.read.codec import codec_of, open_path
from jobs.read.sandbox import Extractor
from jobs.read.sniff import is_page
from jobs.read.text import decode

MOST_BYTES = 16 << 20
"""Bytes of a text or page."""


def read_article(path: str, extractor: str) -> dict[str, Any]:
    """Return text, title and site of the file `path` (``-``: standard input), a text or a saved page's HTML, packed or not.

    Raises
    ------
    UsageError
        It cannot be read, is too large, in no known charset, or a page without an article.
    """
    data = _read(path)
    if not is_page(data):
        text = decode(data)
        if text is None or "\0" in text:
            raise UsageError(f"{path} is no text in a known charset; give a text, or a page as HTML")
        return {"text": text, "title": None, "site": None}
    builder = BatchBuilder(path)
    builder.add({"source_offset": 0, "html": data})
    with Extractor(extractor, 1) as extracting:
        articles, lost = extracting.extract(builder.take().records)
    if lost.height:
        raise UsageError(f"{path}: no article can be taken from this page ({lost['detail'][0]}); give its text")
    row = articles.row(0, named=True)
    site = site_of(articles["url"])[0] if row["url"] else None
    return {"text": row["text"] or "", "title": row["title"], "site": site}


def _read(path: str) -> bytes:
    faults: list[str] = []
    try:
        if path == "-":
            data = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(path).open("rb") as raw:
                codec = codec_of(raw.read(4))
            with open_path(Path(path), codec, lambda _, detail: faults.append(detail)) as stream:
                data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}; name a text or a saved page") from None
    if faults:
        raise UsageError(f"{path} cannot be unpacked: {faults[0]}; name a whole file")
    if len(data) > MOST_BYTES:
        raise UsageError(f"{path} has more than {MOST_BYTES:,} bytes; an article is far smaller")
    return data
