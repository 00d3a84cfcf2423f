"""Stories of yesterday and today → ids that last, and the rows that say what became of each.

A story is called after its earliest-seen member. Members come and never go, so an id ends only where its own article
comes to a story that was seen earlier: that is a merge, and each id has one at most. What else leaves a story goes to one
that was there (moved) or makes a new one (split).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.schema import LINEAGE

LEARNED = "furniture was learned anew, and other text counts as story"
TIED = "articles that came since tie the two together"
PARTED = "articles that came since tell the two apart"


def name_stories(stories: npt.NDArray[np.int64], seen: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the earliest-seen member of each article's story: int64[n].

    Parameters
    ----------
    stories : int64[n], any member of each article's story, the same for all of them
    seen : int64[n], when each article was first seen; of those seen at once the first in order gives the name
    """
    order = np.lexsort((np.arange(seen.size), seen, stories))
    is_first = np.append(True, stories[order][1:] != stories[order][:-1]) if seen.size else np.zeros(0, bool)
    names = np.empty(seen.size, np.int64)
    names[order] = order[is_first][np.cumsum(is_first) - 1]
    return names


def trace(members: pl.DataFrame, generation: int) -> pl.DataFrame:
    """Return what became of yesterday's stories, as the table LINEAGE.

    Parameters
    ----------
    members
        One row an article: article_id, story_id, old_story_id (String, null: it came since), is_changed (Boolean:
        other sentences of it are furniture than yesterday, or its text was revised).
    generation
        Of the state that records it.

    Returns
    -------
    One row for each story and other story that some of its articles are in; stories that kept all have none. Event is
    merged where the article that gave the old id its name has gone (the id is no story any more), moved where others
    went to a story that was there yesterday, split where they made a new one.
    """
    old = members.drop_nulls("old_story_id")
    gone = (
        old.filter(pl.col("story_id") != pl.col("old_story_id"))
        .group_by("old_story_id", "story_id")
        .agg(has_name=(pl.col("article_id") == pl.col("old_story_id")).any())
    )
    changed = old.filter("is_changed").select("old_story_id", "story_id")
    is_known = pl.col("story_id").is_in(old["old_story_id"].unique().implode())
    is_learned = pl.col("old_story_id").is_in(changed["old_story_id"].implode()) | pl.col("story_id").is_in(
        changed["story_id"].implode()
    )
    event = pl.when("has_name").then(pl.lit("merged")).when(is_known).then(pl.lit("moved")).otherwise(pl.lit("split"))
    reason = (
        pl.when(is_learned).then(pl.lit(LEARNED)).when("has_name").then(pl.lit(TIED)).otherwise(pl.lit(PARTED))
    )  # fmt: skip
    return LINEAGE.conform(
        gone.with_columns(event=event, reason=reason, generation=pl.lit(generation)).rename(
            {"story_id": "new_story_id"}
        )
    )


def today(ids: pl.Series, assignments: pl.DataFrame) -> pl.Series:
    """Return the id that each story of `ids` (String), of whatever day, goes by today: String, null for what was never one.

    An id is that of the article that gave it, so the story is the one that has this article: article_id, story_id of
    `assignments`. How it came there is in the lineage.
    """
    names = assignments.select(id="article_id", story="story_id")
    return ids.to_frame("id").join(names, on="id", how="left", maintain_order="left")["story"].alias(ids.name)
