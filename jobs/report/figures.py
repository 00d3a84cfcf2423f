"""Tables → the figures of the report: each function reads a table once and returns plain values for the template."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jobs.manifest import Counts

SITES_SHOWN = 40
AGENCIES_SHOWN = 12
FURNITURE_SHOWN = 20
SUSPECTS_SHOWN = 20
UNREAD_SHOWN = 20

LONGEST = 200
"""Characters shown of a text."""

LONGEST_URL = 500
"""Bytes of an address that is linked."""

SHARED = pl.col("site_count") > 1
"""Stories that more than one site ran."""

BIGGEST_FIRST: dict[str, Any] = {
    "by": ["article_count", "site_count", "story_id"], "descending": [True, True, False],
}  # fmt: skip

_BINS = (2, 3, 4, 5, 10, 20, 50, 100, 200, 500, 1000)
"""Number of sites at which each bar of the distribution begins."""

_STEERING = r"[\p{Cc}\p{Cf}--[\u200c\u200d]]+"
"""Characters that would turn or hide the text around them; joiners are part of their scripts."""


def plain(*columns: str) -> list[pl.Expr]:
    """Return each column as one short line without characters that steer what is around it."""
    return [plain_text(pl.col(column)).alias(column) for column in columns]


def plain_text(text: pl.Expr) -> pl.Expr:
    """Return `text` as `plain` does."""
    line = text.str.slice(0, 4 * LONGEST).str.replace_all(_STEERING, " ").str.strip_chars()
    return pl.when(line.str.len_chars() > LONGEST).then(line.str.slice(0, LONGEST - 1) + "…").otherwise(line)


def link(url: pl.Expr) -> pl.Expr:
    """Return `url` where following it from the page can only open another page and it is no book by itself, else null."""
    return pl.when(url.str.contains("^(?i)https?://") & (url.str.len_bytes() <= LONGEST_URL)).then(url)


def head(tables: Mapping[str, pl.LazyFrame]) -> dict[str, Any]:
    """Return the totals: articles, sites, furniture's share of the text, when most was published; kinds; stories."""
    words = pl.col("word_count")
    # Whole words: a sum of integers is the same in whatever order threads add.
    held = (pl.col("furniture_share").cast(pl.Float64) * words).round().cast(pl.Int64).sum()
    times = pl.col("published_at")
    articles, kinds, stories = pl.collect_all([
        tables["assignments"].select(
            articles=pl.len(),
            furniture=pl.when(words.sum() > 0).then(held / words.sum()).otherwise(0.0),
            dated=times.count(),
            earliest=times.quantile(0.05, "nearest"),
            latest=times.quantile(0.95, "nearest"),
        ),
        tables["assignments"].group_by("kind").len("articles").sort(["articles", "kind"], descending=[True, False]),
        tables["stories"].select(
            stories=pl.len(), shared=SHARED.sum(), several=(pl.col("article_count") > 1).sum(),
            folded=(pl.col("article_count") - 1).sum(), suspects=pl.col("is_suspect").sum(),
        ),
    ])  # fmt: skip
    sites = tables["sites"].select(pl.len()).collect().item()
    return articles.row(0, named=True) | stories.row(0, named=True) | {"sites": sites, "kinds": kinds.to_dicts()}


def losses(tables: Mapping[str, pl.LazyFrame], counts: Counts) -> dict[str, Any]:
    """Return what fell out on the way: records by reason, most first, and the files that were not read whole."""
    names = ("source_file", "reason", "detail")
    lost = tables["quarantine"].filter(pl.col("reach") == "file").select(*plain(*names)).sort(names).collect()
    return {
        "dropped": _by_size(counts.dropped),
        "quarantined": _by_size(counts.quarantined),
        "unread": lost.head(UNREAD_SHOWN).to_dicts(),
        "unread_count": lost.height,
    }


