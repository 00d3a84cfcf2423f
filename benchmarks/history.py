"""What a night costs beside the history it adds to: ``python -m benchmarks.history``.

Usage: python -m benchmarks.history [--history 200000] [--new 20000] [--retired 0]

The corpus (easy, seed 1) is made once under benchmarks/data; every so many-th article is new, so that the new ones meet
stories they know. The history is one run over the rest, of which `--retired` articles came before the window: they are
read first, by an update of their own. Measured are whole processes: the new articles alone, and the update that adds
them; then, inside one process, reading the state and writing the tables of that update.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from jobs.manifest import Result

HERE = Path(__file__).parent
DAY, LONG_AGO = "2026-06-01", "2026-01-01"


def split(history: int, new: int, retired: int) -> dict[str, Path]:
    """Return the folders of the articles that have retired, are known and are new, made if they are not there."""
    from benchmarks.corpus.generate import generate
    from benchmarks.corpus.rows import Plan

    folder = HERE / "data" / f"history-{history}-{new}-{retired}"
    parts = {name: folder / name for name in ("retired", "known", "new")}
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        for part in parts.values():
            part.mkdir(parents=True)
        generate(Plan(history + new, 400, 1, is_hard=False), folder / "all", 2)
        _deal(folder / "all" / "articles", parts, history, new, retired)
        shutil.rmtree(folder / "all")
        (folder / "done").touch()
    return parts


def _deal(source: Path, parts: dict[str, Path], history: int, new: int, retired: int) -> None:
    # Stories never span files, so whole files are of stories that retired.
    step = (history + new - retired) // new
    passed = 0
    for path in sorted(source.iterdir()):
        rows = pl.read_parquet(path)
        if passed < retired:
            rows.write_parquet(parts["retired"] / path.name)
        else:
            is_new = pl.int_range(pl.len()) % step == step - 1
            rows.filter(is_new).write_parquet(parts["new"] / path.name)
            rows.filter(~is_new).write_parquet(parts["known"] / path.name)
        passed += rows.height


def timed(command: list[str]) -> tuple[float, float, float]:
    """Run a command; return wall seconds, processor seconds, and peak memory in MiB."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} failed")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def inside(result: Result, before: Result) -> dict[str, float]:
    """Return the seconds of reading the state of the run before, and of writing the tables of the update."""
    from datetime import date

    from dedup import schema
    from jobs import known, state, tables

    start = time.perf_counter()
    state.verify(before)
    known.recall(before, date.fromisoformat(DAY))
    read = time.perf_counter()
    frames = {table: result.table(table.name, has_retired=False).collect() for table in schema.PUBLISHED}
    scratch = result.out / "written"
    ready = time.perf_counter()
    for table, frame in frames.items():
        tables.write(scratch / table.name, table, frame, {})
    done = time.perf_counter()
    shutil.rmtree(scratch)
    return {"reading the state": read - start, "writing the tables": done - ready}


def sizes(result: Result) -> tuple[int, int]:
    """Return the bytes of a run and its state, and those of them that are files of the run before."""
    files = [result.path / name for name in result.manifest.files]
    files += [result.state_path(name) for name in result.manifest.state]
    linked = sum(path.stat().st_size for path in files if path.stat().st_nlink > 1)
    return sum(path.stat().st_size for path in files), linked


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--history", type=int, default=200_000)
    parser.add_argument("--new", type=int, default=20_000)
    parser.add_argument("--retired", type=int, default=0, help="articles of the history that left the window")
    options = parser.parse_args()
    parts = split(options.history, options.new, options.retired)
    from jobs.manifest import open_result

    dedup = str(Path(sys.executable).with_name("dedup"))
    out, alone = parts["new"].parent / "out", parts["new"].parent / "alone"
    for folder in (out, alone):
        shutil.rmtree(folder, ignore_errors=True)
    quiet = ["--no-progress", "-q"]
    update = [dedup, "update", "--out", str(out), "--force", *quiet]
    if options.retired:
        timed([*update, str(parts["retired"]), "--as-of", LONG_AGO])
    rows = {f"history, {options.history - options.retired:,}": timed([*update, str(parts["known"]), "--as-of", DAY])}
    before = open_result(out)
    rows[f"{options.new:,} alone"] = timed([dedup, "run", str(parts["new"]), "--out", str(alone), *quiet])
    rows[f"{options.new:,} added"] = timed([*update, str(parts["new"]), "--as-of", DAY])
    result = open_result(out)
    print(f"{'':22} {'wall s':>8} {'cpu s':>8} {'MiB':>8}")
    for name, figures in rows.items():
        print(f"{name:22} {figures[0]:8.2f} {figures[1]:8.2f} {figures[2]:8.0f}")
    spent = inside(result, before)
    for name, seconds in spent.items():
        print(f"{name:22} {seconds:8.2f}")
    once, added = rows[f"{options.new:,} alone"][0], rows[f"{options.new:,} added"][0]
    print(f"asked: at most {2 * once + sum(spent.values()):.2f} s, twice alone and the two; took {added:.2f} s")
    whole, linked = sizes(result)
    print(f"run and state {whole / 1e9:.2f} GB, of which {linked / 1e9:.2f} GB are files of the run before")


if __name__ == "__main__":
    main()
