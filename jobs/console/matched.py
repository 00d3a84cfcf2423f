"""What `match` found, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobs.console.output import count_of, cut, day, drawn, safe, share

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from jobs.match import Match


def plain(found: Match) -> dict[str, Any]:
    """Return a match as plain values: story_id, words, nearest (rows)."""
    return {"story_id": found.story_id, "words": found.words, "nearest": found.nearest.to_dicts()}


def render(told: Mapping[str, Any]) -> str:
    """Return what `plain` returned as text."""
    return drawn(lambda console: _draw(console, told))


def _draw(console: Console, told: Mapping[str, Any]) -> None:
    from rich.table import Table

    best = told["nearest"][0] if told["nearest"] else None
    if told["story_id"] and best:
        console.print(f"Known: {safe(best['title']) or '(no title)'}", style="bold", soft_wrap=True)
        console.print(f"Story {safe(told['story_id'])}, for: {best['reason']}", soft_wrap=True)
    else:
        console.print("Of no known story.", style="bold")
    console.print(f"{count_of(told['words'], 'word')} of the text are no furniture.\n", soft_wrap=True)
    if not best:
        console.print("Nothing known has anything in common with it.")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("same", no_wrap=True)
    for name in ("jaccard", "in known", "of known"):
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("published", "site", "story", "title"):
        table.add_column(name, no_wrap=name in {"published", "story"}, overflow="ellipsis")
    for row in told["nearest"]:
        scores = (row["jaccard"], row["containment_in_known"], row["containment_of_known"])
        table.add_row(
            "yes" if row["is_same_story"] else "no", *map(share, scores), day(row["published_at"]), cut(row["site"]),
            safe(row["story_id"]), cut(row["title"]), style="bold" if row["is_same_story"] else None,
        )  # fmt: skip
    console.print(table)
