"""What stands around the first and the last sentence of each story, and what is read there: agencies, times, languages."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.arrow import slice_bytes, text_buffers
from dedup.clean.language import by_words
from dedup.clean.signed import signed
from dedup.clean.stamp import stamps
from dedup.clean.wire import agencies
from jobs import disk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dedup.arrow import Text
    from dedup.clean.sentences import Sentences
    from dedup.config import Settings
    from jobs.ingest import Ingested

HEAD_BEFORE, HEAD_AFTER, TAIL_BEFORE, TAIL_AFTER = 400, 600, 500, 300
"""Bytes around the first and the last sentence of a story in which bylines, datelines and credits are looked for."""

FOOT_BEFORE = 1_200
"""Bytes before the last sentence in which credits of other members are looked for: on a site of which little is known,
what stands below the text passes for text."""

GROUP = 20_000
"""Articles whose edges are unpacked at once: the rules of bylines cost as much to set up as a thousand take to read."""

_NONE = pl.DataFrame(schema={"head": pl.String(), "tail": pl.String(), "above": pl.String(), "begin": pl.Int64()})
_TOLD = ("agency", "agency_evidence", "agency_strength", "origin_hint", "author", "credited", "printed_at")


class Edges(NamedTuple):
    """The edges of some stories, packed.

    `rows` int64[n]: the articles; `packed` uint8: an Arrow file of head, tail and above (String: what stands above the
    tail) and begin (Int64: the byte of the head where the story begins).
    """

    rows: npt.NDArray[np.int64]
    packed: npt.NDArray[np.uint8]


def pack_edges(
    rows: npt.NDArray[np.int64], text: Text, pieces: Sentences, reasons: npt.NDArray[np.uint8], folder: Path
) -> Edges:
    """Return the edges of the articles `rows` int64[n], of which `pieces` are the sentences, furniture where `reasons` > 0.

    They are put aside in `folder`.
    """
    n = rows.size
    sizes = np.diff(text.offsets)
    kept = np.flatnonzero(reasons == 0)
    owners = np.searchsorted(pieces.offsets, kept, side="right") - 1
    first, last = np.zeros(n, np.int64), sizes.copy()
    starts = pieces.starts.astype(np.int64)
    first[owners[::-1]] = starts[kept[::-1]]
    is_inner = kept + 1 < pieces.offsets[owners + 1]
    ends = np.where(is_inner, starts[np.minimum(kept + 1, starts.size - 1)], sizes[owners])
    last[owners] = ends
    every = np.arange(n)
    head = np.maximum(first - HEAD_BEFORE, 0)
    above, tail = (np.maximum(np.maximum(last - before, first), 0) for before in (FOOT_BEFORE, TAIL_BEFORE))
    edges = pl.DataFrame(
        {
            "head": slice_bytes(text, every, head, first + HEAD_AFTER),
            "tail": slice_bytes(text, every, tail, last + TAIL_AFTER),
            "above": slice_bytes(text, every, above, tail),
            "begin": first - head,
        }
    )
    packed = io.BytesIO()
    edges.write_ipc(packed, compression="uncompressed")
    room = disk.aside(folder, len(packed.getbuffer()), np.uint8)
    room[:] = packed.getbuffer()
    return Edges(rows, room)


def read_edges(ingested: Ingested, edges: Sequence[Edges], settings: Settings) -> pl.DataFrame:
    """Return what the edges of the articles tell, one row an article.

    What was told of an article when it came stands; its language was told then too.

    Returns
    -------
    row (UInt32, ascending); agency, agency_evidence, agency_strength, origin_hint as `dedup.clean.wire.agencies` finds them;
    author (String): the article's own, else the person who signs its text; credited (String) as `dedup.clean.signed` finds it;
    printed_at (Datetime us) as `stamps` does; spoken (String): the language where common words tell it; opening (String):
    the story's first bytes where neither that nor the input does.
    """
    batches = _Batches(ingested.articles, edges)
    credited = agencies(batches, settings.extra_agencies)
    found = pl.concat([credited, pl.concat([_read(batch) for batch in batches])], how="horizontal")
    rows = ingested.articles.select("known_row").with_row_index("row")
    if (is_known := rows["known_row"].is_not_null()).any():
        told = rows.filter(is_known).select("row").hstack(ingested.articles.filter(is_known).select(_TOLD))
        found = pl.concat([found, told], how="diagonal")
    return found.sort("row")


class _Batches:
    """The articles of this run in groups of GROUP or a few more, unpacked anew whenever they are gone through."""

    def __init__(self, articles: pl.DataFrame, edges: Sequence[Edges]) -> None:
        self._articles = articles.select("author", "page", "site", "url", "language")
        before = np.cumsum([0, *(part.rows.size for part in edges[:-1])])
        starts = np.unique(before // GROUP, return_index=True)[1]
        self._groups = [edges[low:high] for low, high in zip(starts, [*starts[1:], len(edges)], strict=True)]

    def __iter__(self) -> Iterator[pl.DataFrame]:
        for group in self._groups:
            rows = np.concatenate([np.zeros(0, np.int64), *(part.rows for part in group)])
            shown = pl.concat([_NONE, *(pl.read_ipc(io.BytesIO(part.packed.data)) for part in group)])
            yield self._articles[rows].hstack(shown).with_columns(row=pl.Series(rows, dtype=pl.UInt32))


def _read(batch: pl.DataFrame) -> pl.DataFrame:
    """Return author, credited, printed_at, spoken and opening of a batch of articles."""
    begins = batch["begin"].to_numpy()
    openings = slice_bytes(text_buffers(batch["head"]), np.arange(begins.size), begins, begins + HEAD_AFTER)
    asked = batch.select("language", spoken=by_words(openings))
    is_open = pl.coalesce("spoken", "language").is_null()
    named = batch.join(
        signed(batch.with_columns(tail=pl.concat_str("above", "tail"))), on="row", how="left", maintain_order="left"
    )
    return asked.select("spoken", opening=pl.when(is_open).then(openings)).with_columns(
        *named.select("credited", author=pl.coalesce("author", "signer")), printed_at=stamps(batch["head"])
    )
