"""How right an answer is: pairwise F1 of the stories found against the truth of a generated corpus."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from pathlib import Path


def f1(found: str | Path, truth: Path) -> float | None:
    """Return the pairwise F1 of article_id, story_id in a Parquet file or glob against id, story_id in another.

    None where the answer names no stories. Articles that one of the two does not name count as alone in their story there.

    Raises
    ------
    ValueError
        An article stands in the answer twice.
    """
    answer = pl.read_parquet(found)
    if "story_id" not in answer.columns:
        return None
    answer = answer.select("article_id", found="story_id")
    if answer["article_id"].is_duplicated().any():
        raise ValueError(f"{found} names articles twice")
    wanted = pl.read_parquet(truth, columns=["id", "story_id"]).rename({"id": "article_id"})
    both = wanted.join(answer, on="article_id", how="full", coalesce=True)
    right = _pairs(both.drop_nulls(), "found", "story_id")
    return (
        2 * right / max(1, _pairs(both.drop_nulls("found"), "found") + _pairs(both.drop_nulls("story_id"), "story_id"))
    )


def _pairs(articles: pl.DataFrame, *by: str) -> int:
    """Return how many pairs of articles are alike in these columns."""
    sizes = articles.group_by(by).len()["len"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())
