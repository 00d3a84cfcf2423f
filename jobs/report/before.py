"""A run beside the one before it: what grew, what shrank, which sites fell silent."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import polars as pl

from dedup.errors import DamagedError, DedupError
from jobs.manifest import open_run, run_ids
from jobs.report.figures import SHARED, plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jobs.manifest import Manifest, ManifestDraft, Result

SILENT_FROM = 5
"""Articles from which a site that has none any more, or had none before, is worth a line."""

LISTED = 12


def run_before(out: Path, run_id: str) -> Result | None:
    """Return the newest run in `out` that is older than `run_id`; None where there is none that can be read."""
    older = [one for one in run_ids(out) if one < run_id]
    if not older:
        return None
    try:
        return open_run(out, older[-1])
    except DedupError:
        return None


def compared(
    tables: Mapping[str, pl.LazyFrame], about: ManifestDraft | Manifest, before: Result | None
) -> dict[str, Any] | None:
    """Return what changed since `before`.

    Returns
    -------
    dict or None
        ``run_id``, ``created_at`` of the run before; ``rows``: name, before, now; ``known``: stories whose id both runs
        have; ``silent`` and ``new``: sites with articles (the most first, at most `LISTED`) in one run alone. None where
        there is no run before or its tables cannot be read.
    """
    if before is None:
        return None
    try:
        older = {name: _proven(before, name) for name in ("stories", "sites", "furniture")}
        now = _totals(tables) | {"records read": about.counts.read}
        then = _totals(older) | {"records read": before.manifest.counts.read}
        known = tables["stories"].join(older["stories"], on="story_id", how="semi").select(pl.len()).collect().item()
        silent, new = _one_sided(older["sites"], tables["sites"]), _one_sided(tables["sites"], older["sites"])
    except (DedupError, OSError, pl.exceptions.PolarsError):
        return None  # a damaged old run is for `dedup check` to tell; it costs this one nothing
    return {
        "run_id": before.run_id,
        "created_at": before.manifest.created_at,
        "rows": [{"name": name, "before": then[name], "now": now[name]} for name in now],
        "known": known,
        "silent": silent,
        "new": new,
    }


def _proven(before: Result, name: str) -> pl.LazyFrame:
    """Return a table whose bytes are those that were published: a damaged file may stop the reader instead of failing.

    Raises
    ------
    NoResultError
        The run has no such table.
    DamagedError, OSError
        A file of it was changed, or cannot be read.
    """
    for file, entry in before.manifest.files.items():
        if file.startswith(f"{name}/"):
            with (before.path / file).open("rb") as content:
                if hashlib.file_digest(content, "sha256").hexdigest() != entry.sha256:
                    raise DamagedError(f"{before.path / file} was changed after it was written")
    return before.table(name, has_retired=False)


def _totals(tables: Mapping[str, pl.LazyFrame]) -> dict[str, int]:
    stories, sites, furniture = pl.collect_all([
        tables["stories"].select(
            pl.col("article_count").sum().alias("articles"),
            pl.len().alias("stories"),
            SHARED.sum().alias("stories on several sites"),
            pl.col("is_suspect").sum().alias("suspect stories"),
        ),
        tables["sites"].select(pl.len().alias("sites")),
        tables["furniture"].select(pl.len().alias("furniture sentences")),
    ])  # fmt: skip
    return stories.row(0, named=True) | sites.row(0, named=True) | furniture.row(0, named=True)


def _one_sided(here: pl.LazyFrame, there: pl.LazyFrame) -> dict[str, Any]:
    only = here.join(there, on="site", how="anti").filter(pl.col("articles") >= SILENT_FROM)
    rows = only.sort(["articles", "site"], descending=[True, False]).select("articles", *plain("site")).collect()
    return {"count": rows.height, "rows": rows.head(LISTED).to_dicts()}
