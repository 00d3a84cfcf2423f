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
from jobs import disk
from jobs import words as spool
from jobs.edges import pack_edges
from jobs.texts import read_part

if TYPE_CHECKING:
    from pathlib import Path

    from dedup.arrow import Text
    from dedup.clean.sentences import Sentences
    from dedup.config import Settings
    from dedup.sign import Signed
    from jobs.edges import Edges
    from jobs.ingest import Ingested
    from jobs.known import Known
    from jobs.progress import Progress
    from jobs.texts import Texts


class SignedJob(NamedTuple):
    """Signatures and what else the texts told.

    `signed` by article; `reasons` uint8: why each sentence is furniture, 0 for none (`dedup.clean.furniture.REASONS`);
    `furniture_share` float32[n]; `is_wall` bool[n]; `edges` of the articles of this run; `furniture`: the rows of
    the published table, in any order.
    """

    signed: Signed
    reasons: npt.NDArray[np.uint8]
    furniture_share: npt.NDArray[np.float32]
    is_wall: npt.NDArray[np.bool_]
    edges: list[Edges]
    furniture: pl.DataFrame


_EXAMPLE = {"sentence": pl.Int64(), "text": pl.String()}


class _Part(NamedTuple):
    rows: npt.NDArray[np.int64]
    signed: Signed
    is_wall: npt.NDArray[np.bool_]
    edges: Edges | None
    examples: pl.DataFrame


def sign(
    ingested: Ingested, texts: Texts, words_folder: Path, known: Known, settings: Settings, threads: int,
    progress: Progress,
) -> SignedJob:  # fmt: skip
    """Learn the furniture of all articles, then sign each batch by its words; one thread a batch."""
    articles, pieces = ingested.articles, ingested.sentences
    progress.start("furniture", articles.height)
    sizes = articles["text_bytes"].to_numpy()
    learned = learn(pieces, articles["site"], articles["title"], sizes, known.furniture)
    progress.start("sign", articles.height)
    by_batch = rows_by_batch(articles)
    rooms, signatures = _rooms(by_batch, articles["word_count"], words_folder, settings.permutations)
    parts = []
    with ThreadPoolExecutor(threads) as pool:
        # The first to be begun, so that no batch waits for what has no thread.
        examples = pool.submit(_examples, ingested, learned)
        futures = [
            pool.submit(_sign_known, rows, known.words_path(batch), ingested, learned, settings, room)
            if batch < known.batches
            else pool.submit(
                _sign_read,
                rows,
                batch,
                texts,
                words_folder / spool.name(batch),
                ingested,
                learned,
                examples,
                settings,
                room,
            )
            for (batch, rows), room in zip(by_batch.items(), rooms, strict=True)
        ]
        for future in futures:
            parts.append(future.result())
            progress.advance(parts[-1].rows.size)
    order = np.argsort(np.concatenate([part.rows for part in parts]))
    shown = pl.concat([part.examples for part in parts])
    return SignedJob(
        library.concat([part.signed for part in parts], [part.rows for part in parts], signatures),
        learned.reasons,
        share_of_text(pieces, learned.reasons, sizes),
        np.concatenate([part.is_wall for part in parts])[order],
        [part.edges for part in parts if part.edges is not None],
        _furniture(examples.result(), shown, ingested, known),
    )


def _rooms(
    by_batch: dict[int, npt.NDArray[np.int64]], words: pl.Series, folder: Path, permutations: int
) -> tuple[list[library.Room], npt.NDArray[np.uint32]]:
    """Return where each batch writes, and where the signatures of all articles come, in files of `folder`."""
    rows = list(by_batch.values())
    sizes, counts = [one.size for one in rows], [int(words.gather(one).sum()) for one in rows]
    shingles = disk.aside(folder, sum(counts), np.uint32)
    written, ordered = (
        disk.aside(folder, sum(sizes) * permutations, np.uint32).reshape(-1, permutations) for _ in range(2)
    )
    ends, starts = np.cumsum(sizes), np.cumsum([0, *counts[:-1]])
    places = zip(starts.tolist(), ends.tolist(), sizes, strict=True)
    return [library.Room(shingles, at, written[end - size : end]) for at, end, size in places], ordered


def _sign_known(
    rows: npt.NDArray[np.int64],
    path: Path,
    ingested: Ingested,
    learned: Learned,
    settings: Settings,
    room: library.Room,
) -> _Part:
    """Sign the articles `rows` of a batch that was read before."""
    reasons, _ = take_ranges(learned.reasons, ingested.sentences.offsets, rows)
    here = ingested.articles[rows]
    places = here["place_in_batch"].to_numpy()
    return _Part(
        rows,
        library.sign_words(spool.read(path), places, take(ingested.sentences, rows), reasons == 0, settings, room),
        here["is_wall"].to_numpy(),
        None,
        pl.DataFrame(schema=_EXAMPLE),
    )


