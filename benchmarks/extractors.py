"""Measure the extractors on pages whose article people marked: F1 of the body text, and pages a second.

Scored as scrapinghub's article-extraction-benchmark does: shingles of four words, their
counts per page normalised to one, then summed.
"""

from __future__ import annotations

import gzip
import json
import re
import time
from collections import Counter
from typing import TYPE_CHECKING

import polars as pl

from dedup.clean.extract import EXTRACTORS, extract, preload
from dedup.schema import RECORD
from jobs.read.batch import RAW
from jobs.read.sandbox import Extractor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

SHINGLE = 4
REPEATS = 4
_WORD = re.compile(r"\w+")


def compare(folder: Path, processes: Sequence[int], told: Callable[[str], None]) -> dict[str, dict[str, float]]:
    """Return F1, precision, recall, processor milliseconds a page, and pages a second by processes, of each extractor.

    Parameters
    ----------
    folder
        Holds ``ground-truth.json`` (page id → articleBody) and ``pages/<page id>.html.gz``.
    processes
        How many the sandbox has, one after another.
    told
        Called with a line on each extractor.
    """
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    bodies = {name: entry["articleBody"] for name, entry in truth.items()}
    pages = {name: gzip.decompress((folder / "pages" / f"{name}.html.gz").read_bytes()) for name in bodies}
    found: dict[str, dict[str, float]] = {}
    for extractor in EXTRACTORS:
        preload(extractor)
        busy = time.process_time()
        texts = {name: extract(page, None, extractor).text for name, page in pages.items()}
        cpu = 1000 * (time.process_time() - busy) / len(pages)
        f1, precision, recall = score(bodies, texts)
        speeds = {f"pages/s, {n} processes": sandboxed(list(pages.values()), extractor, n) for n in processes}
        found[extractor] = {"F1": f1, "precision": precision, "recall": recall, "CPU ms a page": cpu, **speeds}
        told(f"{extractor}: F1 {f1:.4f}, {', '.join(f'{speed:.1f} {name}' for name, speed in speeds.items())}")
    return found


def sandboxed(pages: list[bytes], extractor: str, processes: int) -> float:
    """Return pages a second through the sandbox, its start not counted."""
    rows = [{"source_file": "pages", "source_offset": i, "page": [], "html": p} for i, p in enumerate(pages * REPEATS)]
    frame = pl.DataFrame(rows, schema=RAW.dtypes)
    with Extractor(extractor, processes) as sandbox:
        sandbox.extract(frame.head(1))
        started = time.perf_counter()
        records, quarantine = sandbox.extract(frame)
        seconds = time.perf_counter() - started
    assert records.columns == list(RECORD.dtypes)
    assert quarantine.is_empty(), quarantine
    return len(rows) / seconds


def score(bodies: Mapping[str, str], texts: Mapping[str, str]) -> tuple[float, float, float]:
    """Return F1, precision and recall of the texts against the marked bodies."""
    true = false = missed = 0.0
    for name, body in bodies.items():
        wanted, found = shingles(body), shingles(texts[name])
        both = (wanted & found).total()
        extra, lost = found.total() - both, wanted.total() - both
        total = (both + extra + lost) or 1
        true, false, missed = true + both / total, false + extra / total, missed + lost / total
    precision, recall = true / (true + false), true / (true + missed)
    return 2 * precision * recall / (precision + recall), precision, recall


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    size = min(SHINGLE, len(words))
    return Counter(tuple(words[i : i + size]) for i in range(len(words) - size + 1)) if words else Counter()
