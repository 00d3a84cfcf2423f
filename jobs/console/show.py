"""One story: its source and why, its articles and how each relates to the source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobs.console.find import find_story, reading, story_rows
from jobs.console.output import count_of, cut, day, drawn, safe, share

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from jobs.manifest import Result


def story_of(result: Result, given: str) -> dict[str, Any]:
    """Return ``{"story": row, "articles": rows}`` of the story that `given` names, rows as the tables have them.

    Raises
    ------
    UsageError
        No story or article has that id.
    DamagedError
        The tables cannot be read.
    """
    with reading(result):
        story, articles = story_rows(result, find_story(result, given))
    return {"story": story, "articles": articles}


def render(found: Mapping[str, Any], given: str) -> str:
    """Return a story as text; the article `given`, if it is one of it, is marked."""
    return drawn(lambda console: _draw(console, found, given))


def _draw(console: Console, found: Mapping[str, Any], given: str) -> None:
    story, articles = found["story"], found["articles"]
    console.print(safe(story["title"]) or "(no title)", style="bold", soft_wrap=True)
    for name, line in _head(story):
        console.print(f"{name:<8} {line}", soft_wrap=True)
    console.print()
    _draw_articles(console, articles, given)


def _head(story: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what is known of a story: name and text."""
    size = f"{count_of(story['article_count'], 'article')} on {count_of(story['site_count'], 'site')}"
    lines = [("Story", f"{safe(story['story_id'])}, {story['kind']}, {size}")]
    if story["first_published_at"]:
        lines.append(("Time", f"{day(story['first_published_at'])} to {day(story['last_published_at'])} UTC"))
    where = safe(story["canonical_url"]) or f"article {safe(story['canonical_article_id'])}"
    lines.append(("Source", f"{safe(story['canonical_site']) or 'site unknown'}, {where}"))
    if story["canonical_confidence"] is not None:
        lines.append(("Sure", f"{story['canonical_confidence']:.0%}"))
    lines += [("Why" if number == 0 else "", safe(why)) for number, why in enumerate(story["canonical_evidence"])]
    if story["agency"]:
        lines.append(("Agency", f"{safe(story['agency'])}, from {safe(story['agency_evidence'])!r}"))
    if story["is_suspect"]:
        lines.append(("Doubt", "one of its articles has little text in common with the source: look at it"))
    return lines


def _draw_articles(console: Console, articles: list[dict[str, Any]], given: str) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("", width=1)
    table.add_column("relation", no_wrap=True)
    for name in ("jaccard", "in source", "of source"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("published", no_wrap=True)
    table.add_column("site")
    table.add_column("article_id", overflow="fold")
    table.add_column("title")
    for row in articles:
        table.add_row(
            ">" if row["article_id"] == given else "",
            row["relation"],
            share(row["jaccard_to_canonical"]),
            share(row["containment_in_canonical"]),
            share(row["containment_of_canonical"]),
            day(row["published_at"]),
            cut(row["site"]),
            safe(row["article_id"]),
            cut(row["title"]),
            style="bold" if row["is_canonical"] else None,
        )
    console.print(table)