def _sign_read(
    rows: npt.NDArray[np.int64],
    batch: int,
    texts: Texts,
    path: Path,
    ingested: Ingested,
    learned: Learned,
    examples: Future[pl.DataFrame],
    settings: Settings,
    room: library.Room,
) -> _Part:
    """Sign the articles `rows` of a batch of this run, and look at their texts."""
    places = ingested.articles["place_in_batch"].gather(rows)
    shown = texts.read(batch).gather(places)
    pieces = take(ingested.sentences, rows)
    reasons, _ = take_ranges(learned.reasons, ingested.sentences.offsets, rows)
    text = text_buffers(shown)
    signed = library.sign_words(spool.read(path), places.to_numpy(), pieces, reasons == 0, settings, room)
    return _Part(
        rows,
        signed,
        _walls(shown, ingested.articles["title"].gather(rows), pieces, reasons, signed.words),
        pack_edges(rows, text, pieces, reasons, path.parent),
        _example_texts(text, ingested, rows, examples.result().filter(pl.col("batch") == batch)),
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
    headed = np.flatnonzero(is_headed[rows])
    out[rows] = is_wall(heads + short, heads + bodies, has_sentence)
    # A wall's own words may be known as furniture; its headline stands on the page and is no second witness.
    rest = [
        text.replace(head.strip(), " ") for text, head in zip(short.gather(headed), heads.gather(headed), strict=True)
    ]
    out[rows[headed]] = has_wall_wording(pl.Series(rest, dtype=pl.String))
    return out


def _examples(ingested: Ingested, learned: Learned) -> pl.DataFrame:
    """Return the furniture table but its text: of each sentence that several articles of a site carry, the first.

    Articles read just now come before those known before, whose texts are not looked at.
    """
    places = np.flatnonzero((learned.reasons > 0) & (learned.articles > 1))
    owners = np.searchsorted(ingested.sentences.offsets, places, side="right") - 1
    found = pl.DataFrame(
        {
            "sentence": places,
            "owner": owners,
            "batch": ingested.articles["batch"].gather(owners),
            "site": ingested.articles["site"].gather(owners),
            "sentence_hash": ingested.sentences.hashes[places],
            "articles": learned.articles[places].astype(np.int64),
            "stories": learned.stories[places].astype(np.int64),
            "code": learned.reasons[places],
        }
    )
    is_known = ingested.articles["known_row"].is_not_null()
    if is_known.any():
        found = found[np.argsort(is_known.to_numpy()[owners], kind="stable")]
    return found.unique(["site", "sentence_hash"], keep="first", maintain_order=True).with_columns(
        reason=pl.col("code").replace_strict(dict(enumerate(REASONS)), return_dtype=pl.String)
    )


def _furniture(examples: pl.DataFrame, shown: pl.DataFrame, ingested: Ingested, known: Known) -> pl.DataFrame:
    """Return the rows of the published table: the examples with their texts, and what retired articles taught.

    A text that no article of this run shows is the one published before, else that of a known article if it was kept; a
    sentence that has none is not listed.
    """
    found = examples.join(shown, on="sentence", how="left")
    if known.result is not None:
        before = known.result.table("furniture").select("sentence_hash", said="text").collect()
        said = before.unique("sentence_hash", keep="first", maintain_order=True)
        found = found.join(said, on="sentence_hash", how="left").with_columns(text=pl.coalesce("text", "said"))
        kept = _kept_texts(found.filter(pl.col("text").is_null()), ingested, known)
        found = found.join(kept, on="sentence", how="left").with_columns(text=pl.coalesce("text", "text_right"))
        found = found.select("site", "text", "articles", "stories", "reason", "sentence_hash")
        gone = known.furniture.join(found, on=["site", "sentence_hash"], how="anti", nulls_equal=True)
        found = pl.concat([found, gone.select(found.columns)])
    return found.drop_nulls("text").select(list(FURNITURE.dtypes))


def _kept_texts(examples: pl.DataFrame, ingested: Ingested, known: Known) -> pl.DataFrame:
    """Return sentence and text of the examples, which stand in articles known before, where their texts were kept."""
    parts = [pl.DataFrame(schema=_EXAMPLE)]
    for batch in examples["batch"].unique(maintain_order=True).to_list():
        here = examples.filter(pl.col("batch") == batch)
        if (path := known.texts_path(batch)) is not None:
            rows = here["owner"].unique().to_numpy()
            texts = read_part(path).gather(ingested.articles["place_in_batch"].gather(rows))
            parts.append(_example_texts(text_buffers(texts), ingested, rows, here))
    return pl.concat(parts)


def _example_texts(text: Text, ingested: Ingested, rows: npt.NDArray[np.int64], examples: pl.DataFrame) -> pl.DataFrame:
    """Return sentence and text of the examples, which stand in the articles `rows`."""
    owner, sentence = examples["owner"].to_numpy(), examples["sentence"].to_numpy()
    order = np.argsort(rows)
    local = order[np.searchsorted(rows, owner, sorter=order)]
    pieces = ingested.sentences
    is_inner = sentence + 1 < pieces.offsets[owner + 1]
    after = pieces.starts[np.minimum(sentence + 1, pieces.starts.size - 1)].astype(np.int64)
    ends = np.where(is_inner, after, np.diff(text.offsets)[local])
    shown = slice_bytes(text, local, pieces.starts[sentence].astype(np.int64), ends)
    return pl.DataFrame({"sentence": sentence, "text": shown.str.strip_chars()})
