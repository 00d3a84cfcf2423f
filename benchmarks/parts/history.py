"""What a night costs beside the history it adds to: the new articles alone, and the update that adds them."""

from __future__ import annotations

import shutil
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from benchmarks import corpora
from benchmarks.measure import LIMIT, Command, interleaved, timed
from benchmarks.parts import warm
from benchmarks.results import Row, Table, row_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.parts import Options
    from jobs.manifest import Result

NEW = 20_000
HISTORIES = ((20_000, 0), (200_000, 0), (200_000, 180_000), (2_020_000, 2_000_000))
"""Articles known before, and how many of them are of stories that left the window."""

LEAVING = 200_000
"""Articles that come, and leave the window, together: all of a long history at once would need memory for all of it."""

DAY, LONG_AGO = date(2026, 6, 1), date(2024, 1, 1)
APART = timedelta(days=40)


class Night(NamedTuple):
    """One night: the folders of the new articles, of the result before it and of the one that grows; its name in the table."""

    new: Path
    before: Path
    out: Path
    name: str


def measure(options: Options) -> list[Table]:
    """Return two tables: whole updates beside a run of the new articles, and what lies within one of each."""
    warm()
    new = options.articles or NEW
    nights = [_night(history * new // NEW, retired * new // NEW, new) for history, retired in HISTORIES]
    alone = f"{new:,} articles alone, dedup run"
    out = nights[0].new.parent / "alone"
    commands = {
        alone: Command(_dedup("run", [nights[0].new], out), before=lambda: shutil.rmtree(out, ignore_errors=True))
    }
    commands |= {night.name: _update(night) for night in nights}
    taken = interleaved(commands, options.runs, options.told, 4 * LIMIT)
    rows = [row_of(name, ran) for name, ran in taken.figures.items()]
    inner = [Row(night.name, values=_within(night)) for night in nights if night.name in taken.figures]
    return [
        Table(f"{new:,} new articles", "processes", rows, alone, new, missing=taken.missing),
        Table("Within such an update, and what it leaves", "values", inner),
    ]


def _night(history: int, retired: int, new: int) -> Night:
    """Return a night whose articles are dealt and whose history is published."""
    corpus = corpora.plain(history + new)
    folder = corpus.truth.parent / f"night-{retired}"
    shutil.rmtree(folder, ignore_errors=True)
    parts = deal(corpus.articles, folder, retired, (history + new - retired) // new)
    files = sorted(parts["retired"].glob("*.parquet"))
    groups = -(-retired * NEW // (LEAVING * new))
    for k in range(groups):
        some = files[k * len(files) // groups : (k + 1) * len(files) // groups]
        timed(Command(_update_command(some, folder / "before", LONG_AGO + k * APART)), 4 * LIMIT)
    timed(Command(_update_command([parts["known"]], folder / "before", DAY)), 4 * LIMIT)
    left = f", {retired:,} of them out of the window" if retired else ""
    return Night(parts["new"], folder / "before", folder / "out", f"added to {history:,}{left}, dedup update")


def deal(articles: Path, folder: Path, retired: int, step: int) -> dict[str, Path]:
    """Deal the files of a corpus into `folder`/retired, known and new: after those retired, every `step`-th article is new.

    So the new ones meet stories they know. Stories never span the files of a corpus, so whole files are retired.
    """
    parts = {name: folder / name for name in ("retired", "known", "new")}
    for part in parts.values():
        part.mkdir(parents=True)
    passed = 0
    for path in sorted(articles.glob("*.parquet")):
        rows = pl.read_parquet(path)
        if passed < retired:
            rows.write_parquet(parts["retired"] / path.name)
        else:
            is_new = pl.int_range(pl.len()) % step == step - 1
            rows.filter(is_new).write_parquet(parts["new"] / path.name)
            rows.filter(~is_new).write_parquet(parts["known"] / path.name)
        passed += rows.height
    return parts


def _dedup(verb: str, articles: Sequence[Path], out: Path, *options: str) -> list[str]:
    program = Path(sys.executable).with_name("dedup")
    return [str(program), verb, *map(str, articles), "--out", str(out), "--no-progress", "-q", *options]


def _update_command(articles: Sequence[Path], out: Path, day: date) -> list[str]:
    return _dedup("update", articles, out, "--force", "--as-of", day.isoformat())


def _update(night: Night) -> Command:
    """Return the update of a night; before each run the result is put back to what it was before."""

    def put_back() -> None:
        shutil.rmtree(night.out, ignore_errors=True)
        shutil.copytree(night.before, night.out, symlinks=True)

    return Command(_update_command([night.new], night.out, DAY), before=put_back)


def _within(night: Night) -> dict[str, float]:
    """Return the seconds of reading the state of the run before and of writing the tables of the update, and sizes."""
    from dedup import schema
    from jobs import known, state, tables
    from jobs.manifest import open_result

    before, result = open_result(night.before), open_result(night.out)
    start = time.perf_counter()
    state.verify(before)
    known.recall(before, DAY)
    read = time.perf_counter()
    frames = {table: result.table(table.name, has_retired=False).collect() for table in schema.PUBLISHED}
    ready = time.perf_counter()
    for table, frame in frames.items():
        tables.write(night.out / "written" / table.name, table, frame, {})
    done = time.perf_counter()
    shutil.rmtree(night.out / "written")
    whole, linked = _sizes(result)
    return {
        "s reading the state": read - start,
        "s writing the tables": done - ready,
        "MB of run and state": whole / 1e6,
        "MB of them shared with the run before": linked / 1e6,
    }


def _sizes(result: Result) -> tuple[int, int]:
    """Return the bytes of a run and its state, and those of them that are files of the run before."""
    files = [result.path / name for name in result.manifest.files]
    files += [result.state_path(name) for name in result.manifest.state]
    linked = sum(path.stat().st_size for path in files if path.stat().st_nlink > 1)
    return sum(path.stat().st_size for path in files), linked
