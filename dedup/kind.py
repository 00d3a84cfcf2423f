"""What kind of thing an article is: a story's text, or a digest, a template, a wall, a stub, or nothing.

A stated rule for each: *empty* has no words; an *interstitial* is a short page with the wording of a consent wall, a
bot check or an error page; a *stub* has fewer than `stub_words` words that are not furniture; a *digest* holds pieces
of several stories (`dedup.cluster.find_digests`); a *template* shares a good part of its wording, but neither sentences
nor facts, with at least TEMPLATE_TWINS other articles; everything else is an *article*.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt
import polars as pl

PAGE_WORDS = 700
"""A page with more words than this, furniture and all, is no wall, whatever it says."""

WALL_WORDS = 110
"""A wall's own words are no more than this."""

WALL_REST = 8
"""A page with a wall's wording of which fewer words are left without furniture is a wall that its site repeats."""

TEMPLATE_TWINS = 3
TEMPLATE_HELD, TEMPLATE_SHARED, TEMPLATE_SENTENCES = 0.2, 15, 0.2
"""Share of the smaller article's shingles, and shingles, that a template's wording makes up at least, and the share of
its sentences that may be the same to the letter: a template's differ in their facts, a copy's at its edges."""


@cache
def walls() -> tuple[str, ...]:
    """Return the phrases of `clean/walls.txt`."""
    lines = resources.files("dedup.clean").joinpath("walls.txt").read_text("utf-8").splitlines()
    return tuple(dict.fromkeys(line for line in lines if line and not line.startswith("#")))


def may_be_wall(texts: pl.Series, words: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Tell the pages with the wording of a wall somewhere: bool[n]; `words` int64[n] are the words of each text."""
    out = np.zeros(len(texts), bool)
    rows = np.flatnonzero((words > 0) & (words <= PAGE_WORDS))
    out[rows] = _has_wording(texts.gather(rows))
    return out


def is_wall(kept: pl.Series, words: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Tell the pages that are nothing but a wall, of those that may be one: bool[n].

    Parameters
    ----------
    kept : String[n], the text of each without furniture
    words : int64[n], its words
    """
    return (words < WALL_REST) | ((words <= WALL_WORDS) & _has_wording(kept))


def _has_wording(texts: pl.Series) -> npt.NDArray[np.bool_]:
    plain = texts.fill_null("").str.to_lowercase().str.replace_all("’", "'", literal=True)
    return plain.str.contains_any(list(walls())).to_numpy()


def find_templates(judged: pl.DataFrame, stories: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Tell the articles whose wording other stories fill with other facts: bool[n], from judged pairs.

    `stories` int64[n]: the story of each article.
    """
    held = pl.max_horizontal("left_in_right", "right_in_left")
    sentences = pl.min_horizontal("left_sentences", "right_sentences")
    twins = judged.filter(
        (held >= TEMPLATE_HELD)
        & (pl.col("shared") >= TEMPLATE_SHARED)
        & (pl.col("shared_sentences") <= TEMPLATE_SENTENCES * sentences)
    )
    ends = twins.select("left", "right").to_numpy()
    ends = ends[stories[ends[:, 0]] != stories[ends[:, 1]]]
    return np.bincount(ends.ravel(), minlength=stories.size) >= TEMPLATE_TWINS


def kinds(
    words: npt.NDArray[np.int64],
    kept_words: npt.NDArray[np.int64],
    is_wall: npt.NDArray[np.bool_],
    is_digest: npt.NDArray[np.bool_],
    is_template: npt.NDArray[np.bool_],
    stub_words: int,
) -> pl.Series:
    """Return each article's kind (see the module); `words` are all words, `kept_words` those that are not furniture."""
    names = np.select(
        [words == 0, is_wall, is_digest, kept_words < stub_words, is_template],
        ["empty", "interstitial", "digest", "stub", "template"],
        "article",
    )
    return pl.Series("kind", names, dtype=pl.String)
