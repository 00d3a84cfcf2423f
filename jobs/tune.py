"""What other settings would do on a user's own dump: the stages run again and again over one sample, and compared."""

from __future__ import annotations

import os
import time
from datetime import date
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np
import polars as pl

from dedup import metrics
from dedup.clean.sentences import take
from jobs import disk, known
from jobs.ingest import Today, ingest
from jobs.labels import Judged, Listed
from jobs.link import link
from jobs.progress import Progress
from jobs.read import discover
from jobs.sign import sign
from jobs.texts import Texts
from jobs.warm import load_kernels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dedup.config import Settings
    from jobs.ingest import Ingested
    from jobs.link import Linked

JACCARDS = (0.3, 0.4, 0.5, 0.6, 0.7)
SHINGLES = (3, 5, 7)
"""What is tried, beside the settings in force."""

EXAMPLES = 3
"""Pairs shown that only one of two neighbouring settings joins."""

AS_GOOD = 0.002
"""Difference in F1, or in agreement, below which the settings in force are kept."""


class Trial(NamedTuple):
    """One setting tried: its stories (String, by article), the accepted pairs (a, b) and what it came to."""

    jaccard: float
    shingle_words: int
    stories: pl.Series
    accepted: pl.DataFrame
    facts: dict[str, Any]


def tune(
    inputs: Sequence[str],
    settings: Settings,
    mapping: Mapping[str, str],
    labels: Listed | Judged | pl.DataFrame | None,
    sample: int,
    progress: Progress,
) -> dict[str, Any]:
    """Try thresholds and shingle lengths on a sample of the inputs.

    Parameters
    ----------
    labels
        What `jobs.labels.read_labels` returned; None where there are none.
    sample
        Articles to try on: as many as were published one after another, so that copies stay together.

    Returns
    -------
    dict
        ``articles`` (of the inputs), ``sample``; ``trials``: rows of jaccard, shingle_words, stories, shared_stories,
        largest, pairs (compared), accepted, seconds and bytes (expected for all articles), agreement (F1 of the stories
        against those of the neighbouring settings, mean) and, with labels, precision, recall, f1; ``examples``: pairs that
        one threshold joins and the next higher one does not, with title_a, title_b, jaccard, text; ``advice``: the settings
        recommended with ``why``.

    Raises
    ------
    UsageError, NothingReadError
        As for a run.
    """
    threads = settings.threads or os.cpu_count() or 1
    with TemporaryDirectory(prefix="dedup-tune-") as scratch:
        texts = Texts(Path(scratch) / "texts")
        sources, skipped = discover(inputs)
        spool = Path(scratch) / "words"
        disk.make_folder(spool)
        today = Today(date.min, 0, spool)
        ingested = ingest(sources, skipped, mapping, texts, settings, threads, progress, known.nothing(), today)
        every = ingested.articles.height
        ingested = _sampled(ingested, sample)
        trials = _tried(ingested, texts, spool, settings, labels, every, threads)
        examples = _examples(trials, ingested, settings)
    rows = [one.facts for one in trials]
    _agree(trials)
    return {
        "articles": every,
        "sample": ingested.articles.height,
        "trials": rows,
        "examples": examples,
        "advice": _advice(rows, settings),
    }


def _sampled(ingested: Ingested, most: int) -> Ingested:
    """Return the articles of the middle of the time told, at most `most`."""
    if ingested.articles.height <= most:
        return ingested
    order = ingested.articles.with_row_index("row").sort("published_at", "batch", "place_in_batch", nulls_last=True)[
        "row"
    ]
    start = (order.len() - most) // 2
    rows = order.slice(start, most).sort().to_numpy().astype(np.int64)
    return ingested._replace(articles=ingested.articles[rows], sentences=take(ingested.sentences, rows))


def _tried(
    ingested: Ingested,
    texts: Texts,
    spool: Path,
    settings: Settings,
    labels: Listed | Judged | pl.DataFrame | None,
    every: int,
    threads: int,
) -> list[Trial]:
    """Run each setting; a signature serves all thresholds of its shingle length."""
    load_kernels()  # so that the first trial's seconds are its own
    lengths = sorted({*SHINGLES, settings.shingle_words})
    thresholds = sorted({*JACCARDS, settings.jaccard})
    scale = every / ingested.articles.height
    out = []
    for words in lengths:
        began = time.perf_counter()
        own = msgspec.structs.replace(settings, shingle_words=words)
        job = sign(ingested, texts, spool, known.nothing(), own, threads, Progress())
        signing = time.perf_counter() - began
        size = sum(array.nbytes for array in job.signed) + sum(array.nbytes for array in ingested.sentences)
        for jaccard in thresholds:
            tried = msgspec.structs.replace(settings, shingle_words=words, jaccard=jaccard)
            began = time.perf_counter()
            linked = link(ingested, job, tried, threads, Progress())
            seconds = (signing + time.perf_counter() - began) * scale
            cost = {"seconds": seconds, "bytes": int(size * scale)}
            out.append(_trial(ingested, linked, labels, {"jaccard": jaccard, "shingle_words": words}, cost))
    return out


