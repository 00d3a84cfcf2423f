"""Write a crawl and its truth: ``python -m benchmarks.corpus OUT``."""

from __future__ import annotations

import argparse
import multiprocessing
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.corpus.chunk import Chunk
from benchmarks.corpus.rows import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK = 5_000
"""Articles a chunk: stories never span chunks, so this bounds memory and the size of a part file."""

ARTICLES = pa.schema(
    [
        ("id", pa.string()),
        ("url", pa.string()),
        ("site", pa.string()),
        ("title", pa.string()),
        ("text", pa.string()),
        ("published_at", pa.timestamp("us", tz="UTC")),
        ("author", pa.string()),
        ("canonical", pa.string()),
        ("og_url", pa.string()),
    ]
)
TRUTH = pa.schema(
    [
        ("id", pa.string()),
        ("story_id", pa.string()),
        ("kind", pa.string()),
        ("copy", pa.string()),
        ("is_origin", pa.bool_()),
        ("agency", pa.string()),
        ("language", pa.string()),
        ("origin_present", pa.bool_()),
        ("is_credited", pa.bool_()),
    ]
)


def chunks(plan: Plan) -> list[tuple[int, int]]:
    """Return the number and size of every chunk of a crawl."""
    return [(i, min(CHUNK, plan.articles - start)) for i, start in enumerate(range(0, plan.articles, CHUNK))]


def tables(plan: Plan, chunk: tuple[int, int]) -> tuple[pa.Table, pa.Table]:
    """Make the articles and the truth of one chunk; equal arguments give equal tables."""
    rows, truths = Chunk(plan, *chunk).make()
    return pa.Table.from_pylist(rows, ARTICLES), pa.Table.from_pylist(truths, TRUTH)


def _write_chunk(plan: Plan, folder: Path, chunk: tuple[int, int]) -> pa.Table:
    articles, truth = tables(plan, chunk)
    pq.write_table(articles, folder / f"part-{chunk[0]:05d}.parquet", compression="zstd")
    return truth


def _truths(plan: Plan, folder: Path, processes: int) -> Iterator[pa.Table]:
    work = partial(_write_chunk, plan, folder)
    if processes < 2 or plan.articles <= CHUNK:
        yield from map(work, chunks(plan))
        return
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        yield from pool.imap(work, chunks(plan))


def generate(plan: Plan, out: Path, processes: int = 1) -> None:
    """Write `out`/articles/part-*.parquet and `out`/truth.parquet.

    Parameters
    ----------
    plan
        What to make; alone decides every row.
    out
        Folder to write to; part files of an earlier crawl there are removed.
    processes
        Worker processes; 1 works in this one.
    """
    folder = out / "articles"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("part-*.parquet"):
        old.unlink()
    with pq.ParquetWriter(out / "truth.parquet", TRUTH, compression="zstd") as writer:
        for truth in _truths(plan, folder, processes):
            writer.write_table(truth)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.corpus", description="Generate a news crawl with its truth."
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--sites", type=int, help="default: 400 (easy), a fifth of the articles (hard)")
    parser.add_argument("--difficulty", choices=("easy", "hard"), default="hard")
    parser.add_argument("--seed", type=int, default=1, help="1 to 99 to develop with, 1000 to 1999 to report with")
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1))
    given = parser.parse_args()
    is_hard = given.difficulty == "hard"
    sites = given.sites or (max(1, given.articles // 5) if is_hard else 400)
    generate(Plan(given.articles, sites, given.seed, is_hard), given.out, given.processes)
