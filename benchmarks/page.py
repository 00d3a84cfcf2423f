"""docs/benchmarks.md, made from the kept figures and the words in page.md; and the same tables for a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import jinja2

from benchmarks import results
from benchmarks.speeds import BEST_OF

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.results import Part, Table

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
NOTE = "<!-- Made by `python -m benchmarks page` from benchmarks/results.json and benchmarks/page.md. -->\n\n"


def rendered(parts: Mapping[str, Part]) -> str:
    """Return the page; a part that was not measured is said so."""

    def tables(name: str) -> str:
        found = [part for key, part in sorted(parts.items(), key=_by_size) if key.partition("-")[0] == name]
        said = [_machine(part) for part in found]
        heads = [f"{text}\n\n" if text != common else "" for text in said]
        return "\n\n".join(
            head + "\n\n".join(markdown(table) for table in part.tables)
            for head, part in zip(heads, found, strict=True)
        ) or "Not measured yet."  # fmt: skip

    machines = [_machine(part) for part in parts.values()]
    common = max(machines, key=machines.count, default="Nothing was measured yet.")
    words = (Path(__file__).parent / "page.md").read_text("utf-8")
    template = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True).from_string(words)  # noqa: S701 - Markdown
    return NOTE + template.render(tables=tables, machine=common, best_of=BEST_OF)


def write() -> None:
    """Make docs/benchmarks.md."""
    PAGE.write_text(rendered(results.load()), "utf-8")


def markdown(table: Table) -> str:
    """Return a table in Markdown under its title, with what is missing below."""
    head, *rows = results.lines(table)
    out = [f"**{table.title}**", "", _line(head), "|" + "---|" * len(head), *map(_line, rows)]
    return "\n".join(out + [f"\n{line}" for line in table.missing])


def plain(table: Table) -> str:
    """Return a table for a terminal."""
    cells = results.lines(table)
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    out = [table.title]
    for line in cells:
        name, *rest = (
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        out.append("  ".join([name, *rest]).rstrip())
    return "\n".join(out + table.missing) + "\n"


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _machine(part: Part) -> str:
    told = ", ".join(
        value if name in ("processors", "memory", "system") else f"{name} {value}"
        for name, value in part.machine.items()
    )
    return f"Measured on {told}."


def _by_size(entry: tuple[str, Part]) -> int:
    return int("0" + entry[0].partition("-")[2])
