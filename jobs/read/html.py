"""HTML file → one raw record: a page saved as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup.clean.markup import MAX_BYTES
from jobs.read.batch import BatchBuilder
from jobs.read.codec import read_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobs.read.batch import Batch
    from jobs.read.source import Source


def read(source: Source) -> Iterator[Batch]:
    """Yield the one page of an HTML file, packed or not.

    Notes
    -----
    It has neither id nor url here: the page may state an address of its own, which extraction finds. The path says
    nothing of the article.
    """
    builder = BatchBuilder(source.name)
    html = read_whole(source, MAX_BYTES, lambda reason, detail: builder.quarantine(-1, reason, detail, "file"))
    if len(html) > MAX_BYTES:
        builder.quarantine(0, "too-large", f"the page has more than {MAX_BYTES:,} bytes")
    elif html:
        builder.add({"source_offset": 0, "html": html})
    yield builder.take()
