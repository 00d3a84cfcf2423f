"""How one article's text relates to another's of the same story."""

from __future__ import annotations

import polars as pl

VERBATIM = 0.9
"""Jaccard from which two articles are the same text, whatever was trimmed at an edge."""

HELD = 0.8
"""Share of an article's shingles in another from which it is held by it."""

SAME_SENTENCES = 0.5
"""Share of the fewer sentences that are identical where a text was updated, not edited throughout."""


def relation(in_other: pl.Expr, of_other: pl.Expr, jaccard: pl.Expr, same_sentences: pl.Expr) -> pl.Expr:
    """Return the relation of an article to another of its story: String.

    Parameters
    ----------
    in_other, of_other : share of the article in the other, and of the other in it, 0 to 1
    jaccard : of the two
    same_sentences : identical sentences over the fewer sentences of the two, 0 to 1
    """
    return (
        pl.when(jaccard >= VERBATIM).then(pl.lit("verbatim"))
        .when((in_other >= HELD) & (of_other >= HELD)).then(pl.lit("edited"))
        .when(in_other >= HELD).then(pl.lit("abridged"))
        .when(of_other >= HELD).then(pl.lit("extended"))
        .when(same_sentences >= SAME_SENTENCES).then(pl.lit("updated"))
        .otherwise(pl.lit("edited"))
    )  # fmt: skip
