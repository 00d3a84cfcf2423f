"""What a headline says about a story: articles under one, and how little shared text is then enough."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.clean.furniture import HEADLINE_WORDS
from dedup.clean.sentences import hash_runs
from dedup.verify import FEW_FACTS, SAME_FACTS

SITE_NAME = r"\s+[|–—-]\s+[^|–—-]{2,40}$"
"""The site's name behind a headline."""

HEADLINE_SHARED = 3
"""Shingles that a short article must share with the one story that has its headline."""


def hash_headlines(titles: pl.Series, is_page: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint64]:
    """Return the hash of each headline of `titles` String[n] without the site's name behind it: uint64[n].

    It is 0 where there is none to go by: of fewer than HEADLINE_WORDS words, or of what is no page of a story, as
    `is_page` bool[n] says.
    """
    bare = titles.str.replace(SITE_NAME, "")
    heads = pl.select(pl.when(_words(bare) >= HEADLINE_WORDS).then(bare).otherwise(titles)).to_series()
    return np.where(is_page & (_words(heads) >= HEADLINE_WORDS).to_numpy(), hash_runs(heads), np.uint64(0))


def _words(texts: pl.Series) -> pl.Series:
    """Return the words of short texts; two characters are one where the script has no spaces."""
    alone = texts.str.count_matches(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
    return pl.select(pl.max_horizontal(texts.str.count_matches(r"\w+"), alone // 2).fill_null(0)).to_series()


def same_headlines(
    titles: npt.NDArray[np.uint64], words: npt.NDArray[np.int64], stories: npt.NDArray[np.int64], most_words: int
) -> npt.NDArray[np.int64]:
    """Return the pairs of a short article and the longest of the story that has its headline: int64[pairs, 2].

    Parameters
    ----------
    titles : uint64[n], hash of each headline, 0 where there is none to go by
    words : int64[n], words that are not furniture; short is up to `most_words`
    stories : int64[n], so far; a headline is a story's where most of the long articles that have it are of that story:
        one that many stories have ("Weather for Monday") says nothing
    """
    frame = pl.DataFrame({"row": np.arange(titles.size), "title": titles, "words": words, "story": stories}).filter(
        pl.col("title") != 0
    )
    is_short = pl.col("words") <= most_words
    long = frame.filter(~is_short).sort("words", "row", descending=[True, False])
    owners = long.group_by("title", "story", maintain_order=True).agg(hub=pl.col("row").first(), count=pl.len())
    owners = owners.filter(2 * pl.col("count") > pl.col("count").sum().over("title"))
    met = frame.filter(is_short).join(owners, on="title", maintain_order="left", suffix="_owner")
    is_apart = pl.col("story") != pl.col("story_owner")
    return met.filter(is_apart).select("hub", "row").to_numpy().astype(np.int64).reshape(-1, 2)


def find_owners(
    judged: pl.DataFrame,
    titles: npt.NDArray[np.uint64],
    stories: npt.NDArray[np.int64],
    is_digest: npt.NDArray[np.bool_],
) -> npt.NDArray[np.int64]:
    """Return the story that has the headline of an article which seems to hold several: int64[n], -1 for none.

    A digest has a headline of its own; a page of one story full of teasers has that story's, as a copy without them shows,
    with which it has a pair that was accepted.
    """
    ends = judged.filter(pl.col("is_alike") | pl.col("is_cut")).select("left", "right").to_numpy()
    both = np.concatenate([ends, ends[:, ::-1]])
    page, other = both[(titles[both[:, 0]] == titles[both[:, 1]]) & (titles[both[:, 0]] != 0)].T
    is_told = is_digest[page] & ~is_digest[other]
    told = pl.DataFrame({"page": page[is_told], "story": stories[other[is_told]]})
    told = (
        told.group_by("page")
        .agg(pl.col("story").first(), count=pl.col("story").n_unique())
        .filter(pl.col("count") == 1)
    )
    out = np.full(stories.size, -1, np.int64)
    out[told["page"].to_numpy()] = told["story"].to_numpy()
    return out


def judge_headlines(compared: pl.DataFrame) -> pl.DataFrame:
    """Add the columns of `judge` to compared pairs of a short article and a long one under the same headline.

    A stub shows a sentence or two of its story; with the headline, a little shared text is enough.
    """
    least_facts = pl.min_horizontal("left_facts", "right_facts")
    has_facts = (least_facts < FEW_FACTS) | (pl.col("shared_facts") >= SAME_FACTS * least_facts)
    is_cut = (pl.col("shared") >= HEADLINE_SHARED) & has_facts
    return compared.with_columns(
        is_alike=pl.lit(value=False),
        is_cut=is_cut,
        reason=pl.when(is_cut).then(pl.lit("same headline")).otherwise(pl.lit("too little shared")),
    )
