"""What changed between two runs of one folder: stories by what became of them, and the articles that moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from jobs.manifest import open_run

if TYPE_CHECKING:
    from pathlib import Path


def diff(out: Path, old_run: str, new_run: str) -> dict[str, Any]:
    """Compare two runs of `out`.

    Returns
    -------
    dict
        ``unchanged``, ``grown``, ``shrunk``, ``merged``, ``split``, ``new``, ``gone``: numbers of stories. A story of the
        old run is unchanged where a new one has just its articles, grown where it has these and articles the old run
        lacks, merged where its articles are all with those of another old story, split where they are in several, shrunk
        where some are gone from the result, gone where all are. A story of the new run is new where it has no article
        of the old run. ``articles``: new, gone, moved. ``moved``: article_id, old_story_id, new_story_id of articles
        whose story goes by another id, sorted by article_id.

    Raises
    ------
    NoResultError
        There is no run of that id.
    """
    old, new = (
        open_run(out, run).table("assignments").select("article_id", story_id="story_id").collect()
        for run in (old_run, new_run)
    )
    both = old.join(new, on="article_id", how="full", coalesce=True, suffix="_new")
    both = both.rename({"story_id": "old_story_id", "story_id_new": "new_story_id"})
    targets = (
        both.drop_nulls("new_story_id")
        .group_by("new_story_id")
        .agg(sources=pl.col("old_story_id").drop_nulls().n_unique(), fresh=pl.col("old_story_id").null_count())
    )
    stories = (
        both.drop_nulls("old_story_id")
        .join(targets, on="new_story_id", how="left")
        .group_by("old_story_id")
        .agg(
            went=pl.col("new_story_id").drop_nulls().n_unique(),
            lost=pl.col("new_story_id").null_count(),
            sources=pl.col("sources").max(),
            fresh=pl.col("fresh").max(),
        )
    )
    fate = (
        pl.when(pl.col("went") == 0).then(pl.lit("gone"))
        .when(pl.col("went") > 1).then(pl.lit("split"))
        .when(pl.col("sources") > 1).then(pl.lit("merged"))
        .when(pl.col("lost") > 0).then(pl.lit("shrunk"))
        .when(pl.col("fresh") > 0).then(pl.lit("grown"))
        .otherwise(pl.lit("unchanged"))
    )  # fmt: skip
    counts = dict(stories.group_by(fate=fate).len().iter_rows())
    moved = both.drop_nulls().filter(pl.col("old_story_id") != pl.col("new_story_id")).sort("article_id")
    names = ("unchanged", "grown", "shrunk", "merged", "split", "gone")
    return {
        "old_run": old_run,
        "new_run": new_run,
        "stories": {name: int(counts.get(name, 0)) for name in names}
        | {"new": targets.filter(pl.col("sources") == 0).height},
        "articles": {
            "new": both["old_story_id"].null_count(),
            "gone": both["new_story_id"].null_count(),
            "moved": moved.height,
        },
        "moved": moved.select("article_id", "old_story_id", "new_story_id").to_dicts(),
    }