def _trial(
    ingested: Ingested,
    linked: Linked,
    labels: Listed | Judged | pl.DataFrame | None,
    setting: Mapping[str, Any],
    cost: Mapping[str, Any],
) -> Trial:
    ids = ingested.articles["article_id"]
    stories = ids.gather(linked.stories)
    sizes = stories.value_counts(name="articles")["articles"]
    joined = linked.stories[linked.pairs["left"].to_numpy()] == linked.stories[linked.pairs["right"].to_numpy()]
    accepted = linked.pairs.filter((pl.col("is_alike") | pl.col("is_cut")) & pl.Series(joined))
    facts = {
        **setting,
        "stories": sizes.len(),
        "shared_stories": int((sizes > 1).sum()),
        "largest": int(sizes.to_numpy().max()),
        "pairs": linked.pairs.height,
        "accepted": accepted.height,
        **cost,
        **_scored(pl.DataFrame({"article_id": ids, "story_id": stories}), labels),
    }
    return Trial(
        setting["jaccard"], setting["shingle_words"], stories, accepted.select("left", "right", "jaccard"), facts
    )


def _scored(found: pl.DataFrame, labels: Listed | Judged | pl.DataFrame | None) -> dict[str, float]:
    """Return precision, recall and f1 of the labelled articles that are in the sample; nothing without labels."""
    if labels is None:
        return {}
    if isinstance(labels, Judged):
        sides = [pl.col(name).is_in(found["article_id"].implode()) for name in ("article_id_a", "article_id_b")]
        scores, _ = metrics.pairwise_judged(found, labels.pairs.filter(*sides))
    elif isinstance(labels, Listed):
        ids = labels.ids.filter(labels.ids.is_in(found["article_id"].implode()))
        scores, _ = metrics.pairwise_listed(found, ids, labels.must, labels.ignore)
    else:
        known = labels.join(found.select("article_id"), on="article_id", how="semi")
        scores = metrics.pairwise(metrics.align(known, found))
    row = scores.row(0, named=True)
    return {name: row[name] for name in ("precision", "recall", "f1")}


def _agree(trials: Sequence[Trial]) -> None:
    """Add to each trial how far its stories are those of the neighbouring thresholds and shingle lengths."""
    by_setting = {(one.jaccard, one.shingle_words): one for one in trials}
    thresholds = sorted({one.jaccard for one in trials})
    lengths = sorted({one.shingle_words for one in trials})
    beside: dict[tuple[float, int], list[float]] = {key: [] for key in by_setting}
    steps = [((low, words), (high, words)) for words in lengths for low, high in pairwise(thresholds)]
    steps += [((jaccard, low), (jaccard, high)) for jaccard in thresholds for low, high in pairwise(lengths)]
    for a, b in steps:
        same = _alike(by_setting[a].stories, by_setting[b].stories)
        beside[a].append(same)
        beside[b].append(same)
    for key, one in by_setting.items():
        one.facts["agreement"] = sum(beside[key]) / max(1, len(beside[key]))


def _alike(one: pl.Series, other: pl.Series) -> float:
    ids = pl.Series(np.arange(one.len())).cast(pl.String)
    truth = pl.DataFrame({"article_id": ids, "story_id": one})
    found = pl.DataFrame({"article_id": ids, "story_id": other})
    return float(metrics.pairwise(metrics.align(truth, found))["f1"].item())


def _examples(trials: Sequence[Trial], ingested: Ingested, settings: Settings) -> list[dict[str, Any]]:
    """Return pairs that one threshold joins and the next higher does not, at the shingle length in force."""
    own = sorted((one for one in trials if one.shingle_words == settings.shingle_words), key=lambda one: one.jaccard)
    titles, ids = ingested.articles["title"], ingested.articles["article_id"]
    out = []
    for low, high in pairwise(own):
        apart = pl.Series(high.stories.gather(low.accepted["left"]) != high.stories.gather(low.accepted["right"]))
        only = low.accepted.filter(apart).sort("jaccard", "left", "right", descending=[True, False, False])
        for left, right, jaccard in only.head(EXAMPLES).iter_rows():
            out.append({
                "joined_at": low.jaccard, "apart_at": high.jaccard, "jaccard": jaccard, "article_id_a": ids[left],
                "article_id_b": ids[right], "title_a": titles[left], "title_b": titles[right],
            })  # fmt: skip
    return out


def _advice(rows: Sequence[Mapping[str, Any]], settings: Settings) -> dict[str, Any]:
    """Return the settings recommended and why: the best F1, else where a small change of settings changes least."""
    measure = "f1" if "f1" in rows[0] else "agreement"
    own = next(
        row for row in rows if (row["jaccard"], row["shingle_words"]) == (settings.jaccard, settings.shingle_words)
    )
    best = max(rows, key=lambda row: (row[measure], -abs(row["jaccard"] - settings.jaccard), -row["pairs"]))
    is_kept = best[measure] - own[measure] <= AS_GOOD
    chosen = own if is_kept else best
    what = "F1 against the labels" if measure == "f1" else "agreement with the neighbouring settings"
    why = f"{what} {chosen[measure]:.4f}"
    if best[measure] > chosen[measure]:
        why += f", and the best tried has {best[measure]:.4f}"
    kept = "the settings in force; " if is_kept else ""
    return {
        "jaccard": chosen["jaccard"],
        "shingle_words": chosen["shingle_words"],
        "is_change": not is_kept,
        "why": kept + why,
    }
