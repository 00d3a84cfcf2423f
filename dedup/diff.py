"""Stories of two runs → what became of each story and which articles changed theirs.

A story lives on in the story that holds most of its articles, if of all stories it gave most to that one: ids decide
only between equals, so two runs may be compared that named their stories independently.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

STORIES = {
    "old_story_id": pl.String(),
    "new_story_id": pl.String(),
    "change": pl.String(),
    "old_count": pl.Int64(),
    "new_count": pl.Int64(),
    "common_count": pl.Int64(),
}
ARTICLES = {
    "article_id": pl.String(),
    "old_story_id": pl.String(),
    "new_story_id": pl.String(),
    "change": pl.String(),
}
CHANGES = ("unchanged", "grown", "shrunk", "changed", "merged", "split", "new", "gone")
"""What may become of a story: `diff` says which is which."""


class Diff(NamedTuple):
    """What changed between two runs.

    Attributes
    ----------
    stories
        Columns of `STORIES`, sorted on (new_story_id, old_story_id), nulls last. Every old story has one row that says
        unchanged, grown, shrunk, changed, merged or gone; every other row is a new story, split or new.
    articles
        Columns of `ARTICLES`, sorted on article_id: the articles of both runs whose story does not live on in the one
        they are in. Their change is split where that story continues none, else merged where their own one ended, else
        moved: both stories live on.
    """

    stories: pl.DataFrame
    articles: pl.DataFrame


def diff(old: pl.DataFrame, new: pl.DataFrame) -> Diff:
    """Return what became of the stories of one run in another.

    Parameters
    ----------
    old, new
        article_id (String, each once), story_id (String), in any order.

    Notes
    -----
    A story that lives on is unchanged (the same articles), grown (all of them and more), shrunk (some of them and no
    others) or changed (some and others). One that does not is merged into the story that holds most of its articles,
    or gone, where none of them was read. A story that continues none is split from the one that most of its articles
    were in, or new, where all of its articles are.
    """
    both = old.rename({"story_id": "old_story_id"}).join(
        new.rename({"story_id": "new_story_id"}), on="article_id", how="inner"
    )
    shared = both.group_by("old_story_id", "new_story_id").agg(common_count=pl.len().cast(pl.Int64))
    heirs, origins = _first_of(shared, "old_story_id"), _first_of(shared, "new_story_id")
    lives = heirs.join(origins, on=["old_story_id", "new_story_id"], how="semi")
    ended = heirs.join(lives, on="old_story_id", how="anti")
    parted = origins.join(lives, on="new_story_id", how="anti")
    old_sizes, new_sizes = _sizes(old, "old"), _sizes(new, "new")
    rows = pl.concat(
        [
            lives.with_columns(change=pl.lit(None, pl.String)),
            ended.with_columns(change=pl.lit("merged")),
            parted.with_columns(change=pl.lit("split")),
            old_sizes.select("old_story_id")
            .join(heirs, on="old_story_id", how="anti")
            .with_columns(change=pl.lit("gone")),
            new_sizes.select("new_story_id")
            .join(origins, on="new_story_id", how="anti")
            .with_columns(change=pl.lit("new")),
        ],
        how="diagonal",
    )
    stories = (
        rows.join(old_sizes, on="old_story_id", how="left")
        .join(new_sizes, on="new_story_id", how="left")
        .with_columns(pl.col("old_count", "new_count", "common_count").fill_null(0))
        .with_columns(change=pl.coalesce("change", _kept()))
        .select(pl.col(name).cast(dtype) for name, dtype in STORIES.items())
        .sort("new_story_id", "old_story_id", nulls_last=True)
    )
    return Diff(stories, _moved(both, lives))


def _first_of(shared: pl.DataFrame, side: str) -> pl.DataFrame:
    """Return, for each story of one side, the row of the story of the other side that has most of its articles."""
    return (
        shared.with_columns(is_other=pl.col("old_story_id") != pl.col("new_story_id"))
        .sort(pl.col("common_count") * -1, "is_other", "old_story_id", "new_story_id")
        .unique(side, keep="first", maintain_order=True)
        .drop("is_other")
    )


def _sizes(members: pl.DataFrame, side: str) -> pl.DataFrame:
    return members.group_by(pl.col("story_id").alias(f"{side}_story_id")).agg(
        pl.len().cast(pl.Int64).alias(f"{side}_count")
    )


def _kept() -> pl.Expr:
    """Return what a story that lives on has become, by the articles it had, has, and has kept."""
    has_lost = pl.col("common_count") < pl.col("old_count")
    has_won = pl.col("common_count") < pl.col("new_count")
    return (
        pl.when(has_lost & has_won).then(pl.lit("changed"))
        .when(has_lost).then(pl.lit("shrunk"))
        .when(has_won).then(pl.lit("grown"))
        .otherwise(pl.lit("unchanged"))
    )  # fmt: skip


def _moved(both: pl.DataFrame, lives: pl.DataFrame) -> pl.DataFrame:
    """Return the articles whose story does not live on in the one they are in."""
    lives_on = pl.col("old_story_id").is_in(lives["old_story_id"].implode())
    is_heir = pl.col("new_story_id").is_in(lives["new_story_id"].implode())
    change = pl.when(~is_heir).then(pl.lit("split")).when(~lives_on).then(pl.lit("merged")).otherwise(pl.lit("moved"))
    return (
        both.join(lives, on=["old_story_id", "new_story_id"], how="anti")
        .with_columns(change=change)
        .select(pl.col(name).cast(dtype) for name, dtype in ARTICLES.items())
        .sort("article_id")
    )
