"""What changed between two runs, for people and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from dedup import config
from dedup.diff import CHANGES
from jobs.console.find import reading
from jobs.console.output import count_of, cut, drawn, safe
from jobs.diff import diff_runs, find_run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rich.console import Console

    from jobs.manifest import Manifest, Result

SHOWN = 10
"""Rows of each list that people are shown."""


def changes_of(out: Path, old: str, new: str) -> dict[str, Any]:
    """Return what changed between two runs.

    Returns
    -------
    dict
        ``old`` and ``new`` (run_id, command, tool_version, articles, stories), ``settings`` (of those that change
        results, where they differ: name to the values of the old and the new run), ``articles`` (came, went, moved),
        ``stories`` (each of `dedup.diff.CHANGES` to a number), ``changed`` (rows of all stories that are not
        unchanged, with their title) and ``moved`` (rows of all articles that changed their story).

    Raises
    ------
    NoResultError, UsageError, NewerVersionError
        See `jobs.diff.find_run`.
    DamagedError
        The tables cannot be read.
    """
    first, second = find_run(out, old), find_run(out, new)
    with reading(first), reading(second):
        found = diff_runs(first, second)
        titles = pl.concat([_titles(second), _titles(first)]).unique("story_id", keep="first")
    stories, moved = found.changes
    counts = dict(stories.group_by("change").len().iter_rows())
    return {
        "old": _about(first),
        "new": _about(second),
        "settings": _settings(first.manifest, second.manifest),
        "articles": {"came": found.came, "went": found.went, "moved": moved.height},
        "stories": {change: counts.get(change, 0) for change in CHANGES},
        "changed": _titled(stories.filter(pl.col("change") != "unchanged"), titles).to_dicts(),
        "moved": moved.to_dicts(),
    }


def _titles(result: Result) -> pl.DataFrame:
    return result.table("stories").select("story_id", "title").collect()


def _titled(stories: pl.DataFrame, titles: pl.DataFrame) -> pl.DataFrame:
    """Return the stories with a title each, those of most articles first."""
    named = stories.with_columns(story_id=pl.coalesce("new_story_id", "old_story_id"))
    by_size = [pl.max_horizontal("old_count", "new_count") * -1, "new_story_id", "old_story_id"]
    return named.join(titles, on="story_id", how="left").drop("story_id").sort(by_size, nulls_last=True)


def _about(result: Result) -> dict[str, Any]:
    manifest = result.manifest
    return {
        "run_id": result.run_id,
        "command": manifest.plan.command,
        "tool_version": manifest.plan.tool_version,
        "articles": manifest.rows["assignments"],
        "stories": manifest.rows["stories"],
    }


def _settings(old: Manifest, new: Manifest) -> dict[str, list[Any]]:
    before, after = old.plan.settings, new.plan.settings
    known = {field.name for field in config.fields() if not config.changes_results(field.name)}
    names = sorted((before.keys() | after.keys()) - known)
    return {name: [before.get(name), after.get(name)] for name in names if before.get(name) != after.get(name)}


def render(told: Mapping[str, Any]) -> str:
    """Return the changes as text: the counts, then the biggest stories of each change."""
    return drawn(lambda console: _draw(console, told))


def _draw(console: Console, told: Mapping[str, Any]) -> None:
    old, new, articles = told["old"], told["new"], told["articles"]
    lines = [
        ("From", _run(old)),
        ("To", _run(new)),
        ("Articles", ", ".join(f"{articles[name]:,} {name}" for name in ("came", "went", "moved"))),
        ("Stories", ", ".join(f"{count:,} {change}" for change, count in told["stories"].items() if count) or "none"),
    ]
    if old["tool_version"] != new["tool_version"]:
        lines.append(("Version", f"{old['tool_version']}, then {new['tool_version']}"))
    lines += [("Setting", f"{name} {safe(was)}, then {safe(now)}") for name, (was, now) in told["settings"].items()]
    for name, line in lines:
        console.print(f"{name:<8} {line}", soft_wrap=True)
    for change in CHANGES:
        if rows := [row for row in told["changed"] if row["change"] == change]:
            _draw_stories(console, change, rows)


def _run(about: Mapping[str, Any]) -> str:
    size = f"{count_of(about['articles'], 'article')}, {count_of(about['stories'], 'story', 'stories')}"
    return f"{about['run_id']} ({about['command']}): {size}"


def _draw_stories(console: Console, change: str, rows: list[dict[str, Any]]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in (change, "articles", "before", "after"):
        table.add_column(name, justify="right" if name == "articles" else "left", no_wrap=True, overflow="ellipsis")
    for row in rows[:SHOWN]:
        counts = f"{row['old_count'] or '-'} > {row['new_count'] or '-'}"
        table.add_row(cut(row["title"]), counts, cut(row["old_story_id"]), cut(row["new_story_id"]))
    console.print()
    console.print(table)
    if len(rows) > SHOWN:
        console.print(f"… and {count_of(len(rows) - SHOWN, 'story', 'stories')} more: --json tells all")
