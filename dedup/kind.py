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

WALL_WORDS = 220
"""A page with more words than this is no wall, whatever it says."""

TEMPLATE_TWINS = 2
TEMPLATE_HELD = 0.25
"""Share of the smaller article's shingles that a template's wording makes up at least."""


@cache
def walls() -> tuple[str, ...]:
    """Return the phrases of `clean/walls.txt`."""
    lines = resources.files("dedup.clean").joinpath("walls.txt").read_text("utf-8").splitlines()
    return tuple(dict.fromkeys(line for line in lines if line and not line.startswith("#")))


def is_wall(texts: pl.Series, words: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Tell the pages that are no story: bool[n]; `words` int64[n] are the words of each text."""
    out = np.zeros(len(texts), bool)
    rows = np.flatnonzero((words > 0) & (words <= WALL_WORDS))
    if rows.size:
        lowered = texts.gather(rows).fill_null("").str.to_lowercase()
        out[rows] = lowered.str.contains_any(list(walls())).to_numpy()
    return out


def find_templates(judged: pl.DataFrame, count: int) -> npt.NDArray[np.bool_]:
    """Tell the articles whose wording others fill with other facts: bool[count], from judged pairs."""
    held = pl.max_horizontal("left_in_right", "right_in_left")
    twins = judged.filter(
        ~(pl.col("is_alike") | pl.col("is_cut"))
        & (held >= TEMPLATE_HELD)
        & pl.col("reason").is_in(["other facts", "too few identical sentences"])
    )
    ends = twins.select("left", "right").to_numpy().ravel()
    return np.bincount(ends, minlength=count) >= TEMPLATE_TWINS


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
