"""What a run came to, for a person who is glad to read it and for a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from jobs.console.output import count_of, cut, drawn, safe
from jobs.report import NAME

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from jobs.nightly import Outcome

BIGGEST = 5
"""Stories shown."""

LISTED = 10
"""Unread and skipped files shown; JSON has them all."""


def summarize(outcome: Outcome, exit_code: int) -> dict[str, Any]:
    """Return the summary of a run: stable keys, plain values."""
    result = outcome.result
    counts, rows = result.manifest.counts, result.manifest.rows
    told = result.table("assignments").select(
        words=pl.col("word_count").sum(),
        furniture=(pl.col("furniture_share").cast(pl.Float64) * pl.col("word_count")).sum(),
        sites=pl.col("site").drop_nulls().n_unique(),
    ).collect().row(0, named=True)  # fmt: skip
    lost = result.table("quarantine").filter(pl.col("reach") == "file").collect()
    return {
        "out": str(result.out),
        "run_id": result.run_id,
        "is_new": outcome.is_new,
        "is_partial": outcome.is_partial,
        "exit_code": exit_code,
        "read": counts.read,
        "kept": counts.kept,
        "dropped": dict(sorted(counts.dropped.items())),
        "quarantined": dict(sorted(counts.quarantined.items())),
        "articles": rows["assignments"],
        "stories": rows["stories"],
        "copies": rows["assignments"] - rows["stories"],
        "shared_stories": _count(result.table("stories").filter(pl.col("article_count") > 1)),
        "suspect_stories": _count(result.table("stories").filter("is_suspect")),
        "sites": told["sites"],
        "kinds": _kinds(result.table("assignments")),
        "furniture_share": told["furniture"] / told["words"] if told["words"] else 0.0,
        "furniture_sentences": rows["furniture"],
        "biggest": _biggest(result.table("stories")),
        "unread": lost.select(file="source_file", reason="reason", detail="detail").to_dicts(),
        "skipped": [{"file": file, "reason": reason} for file, reason in outcome.skipped],
        "seconds": {stage: round(seconds, 3) for stage, seconds in outcome.seconds.items()},
    }


def _count(frame: pl.LazyFrame) -> int:
    return int(frame.select(pl.len()).collect().item())


def _kinds(assignments: pl.LazyFrame) -> dict[str, int]:
    kinds = assignments.group_by("kind").len().sort(["len", "kind"], descending=[True, False]).collect()
    return {kind: int(count) for kind, count in kinds.iter_rows()}


def _biggest(stories: pl.LazyFrame) -> list[dict[str, Any]]:
    columns = ["story_id", "title", "article_count", "site_count", "canonical_site", "agency", "is_suspect"]
    order = ["article_count", "site_count", "story_id"]
    found = stories.filter(pl.col("article_count") > 1).sort(order, descending=[True, True, False])
    return found.select(columns).head(BIGGEST).collect().to_dicts()


def render(summary: Mapping[str, Any], *, is_verbose: bool) -> str:
    """Return the summary as text."""
    return drawn(lambda console: _draw(console, summary, is_verbose=is_verbose))


def _draw(console: Console, told: Mapping[str, Any], *, is_verbose: bool) -> None:
    if not told["is_new"]:
        console.print("Nothing to do: the result is of these very inputs and settings.\n", style="bold")
    articles, stories = count_of(told["articles"], "article"), count_of(told["stories"], "story", "stories")
    console.print(
        f"{articles} from {count_of(told['sites'], 'site')} are {stories}: {told['shared_stories']:,} on more than one "
        f"page, {count_of(told['copies'], 'copy', 'copies')} in all.",
        style="bold",
    )
    if told["biggest"]:
        console.print()
        _draw_biggest(console, told["biggest"])
    console.print()
    for name, line in _lines(told, is_verbose=is_verbose):
        console.print(f"{name:<12} {line}", soft_wrap=True)


def _draw_biggest(console: Console, biggest: Sequence[Mapping[str, Any]]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("articles", "sites"):
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("story", "source", "agency", "id"):
        table.add_column(name)
    for row in biggest:
        names = (row["title"] or "(no title)", row["canonical_site"], row["agency"], row["story_id"])
        table.add_row(f"{row['article_count']:,}", f"{row['site_count']:,}", *map(cut, names))
    console.print(table)


def _lines(told: Mapping[str, Any], *, is_verbose: bool) -> list[tuple[str, str]]:
    """Return the summary's lines below the table: name and text."""
    lines = [
        ("Furniture", f"{told['furniture_share']:.0%} of the text; {told['furniture_sentences']:,} sentences listed"),
        ("Kinds", _joined(told["kinds"])),
        ("Read", f"{told['read']:,} records = {told['kept']:,} kept{_losses(told)}"),
    ]
    if told["suspect_stories"]:
        worth = count_of(told["suspect_stories"], "story", "stories")
        lines.append(("Doubtful", f"{worth} may hold strangers (is_suspect)"))
    lines += _files("Not read", [f"{one['file']}: {one['detail']} ({one['reason']})" for one in told["unread"]])
    lines += _files("Skipped", [f"{one['file']} ({one['reason']})" for one in told["skipped"]])
    if is_verbose and told["seconds"]:
        lines.append(("Seconds", ", ".join(f"{stage} {value:.1f}" for stage, value in told["seconds"].items())))
    lines.append(("Result", f"{told['out']}/current"))
    first = told["biggest"][0]["story_id"] if told["biggest"] else "ID"
    lines.append(("Report", f"{told['out']}/current/{NAME}"))
    lines.append(("Look", f"dedup show {told['out']} {safe(first)}"))
    lines.append(("", f'pl.read_parquet("{told["out"]}/current/assignments/*.parquet")'))
    return lines


def _losses(told: Mapping[str, Any]) -> str:
    parts = ""
    for what in ("dropped", "quarantined"):
        if told[what]:
            parts += f" + {sum(told[what].values()):,} {what} ({_joined(told[what])})"
    return parts


def _joined(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {safe(name)}" for name, count in counts.items())


def _files(name: str, shown: Sequence[str]) -> list[tuple[str, str]]:
    lines = [(name if number == 0 else "", safe(text)) for number, text in enumerate(shown[:LISTED])]
    if len(shown) > LISTED:
        lines.append(("", f"and {len(shown) - LISTED:,} more"))
    return lines


def render_preview(found: Mapping[str, Any]) -> str:
    """Return what a run would read, as text."""
    return drawn(lambda console: _draw_preview(console, found))


def _draw_preview(console: Console, found: Mapping[str, Any]) -> None:
    size = found["bytes"] / 1e6
    console.print(f"{count_of(len(found['files']), 'file')}, {size:,.1f} MB; nothing was run.\n", style="bold")
    for about in found["files"]:
        codec = f" ({about['codec']})" if about["codec"] else ""
        rows = f", {about['rows']:,} rows" if "rows" in about else ""
        console.print(
            f"{safe(about['file'])}: {about['format']}{codec}, {about['size'] / 1e6:,.1f} MB{rows}", soft_wrap=True
        )
        if "columns" in about:
            taken = ", ".join(f"{meaning} from {safe(field)}" for meaning, field in about["columns"].items())
            console.print(f"    takes {taken or 'nothing'}", soft_wrap=True)
        if about.get("unused"):
            console.print(f"    leaves {', '.join(safe(field) for field in about['unused'])}", soft_wrap=True)
    for one in found["skipped"]:
        console.print(f"{safe(one['file'])}: skipped, {safe(one['detail'])} ({one['reason']})", soft_wrap=True)
