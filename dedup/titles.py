"""Which headlines are another member's, made over: cut short, set behind a label, or put in capitals.

Gives evidence to `dedup.canonical`, which weighs it.
"""

from __future__ import annotations

import polars as pl

from dedup.headlines import CUT_END, SITE_NAME

LABELS = r"^[\p{L}\p{M}\d\x20]{2,16}:\s+"
"""Labels of several words too, "Watch live: ": here the rest must be a member's headline in any case."""

LEAST_LETTERS = 12
"""Fewer letters before a cut may begin many a headline."""


def bare_title() -> pl.Expr:
    """Return the title in small letters, without a site's name behind it: String."""
    return pl.col("title").fill_null("").str.to_lowercase().str.strip_chars().str.replace(SITE_NAME, "")


def made_over(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the articles whose headline another member of the story has in full, unlabelled, or in small letters.

    Parameters
    ----------
    rows
        article_id, title (String, null), story (integers).

    Returns
    -------
    pl.DataFrame
        article_id, retitled (Float64: 1), of those only.
    """
    titled = rows.select("article_id", "story", "title", bare=bare_title())
    big = pl.col("title").str.to_uppercase() == pl.col("title")
    is_capital = (big & (pl.col("title").str.to_lowercase() != pl.col("title"))).fill_null(value=False)
    titled = titled.with_columns(is_capital=is_capital)
    others = titled.select("story", "bare", other="article_id", other_is_capital="is_capital").filter(
        pl.col("bare") != ""
    )
    cut = titled.filter(pl.col("bare").str.contains(CUT_END)).with_columns(stem=pl.col("bare").str.replace(CUT_END, ""))
    cut = cut.filter(pl.col("stem").str.len_chars() > LEAST_LETTERS).join(others, on="story", suffix="_other")
    cut = cut.filter(
        pl.col("bare_other").str.starts_with(pl.col("stem")) & ~pl.col("bare_other").str.contains(CUT_END)
        & (pl.col("bare_other") != pl.col("stem"))
    )  # fmt: skip
    labelled = titled.filter(pl.col("bare").str.contains(LABELS)).with_columns(
        bare=pl.col("bare").str.replace(LABELS, "")
    )
    labelled = labelled.join(others, on=["story", "bare"])
    shouted = titled.filter("is_capital").join(others.filter(~pl.col("other_is_capital")), on=["story", "bare"])
    found = pl.concat([frame.select("article_id") for frame in (cut, labelled, shouted)]).unique()
    return found.select("article_id", retitled=pl.lit(1.0))
