"""The answer of `tune` as a page of HTML, with a picture of what each setting does."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from jobs.console.output import safe
from jobs.pages import fill

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 440, 240, 62, 14, 14, 32
"""The picture and its margins, in its own units."""


def page_of(told: Mapping[str, Any]) -> bytes:
    """Return what `jobs.tune.tune` returned as a page."""
    rows = told["trials"]
    measure = "f1" if "f1" in rows[0] else "agreement"
    shown = [
        {**one, "title_a": safe(one["title_a"]), "title_b": safe(one["title_b"])} for one in told["examples"]
    ]  # fmt: skip
    pictures = [("F1 against the labels" if measure == "f1" else "Agreement with neighbouring settings", measure)]
    pictures.append(("Stories", "stories"))
    values = {
        **told,
        "examples": shown,
        "is_scored": measure == "f1",
        "pictures": [{"title": title, **_picture(rows, name)} for title, name in pictures],
        "version": version("newswire-dedup"),
    }
    return fill("tune", values)


def _picture(rows: Sequence[Mapping[str, Any]], name: str) -> dict[str, Any]:
    """Return a line a shingle length over the thresholds: lines, and ticks of both axes, in units of the picture."""
    thresholds = sorted({float(row["jaccard"]) for row in rows})
    low, high = (float(edge(row[name] for row in rows)) for edge in (min, max))
    if low == high:  # a flat line lies at the top, so that no share is drawn above 1
        low -= 2 if name == "stories" else 0.01
    room = high - low

    def x(jaccard: float) -> float:
        span = (thresholds[-1] - thresholds[0]) or 1.0
        return round(LEFT + (jaccard - thresholds[0]) / span * (WIDTH - LEFT - RIGHT), 1)

    def y(value: float) -> float:
        return round(HEIGHT - BOTTOM - (value - low) / room * (HEIGHT - BOTTOM - TOP), 1)

    lines: list[dict[str, Any]] = []
    for number, words in enumerate(sorted({row["shingle_words"] for row in rows})):
        points = [(x(row["jaccard"]), y(row[name])) for row in rows if row["shingle_words"] == words]
        lines.append({"words": words, "points": points, "kind": f"c{number}"})
    ticks = [low, low + room / 2, low + room]
    return {
        "lines": lines,
        "across": [(x(jaccard), f"{jaccard:g}") for jaccard in thresholds],
        "up": [(y(value), f"{value:,.0f}" if name == "stories" else f"{value:.4f}") for value in ticks],
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "bottom": HEIGHT - BOTTOM,
    }