def _by_size(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def distribution(stories: pl.LazyFrame) -> list[dict[str, Any]]:
    """Return how many stories ran on how many sites: a bar a range of sites, from two sites on to the widest."""
    found = [0] * len(_BINS)
    for sites, count in stories.filter(SHARED).group_by("site_count").len().collect().iter_rows():
        found[bisect_right(_BINS, sites) - 1] += count
    bars, most = [], max(1, *found)
    for low, following, count in zip(_BINS, (*_BINS[1:], None), found, strict=True):
        last = None if following is None else following - 1
        label = f"{low:,}" if last == low else f"{low:,} or more" if last is None else f"{low:,} to {last:,}"
        bars.append({"sites": label, "stories": count, "width": 100 * count / most})
    widest = max((number for number, count in enumerate(found) if count), default=-1)
    return bars[: widest + 1]


def agencies(stories: pl.LazyFrame) -> list[dict[str, Any]]:
    """Return the agencies by stories, most first; each with how far the widest of its bars reaches."""
    found = (
        stories.filter(pl.col("agency").is_not_null())
        .group_by("agency")
        .agg(stories=pl.len(), articles=pl.col("article_count").sum())
        .sort(["articles", "agency"], descending=[True, False])
        .head(AGENCIES_SHOWN)
        .collect()
    )
    return _with_width(found.with_columns(plain("agency")), "articles")


def sites(sites: pl.LazyFrame) -> dict[str, Any]:
    """Return the sites with most shared stories, and how many have any."""
    total = pl.col("originates") + pl.col("carries")
    kept = sites.filter(total > 0).with_columns(total=total).collect()
    largest = kept.sort(["total", "originates", "site"], descending=[True, True, False]).head(SITES_SHOWN)
    return {
        "count": kept.height,
        "rows": _with_width(largest.with_columns(plain("site")), "total"),
        "sources": (kept["originates"] > 0).sum(),
        "carriers": ((kept["carries"] > 0) & (kept["originates"] == 0)).sum(),
    }


def furniture(furniture: pl.LazyFrame) -> dict[str, Any]:
    """Return the sentences that most articles carry as furniture, each once for all its sites, and how many there are."""
    texts = furniture.group_by("sentence_hash").agg(
        sites=pl.len(), articles=pl.col("articles").sum(), stories=pl.col("stories").sum()
    )
    order = ["articles", "sites", "sentence_hash"]
    found, reasons = pl.collect_all([
        texts.with_columns(different=pl.len()).sort(order, descending=[True, True, False]).head(
            FURNITURE_SHOWN
        ),
        furniture.group_by("reason").len("sentences").sort(["sentences", "reason"], descending=[True, False]),
    ])  # fmt: skip
    words = (
        furniture.filter(pl.col("sentence_hash").is_in(found["sentence_hash"].implode()))
        .sort("sentence_hash", "site", nulls_last=True)
        .unique("sentence_hash", keep="first", maintain_order=True)
        .select("sentence_hash", "reason", *plain("text", "site"))
        .collect()
    )
    return {
        "count": sum(reasons["sentences"]),
        "different": found["different"][0] if found.height else 0,
        "rows": found.join(words, on="sentence_hash", maintain_order="left").to_dicts(),
        "reasons": reasons.to_dicts(),
    }


def suspects(stories: pl.LazyFrame) -> list[dict[str, Any]]:
    """Return the biggest stories that may hold strangers."""
    columns = ["article_count", "site_count", "min_jaccard"]
    found = stories.filter("is_suspect").sort(**BIGGEST_FIRST).head(SUSPECTS_SHOWN)
    return found.select(*columns, *plain("story_id", "title", "canonical_site")).collect().to_dicts()


def _with_width(rows: pl.DataFrame, column: str) -> list[dict[str, Any]]:
    """Return the rows as dicts, with `width`: the percentage of the largest value of `column`."""
    return rows.with_columns(width=100 * pl.col(column) / pl.col(column).max()).to_dicts()
