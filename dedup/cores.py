"""Stories → their cores; articles left over → the story whose core they hold.

A member's text has furniture that nobody knows in it; what several members agree on has none. Held against that, a stub,
a framed copy or a later version on a page full of strangers' teasers is seen for what it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.arrow import read_only
from dedup.verify import BODY_BEGIN, REVISED_SHARED, compare, same_facts

if TYPE_CHECKING:
    from dedup.sign import Signed
    from dedup.stock import Stock

CORE_MEMBERS = 3
"""Articles alike that a story must have to have a core."""

CORE_SHARE = 0.25
"""Share of them that hold what is of the core: cut copies hold the front alone."""

CORE_SHINGLES = 16
"""A shorter core is a line that any page may have."""

LEFT_OVER = 2
"""An article in a story of no more than this is left over."""

OWN_HEADLINE = 0.4
"""Share of the articles under a headline that a story must have for it to be its own; "Weather for Monday" is nobody's."""

MET_SHARED = 8
"""Shingles that an article must share with a member for the core to be looked at without a headline in common."""

HELD, HELD_SHARED, HELD_SENTENCES = 0.65, 30, 2
"""Share of a core, shingles and identical sentences that an article holds which frames or updates the story …"""

REVISED, REVISED_SENTENCES = 0.45, 3
"""… or, where what it holds begins behind the core's front but early, as an old body under a new top does …"""

BODY_HELD, BODY_SHARED, BODY_DENSITY, BODY_PART = 0.35, 60, 0.9, 0.25
"""… of which less is enough, whatever the numbers around it, where it stands there in one piece of so many shingles, hardly
one left out, and is such a part of the article …"""

HEADED, HEADED_SHARED, HEADED_SENTENCES = 0.3, 30, 2
"""… or, under the story's headline, this share of the core or of the article."""

FRONT_BEGIN, FRONT_SHARED, FRONT_DENSITY = 4, 8, 0.8
"""A stub begins with the core's first shingles (a dateline may hide a few) and holds so many, hardly one left out …"""

FRONT_END = 60
"""… or, where its first sentences are lost in furniture, begins not far behind them itself."""

STUB_WORDS = 80
"""An article left with fewer words of its own is its story's by the headline alone, unless it is another filling of its
template."""


class Cores(NamedTuple):
    """The cores of s stories.

    `stories` int64[s], ascending; `shingles` uint32 with `offsets` int64[s+1]; `hubs` int64[s]: the member that each was
    written from.
    """

    stories: npt.NDArray[np.int64]
    shingles: npt.NDArray[np.uint32]
    offsets: npt.NDArray[np.int64]
    hubs: npt.NDArray[np.int64]


def find_cores(
    stories: npt.NDArray[np.int64], alike: npt.NDArray[np.int64], articles: npt.NDArray[np.int64], signed: Signed
) -> Cores:
    """Return the cores of the stories that have CORE_MEMBERS of `articles` int64[m], ascending, which are alike.

    `alike` int64[n] are the stories by likeness alone, of which a story of cut copies holds several: the largest has the
    core. Members that only quote one another have none.
    """
    from dedup.kernels.cores import write_cores

    groups = alike[articles]
    sizes = np.bincount(groups, minlength=stories.size)[groups]
    members = articles[sizes >= CORE_MEMBERS]
    largest = np.lexsort((members, alike[members], -sizes[sizes >= CORE_MEMBERS], stories[members]))
    members = members[largest]
    names, starts = np.unique(stories[members], return_index=True)
    of_largest = np.repeat(alike[members[starts]], np.diff(np.append(starts, members.size)))
    members = members[alike[members] == of_largest]
    names, starts = np.unique(stories[members], return_index=True)
    lengths = np.diff(signed.shingle_bounds)[members, 0]
    room = int(np.maximum.reduceat(lengths, starts).sum()) if names.size else 0
    core, offsets = np.empty(room, np.uint32), np.zeros(names.size + 1, np.int64)
    hubs = np.empty(names.size, np.int64)
    bounds = np.append(starts, members.size).astype(np.int64)
    write_cores(bounds, members, signed.shingles, signed.shingle_bounds, CORE_SHARE, core, offsets, hubs)
    return Cores(names, core[: offsets[-1]], offsets, hubs)


