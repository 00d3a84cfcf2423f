"""Pairs → stories, without bridges.

Articles that are alike are one story. Cut copies join the story that holds them where enough of them do, and never through
an article that holds several stories: that is how one digest would glue strangers together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

if TYPE_CHECKING:
    from dedup.candidates import Index

DIGEST_STORIES = 3
"""An article that holds this many other stories, each in text of its own, is a digest …"""

DIGEST_SHARE = 0.5
"""… where they make up this share of its text …"""

DIGEST_LARGEST = 0.6
"""… and the largest of them no more than this: the rest of a framed copy is not a story."""

LONG_KEYS, LONG_SHARE, LONG_LARGEST = 40, 0.23, 0.3
"""A long one (keys of content; a word in eight or so) may have readers' comments and items that nobody copied: less will
do where no story stands out."""

SUPPORT = 0.3
"""Share of a story's members that must be cut copies of, or hold, articles of another story for the two to be one."""

VERSION_HELD, VERSION_SENTENCES = 0.3, 6
"""Two articles that share so much of either, and so many sentences, are two versions, of which one pair is enough."""

SLICE = 0.12
"""A short article's text that makes up no more than this of a long one may be a teaser there."""

TEASED = 0.7
"""Two pages of a site of which other stories have so much of what they share have furniture in common."""

DIGEST_ITEM = 0.06
"""Share of the text that a story must make up to count."""


def join_alike(count: int, judged: pl.DataFrame) -> npt.NDArray[np.int64]:
    """Return each article's story by likeness alone: int64[count], the smallest article of each connected part."""
    pairs = judged.filter("is_alike").select("left", "right").to_numpy()
    return components(count, pairs)


