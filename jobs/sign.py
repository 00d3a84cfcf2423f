"""Articles → signatures: furniture learned over all of them, then each text read once more and signed."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup import sign as library
from dedup.arrow import slice_bytes, text_buffers
from dedup.clean.furniture import REASONS, Learned, learn, share_of_text
from dedup.clean.sentences import take, take_ranges
from dedup.identify import rows_by_batch
from dedup.kind import HEADED_WORDS, SENTENCE_WORDS, WALL_WORDS, has_wall_wording, is_wall
from dedup.schema import FURNITURE

if TYPE_CHECKING:
    from dedup.arrow import Text
    from dedup.clean.sentences import Sentences
    from dedup.config import Settings
    from dedup.sign import Signed
    from jobs.ingest import Ingested
    from jobs.progress import Progress
    from jobs.texts import Texts

HEAD_BEFORE, HEAD_AFTER, TAIL_BEFORE, TAIL_AFTER = 400, 600, 500, 300
"""Bytes around the first and the last sentence of a story in which bylines, datelines and credits are looked for."""

OPENING_BYTES = 800


class SignedJob(NamedTuple):
    """Signatures and what else the texts told.

    `signed` and `learned` by article; `furniture_share` float32[n]; `is_wall` bool[n]; `edges`: head, tail, opening
    (String) by article; `furniture`: the published table.
    """

    signed: Signed
    learned: Learned
    furniture_share: npt.NDArray[np.float32]
    is_wall: npt.NDArray[np.bool_]
    edges: pl.DataFrame
    furniture: pl.DataFrame


class _Part(NamedTuple):
    rows: npt.NDArray[np.int64]
    signed: Signed
    is_wall: npt.NDArray[np.bool_]
    edges: pl.DataFrame
    examples: pl.DataFrame


def sign(ingested: Ingested, texts: Texts, settings: Settings, threads: int, progress: Progress) -> SignedJob:
    """Learn the furniture of all articles, then sign each batch of texts; one thread a batch."""
    articles, pieces = ingested.articles, ingested.sentences
    progress.start("furniture", articles.height)
    sizes = articles["text_bytes"].to_numpy()
    learned = learn(pieces, articles["site"], articles["title"], sizes)
    progress.start("sign", articles.height)
    parts = []
    with ThreadPoolExecutor(threads) as pool:
        # The first to be begun, so that no batch waits for what has no thread.
        examples = pool.submit(_examples, ingested, learned)
        futures = [
            pool.submit(_sign_batch, rows, batch, texts, ingested, learned, examples, settings)
            for batch, rows in rows_by_batch(articles).items()
        ]
        for future in futures:
            parts.append(future.result())
            progress.advance(parts[-1].rows.size)
    order = np.argsort(np.concatenate([part.rows for part in parts]))
    found = examples.result().join(pl.concat([part.examples for part in parts]), on="sentence", how="inner")
    return SignedJob(
        library.concat([part.signed for part in parts], [part.rows for part in parts]),
        learned,
        share_of_text(pieces, learned.reasons, sizes),
        np.concatenate([part.is_wall for part in parts])[order],
        pl.concat([part.edges for part in parts])[order],
        FURNITURE.conform(found),
    )


def _sign_batch(
    rows: npt.NDArray[np.int64],
    batch: int,
    spool: Texts,
    ingested: Ingested,
    learned: Learned,
    examples: Future[pl.DataFrame],
    settings: Settings,
) -> _Part:
    texts = spool.read(batch).gather(ingested.articles["place_in_batch"].gather(rows))
    pieces = take(ingested.sentences, rows)
    reasons, _ = take_ranges(learned.reasons, ingested.sentences.offsets, rows)
    text = text_buffers(texts)
    signed = library.sign(texts, pieces, reasons == 0, settings)
    return _Part(
        rows,
        signed,
        _walls(texts, ingested.articles["title"].gather(rows), pieces, reasons, signed.words),
        _edges(text, pieces, reasons),
        _example_texts(text, ingested, rows, examples.result()),
    )


def _walls(
    texts: pl.Series,
    titles: pl.Series,
    pieces: Sentences,
    reasons: npt.NDArray[np.uint8],
    words: npt.NDArray[np.int64],
) -> npt.NDArray[np.bool_]:
    """Tell the pages that are nothing but a wall: bool[n]. Few have as little text, so these are looked at singly."""
    from dedup.kernels.sentences import TERMINATED

    out = np.zeros(len(texts), bool)
    is_headed = (words > WALL_WORDS) & (words <= HEADED_WORDS) & has_wall_wording(titles)
    rows = np.flatnonzero((words <= WALL_WORDS) | is_headed)
    short = texts.gather(rows)
    kept = []
    is_sentence = (reasons == 0) & (pieces.counts >= SENTENCE_WORDS) & (pieces.flags & TERMINATED > 0)
    for row, text in zip(rows, short, strict=True):
        data = text.encode()
        span = slice(pieces.offsets[row], pieces.offsets[row + 1])
        bounds = [*pieces.starts[span].tolist(), len(data)]
        pairs = zip(bounds, bounds[1:], reasons[span], strict=False)
        kept.append(b"".join(data[a:b] for a, b, reason in pairs if reason == 0).decode("utf-8", "replace"))
    found = np.concatenate([[0], np.cumsum(is_sentence)])
    has_sentence = found[pieces.offsets[rows + 1]] > found[pieces.offsets[rows]]
    bodies = pl.Series(kept, dtype=pl.String)
    heads = titles.gather(rows).fill_null("") + "\n"
    out[rows] = np.where(
        is_headed[rows], has_wall_wording(bodies), is_wall(heads + short, heads + bodies, has_sentence)
    )
    return out


def _edges(text: Text, pieces: Sentences, reasons: npt.NDArray[np.uint8]) -> pl.DataFrame:
    """Return what stands around the first and the last sentence of each story: head, tail and opening."""
    n = pieces.offsets.size - 1
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
    return pl.DataFrame(
        {
            "head": slice_bytes(text, every, np.maximum(first - HEAD_BEFORE, 0), first + HEAD_AFTER),
            "tail": slice_bytes(text, every, np.maximum(np.maximum(last - TAIL_BEFORE, first), 0), last + TAIL_AFTER),
            "opening": slice_bytes(text, every, first, first + OPENING_BYTES),
        }
    )


def _examples(ingested: Ingested, learned: Learned) -> pl.DataFrame:
    """Return the furniture table but its text: of each sentence that several articles of a site carry, the first."""
    places = np.flatnonzero((learned.reasons > 0) & (learned.articles > 1))
    owners = np.searchsorted(ingested.sentences.offsets, places, side="right") - 1
    return (
        pl.DataFrame(
            {
                "sentence": places,
                "owner": owners,
                "site": ingested.articles["site"].gather(owners),
                "sentence_hash": ingested.sentences.hashes[places],
                "articles": learned.articles[places].astype(np.int64),
                "stories": learned.stories[places].astype(np.int64),
                "code": learned.reasons[places],
            }
        )
        .unique(["site", "sentence_hash"], keep="first", maintain_order=True)
        .with_columns(reason=pl.col("code").replace_strict(dict(enumerate(REASONS)), return_dtype=pl.String))
    )


def _example_texts(text: Text, ingested: Ingested, rows: npt.NDArray[np.int64], examples: pl.DataFrame) -> pl.DataFrame:
    """Return sentence and text of those examples that stand in the articles `rows`."""
    places = pl.DataFrame({"owner": rows, "local": np.arange(rows.size)})
    here = examples.select("sentence", "owner").join(places, on="owner", how="inner", maintain_order="left")
    local = here["local"].to_numpy()
    sentence = here["sentence"].to_numpy()
    pieces = ingested.sentences
    starts = pieces.starts.astype(np.int64)
    is_inner = sentence + 1 < pieces.offsets[here["owner"].to_numpy() + 1]
    sizes = np.diff(text.offsets)
    ends = np.where(is_inner, starts[np.minimum(sentence + 1, starts.size - 1)], sizes[local])
    shown = slice_bytes(text, local, starts[sentence], ends)
    return pl.DataFrame({"sentence": sentence, "text": shown.str.strip_chars()})
