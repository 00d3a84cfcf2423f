"""What an update must not look like to be published unseen: signs that a crawl, a site or a reader broke.

Each gate says in one line what it found. Shares are judged from LEAST articles on, a site's from LEAST_OF_SITE.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

import polars as pl

from dedup.errors import DedupError
from jobs.manifest import open_run, run_ids, run_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from jobs.ingest import Ingested
    from jobs.manifest import Counts, Manifest, ManifestDraft
    from jobs.sign import SignedJob

LEAST, LEAST_OF_SITE = 1_000, 50

STORY_SHARE = 0.1
"""Share of the articles read that one story may take; all shares here are set by judgement."""

SITE_SHARE = 0.9
"""Share of a site's articles that may be one story."""

SITE_LEFT = 0.1
"""Share of its usual articles that a site must still have."""

READ_LEFT = 0.5
"""Share of the usual records that must still be read."""

QUARANTINE_SHARE = 0.2
FURNITURE_SHARE = 0.8
USUAL_RUNS = 7
"""Runs whose median is what is usual; fewer than USUAL_LEAST are no custom."""

USUAL_LEAST = 3

HOURS_APART = 3
"""Runs are compared with those of the same time of day, give or take this: crawls of the morning and of the evening differ."""


def faults(
    out: Path, tables: Mapping[str, pl.DataFrame], ingested: Ingested, job: SignedJob, draft: ManifestDraft
) -> list[str]:
    """Return a line for each gate that holds the update back; none where all is well."""
    is_read = ingested.articles["known_row"].is_null()
    ids = ingested.articles.select(
        "article_id", "text_bytes", "seen", furniture=pl.Series(job.furniture_share), is_read=is_read
    )
    articles = ids.join(tables["assignments"].select("article_id", "story_id", "site"), on="article_id")
    read = articles.filter("is_read")
    before = usual_runs(out, draft.created_at)
    found = [*fallen(before, draft.counts), *_quarantined(draft.counts)]
    if read.height >= LEAST:
        found += [*_large(read), *_furnished(read)]
    return [*found, *one_story(read), *_hollow(read), *_vanished(articles, before)]


def usual_runs(out: Path, now: datetime) -> list[Manifest]:
    """Return the last updates kept in `out` that were made at this time of day, the oldest first; none where few are."""
    found: list[Manifest] = []
    for run_id in reversed(run_ids(out)):
        apart = (now - run_time(run_id)) % timedelta(days=1)
        if min(apart, timedelta(days=1) - apart) > timedelta(hours=HOURS_APART) or len(found) == USUAL_RUNS:
            continue
        with suppress(DedupError):  # of a run that cannot be opened nothing is known
            manifest = open_run(out, run_id).manifest
            if manifest.plan.command == "update":
                found.insert(0, manifest)
    return found if len(found) >= USUAL_LEAST else []


def fallen(before: Sequence[Manifest], counts: Counts) -> Iterator[str]:
    """Yield a line where far fewer records were read than by the runs before."""
    usual = median(manifest.counts.read for manifest in before) if before else 0
    if usual >= LEAST and counts.read < READ_LEFT * usual:
        yield f"{counts.read:,} records were read where {usual:,.0f} are usual"


def _quarantined(counts: Counts) -> Iterator[str]:
    lost = sum(counts.quarantined.values())
    if counts.read >= LEAST and lost > QUARANTINE_SHARE * counts.read:
        yield f"{lost:,} of {counts.read:,} records could not be read"


def _large(read: pl.DataFrame) -> Iterator[str]:
    story, size = read.group_by("story_id").len().sort("len", "story_id", descending=[True, False]).row(0)
    if size > STORY_SHARE * read.height:
        yield f"story {story} took {size:,} of {read.height:,} articles"


def _furnished(read: pl.DataFrame) -> Iterator[str]:
    weighed = pl.col("furniture").cast(pl.Float64) * pl.col("text_bytes")
    share = read.select(weighed.sum() / pl.col("text_bytes").sum().clip(1)).item()
    if share > FURNITURE_SHARE:
        yield f"{share:.0%} of the text was taken for furniture"


def one_story(read: pl.DataFrame) -> Iterator[str]:
    """Yield a line for the first site of which nearly all articles read (site, story_id) are one story."""
    sizes = read.drop_nulls("site").group_by("site", "story_id").len()
    sizes = sizes.group_by("site").agg(total=pl.col("len").sum(), most=pl.col("len").max()).sort("site")
    worst = sizes.filter((pl.col("total") >= LEAST_OF_SITE) & (pl.col("most") > SITE_SHARE * pl.col("total")))
    for site, total, most in worst.head(1).iter_rows():
        yield f"{most:,} of the {total:,} articles of {site} became one story"


def _hollow(read: pl.DataFrame) -> Iterator[str]:
    is_empty = pl.col("furniture") > FURNITURE_SHARE
    sizes = read.drop_nulls("site").group_by("site").agg(total=pl.len(), empty=is_empty.sum()).sort("site")
    worst = sizes.filter((pl.col("total") >= LEAST_OF_SITE) & (pl.col("empty") > SITE_SHARE * pl.col("total")))
    for site, total, empty in worst.head(1).iter_rows():
        yield f"{empty:,} of the {total:,} articles of {site} hold nothing but furniture"


def _vanished(articles: pl.DataFrame, before: Sequence[Manifest]) -> Iterator[str]:
    """Compare each site's articles with those that came with the runs before."""
    generations = pl.Series([manifest.generation for manifest in before], dtype=pl.Int64)
    earlier = articles.filter(~pl.col("is_read") & pl.col("seen").is_in(generations.implode()))
    by_night = earlier.drop_nulls("site").group_by("site", "seen").len()
    usual = by_night.group_by("site").agg(nights=pl.len(), usual=pl.col("len").median())
    usual = usual.filter((pl.col("nights") == len(before)) & (pl.col("usual") >= LEAST_OF_SITE))
    came = articles.filter("is_read").group_by("site").agg(came=pl.len())
    lost = usual.join(came, on="site", how="left").with_columns(pl.col("came").fill_null(0))
    lost = lost.filter(pl.col("came") < SITE_LEFT * pl.col("usual")).sort("site")
    for site, expected, number in lost.select("site", "usual", "came").head(1).iter_rows():
        yield f"{site} has {number:,} articles where {expected:,.0f} are usual"