def components(count: int, pairs: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the smallest member of each node's connected part: int64[count], for edges int64[m, 2]."""
    from dedup.kernels.unions import connect

    smallest = np.empty(count, np.int64)
    connect(np.ascontiguousarray(pairs, np.int64), smallest)
    return smallest


def find_digests(
    known: Index, stories: npt.NDArray[np.int64], asked: npt.NDArray[np.bool_] | None = None
) -> npt.NDArray[np.bool_]:
    """Tell the articles that hold several stories: bool[n].

    `stories` int64[n] are the stories so far; `asked` bool[n] are the articles to look at, by default all.
    """
    from dedup.kernels.digests import count_all_stories, count_foreign

    buckets = known.offsets, known.keys, known.starts, known.sizes, known.carriers, stories[known.articles]
    foreign = np.empty(known.articles.size, np.int64)
    count_foreign(*buckets, foreign)
    is_long = known.totals >= LONG_KEYS
    is_asked = (foreign > 0) & (foreign >= np.where(is_long, LONG_SHARE, DIGEST_SHARE) * known.totals)
    places = np.flatnonzero(is_asked if asked is None else is_asked & asked[known.articles])
    found = np.empty((places.size, 3))
    count_all_stories(places, *buckets, known.totals, DIGEST_ITEM, found)
    count, share, largest = found.T
    is_full = (share >= DIGEST_SHARE) & (largest <= DIGEST_LARGEST)
    is_quoting = is_long[places] & (share >= LONG_SHARE) & (largest <= LONG_LARGEST)
    out = np.zeros(stories.size, bool)
    out[known.articles[places]] = (count >= DIGEST_STORIES) & (is_full | is_quoting)
    return out


def own_words(known: Index, stories: npt.NDArray[np.int64], words: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return how many of the `words` int64[n] of each article stand in no other story of the crawl: int64[n].

    Told by the keys of content: what other stories have of a page is teasers, or stock.
    """
    from dedup.kernels.digests import count_foreign

    foreign = np.empty(known.articles.size, np.int64)
    count_foreign(
        known.offsets, known.keys, known.starts, known.sizes, known.carriers, stories[known.articles], foreign
    )
    out = words.copy()
    totals = np.maximum(known.totals, 1)
    out[known.articles] = out[known.articles] * (totals - foreign) // totals
    return out


def agree(holds: npt.NDArray[np.bool_], alike: npt.NDArray[np.int64], known: Index) -> npt.NDArray[np.bool_]:
    """Return which articles are digests, bool[n], of those that `holds` bool[n] says hold several stories.

    Copies, those of equal `alike` int64[n], are digests together, where most of them hold several: one among many that
    does has teasers which nobody knows.
    """
    sizes = np.bincount(alike[known.articles], minlength=alike.size)
    held = np.bincount(alike[holds], minlength=alike.size)
    out = np.zeros(alike.size, bool)
    out[known.articles] = (2 * held > sizes)[alike[known.articles]]
    return out


def refuse_teasers(
    judged: pl.DataFrame,
    known: Index,
    stories: npt.NDArray[np.int64],
    titles: npt.NDArray[np.uint64],
    sites: pl.Series,
) -> pl.DataFrame:
    """Return the judged pairs without the cut ones of two pages of a site that have hardly more than teasers in common.

    Under other headlines, where TEASED of what they share stands in other stories too: `stories` int64[n]. `titles`
    uint64[n] are hashes of headlines, `sites` String[n], null where unknown.
    """
    from dedup.kernels.digests import count_common

    cut = judged.with_row_index("pair").filter(pl.col("is_cut") & ~pl.col("is_alike"))
    left, right = cut["left"].to_numpy(), cut["right"].to_numpy()
    is_asked = (sites.gather(left) == sites.gather(right)).fill_null(value=False).to_numpy()
    is_asked &= (titles[left] != titles[right]) | (titles[left] == 0)
    left, right, pairs = left[is_asked], right[is_asked], cut["pair"].to_numpy()[is_asked]
    found = np.empty((left.size, 2), np.int64)
    count_common(
        np.searchsorted(known.articles, left), np.searchsorted(known.articles, right), known.offsets, known.keys,
        known.starts, known.sizes, known.carriers, stories[known.articles], found,
    )  # fmt: skip
    return _refused(judged, pairs[(found[:, 1] > 0) & (found[:, 1] >= TEASED * found[:, 0])], "teasers in common")


def _refused(judged: pl.DataFrame, pairs: npt.NDArray[np.int64], reason: str) -> pl.DataFrame:
    """Return the judged pairs with those in the rows `pairs` refused."""
    lost = np.zeros(judged.height, bool)
    lost[pairs] = True
    is_lost = pl.Series(lost)
    return judged.with_columns(
        is_cut=pl.col("is_cut") & ~is_lost, reason=pl.when(is_lost).then(pl.lit(reason)).otherwise("reason")
    )


def settle_stubs(
    judged: pl.DataFrame,
    alike: npt.NDArray[np.int64],
    titles: npt.NDArray[np.uint64],
    is_short: npt.NDArray[np.bool_],
    is_digest: npt.NDArray[np.bool_],
) -> pl.DataFrame:
    """Return the judged pairs without those of a short article and another's teaser.

    A stub stands in its story, and in the teasers of any other; it must not tie both together. Its story is the one
    under its headline, or else the one with most of whose articles it was accepted, with which it shares most, which is
    larger, or comes first. Of its pairs with others those are refused where it makes up less than SLICE of the longer
    article and the headlines differ.

    Parameters
    ----------
    alike : int64[n], stories by likeness alone; one with a long article is no stub's
    titles : uint64[n], hash of each headline, 0 where there is none to go by
    is_short, is_digest : bool[n]
    """
    is_stub = np.ones(alike.size, bool)
    np.logical_and.at(is_stub, alike, is_short)
    is_stub = is_stub[alike]
    cut = judged.with_row_index("pair").filter(pl.col("is_cut") & ~pl.col("is_alike"))
    left, right = cut["left"].to_numpy(), cut["right"].to_numpy()
    stories = join_cut(alike, cut.filter(pl.Series(~is_stub[left] & ~is_stub[right])), is_digest)
    is_asked = is_stub[left] != is_stub[right]
    cut, left, right = cut.filter(pl.Series(is_asked)), left[is_asked], right[is_asked]
    stub, other = np.where(is_stub[left], left, right), np.where(is_stub[left], right, left)
    asked = pl.DataFrame(
        {
            "pair": cut["pair"],
            "stub": alike[stub],
            "story": stories[other],
            "has_headline": (titles[stub] == titles[other]) & (titles[stub] != 0),
            "shared": cut["shared"],
            "part": np.where(is_stub[left], cut["right_in_left"].to_numpy(), cut["left_in_right"].to_numpy()),
            "size": np.bincount(stories, minlength=alike.size)[stories[other]],
        }
    )
    best = (
        asked.group_by("stub", "story")
        .agg(pl.col("has_headline").any(), pl.len(), pl.col("shared").max(), pl.col("size").first())
        .sort(
            "stub", "has_headline", "len", "shared", "size", "story", descending=[False, True, True, True, True, False]
        )
        .group_by("stub", maintain_order=True)
        .agg(pl.col("story").first())
    )
    is_slight = ~pl.col("has_headline") & (pl.col("part") < SLICE)
    lost = asked.filter(is_slight).join(best, on=["stub", "story"], how="anti")["pair"]
    return _refused(judged, lost.to_numpy(), "another story's stub")


def join_cut(
    groups: npt.NDArray[np.int64],
    judged: pl.DataFrame,
    is_digest: npt.NDArray[np.bool_],
    titles: npt.NDArray[np.uint64] | None = None,
) -> npt.NDArray[np.int64]:
    """Join cut copies to their stories: int64[n], the smallest member of each story.

    Two stories join where SUPPORT of the smaller one's members stand in a cut pair with the other, and with more than one
    of its members: one article alone is a bridge, unless it is all there is, or the two are versions. Joining goes on
    until nothing changes, all joins of a round at once, so the result does not depend on any order. Pairs with a digest
    join nothing; where `titles` uint64[n] are given, those of two versions do, and those under one headline with what is
    no digest.
    """
    pairs = judged.filter(pl.col("is_cut") & ~pl.col("is_alike"))
    cut = pairs.select("left", "right").to_numpy()
    is_version = (
        pairs.select(
            (pl.min_horizontal("left_in_right", "right_in_left") >= VERSION_HELD)
            & (pl.col("shared_sentences") - pl.col("shared_stock") >= VERSION_SENTENCES)
        )
        .to_series()
        .to_numpy()
    )
    is_sound = ~is_digest[cut].any(axis=1)
    if titles is not None:
        heads = titles[cut]
        is_sound |= (heads[:, 0] == heads[:, 1]) & (heads[:, 0] != 0) & ~is_digest[cut].all(axis=1)
        is_sound |= is_version
    is_version = is_version[is_sound]
    cut = cut[is_sound]
    one = np.where(is_version, 1, 2)
    while True:
        sizes = np.bincount(groups, minlength=groups.size)
        a, b = cut.ravel(), cut[:, ::-1].ravel()
        votes = (
            pl.DataFrame({"a": a, "b": b, "x": groups[a], "y": groups[b], "one": np.repeat(one, 2)})
            .filter(pl.col("x") != pl.col("y"))
            .group_by("x", "y")
            .agg(pl.col("a", "b").n_unique(), pl.col("one").min())
        )
        x, y, of_x, of_y, least = (votes[c].to_numpy() for c in ("x", "y", "a", "b", "one"))
        is_smaller = (sizes[x] < sizes[y]) | ((sizes[x] == sizes[y]) & (x > y))
        is_backed = (
            is_smaller
            & (of_x >= np.maximum(SUPPORT * sizes[x], np.minimum(sizes[x], least)))
            & ((sizes[x] == 1) | (of_y >= least))
        )
        if not is_backed.any():
            return groups
        # Each joins one other in a round, the best backed: a lone article must not tie two stories together.
        x, y, of_x = x[is_backed], y[is_backed], of_x[is_backed]
        best = np.lexsort((y, -sizes[y], -of_x, x))
        best = best[np.append(True, x[best][1:] != x[best][:-1])]
        groups = components(groups.size, np.stack([x[best], y[best]], axis=1))[groups]
