"""A published result, read for people: ids found, rows as dicts, damage told."""

from __future__ import annotations

import difflib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import polars as pl

from dedup.errors import DamagedError, UsageError
from jobs.console.output import safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobs.manifest import Result

OFFERED = 3
"""Ids named where the one asked for is not there."""


@contextmanager
def reading(result: Result) -> Iterator[None]:
    """Turn what the readers of Parquet and Arrow raise into DamagedError."""
    try:
        yield
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        raise DamagedError(
            f"{result.path} cannot be read ({safe(error)[:120]}); see what is wrong with: dedup check {result.out}"
        ) from error


def find_story(result: Result, given: str) -> str:
    """Return the id of the story that `given` names: its own id, or that of one of its articles.

    Raises
    ------
    UsageError
        There is no such id; the nearest are named.
    """
    return _find(result, given, "story_id", "article_id")


def find_article(result: Result, given: str) -> str:
    """Return `given` if it is the id of an article.

    Raises
    ------
    UsageError
        There is no such id; the nearest are named.
    """
    return _find(result, given, "article_id")


def story_rows(result: Result, story_id: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a story's row and those of its articles: the canonical one first, then by time, those without one last."""
    story = result.table("stories").filter(pl.col("story_id") == story_id).collect()
    articles = result.table("assignments").filter(pl.col("story_id") == story_id).collect()
    if story.height != 1 or articles.is_empty():
        raise ValueError(f"the story {story_id} has no row of its own")
    order = ["is_canonical", "published_at", "article_id"]
    return story.row(0, named=True), articles.sort(order, descending=[True, False, False], nulls_last=True).to_dicts()


def _find(result: Result, given: str, *columns: str) -> str:
    ids = result.table("assignments")
    for column in columns:
        found = ids.filter(pl.col(column) == given).select(columns[0]).head(1).collect()
        if found.height:
            return str(found.item())
    near = _nearest(ids, given)
    hint = f"did you mean {' or '.join(near)}?" if near else f"look for one in {result.path / 'assignments'}"
    what = "story or article" if len(columns) > 1 else "article"
    raise UsageError(f"{result.out} has no {what} {safe(given)!r}; {hint}")


def _nearest(ids: pl.LazyFrame, given: str) -> list[str]:
    def those(condition: pl.Expr, most: int) -> list[str]:
        return ids.filter(condition).select("article_id").head(most).collect()["article_id"].to_list()

    if longer := those(pl.col("article_id").str.starts_with(given), OFFERED) if given else []:
        return longer
    # Comparing letter by letter is slow: over millions of ids only those that begin alike are worth it.
    alike = those(pl.col("article_id").str.starts_with(given[:3]), 20_000) or those(pl.lit(True), 20_000)  # noqa: FBT003
    return difflib.get_close_matches(given, alike, OFFERED)
