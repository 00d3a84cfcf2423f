"""Signatures → stories: exact copies set aside, candidates compared, pairs judged, cut copies joined."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.candidates import candidates, index
from dedup.cluster import agree, find_digests, join_alike, join_cut, own_words, refuse_teasers, settle_stubs
from dedup.cores import find_cores, judge_cores, left_over
from dedup.headlines import find_owners, hash_headlines, judge_headlines, same_headlines, without_series
from dedup.kind import find_templates, kinds
from dedup.stock import find_stock
from dedup.verify import SLIGHT_WORDS, STUB_WORDS, compare, judge

if TYPE_CHECKING:
    from dedup.candidates import Index
    from dedup.config import Settings
    from dedup.sign import Signed
    from dedup.stock import Stock
    from jobs.ingest import Ingested
    from jobs.progress import Progress
    from jobs.sign import SignedJob

SAME_WORDS = 20
"""Articles of fewer words ("Read more on our site") are no copies of one another for being equal."""

CHUNK = 20_000


class Linked(NamedTuple):
    """The stories and the pairs they rest on.

    `stories` int64[n]: the smallest article of each article's story; `pairs`: the frame of `judge`, each pair once,
    left < right; `kind` String[n].
    """

    stories: npt.NDArray[np.int64]
    pairs: pl.DataFrame
    kind: pl.Series


def link(ingested: Ingested, job: SignedJob, settings: Settings, threads: int, progress: Progress) -> Linked:
    """Group the articles into stories."""
    n = ingested.articles.height
    signed, wall = job.signed, job.is_wall
    progress.start("candidates", n)
    titles = hash_headlines(ingested.articles["title"], ~wall & (ingested.articles["word_count"] > 0).to_numpy())
    copies = _copies(signed, wall, titles)
    is_alone = copies == np.arange(n)
    rows = np.flatnonzero(is_alone & ~wall & (signed.words > 0))
    count = np.bincount(copies, minlength=n)
    first = rows[np.lexsort((rows, -signed.words[rows], -count[rows]))]
    known = index(signed, rows, settings)
    stock = find_stock(known, signed, titles)
    # A series' headline is a pair's where all else agrees, and no story's own.
    heads = without_series(titles, ingested.articles["title"])
    found = candidates(known, first, np.arange(n), stock.is_stock)
    progress.start("verify", len(found), "pairs")
    judged = _judged(found, signed, stock, titles, settings, threads)
    progress.start("cluster", n)
    stories, _ = _join(n, judged, known, titles)
    # Once more, with each story's core in front, for those that met only strangers in crowded buckets.
    second = _cores_first(first, stories, signed)
    more = _unseen(candidates(known, second, stories, stock.is_stock), judged)
    judged = pl.concat([judged, _judged(more, signed, stock, titles, settings, threads)])
    stories, is_digest = _join(n, judged, known, titles)
    judged = refuse_teasers(judged, known, stories, titles, ingested.articles["site"])
    own = np.where(heads == 0, signed.words, own_words(known, stories, signed.words))
    judged = _headlines(titles, signed, stories, own, judged)
    judged, is_owned = _from_cores(judged, stories, rows, heads, signed, stock, own, is_digest)
    judged = settle_stubs(judged, join_alike(n, judged), titles, signed.words <= STUB_WORDS, is_digest)
    stories, is_digest = _join(n, judged, known, titles, is_owned)
    stories = stories[copies]
    judged = pl.concat([judged, _equal(copies, signed, settings)])
    is_template = find_templates(judged, stories)
    kind = kinds(
        ingested.articles["word_count"].to_numpy(), signed.words, wall, is_digest[copies], is_template[copies],
        settings.stub_words,
    )  # fmt: skip
    return Linked(stories, _ordered(judged), kind)


def _copies(signed: Signed, wall: npt.NDArray[np.bool_], titles: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    """Return, for each article, the first one with the same cleaned text, and headline where it is short: int64[n]."""
    n = signed.words.size
    contents = np.where(signed.words < SLIGHT_WORDS, signed.contents ^ titles, signed.contents)
    key = np.where(wall | (signed.words < SAME_WORDS), np.arange(n, dtype=np.uint64), contents)
    order = np.lexsort((np.arange(n), key))
    starts = np.append(True, key[order][1:] != key[order][:-1])
    out = np.empty(n, np.int64)
    out[order] = order[np.maximum.accumulate(np.where(starts, np.arange(n), 0))]
    return out


def _judged(
    pairs: npt.NDArray[np.int64],
    signed: Signed,
    stock: Stock,
    titles: npt.NDArray[np.uint64],
    settings: Settings,
    threads: int,
) -> pl.DataFrame:
    parts = [pairs[i : i + CHUNK] for i in range(0, max(len(pairs), 1), CHUNK)]
    with ThreadPoolExecutor(threads) as pool:
        return pl.concat(pool.map(lambda part: judge(compare(part, signed, stock), signed, settings, titles), parts))


def _join(
    n: int,
    judged: pl.DataFrame,
    known: Index,
    titles: npt.NDArray[np.uint64],
    is_owned: npt.NDArray[np.bool_] | None = None,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return the stories, and which articles are digests; `is_owned` bool[n] are known to be one story's.

    Digests are looked for twice: the cut copies of one story look like several stories until they are joined.
    """
    alike = join_alike(n, judged)
    holds = find_digests(known, alike)
    if holds.any():
        holds = find_digests(known, join_cut(alike, judged, agree(holds, alike, known), titles), holds)
    if is_owned is not None:
        holds &= ~is_owned
    is_digest = agree(holds, alike, known)
    if is_owned is not None:
        is_digest &= ~is_owned
    return join_cut(alike, judged, is_digest), is_digest


