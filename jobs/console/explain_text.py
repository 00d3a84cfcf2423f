"""The answer of `explain` as text: verdict, scores, and the two texts with what they share marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobs.console.output import count_of, day, drawn, safe
from jobs.console.sides import rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console
    from rich.text import Text

    from jobs.console.sides import Cell

WIDE = 100
"""Columns of a terminal from which the two texts stand side by side; else, and in a pipe, below each other."""

_MARKS = {"both": "=", "a": "A", "b": "B", "furniture-a": "a", "furniture-b": "b"}
_STYLES = {"both": "green", "a": "yellow", "b": "cyan", "furniture-a": "dim", "furniture-b": "dim"}
_SIDE_STYLES = {"both": "green", "edited": "", "own": "yellow", "furniture": "dim"}
_SIDE_LEGEND = "= in both   ~ edited, what differs bold   + only here   - furniture (left out of the comparison)"
_SIDE_MARKS = {"both": "=", "edited": "~", "own": "+", "furniture": "-"}
_LEGEND = "= in both   A only in A   B only in B   a, b furniture of A, of B (left out of the comparison)"


def render(told: Mapping[str, Any]) -> str:
    """Return what `jobs.console.explain.explain` returned as text."""
    return drawn(lambda console: _draw(console, told))


def _draw(console: Console, told: Mapping[str, Any]) -> None:
    console.print(told["verdict"], style="bold", soft_wrap=True)
    if told["decided"]:
        console.print(told["decided"], soft_wrap=True)
    console.print()
    for side in ("a", "b"):
        row = told[side]
        about = [row["article_id"], row["site"] or "site unknown", day(row["published_at"]), row["kind"]]
        about += [count_of(row["word_count"], "word"), f"story {row['story_id']}"]
        console.print(f"{side.upper()}  {safe(row['title']) or '(no title)'}", soft_wrap=True)
        console.print(f"   {', '.join(map(safe, about))}", soft_wrap=True)
    console.print()
    _draw_scores(console, told)
    console.print()
    if told["pieces"] is None:
        console.print("The texts were not kept (keep_text was false), so they cannot be shown side by side.")
        return
    if console.is_terminal and console.width >= WIDE:
        console.print(_SIDE_LEGEND, style="dim")
        _draw_sides(console, told)
    else:
        console.print(_LEGEND, style="dim")
        _draw_pieces(console, told)


def _draw_scores(console: Console, told: Mapping[str, Any]) -> None:
    for number, line in enumerate(_score_lines(told["scores"], told["bands"], told["path"])):
        console.print(f"{'Scores' if number == 0 else '':<7} {line}", soft_wrap=True)


def _score_lines(scores: Mapping[str, Any], bands: Mapping[str, Any], path: Sequence[str]) -> list[str]:
    origin = "as the run compared them" if scores["is_compared"] else "computed now: the run did not compare them"
    held = f"A in B {scores['containment_a_in_b']:.3f}, B in A {scores['containment_b_in_a']:.3f}"
    lines = [
        f"Jaccard {scores['jaccard']:.3f}, {held} over shingles ({origin})",
        f"{count_of(scores['shared_sentences'], 'identical sentence')}; rule: {scores['reason']}",
    ]
    met = f"{len(bands['met'])} of {bands['bands']} bands of {bands['rows']} are equal"
    which = f" ({', '.join(map(str, bands['met']))})" if bands["met"] else ""
    lines.append(f"LSH: {met}{which}; the signatures estimate a Jaccard of {bands['estimate']:.2f}")
    if len(path) > 2:
        lines.append("joined by accepted pairs: " + " - ".join(safe(one) for one in path))
    return lines


def _draw_pieces(console: Console, told: Mapping[str, Any]) -> None:
    """Print each sentence behind its mark, wrapped to the width."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1, 0, 0))
    table.add_column(width=1)
    table.add_column(overflow="fold")
    for mark, text, why in told["pieces"]:
        shown = safe(text) + (f"  [{why}]" if why else "")
        table.add_row(Text(_MARKS[mark], style=_STYLES[mark]), Text(shown, style=_STYLES[mark]))
    console.print(table)


def _draw_sides(console: Console, told: Mapping[str, Any]) -> None:
    """Print both texts in two columns, sentences they share in one line."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for side in ("a", "b"):
        table.add_column("", width=1)
        table.add_column(f"{side.upper()}  {safe(told[side]['site']) or 'site unknown'}", overflow="fold", ratio=1)
    for left, right in rows(told["pieces"]):
        table.add_row(*_cell(left), *_cell(right))
    console.print(table)


def _cell(cell: Cell | None) -> tuple[Text, Text]:
    from rich.text import Text

    if cell is None:
        return Text(), Text()
    style = _SIDE_STYLES[cell.mark]
    shown = Text(style=style)
    for text, is_shared in cell.runs:
        shown.append(safe(text) + " ", "bold yellow" if cell.mark == "edited" and not is_shared else "")
    shown.append(f"[{cell.why}]" if cell.why else "")
    shown.rstrip()
    return Text(_SIDE_MARKS[cell.mark], style=style), shown
