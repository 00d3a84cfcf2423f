"""The speed of the inner parts of a run, within one process and on one core."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from benchmarks import corpora

if TYPE_CHECKING:
    from collections.abc import Callable

BEST_OF = 6
ARTICLES = 4_000
MIXED = ("ar", "el", "hi", "ja", "ko", "ru", "th", "uk", "zh")
"""Languages that are not written in Latin letters."""


def speeds() -> dict[str, dict[str, float]]:
    """Return MB/s of reading texts into sentences and words, of signing those, and of both, in English and other scripts."""
    out: dict[str, dict[str, float]] = {}
    for name, texts in (("English", _english()), ("mixed scripts", _mixed())):
        for part, speed in of_texts(texts).items():
            out.setdefault(part, {})[f"{name}, MB/s"] = speed
    return out


def of_texts(texts: pl.Series) -> dict[str, float]:
    """Return MB/s of reading these texts, signing them, and both."""
    from dedup.clean.sentences import split
    from dedup.config import Settings
    from dedup.sign import sign

    size = int(texts.str.len_bytes().sum()) / 1e6
    pieces = split(texts)
    is_kept = np.ones(pieces.hashes.size, bool)
    cut = _best(lambda: split(texts))
    signed = _best(lambda: sign(texts, pieces, is_kept, Settings()))
    return {
        "texts → sentences": size / cut,
        "texts and sentences → 128-permutation signatures": size / signed,
        "both": size / (cut + signed),
    }


def _best(work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(BEST_OF):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def _english() -> pl.Series:
    corpus = corpora.plain(20_000)
    return pl.read_parquet(corpus.articles / "*.parquet", columns=["text"], n_rows=ARTICLES)["text"].rechunk()


def _mixed() -> pl.Series:
    corpus = corpora.plain(20_000, difficulty="hard")
    truth = pl.scan_parquet(corpus.truth).filter(pl.col("language").is_in(MIXED)).select("id")
    found = pl.scan_parquet(corpus.articles / "*.parquet").select("id", "text").join(truth, on="id", how="semi")
    return found.head(ARTICLES).collect()["text"].rechunk()
