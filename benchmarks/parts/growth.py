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

LIMIT = 6 * 3600
"""Seconds after which a run is ended."""


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


def memory_limit(articles: int) -> str:
    """Return what a run of so many articles may take: what is asked of it up to two million, and up to ten."""
    return "8GiB" if articles <= 2_000_000 else "16GiB"


def _compared(title: str, compared: dict[str, Corpus], base: str, options: Options) -> Table:
    folders = {name: corpus.truth.with_name("out") for name, corpus in compared.items()}
    counts = {name: corpora.count(corpus) for name, corpus in compared.items()}
    limits = {name: f"--memory-limit {memory_limit(count)}" for name, count in counts.items()}
    commands = {name: dedup(corpus, folders[name], "-q", *limits[name].split()) for name, corpus in compared.items()}
    taken = interleaved(commands, options.runs, options.told, LIMIT)
    rows = [
        row_of(
            name, ran, articles=counts[name], f1=f1(assignments(folders[name]), compared[name].truth), note=limits[name]
        )
        for name, ran in taken.figures.items()
    ]
    return Table(title, "processes", rows, base, missing=taken.missing)