def left_over(
    judged: pl.DataFrame,
    stories: npt.NDArray[np.int64],
    articles: npt.NDArray[np.int64],
    cores: Cores,
    titles: npt.NDArray[np.uint64],
) -> pl.DataFrame:
    """Return the articles left over that are worth holding against a core.

    Returns
    -------
    `core` (place in `cores`), `article` (Int64), `has_headline` (Boolean: of a member of the story), sorted, each pair
    once: those whose pair with a member was refused, and those under a headline that is the story's own.
    """
    sizes = np.bincount(stories[articles], minlength=stories.size)
    core_of = np.full(stories.size, -1, np.int64)
    core_of[cores.stories] = np.arange(cores.stories.size)
    frame = pl.DataFrame(
        {
            "article": articles,
            "core": core_of[stories[articles]],
            "title": titles[articles],
            "is_left": sizes[stories[articles]] <= LEFT_OVER,
        }
    )
    heads = frame.filter(pl.col("title") != 0).group_by("title", "core").len()
    heads = heads.filter((pl.col("core") >= 0) & (pl.col("len") >= OWN_HEADLINE * pl.col("len").sum().over("title")))
    left = frame.filter("is_left").select("article", "title")
    headed = left.join(heads, on="title").select("core", "article").with_columns(has_headline=pl.lit(value=True))
    pairs = judged.filter(~pl.col("is_alike") & ~pl.col("is_cut") & (pl.col("shared") >= MET_SHARED))
    ends = pairs.select("left", "right").to_numpy()
    both = np.concatenate([ends, ends[:, ::-1]])
    met = pl.DataFrame({"core": core_of[stories[both[:, 0]]], "article": both[:, 1]})
    met = met.filter((pl.col("core") >= 0) & pl.col("article").is_in(left["article"].implode()))
    met = met.with_columns(has_headline=pl.lit(value=False))
    return (
        pl.concat([headed, met]).group_by("core", "article").agg(pl.col("has_headline").any()).sort("core", "article")
    )


def judge_cores(
    left: pl.DataFrame,
    cores: Cores,
    signed: Signed,
    stock: Stock | None = None,
    own_words: npt.NDArray[np.int64] | None = None,
) -> pl.DataFrame:
    """Return the pairs of `left` as pairs of a story's hub and an article, compared, with the columns of `judge`.

    An article is its story's where it holds most of the core, as a framed copy and a later version do; and, under the
    story's headline, where it holds a good part of it, begins as the core does, or has hardly a word of its own:
    `own_words` int64[n], by article, as `cluster.own_words` returns them, by default all that it has.
    """
    from dedup.kernels.cores import hold_against_cores

    places, articles = read_only(left["core"].to_numpy(), left["article"].to_numpy())
    shared, blocks = np.empty(articles.size, np.int64), np.empty((articles.size, 10), np.int64)
    hold_against_cores(
        places, articles, cores.shingles, cores.offsets, signed.shingles, signed.shingle_bounds, shared, blocks
    )
    compared = compare(np.stack([cores.hubs[places], articles], axis=1), signed, stock)
    compared = compared.with_columns(left["has_headline"])
    has_headline, has_facts = compared.select("has_headline", facts=same_facts()).to_numpy().T
    sizes = np.diff(cores.offsets)[places]
    sentences = (compared["shared_sentences"] - compared["shared_stock"]).to_numpy()
    held, begin = shared / np.maximum(sizes, 1), blocks[:, 0]
    is_held = (held >= HELD) & (shared >= HELD_SHARED) & (sentences >= HELD_SENTENCES)
    is_behind = (begin > FRONT_BEGIN) & (begin <= BODY_BEGIN * sizes)
    is_revised = is_behind & (held >= REVISED) & (shared >= REVISED_SHARED) & (sentences >= REVISED_SENTENCES)
    is_good = shared >= HEADED * np.minimum(sizes, np.diff(signed.shingle_bounds)[articles, 0])
    is_headed = is_good & (shared >= HEADED_SHARED) & (sentences >= HEADED_SENTENCES)
    is_whole = blocks[:, 2] >= np.maximum(BODY_SHARED, BODY_DENSITY * (blocks[:, 1] - begin))
    is_body = is_behind & is_whole & (held >= BODY_HELD) & (sentences >= REVISED_SENTENCES)
    is_body &= shared >= BODY_PART * np.diff(signed.shingle_bounds)[articles, 0]
    is_core = ((is_held | is_revised) & has_facts) | is_body
    own = signed.words if own_words is None else own_words
    is_bare = (own[articles] < STUB_WORDS) & (has_facts | (shared < HEADED_SHARED))
    is_headed |= _is_front(blocks) | is_bare
    is_cut = (sizes >= CORE_SHINGLES) & (is_core | (has_headline & is_headed))
    return compared.drop("has_headline").with_columns(
        is_alike=pl.lit(value=False),
        is_cut=pl.Series(is_cut, dtype=pl.Boolean),
        reason=pl.when(pl.Series(is_core, dtype=pl.Boolean))
        .then(pl.lit("holds the story's core"))
        .otherwise(pl.lit("the story's headline")),
    )


def _is_front(blocks: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Tell where what a core and an article share is the core's front: `blocks` int64[k, 10], of both."""
    begin, end, shared = blocks[:, 0], blocks[:, 1], blocks[:, 2]
    is_begin = (begin <= FRONT_BEGIN) | ((blocks[:, 5] <= FRONT_BEGIN) & (begin <= FRONT_END))
    return np.asarray(is_begin & (shared >= np.maximum(FRONT_SHARED, FRONT_DENSITY * (end - begin))))
