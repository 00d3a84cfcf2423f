"""The parts of the benchmark: each module measures one and returns its tables."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import corpora
from benchmarks.measure import Command, timed

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.corpora import Corpus

OURS = "dedup run"
SMALL = 200
"""Articles of the corpus on which every command is run once before it is timed."""


class Options(NamedTuple):
    """What the command line asked for.

    `articles` or None for what the part takes by itself; `only`: names of peers, none for all; `pages`: the folder of marked
    pages; `told` is called with a line on what is going on.
    """

    articles: int | None
    runs: int
    only: tuple[str, ...]
    pages: Path | None
    told: Callable[[str], None]


def dedup(corpus: Corpus, out: Path, *options: str) -> Command:
    """Return `dedup run` of a corpus into `out`, which is removed before each run."""
    program = Path(sys.executable).with_name("dedup")
    arguments = [str(program), "run", str(corpus.articles), "--out", str(out), "--no-progress", *options]
    return Command(arguments, before=lambda: shutil.rmtree(out, ignore_errors=True))


def warm() -> Corpus:
    """Run `dedup run` once on a small corpus, so that its machine code is compiled, and return that corpus."""
    corpus = corpora.plain(SMALL)
    timed(dedup(corpus, corpus.truth.with_name("out"), "-q"))
    return corpus


def assignments(out: Path) -> str:
    """Return the glob of the stories that a run left in `out`."""
    return str(out / "current" / "assignments" / "*.parquet")
