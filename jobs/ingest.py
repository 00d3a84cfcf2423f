"""Inputs → articles: every source read, pages extracted, texts spooled, records named, sentences cut."""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.arrow import text_buffers
from dedup.clean import sentences as cut
from dedup.clean.codes import normalize_code
from dedup.clean.url import site_of
from dedup.errors import NothingReadError
from dedup.identify import digests, identify
from dedup.kind import is_bare_wall
from dedup.schema import QUARANTINE, RECORD
from jobs import words as spool
from jobs.manifest import InputFile
from jobs.read import Batch, Source, read, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from dedup.clean.sentences import Sentences
    from dedup.config import Settings
    from jobs.known import Known
    from jobs.progress import Progress
    from jobs.read import Skipped
    from jobs.texts import Texts


class Today(NamedTuple):
    """What marks the articles of this run: its day, its generation, and the folder where their words are spooled."""

    date: date
    generation: int
    words: Path


class Ingested(NamedTuple):
    """What was read.

    `articles`: the columns of `schema.RECORD` but text, and article_id, text_digest, is_page, text_bytes, word_count,
    batch, place_in_batch (Int64: where the text lies), seen (Int64), first_seen (Date), known_row (Int64: place among the
    articles known before, null for what was read) and old_story_id (String); on known ones also what is known of them.
    One row an article, known or read, sorted by article_id. `sentences` are theirs, in that order. `quarantine` as in the
    schema, `dropped` by reason, `read` counts all records met.
    """

    articles: pl.DataFrame
    sentences: Sentences
    quarantine: pl.DataFrame
    dropped: dict[str, int]
    read: int


class _Cut(NamedTuple):
    records: pl.DataFrame
    sentences: Sentences


def fingerprint(sources: Sequence[Source]) -> tuple[InputFile, ...]:
    """Return the name, size and SHA-256 of each source; a file that cannot be read has the digest of nothing."""
    out = []
    for source in sources:
        digest = hashlib.sha256()
        size = 0
        try:
            with source.path.open("rb") as file:
                while chunk := file.read(1 << 20):
                    digest.update(chunk)
                    size += len(chunk)
        except OSError:
            size = 0
        out.append(InputFile(name=source.name, bytes=size, sha256=digest.hexdigest()))
    return tuple(out)


def ingest(
    sources: Sequence[Source],
    skipped: Sequence[Skipped],
    mapping: Mapping[str, str],
    texts: Texts,
    settings: Settings,
    threads: int,
    progress: Progress,
    known: Known,
    today: Today,
) -> Ingested:
    """Read the sources in bounded batches; memory holds a few batches, and per article its fields and sentences.

    Raises
    ------
    UsageError
        A source has no text column.
    NothingReadError
        Not one article could be read.
    """
    quarantine, dropped, parts = [unreadable(skipped)], Counter[str](), list[_Cut]()
    waiting: deque[Future[_Cut]] = deque()
    progress.start("read", sum(source.size for source in sources), "bytes")
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(threads))
        for batch in _extracted(sources, mapping, settings, threads, stack, progress):
            quarantine.append(batch.quarantine)
            dropped.update(batch.dropped)
            if batch.records.height:
                number = known.batches + len(parts) + len(waiting)
                waiting.append(pool.submit(_cut, number, batch.records, texts, today.words))
            while len(waiting) > threads + 1:
                parts.append(waiting.popleft().result())
        parts.extend(future.result() for future in waiting)
    lost = pl.concat(quarantine)
    if not parts:
        raise NothingReadError(_why_nothing(sources, lost, dropped))
    records = pl.concat([part.records for part in parts])
    articles, repeated = _named(records, known, today)
    read_count = records.height + sum(dropped.values()) + lost.filter(pl.col("reach") == "record").height
    pieces = [known.sentences, *(part.sentences for part in parts)]
    return Ingested(
        articles.drop("arrival"),
        cut.gather(pieces, articles["arrival"].to_numpy().astype(np.int64)),
        QUARANTINE.conform(lost),
        dict(sorted((dropped + Counter(repeated)).items())),
        read_count,
    )


