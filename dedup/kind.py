"""What kind of thing an article is: a story's text, or a digest, a template, a wall, a stub, or nothing.

A stated rule for each: *empty* has no words; an *interstitial* is a short page with the wording of a consent wall, a
bot check or an error page, or a longer one that has it in the headline and in the text; a *stub* has fewer than
`stub_words` words that are not furniture; a *digest* holds pieces of several stories (`dedup.cluster.find_digests`); a
*template* shares a good part of its wording, but neither sentences nor facts, with at least TEMPLATE_TWINS other
articles; everything else is an *article*.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt
import polars as pl

WALL_WORDS = 110
"""A wall's own words are no more than this; a page with more is no wall, whatever it says."""

HEADED_WORDS = 440
"""… or this, where its headline has a wall's wording too: readers' comments and teasers may follow."""

SENTENCE_WORDS = 8
"""A shorter piece is no sentence that a stub may consist of."""

TEMPLATE_TWINS = 3
TEMPLATE_HELD, TEMPLATE_SHARED, TEMPLATE_SENTENCES = 0.2, 15, 0.2
"""Share of the smaller article's shingles, and shingles, that a template's wording makes up at least, and the share of
its sentences that may be the same to the letter: a template's differ in their facts, a copy's at its edges."""


@cache
def walls() -> tuple[str, ...]:
    """Return the phrases of `clean/walls.txt`, also with typographic apostrophes and beginning upper-case.

    Case is told apart outside ASCII alone (`contains_any` folds ASCII), where such a phrase may begin a sentence.
    """
    lines = resources.files("dedup.clean").joinpath("walls.txt").read_text("utf-8").splitlines()
    phrases = [line for line in lines if line and not line.startswith("#")]
    every = [form for line in phrases for form in (line, line[:1].upper() + line[1:])]
    return tuple(dict.fromkeys([*every, *(form.replace("'", "’") for form in every)]))


def is_bare_wall(texts: pl.Series, words: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Tell the pages that are a wall without furniture: bool[n]; `words` int64[n] are the words of each text."""
    out = np.zeros(len(texts), bool)
    rows = np.flatnonzero((words > 0) & (words <= WALL_WORDS))
    out[rows] = has_wall_wording(texts.gather(rows))
    return out


def has_wall_wording(texts: pl.Series) -> npt.NDArray[np.bool_]:
    """Tell the texts that have a wall's wording: bool[n]."""
    return texts.fill_null("").str.contains_any(list(walls()), ascii_case_insensitive=True).to_numpy()


def is_wall(texts: pl.Series, kept: pl.Series, has_sentence: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Tell the pages that are nothing but a wall, of those with at most WALL_WORDS that are no furniture: bool[n].

    Parameters
    ----------
    texts, kept : String[n], the text of each page, and what of it is no furniture, both with the headline
    has_sentence : bool[n], whether a sentence is left without furniture: else the wall is one that its site repeats
    """
    return has_wall_wording(kept) | (~has_sentence & has_wall_wording(texts))


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
