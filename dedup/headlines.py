"""What a headline says about a story: articles under one, and how little shared text is then enough."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.clean.furniture import HEADLINE_WORDS
from dedup.clean.sentences import hash_runs
from dedup.verify import FEW_FACTS, SAME_FACTS, SLIGHT_WORDS

SITE_NAME = r"\s+[|–—-]\s+[^|–—-]{1,40}$"
"""The site's name behind a headline."""

LABEL = r"^\s*\p{L}+(?:\s+\d+)?:\s+"
"""What an editor sets before a headline: one word, or one with a number, as in "UPDATE 2: "."""

CUT_END = r"\s*(?:…|\.\.\.)\s*$"
"""The end of a headline that was cut short."""

HEADLINE_SHARED = 3
"""Shingles that a short article must share with the one story that has its headline."""

TEASED_SHARED = 30
"""Where it shares more, its numbers must be the story's: a filling of a template has no words of its own either."""


def hash_headlines(titles: pl.Series, is_page: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint64]:
    """Return the hash of each headline of `titles` String[n] without label and site's name around it: uint64[n].

    It is 0 where there is none to go by: of fewer than HEADLINE_WORDS words, or of what is no page of a story, as
    `is_page` bool[n] says. One that was cut short is the one headline among the others that begins so.
    """
    heads = _bare(_bare(titles, SITE_NAME), LABEL)
    is_told = is_page & (_words(heads) >= HEADLINE_WORDS).to_numpy()
    out = np.where(is_told, hash_runs(heads), np.uint64(0))
    _complete(heads, is_told, out)
    return out


def without_series(hashes: npt.NDArray[np.uint64], titles: pl.Series) -> npt.NDArray[np.uint64]:
    """Return the hashes uint64[n] of headlines with 0 for those of a series.

    Hashes hide numbers: "Fire calls for March 14" has that of another day's, and neither says what story it is. `titles`
    String[n] are the headlines.
    """
    numbers = titles.str.replace(LABEL, "").str.replace_all("[^0-9]", "").fill_null("")
    forms = pl.DataFrame({"hash": hashes, "number": numbers}).filter((pl.col("number") != "") & (pl.col("hash") != 0))
    series = forms.unique().group_by("hash").len().filter(pl.col("len") > 1)["hash"]
    return np.where(np.isin(hashes, series.to_numpy()), np.uint64(0), hashes)


def _bare(heads: pl.Series, around: str) -> pl.Series:
    """Return headlines without what the pattern finds around them, where enough words are left."""
    rows = np.flatnonzero(heads.str.contains(around).fill_null(value=False).to_numpy())
    bare = heads.gather(rows).str.replace(around, "")
    is_enough = (_words(bare) >= HEADLINE_WORDS).to_numpy()
    return heads.clone().scatter(rows[is_enough], bare.filter(pl.Series(is_enough)))


def _complete(heads: pl.Series, is_told: npt.NDArray[np.bool_], out: npt.NDArray[np.uint64]) -> None:
    """Give headlines that were cut short, in place, the hash of the one whole headline that begins so, if there is one."""
    is_cut = heads.str.contains(CUT_END).fill_null(value=False).to_numpy()
    cut, whole = np.flatnonzero(is_told & is_cut), np.flatnonzero(is_told & ~is_cut)
    stems = heads.gather(cut).str.replace(CUT_END, "").str.to_lowercase()
    known = pl.DataFrame({"head": heads.gather(whole).str.to_lowercase(), "hash": out[whole]}).sort("head")
    low, high = (known["head"].search_sorted(each) for each in (stems, stems + "\U0010ffff"))
    hashes = np.append(known["hash"].to_numpy(), np.uint64(0))
    first, last = low.to_numpy().astype(np.int64), high.to_numpy().astype(np.int64)
    is_one = np.array(
        [bool((hashes[i:j] == hashes[i]).all()) and j > i for i, j in zip(first, last, strict=True)], bool
    )
    out[cut[is_one]] = hashes[first[is_one]]


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


def judge_headlines(compared: pl.DataFrame, own_words: npt.NDArray[np.int64]) -> pl.DataFrame:
    """Add the columns of `judge` to compared pairs of a long article and a short one, `right`, under the same headline.

    A stub shows a sentence or two of its story; with the headline, a little shared text is enough. Its numbers must be the
    same, but for teasers' where hardly any of its words is its own: `own_words` int64[n], by article, as
    `cluster.own_words` returns them.
    """
    least_facts = pl.min_horizontal("left_facts", "right_facts")
    has_facts = (least_facts < FEW_FACTS) | (pl.col("shared_facts") >= SAME_FACTS * least_facts)
    is_bare = pl.Series(own_words[compared["right"].to_numpy()] < SLIGHT_WORDS) & (pl.col("shared") <= TEASED_SHARED)
    is_cut = (pl.col("shared") >= HEADLINE_SHARED) & (has_facts | is_bare)
    return compared.with_columns(
        is_alike=pl.lit(value=False),
        is_cut=is_cut,
        reason=pl.when(is_cut).then(pl.lit("same headline")).otherwise(pl.lit("too little shared")),
    )