def _cores_first(order: npt.NDArray[np.int64], stories: npt.NDArray[np.int64], signed: Signed) -> npt.NDArray[np.int64]:
    """Return `order` with the longest article of each story in front, larger stories first."""
    size = np.bincount(stories, minlength=stories.size)[stories]
    by_size = order[np.lexsort((order, -signed.words[order], -size[order]))]
    is_core = np.zeros(stories.size, bool)
    is_core[by_size[np.unique(stories[by_size], return_index=True)[1]]] = True
    return np.concatenate([by_size[is_core[by_size]], by_size[~is_core[by_size]]])


def _unseen(pairs: npt.NDArray[np.int64], judged: pl.DataFrame) -> npt.NDArray[np.int64]:
    """Return those of `pairs` that are not among the judged, whichever way round."""
    known = judged.select(low=pl.min_horizontal("left", "right"), high=pl.max_horizontal("left", "right"))
    new = pl.DataFrame({"place": np.arange(len(pairs)), "low": pairs.min(axis=1), "high": pairs.max(axis=1)})
    places = new.join(known, on=["low", "high"], how="anti", maintain_order="left")["place"].to_numpy()
    return np.asarray(pairs[places])


def _headlines(
    titles: npt.NDArray[np.uint64],
    signed: Signed,
    stories: npt.NDArray[np.int64],
    own: npt.NDArray[np.int64],
    judged: pl.DataFrame,
) -> pl.DataFrame:
    """Return the judged pairs with those of short articles and the story of their headline, where that decides."""
    joined = judged.filter(pl.col("is_alike") | pl.col("is_cut"))
    pairs = _unseen(same_headlines(titles, signed.words, stories, STUB_WORDS), joined)
    return _decided(judged, judge_headlines(compare(pairs, signed), own))


def _from_cores(
    judged: pl.DataFrame,
    stories: npt.NDArray[np.int64],
    rows: npt.NDArray[np.int64],
    titles: npt.NDArray[np.uint64],
    signed: Signed,
    stock: Stock,
    own: npt.NDArray[np.int64],
    is_digest: npt.NDArray[np.bool_],
) -> tuple[pl.DataFrame, npt.NDArray[np.bool_]]:
    """Return the judged pairs with those of articles left over and the story whose core they hold.

    Also returns which articles have their story's headline, bool[n]: what else such a page shares is its teasers', and it
    is no digest, whatever it holds.
    """
    known = find_cores(stories, join_alike(stories.size, judged), rows, signed)
    bare = np.flatnonzero((titles != 0) & (signed.words == 0))
    left = left_over(judged, stories, np.union1d(rows, bare), known, titles)
    more = judge_cores(left, known, signed, stock, own)
    owned = more.filter(pl.Series(left["has_headline"]) & pl.col("is_cut"))
    owner = find_owners(judged, titles, stories, is_digest)
    owner[owned["right"].to_numpy()] = stories[owned["left"].to_numpy()]
    a, b = judged["left"].to_numpy(), judged["right"].to_numpy()
    is_other = ((owner[a] >= 0) & (owner[a] != stories[b])) | ((owner[b] >= 0) & (owner[b] != stories[a]))
    is_lost = pl.Series(is_other) & pl.col("is_cut") & ~pl.col("is_alike")
    judged = judged.with_columns(
        is_cut=pl.col("is_cut") & ~is_lost,
        reason=pl.when(is_lost).then(pl.lit("another story's headline")).otherwise("reason"),
    )
    return _decided(judged, more), owner >= 0


def _decided(judged: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    """Return the judged pairs with those of `more` that are accepted, in place of what was said of them before."""
    found = more.filter("is_cut")
    for decided in (found, found.select(left="right", right="left")):
        judged = judged.join(decided, on=["left", "right"], how="anti", maintain_order="left")
    return pl.concat([judged, found])


def _equal(copies: npt.NDArray[np.int64], signed: Signed, settings: Settings) -> pl.DataFrame:
    """Return the pairs of exact copies, each with the first of them."""
    rows = np.flatnonzero(copies != np.arange(copies.size))
    pairs = np.stack([copies[rows], rows], axis=1)
    return judge(compare(pairs, signed), signed, settings).with_columns(
        is_alike=pl.lit(value=True), reason=pl.lit("same text")
    )


def _ordered(judged: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs with the smaller article on the left, sorted."""
    swapped = {
        name: name.replace("left", "~").replace("right", "left").replace("~", "right") for name in judged.columns
    }
    back = judged.filter(pl.col("left") > pl.col("right")).rename(swapped).select(judged.columns)
    return pl.concat([judged.filter(pl.col("left") < pl.col("right")), back]).sort("left", "right")
