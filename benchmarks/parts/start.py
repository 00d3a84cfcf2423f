"""How long it takes to begin: help, and the first run after an installation, when no machine code is there."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import Command, interleaved, timed
from benchmarks.parts import SMALL, dedup, warm
from benchmarks.results import Row, Table, row_of

if TYPE_CHECKING:
    from benchmarks.measure import Figure
    from benchmarks.parts import Options

BARE, HELP = "a bare typer program --help", "dedup --help"
WARM, COLD = "a later run", "the first run, nothing compiled"


def measure(options: Options) -> list[Table]:
    """Return two tables: help beside a bare program's, and a run of few articles with and without compiled code."""
    small = warm()
    out, cache = small.truth.with_name("out"), small.truth.with_name("cache")
    helps = {
        BARE: Command([sys.executable, str(Path(__file__).parents[1] / "bare.py"), "--help"]),
        HELP: Command([str(Path(sys.executable).with_name("dedup")), "--help"]),
    }
    for command in helps.values():
        timed(command)
    helped = interleaved(helps, options.runs, options.told)
    ran = interleaved({WARM: dedup(small, out, "-q")}, options.runs, options.told)

    def emptied() -> None:
        shutil.rmtree(out, ignore_errors=True)
        shutil.rmtree(cache, ignore_errors=True)

    first = Command(dedup(small, out, "-q").arguments, {"NUMBA_CACHE_DIR": str(cache)}, emptied)
    cold = interleaved({COLD: first}, 1, options.told)
    emptied()
    begun = ran.figures | cold.figures
    return [
        Table("Help", "processes", _rows(helped.figures), BARE, missing=helped.missing),
        Table(f"{SMALL} articles", "processes", _rows(begun), WARM, SMALL, missing=ran.missing + cold.missing),
    ]


def _rows(figures: dict[str, list[Figure]]) -> list[Row]:
    return [row_of(name, ran) for name, ran in figures.items()]
