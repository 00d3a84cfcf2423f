"""How well the sources that were picked agree with labelled origins, and whether their confidence keeps its word.

Frames in, frames out; `dedup.metrics.align` makes the frame that `judged_picks` takes.
"""

from __future__ import annotations

import polars as pl


def judged_picks(aligned: pl.DataFrame) -> pl.DataFrame:
    """Return one row a labelled story whose origin is known and that left a choice, sorted by truth.

    Labelled stories of two or more articles with an article labelled `is_origin` count.

    Parameters
    ----------
    aligned
        Beside the columns of `align`: is_origin (Boolean), is_canonical (Boolean, null where missing); if there, site
        (String), canonical_confidence (floats, of the article's found story) and agency (String).

    Returns
    -------
    pl.DataFrame
        truth (String), is_right (Boolean: the story in which the origin was found has it, or another origin of the same
        labelled story, for its canonical article), is_right_site (Boolean: has an article of the origin's site),
        confidence (Float64, null: no choice was made), agency (String).
    """
    given = {"site": pl.String(), "canonical_confidence": pl.Float64(), "agency": pl.String()}
    lacking = [pl.lit(None, dtype).alias(name) for name, dtype in given.items() if name not in aligned.columns]
    shared = aligned.with_columns(lacking).filter(
        (pl.len().over("truth") > 1) & pl.col("is_origin").any().over("truth")
    )
    is_origin, is_picked = pl.col("is_origin").fill_null(False), pl.col("is_canonical").fill_null(False)  # noqa: FBT003
    origins = shared.filter(is_origin).select("truth", "found", origin_site="site").drop_nulls().unique()
    picked = shared.filter(is_picked).join(origins, on=["truth", "found"], how="semi")
    own_site = picked.join(origins, left_on=["truth", "found", "site"], right_on=["truth", "found", "origin_site"])
    return (
        shared.sort("truth", "article_id")
        .group_by("truth", maintain_order=True)
        .agg(
            is_right=(is_origin & is_picked).any(),
            confidence=pl.col("canonical_confidence").filter(is_origin).first().cast(pl.Float64),
            agency=pl.col("agency").drop_nulls().first(),
        )
        .with_columns(is_right_site=pl.col("is_right") | pl.col("truth").is_in(own_site["truth"].implode()))
        .select("truth", "is_right", "is_right_site", "confidence", "agency")
    )


def accuracy_of(picks: pl.DataFrame) -> pl.DataFrame:
    """Return one row stories, right, right_site (Int64), accuracy (Float64) of `judged_picks` or some of them."""
    return picks.select(
        stories=pl.len().cast(pl.Int64),
        right=pl.col("is_right").sum().cast(pl.Int64),
        right_site=pl.col("is_right_site").sum().cast(pl.Int64),
        accuracy=pl.col("is_right").mean().fill_null(1.0),
    )


def reliability(picks: pl.DataFrame, bins: int = 10) -> pl.DataFrame:
    """Return how often picks of like confidence are right.

    Parameters
    ----------
    picks
        confidence (Float64, 0 to 1; null rows do not count), is_right (Boolean).
    bins
        Number of equal spans of confidence.

    Returns
    -------
    pl.DataFrame
        One row a span that holds picks, the least sure first: at_least (Float64, its lower end), picks (Int64),
        confidence, accuracy (Float64, means).
    """
    sure = picks.drop_nulls("confidence")
    number = (pl.col("confidence") * bins).floor().clip(0, bins - 1)
    return (
        sure.group_by(at_least=number / bins)
        .agg(
            picks=pl.len().cast(pl.Int64),
            confidence=pl.col("confidence").mean(),
            accuracy=pl.col("is_right").mean(),
        )
        .sort("at_least")
    )


def calibration_error(table: pl.DataFrame) -> float:
    """Return the expected calibration error of a `reliability` table: 0 to 1, 0 without any picks."""
    off = (table["confidence"] - table["accuracy"]).abs()
    return float((off * table["picks"]).sum() / max(1, int(table["picks"].sum())))
