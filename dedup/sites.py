"""Who publishes for whom: the tables SITES and SYNDICATION.

Owns the counting; the picks are `dedup.canonical`'s. Only stories carried by two sites or more count.
"""

from __future__ import annotations

import polars as pl

from dedup.schema import SITES, SYNDICATION


def sites(assignments: pl.DataFrame, stories: pl.DataFrame) -> pl.DataFrame:
    """Return what each site originates and what it carries, as the table SITES.

    Parameters
    ----------
    assignments
        story_id, site (String, site may be null); one row an article.
    stories
        story_id, canonical_site (String, null); one row a story.

    Returns
    -------
    pl.DataFrame
        The table SITES: one row a site, sorted by it. Articles without a site count nowhere.
    """
    shared = _shared(assignments, stories)
    originates = pl.col("canonical_site") == pl.col("site")
    counts = shared.group_by("site").agg(
        originates.sum().cast(pl.Int64).alias("originates"), (~originates).sum().cast(pl.Int64).alias("carries")
    )
    every = assignments.drop_nulls("site").group_by("site").agg(pl.len().cast(pl.Int64).alias("articles"))
    both = every.join(counts, on="site", how="left").with_columns(pl.col("originates", "carries").fill_null(0))
    total = pl.col("originates") + pl.col("carries")
    share = pl.when(total > 0).then((pl.col("originates") / total).cast(pl.Float32))
    return SITES.conform(both.with_columns(share=share))


def syndication(assignments: pl.DataFrame, stories: pl.DataFrame) -> pl.DataFrame:
    """Return how many stories of one site each other site carries, as the table SYNDICATION.

    Parameters
    ----------
    assignments, stories
        As for `sites`.

    Returns
    -------
    pl.DataFrame
        The table SYNDICATION: one row a direction, sorted by from_site and to_site.
    """
    carried = _shared(assignments, stories).filter(pl.col("canonical_site") != pl.col("site"))
    counts = carried.group_by(from_site="canonical_site", to_site="site").agg(pl.len().cast(pl.Int64).alias("stories"))
    return SYNDICATION.conform(counts)


def _shared(assignments: pl.DataFrame, stories: pl.DataFrame) -> pl.DataFrame:
    """Return one row a story and site, for stories of two sites or more whose canonical site is known."""
    pairs = assignments.select("story_id", "site").drop_nulls().unique()
    pairs = pairs.filter(pl.len().over("story_id") > 1)
    canonical = stories.select("story_id", "canonical_site").drop_nulls()
    return pairs.join(canonical, on="story_id", how="inner")
