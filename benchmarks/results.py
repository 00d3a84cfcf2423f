"""Figures as they are kept, from which every table is made, on the terminal and in docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
import statistics
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.measure import Figure

FILE = Path(__file__).parent / "results.json"
LIBRARIES = ("polars", "pyarrow", "numba", "numpy")


class Row(msgspec.Struct, omit_defaults=True):
    """One thing measured: a list holds one figure a run, in the order of the rounds.

    `note` tells what is different about it; `articles` where rows of one table differ in it.
    """

    name: str
    wall: list[float] = []
    cpu: list[float] = []
    memory: list[float] = []
    f1: float | None = None
    note: str = ""
    articles: int | None = None
    values: dict[str, float] = {}


class Table(msgspec.Struct, omit_defaults=True):
    """Rows measured in turn.

    `kind`: processes, stages or values; `base`: the row whose wall time others are told in; `articles` and `text_bytes` of
    the corpus; `missing`: in one line each, what could not be measured.
    """

    title: str
    kind: str
    rows: list[Row]
    base: str = ""
    articles: int = 0
    text_bytes: int = 0
    missing: list[str] = []


class Part(msgspec.Struct):
    """The tables of one part and the machine they were made on."""

    machine: dict[str, str]
    tables: list[Table]


def row_of(name: str, figures: Iterable[Figure], **more: object) -> Row:
    """Return the row of the figures of one command."""
    figures = list(figures)
    return Row(
        name,
        [round(one.wall, 3) for one in figures],
        [round(one.cpu, 3) for one in figures],
        [round(one.memory, 1) for one in figures],
        **more,  # type: ignore[arg-type]
    )


def machine() -> dict[str, str]:
    """Describe the machine, without its name."""
    return {
        "processors": f"{os.cpu_count()} × {_processor()}",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "newswire-dedup": version("newswire-dedup"),
        **{library: version(library) for library in LIBRARIES},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def load(path: Path = FILE) -> dict[str, Part]:
    """Return the kept parts by name; none where there is no file."""
    return msgspec.json.decode(path.read_bytes(), type=dict[str, Part]) if path.exists() else {}


def save(parts: dict[str, Part], path: Path = FILE) -> None:
    """Keep these parts; others in the file stay."""
    kept = load(path) | parts
    path.write_bytes(msgspec.json.format(msgspec.json.encode(dict(sorted(kept.items()))), indent=1) + b"\n")


def lines(table: Table) -> list[list[str]]:
    """Return the cells of a table, its head first."""
    return {"processes": _processes, "stages": _stages, "values": _values}[table.kind](table)


def ratios(row: Row, base: Row) -> list[float]:
    """Return how many times as long as the base the row took, in each round that both ran."""
    return [one / other for one, other in zip(row.wall, base.wall, strict=False)]


def spread(values: Sequence[float], digits: int) -> str:
    """Return the median with the least and the greatest, or the one value."""
    middle = f"{statistics.median(values):,.{digits}f}"
    return middle if len(values) == 1 else f"{middle} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"


def _processes(table: Table) -> list[list[str]]:
    base = next((row for row in table.rows if row.name == table.base), None)
    has_f1 = any(row.f1 is not None for row in table.rows)
    has_sizes = any(row.articles for row in table.rows)
    head = ["", *(["articles", "articles/s"] if has_sizes else []), "seconds", "processor seconds", "peak MiB"]
    head += ["F1"] if has_f1 else []
    head += [f"× {table.base}"] if base else []
    out = [[*head, ""]]
    for row in table.rows:
        cells = [row.name]
        if has_sizes:
            size = row.articles or table.articles
            cells += [f"{size:,}", f"{size / statistics.median(row.wall):,.0f}"]
        cells += [spread(row.wall, 2), f"{statistics.median(row.cpu):,.2f}", f"{statistics.median(row.memory):,.0f}"]
        if has_f1:
            cells.append("–" if row.f1 is None else f"{row.f1:.4f}")
        if base:
            cells.append("1" if row is base else spread(ratios(row, base), 2))
        out.append([*cells, row.note])
    return out if any(row.note for row in table.rows) else [cells[:-1] for cells in out]


def _stages(table: Table) -> list[list[str]]:
    """Return stages with what they make of the whole, which is the sum of their medians."""
    whole = sum(statistics.median(row.wall) for row in table.rows)
    out = [["", "seconds", "MB/s", "articles/s", "share"]]
    for name, seconds, text in (
        *((row.name, statistics.median(row.wall), spread(row.wall, 2)) for row in table.rows),
        ("whole run", whole, f"{whole:,.2f}"),
    ):
        speed = [f"{amount / seconds:,.0f}" if seconds else "–" for amount in (table.text_bytes / 1e6, table.articles)]
        out.append([name, text, *speed, f"{seconds / whole:.0%}"])
    return out


def _values(table: Table) -> list[list[str]]:
    names = list(dict.fromkeys(name for row in table.rows for name in row.values))
    head = ["", *names]
    return [head, *([row.name, *(_number(row.values.get(name)) for name in names)] for row in table.rows)]


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.4f}" if 0 <= value <= 1 else f"{value:,.1f}"