def _named(records: pl.DataFrame, known: Known, today: Today) -> tuple[pl.DataFrame, dict[str, int]]:
    """Return the articles, known and read, with their place in the order of both (arrival); and what was dropped."""
    fresh = {"seen": pl.lit(today.generation, pl.Int64), "first_seen": pl.lit(today.date, pl.Date)}
    if known.result is None:
        articles, repeated = identify(records.with_row_index("arrival"))
        unknown = {"known_row": pl.Int64(), "old_story_id": pl.String()}
        return articles.with_columns(**fresh, **{k: pl.lit(None, dtype) for k, dtype in unknown.items()}), repeated
    before = known.articles.with_columns(known_row=pl.int_range(pl.len(), dtype=pl.Int64))
    earlier = known.earlier(records).with_columns(is_final=True, seen=pl.lit(0, pl.Int64))
    every = [before, records.with_columns(**fresh), earlier]
    met = pl.concat(every, how="diagonal").with_row_index("arrival").with_columns(pl.col("is_final").fill_null(False))  # noqa: FBT003
    articles, repeated = identify(met)
    return articles.filter(~pl.col("is_final")).drop("is_final").rename({"story_id": "old_story_id"}), repeated


def _extracted(
    sources: Sequence[Source],
    mapping: Mapping[str, str],
    settings: Settings,
    threads: int,
    stack: ExitStack,
    progress: Progress,
) -> Iterator[Batch]:
    """Yield the batches of all sources with their pages turned into articles."""
    extractor = None
    for source in sources:
        for batch in read(source, mapping):
            if batch.records["html"].null_count() == batch.records.height:
                yield batch._replace(records=batch.records.select(list(RECORD.dtypes)))
                continue
            if extractor is None:
                from jobs.read.sandbox import Extractor

                extractor = stack.enter_context(Extractor(settings.extractor, threads))
            records, lost = extractor.extract(batch.records)
            yield batch._replace(records=records, quarantine=pl.concat([batch.quarantine, lost]))
        progress.advance(source.size)


def _cut(number: int, records: pl.DataFrame, texts: Texts, words_folder: Path) -> _Cut:
    """Spool the texts of a batch and their words, and keep what the rest of the run needs of it."""
    text = records["text"].fill_null("")
    buffers = text_buffers(text)
    texts.write(number, buffers)
    pieces, read_words = cut.read(buffers, records["title"])
    spool.write(words_folder, number, read_words)
    words = _words(pieces)
    kept = records.drop("text").with_columns(
        text_digest=digests(buffers),
        text_bytes=text.str.len_bytes().cast(pl.Int64),
        word_count=pl.Series(words),
        is_page=pl.Series((words > 0) & ~is_bare_wall(text, words)),
        site=_sites(records),
        language=_codes(records["language"]),
        batch=pl.lit(number, pl.Int64),
        place_in_batch=pl.int_range(records.height, dtype=pl.Int64),
    )
    return _Cut(kept, pieces)


def _sites(records: pl.DataFrame) -> pl.Series:
    """Return the site of each record: the input's, else that of its url."""
    unnamed = records.select(pl.when(pl.col("site").is_null()).then("url"))["url"]
    if unnamed.null_count() == len(unnamed):
        return records["site"]
    return records["site"].zip_with(records["site"].is_not_null(), site_of(unnamed))


def _words(pieces: Sentences) -> npt.NDArray[np.int64]:
    sums = np.concatenate([[0], np.cumsum(pieces.counts, dtype=np.int64)])
    return np.asarray(sums[pieces.offsets[1:]] - sums[pieces.offsets[:-1]], np.int64)


def _codes(languages: pl.Series) -> pl.Series:
    known = {code: normalize_code(code) for code in languages.unique().to_list() if code is not None}
    return languages.replace_strict(known, return_dtype=pl.String) if known else languages.cast(pl.String)


def _why_nothing(sources: Sequence[Source], lost: pl.DataFrame, dropped: Mapping[str, int]) -> str:
    reasons = Counter(dict(lost.group_by("reason").len().iter_rows())) + Counter(dropped)
    told = ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items())) or "no records in them"
    first = f" (first: {lost['source_file'][0]}: {lost['detail'][0]})" if lost.height else ""
    return f"no article could be read from {len(sources)} files: {told}{first}; nothing was published"
