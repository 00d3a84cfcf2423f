"""`dedup run` and its peers on the same articles, in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from benchmarks import corpora, environments
from benchmarks.measure import Command, FailedError, interleaved, timed
from benchmarks.parts import OURS, assignments, dedup, warm
from benchmarks.results import Table, row_of
from benchmarks.scoring import f1

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.corpora import Corpus
    from benchmarks.parts import Options

ARTICLES = 20_000


def measure(options: Options) -> list[Table]:
    """Return one table: every peer that could be installed and ran."""
    corpus = corpora.plain(options.articles or ARTICLES)
    small = warm()
    folder = corpus.truth.parent
    commands = {OURS: dedup(corpus, folder / "out", "-q")}
    found: dict[str, str] = {OURS: assignments(folder / "out")}
    missing: list[str] = []
    for name, peer in environments.COMPARED.items():
        if options.only and peer.library not in options.only:
            continue
        why = environments.install(peer.library) or _refusal(name, small)
        if why:
            missing.append(f"{name} is left out: {why}")
            options.told(missing[-1])
            continue
        answer = folder / f"{name.replace(', ', '-')}.parquet"
        commands[name] = command(name, corpus, answer)
        found[name] = str(answer)
    taken = interleaved(commands, options.runs, options.told)
    rows = [
        row_of(_titled(name), ran, f1=f1(found[name], corpus.truth), note=_note(name, found[name]))
        for name, ran in taken.figures.items()
    ]
    title = f"{corpora.count(corpus):,} articles, {corpus.text_bytes / 1e6:,.0f} MB of text"
    return [Table(title, "processes", rows, OURS, corpora.count(corpus), corpus.text_bytes, missing + taken.missing)]


def command(name: str, corpus: Corpus, answer: Path) -> Command:
    """Return the run of a peer that is installed; it writes to `answer`."""
    peer = environments.COMPARED[name]
    variant = [peer.variant] if peer.variant else []
    python = str(environments.python_of(peer.library))
    return Command([python, str(peer.script), str(corpus.articles), str(answer), *variant])


def _refusal(name: str, small: Corpus) -> str | None:
    """Run a peer once on the small corpus; return why it does not run."""
    try:
        timed(command(name, small, small.truth.with_name("answer.parquet")))
    except FailedError as fault:
        return str(fault)
    return None


def _titled(name: str) -> str:
    if name == OURS:
        return name
    library = environments.COMPARED[name].library
    return name.replace(library, f"{library} {environments.versions(library)}")


def _note(name: str, answer: str) -> str:
    """Return what is different about a row; of an answer that only says which articles have a duplicate, how many do."""
    if name == OURS:
        return "every pair verified"
    told = pl.read_parquet(answer)
    flagged = f": {told['is_duplicate'].sum():,} here" if "is_duplicate" in told.columns else ""
    return environments.COMPARED[name].limits + flagged
