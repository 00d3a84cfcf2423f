"""Whole runs against a peer on the same articles, and the speed of signing; prints ratios of figures of one run.

Usage: python -m benchmarks [--articles 20000] [--runs 3]

The corpus (easy, seed 1) is made once under benchmarks/data. Each command runs as a whole process, the two in turn after
one warm-up of ours (numba's cache), with the articles in Parquet. The peer does less: it learns no furniture, verifies no
pair and writes two columns. F1 is pairwise, against the truth of the corpus.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

HERE = Path(__file__).parent


def corpus(articles: int) -> Path:
    """Return the folder of the corpus, made if it is not there."""
    folder = HERE / "data" / f"easy-{articles}"
    if not (folder / "truth.parquet").exists():
        command = [
            "-m",
            "benchmarks.corpus",
            str(folder),
            "--articles",
            str(articles),
            "--difficulty",
            "easy",
            "--seed",
            "1",
        ]
        subprocess.run([sys.executable, *command], check=True, cwd=HERE.parent)
    return folder


def timed(command: list[str]) -> tuple[float, float, float]:
    """Run a command; return wall seconds, processor seconds, and peak memory in MiB."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    if status:
        raise SystemExit(f"{' '.join(command)} failed: {child.stderr.read().decode() if child.stderr else ''}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def f1(assignments: str, truth: Path) -> float:
    """Return the pairwise F1 of the story ids in a Parquet file or glob."""
    found = pl.read_parquet(assignments).select("article_id", found="story_id")
    both = found.join(pl.read_parquet(truth).select("story_id", article_id="id"), on="article_id")

    def pairs(*by: str) -> int:
        sizes = both.group_by(by).len()["len"].cast(pl.Int64)
        return int((sizes * (sizes - 1) // 2).sum())

    right, ours, theirs = pairs("found", "story_id"), pairs("found"), pairs("story_id")
    return 2 * right / max(1, ours + theirs)


def sign_speed(folder: Path) -> tuple[float, float]:
    """Return MB/s of cutting texts into sentences, and from bytes and sentences to signatures, on one core."""
    from dedup.clean.sentences import split
    from dedup.config import Settings
    from dedup.sign import sign

    texts = pl.read_parquet(folder / "articles" / "*.parquet", columns=["text"], n_rows=4000)["text"].rechunk()
    size = int(texts.str.len_bytes().sum()) / 1e6
    best = [1e9, 1e9]
    for _ in range(6):
        start = time.perf_counter()
        pieces = split(texts)
        middle = time.perf_counter()
        sign(texts, pieces, np.ones(pieces.hashes.size, bool), Settings())
        best = [min(best[0], middle - start), min(best[1], time.perf_counter() - middle)]
    return size / best[0], size / best[1]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    folder = corpus(options.articles)
    out, peer_out = folder / "out", folder / "peer.parquet"
    dedup = str(Path(sys.executable).with_name("dedup"))
    ours = [dedup, "run", str(folder / "articles"), "--out", str(out), "--no-progress", "-q"]
    peer = [sys.executable, str(HERE / "datasketch_peer.py"), str(folder / "articles"), str(peer_out)]
    figures: dict[str, list[tuple[float, float, float]]] = {"dedup run": [], "datasketch": []}
    for round_ in range(options.runs + 1):
        shutil.rmtree(out, ignore_errors=True)
        figure = timed(ours)
        if round_:
            figures["dedup run"].append(figure)
            figures["datasketch"].append(timed(peer))
    scores = {
        "dedup run": f1(str(out / "current" / "assignments" / "*.parquet"), folder / "truth.parquet"),
        "datasketch": f1(str(peer_out), folder / "truth.parquet"),
    }
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    print(f"{options.articles:,} articles, {machine}")
    print(f"{'':12} {'wall s (min–max)':>22} {'cpu s':>8} {'MiB':>7} {'F1':>7}")
    for name, rows in figures.items():
        walls = [row[0] for row in rows]
        spread = f"{statistics.median(walls):.2f} ({min(walls):.2f}–{max(walls):.2f})"
        cpu, memory = statistics.median(r[1] for r in rows), statistics.median(r[2] for r in rows)
        print(f"{name:12} {spread:>22} {cpu:8.2f} {memory:7.0f} {scores[name]:7.4f}")
    ratios = [b[0] / a[0] for a, b in zip(figures["dedup run"], figures["datasketch"], strict=True)]
    by_pair = f"pair by pair {min(ratios):.1f}–{max(ratios):.1f}"
    print(f"dedup run is {statistics.median(ratios):.1f} times as fast ({by_pair})")
    cut, signed = sign_speed(folder)
    print(f"one core: sentences {cut:.0f} MB/s, signatures {signed:.0f} MB/s")


if __name__ == "__main__":
    main()
