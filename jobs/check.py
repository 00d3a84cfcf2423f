"""Proof that a published result is what was published: every byte by the manifest, then every invariant by its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from dedup import schema
from dedup.errors import DamagedError, StorageError
from jobs.manifest import MANIFEST, Result, open_result, state_folder
from jobs.state import differences

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def check(out: Path) -> list[str]:
    """Return a sentence for each fault of the current result and its state; none where all is well.

    Raises
    ------
    NoResultError
        Nothing was published there.
    NewerVersionError
        A newer version of the program made it.

    Notes
    -----
    A run that publishes and collects garbage meanwhile does not disturb: the result is resolved once.
    """
    try:
        result = open_result(out)
    except (DamagedError, StorageError) as error:
        return [str(error)]
    manifest = result.manifest
    folder = state_folder(out, manifest.generation)
    problems = list(differences(result.path, manifest.files, apart=MANIFEST))
    if manifest.state or folder.exists():
        problems += differences(folder, manifest.state)
    # Rows are read from proven bytes alone: a damaged Parquet file may stop the reader instead of failing.
    return problems or [f"{result.path}: {problem}" for problem in _row_problems(result)]


def _row_problems(result: Result) -> Iterator[str]:
    yield from _count_problems(result)
    broken = [f"{table.name}: {problem}" for table in schema.PUBLISHED for problem in _table_problems(result, table)]
    yield from broken
    if not broken:
        assignments, stories, pairs = (result.table(name) for name in ("assignments", "stories", "pairs"))
        yield from _story_problems(assignments, stories)
        yield from _pair_problems(assignments, pairs)


def _count_problems(result: Result) -> Iterator[str]:
    manifest, counts = result.manifest, result.manifest.counts
    parts = counts.kept + sum(counts.dropped.values()) + sum(counts.quarantined.values())
    if counts.read != parts:
        yield f"{counts.read} records were read, but {parts} were kept, dropped or quarantined"
    if manifest.plan.command == "run" and counts.kept != manifest.rows["assignments"]:
        yield f"{counts.kept} articles were kept, but assignments has {manifest.rows['assignments']} rows"
    if manifest.plan_digest != manifest.plan.digest:
        yield "the plan's digest is not that of its inputs and settings"


def _table_problems(result: Result, table: schema.Table) -> Iterator[str]:
    if table.name not in result.manifest.rows:
        yield "is missing"
        return
    frame = result.table(table.name)
    if dict(frame.collect_schema()) != table.dtypes:
        yield "has other columns or types than its schema"
        return
    required = [column.name for column in table.columns if not column.is_nullable]
    nulls = frame.select(pl.col(required).null_count()).collect().row(0)
    if hollow := [name for name, count in zip(required, nulls, strict=True) if count]:
        yield f"has nulls in {', '.join(hollow)}"
    height = frame.select(pl.len()).collect().item()
    if height != result.manifest.rows[table.name]:
        yield f"has {height} rows, but the manifest says {result.manifest.rows[table.name]}"
    for name in sorted(result.manifest.files):
        if name.startswith(f"{table.name}/"):
            own = pl.read_parquet(result.path / name, columns=list(table.sort))
            if not own.equals(own.sort(table.sort)):
                yield f"is not sorted on {', '.join(table.sort)} in {name}"


def _story_problems(assignments: pl.LazyFrame, stories: pl.LazyFrame) -> Iterator[str]:
    members = assignments.group_by("story_id").agg(
        pl.len().cast(pl.Int64).alias("members"),
        pl.col("is_canonical").sum().alias("canonicals"),
        pl.col("article_id").filter("is_canonical").first().alias("picked"),
    )
    both = stories.join(members, on="story_id", how="inner")
    is_full = pl.col("containment_in_canonical").eq(1.0) & pl.col("containment_of_canonical").eq(1.0)
    is_known = pl.col("relation").is_in(schema.RELATIONS) & pl.col("kind").is_in(schema.KINDS)
    faults = {
        "an article_id that is there twice": _twice(assignments, "article_id"),
        "a story_id that stories does not have": assignments.join(stories, on="story_id", how="anti"),
        "an unknown relation or kind": assignments.filter(~is_known),
        "the canonical place and a containment below 1": assignments.filter(pl.col("is_canonical") & ~is_full),
    }
    for what, rows in faults.items():
        yield from _faults("assignments", what, rows, "article_id")
    faults = {
        "a story_id that is there twice": _twice(stories, "story_id"),
        "no article": stories.join(members, on="story_id", how="anti"),
        "none or many canonical articles": both.filter(pl.col("canonicals") != 1),
        "another canonical_article_id than assignments": both.filter(
            pl.col("canonical_article_id") != pl.col("picked")
        ),
        "another article_count than articles": both.filter(pl.col("article_count") != pl.col("members")),
    }
    for what, rows in faults.items():
        yield from _faults("stories", what, rows, "story_id")


def _pair_problems(assignments: pl.LazyFrame, pairs: pl.LazyFrame) -> Iterator[str]:
    faults = {
        "ids in the wrong order": pairs.filter(pl.col("article_id_a") >= pl.col("article_id_b")),
        "ids that are there twice": _twice(pairs, "article_id_a", "article_id_b"),
    }
    for side in ("article_id_a", "article_id_b"):
        faults[f"an {side} that assignments does not have"] = pairs.join(
            assignments, left_on=side, right_on="article_id", how="anti"
        )
    for what, rows in faults.items():
        yield from _faults("pairs", what, rows, "article_id_a")


def _twice(frame: pl.LazyFrame, *key: str) -> pl.LazyFrame:
    return frame.group_by(key).len().filter(pl.col("len") > 1)


def _faults(table: str, what: str, rows: pl.LazyFrame, key: str) -> Iterator[str]:
    """Yield one sentence with the number of faulty rows and the first of them; nothing where there are none."""
    count, first = rows.select(pl.len(), pl.col(key).min()).collect().row(0)
    if count:
        yield f"{table}: {count} rows have {what}, the first is {first}"
