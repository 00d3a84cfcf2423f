"""`dedup run` and what nothing gets under: reading and writing as much, and hashing all text."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

from benchmarks import corpora
from benchmarks.measure import Command, interleaved, timed
from benchmarks.parts import OURS, dedup, warm
from benchmarks.results import Table, row_of

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.parts import Options

ARTICLES = 20_000
COPY, HASH = "read and write", "xxh3 of all text"


def measure(options: Options) -> list[Table]:
    """Return one table; times are told in that of reading and writing."""
    corpus = corpora.plain(options.articles or ARTICLES)
    warm()
    out, copied = corpus.truth.with_name("out"), corpus.truth.with_name("copied")
    ours = dedup(corpus, out, "-q")
    timed(ours)
    left = _size(out / "current", "*/*.parquet")
    floor = [sys.executable, "-m", "benchmarks.floors"]
    commands = {
        COPY: Command(
            [*floor, "copy", str(corpus.articles), str(copied), str(left)],
            before=lambda: shutil.rmtree(copied, ignore_errors=True),
        ),
        HASH: Command([*floor, "hash", str(corpus.articles)]),
        OURS: ours,
    }
    taken = interleaved(commands, options.runs, options.told)
    shutil.rmtree(copied, ignore_errors=True)
    sizes = [_size(corpus.articles, "*.parquet"), left, _size(out / "state", "**/*")]
    read, tables, state = (f"{size / 1e6:,.0f} MB" for size in sizes)
    title = (
        f"{corpora.count(corpus):,} articles: {read} of Parquet read, {tables} of tables written (and {state} of state)"
    )
    rows = [row_of(name, ran) for name, ran in taken.figures.items()]
    return [Table(title, "processes", rows, COPY, corpora.count(corpus), corpus.text_bytes, taken.missing)]


def _size(folder: Path, files: str) -> int:
    return sum(path.stat().st_size for path in folder.glob(files) if path.is_file())
