"""One story: its source and why, its articles and how each relates to the source."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from jobs.console.find import find_story, reading, story_rows
from jobs.console.output import count_of, cut, day, drawn, safe, share, span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from rich.console import Console
    from rich.text import Text

    from jobs.manifest import Result

WIDE = 120
"""Columns from which an article's line holds all that is known of it."""

SPREAD = 40
"""Columns in which the spread of a story is drawn."""

_LEVELS = " ▁▂▃▄▅▆▇█"


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
    for name, line in _head(story, articles):
        console.print(f"{name:<8} {line}", soft_wrap=True)
    console.print()
    _draw_articles(console, articles, given)


def _head(story: Mapping[str, Any], articles: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return what is known of a story: name and text."""
    size = f"{count_of(story['article_count'], 'article')} on {count_of(story['site_count'], 'site')}"
    lines = [("Story", f"{safe(story['story_id'])}, {story['kind']}, {size}")]
    if story["first_published_at"]:
        lines.append(("Time", f"{day(story['first_published_at'])} to {day(story['last_published_at'])} UTC"))
    if spread := _spread([row["published_at"] for row in articles if row["published_at"]]):
        lines.append(("Spread", spread))
    if copies := Counter(row["relation"] for row in articles if not row["is_canonical"]):
        lines.append(("Copies", ", ".join(f"{count:,} {relation}" for relation, count in copies.most_common())))
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


def _spread(times: Sequence[datetime]) -> str:
    """Return how articles came out over time, drawn and in words; '' where no two times differ.

    The drawing ends where nine tenths were out if the rest took more than as long again; its last column holds the rest.
    """
    first = min(times, default=None)
    since = sorted(int((time - first).total_seconds()) for time in times) if first else []
    if not since or since[-1] == 0:
        return ""
    half, most, whole = since[len(since) // 2], since[(len(since) - 1) * 9 // 10], since[-1]
    end = most if 0 < most < whole / 2 else whole
    columns = Counter(min(after * (SPREAD - 2) // end, SPREAD - 1) for after in since)
    highest = max(columns.values())
    levels = (-(-columns[column] * (len(_LEVELS) - 1) // highest) for column in range(SPREAD))
    drawing = "".join(_LEVELS[level] for level in levels).rstrip()
    return f"{drawing}  half within {span(half)}, the last after {span(whole)}"


def _draw_articles(console: Console, articles: list[dict[str, Any]], given: str) -> None:
    """Print a line an article; a narrow terminal gets what leads further: relation, Jaccard, site and id."""
    from rich.table import Table

    is_wide = console.width >= WIDE
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("", width=1)
    table.add_column("relation", no_wrap=True)
    for name in ("jaccard", "in source", "of source") if is_wide else ("jaccard",):
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("published", "site", "article_id", "title") if is_wide else ("site", "article_id"):
        table.add_column(name, no_wrap=name in {"published", "article_id"}, overflow="ellipsis")
    for row in articles:
        scores = [row["jaccard_to_canonical"], row["containment_in_canonical"], row["containment_of_canonical"]]
        about: list[Text | str] = [cut(row["site"]), safe(row["article_id"])]
        if is_wide:
            about = [day(row["published_at"]), *about, cut(row["title"])]
        table.add_row(
            ">" if row["article_id"] == given != row["story_id"] else "",
            row["relation"],
            *map(share, scores if is_wide else scores[:1]),
            *about,
            style="bold" if row["is_canonical"] else None,
        )
    console.print(table)
