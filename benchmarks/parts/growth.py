"""How time and memory grow with the articles, and what hot buckets cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import corpora
from benchmarks.measure import interleaved
from benchmarks.parts import assignments, dedup, warm
from benchmarks.results import Table, row_of
from benchmarks.scoring import f1

if TYPE_CHECKING:
    from benchmarks.corpora import Corpus
    from benchmarks.parts import Options

SIZES = (20_000, 200_000, 2_000_000)
LARGEST = 200_000
"""Articles up to which sizes are measured unless more are asked for."""

MEMORY_LIMIT = "8GiB"


def measure(options: Options) -> list[Table]:
    """Return two tables: sizes up to the one asked for, and the hot corpus beside the plain one."""
    warm()
    largest = options.articles or LARGEST
    sizes = [size for size in SIZES if size < largest] + [largest]
    grown = {f"{size:,}": corpora.plain(size) for size in sizes}
    size = min(largest, LARGEST)
    heated = {"plain": corpora.plain(size, sites=corpora.HOT_SITES), "hot": corpora.hot(size)}
    return [
        _compared("By size", grown, f"{min(largest, LARGEST):,}", options),
        _compared(f"Hot buckets, {size:,} articles on {corpora.HOT_SITES:,} sites", heated, "plain", options),
    ]


def _compared(title: str, compared: dict[str, Corpus], base: str, options: Options) -> Table:
    folders = {name: corpus.truth.with_name("out") for name, corpus in compared.items()}
    commands = {
        name: dedup(corpus, folders[name], "-q", "--memory-limit", MEMORY_LIMIT) for name, corpus in compared.items()
    }
    figures = interleaved(commands, options.runs, options.told)
    rows = [
        row_of(
            name, ran, articles=corpora.count(compared[name]), f1=f1(assignments(folders[name]), compared[name].truth)
        )
        for name, ran in figures.items()
    ]
    missing = [f"{name} is left out: it failed or took too long" for name in commands if name not in figures]
    return Table(f"{title}, --memory-limit {MEMORY_LIMIT}", "processes", rows, base, missing=missing)
