"""The biggest stories: source, agency, members, and how each spread, as columns of a small picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from dedup.schema import RELATIONS
from jobs.report.figures import BIGGEST_FIRST, link, plain, plain_text

if TYPE_CHECKING:
    from collections.abc import Mapping

SHOWN = 24
MEMBERS_SHOWN = 20

COLUMNS, LATE = 72, 3
"""Columns of a timeline; where stragglers would squeeze it, they stand in the last one, so many columns from the rest."""

WIDTH, HEIGHT, BAR = 720, 56, 8.6
"""Size of a timeline, and the width of a bar, in units of its drawing; the page stretches it."""

_ENDS = ("in_canonical", "of_canonical")

_PLACE = pl.col("relation").replace_strict(list(RELATIONS), range(len(RELATIONS)), return_dtype=pl.UInt8)


def biggest(tables: Mapping[str, pl.LazyFrame]) -> list[dict[str, Any]]:
    """Return the stories with most articles, the widest first among equals.

    Returns
    -------
    list of dict
        A story's row with ``shown_id``, ``link`` (its canonical url where it may be followed), ``members`` (at most
        `MEMBERS_SHOWN`, the source first, then by time), ``relations`` (relation and articles), ``undated`` (members
        without a time), ``first`` (the earliest time), ``half``, ``most`` and ``whole`` (seconds from then until half of
        the dated members, nine tenths and all were out), ``is_squeezed`` (the timeline ends at ``most``) and ``bars``
        (relation and the path of its bars), none where no two times differ.
    """
    stories = tables["stories"].filter(pl.col("article_count") > 1).sort(**BIGGEST_FIRST).head(SHOWN).with_columns(
        *plain("title", "canonical_site", "agency", "agency_evidence"),
        shown_id=plain_text(pl.col("story_id")),
        link=link(pl.col("canonical_url")),
        canonical_evidence=pl.col("canonical_evidence").list.head(8).list.eval(plain_text(pl.element())),
    ).collect()  # fmt: skip
    order = ["story_id", "is_canonical", "published_at", "article_id"]
    members = (
        tables["assignments"]
        .filter(pl.col("story_id").is_in(stories["story_id"].implode()))
        .select(*order, "relation", "containment_in_canonical", "containment_of_canonical", "url", "site", "title")
        .collect()
        .sort(order, descending=[False, True, False, False], nulls_last=True)
    )
    times = _times(members)
    relations = members.group_by("story_id", "relation").agg(articles=pl.len()).sort(_PLACE)
    rows, counts, bars = _by_story(_listed(members)), _by_story(relations), _by_story(_bars(members, times))
    spans = {row["story_id"]: row for row in times.iter_rows(named=True)}
    return [
        story | spans[name] | {"members": rows[name], "relations": counts[name], "bars": bars.get(name, [])}
        for story in stories.iter_rows(named=True)
        for name in (story["story_id"],)
    ]


def _listed(members: pl.DataFrame) -> pl.DataFrame:
    """Return the first members of each story as the page shows them."""
    shown = members.group_by("story_id", maintain_order=True).head(MEMBERS_SHOWN)
    shares = ((pl.col(f"containment_{end}") * 100).round().cast(pl.Int64).alias(end) for end in _ENDS)
    return shown.select(
        "story_id", "relation", "is_canonical", *plain("site", "title"), *shares,
        link=link(pl.col("url")),
        when=pl.col("published_at").dt.strftime("%-d %b %Y, %H:%M"),
    )  # fmt: skip


def _by_story(rows: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    out: dict[str, list[dict[str, Any]]] = {}
    for row in rows.iter_rows(named=True):
        out.setdefault(row["story_id"], []).append(row)
    return out


def _times(members: pl.DataFrame) -> pl.DataFrame:
    """Return first, half, most, whole (seconds), undated and is_squeezed of each story."""
    time = pl.col("published_at")
    since = (time - time.min()).dt.total_seconds()
    times = members.group_by("story_id").agg(
        first=time.min(),
        half=since.quantile(0.5, "higher").cast(pl.Int64),
        most=since.quantile(0.9, "lower").cast(pl.Int64),
        whole=since.max(),
        undated=time.null_count(),
    )
    return times.with_columns(is_squeezed=(pl.col("most") > 0) & (pl.col("whole") > 2 * pl.col("most")))


def _bars(members: pl.DataFrame, times: pl.DataFrame) -> pl.DataFrame:
    """Return each story's timeline as a path a relation: its articles by time, stacked, the highest stack full."""
    since = (pl.col("published_at") - pl.col("first")).dt.total_seconds()
    squeezed = pl.when(since > pl.col("most")).then(COLUMNS - 1).otherwise(since * (COLUMNS - LATE) // pl.col("most"))
    column = pl.when("is_squeezed").then(squeezed).otherwise(since * (COLUMNS - 1) // pl.col("whole"))
    stacks = (
        members.drop_nulls("published_at")
        .join(times.filter(pl.col("whole") > 0), on="story_id")
        .group_by("story_id", "relation", column=column)
        .agg(articles=pl.len().cast(pl.Int64))
        .sort("story_id", "column", _PLACE)
        .with_columns(top=pl.col("articles").cum_sum().over("story_id", "column"))
        # A lone article is a dot, not a tower: the picture is at least four articles high.
        .with_columns(scale=HEIGHT / pl.max_horizontal(pl.col("top").max().over("story_id"), 4))
    )
    low, high = ((HEIGHT - pl.col(end) * pl.col("scale")).round(1) for end in ("base", "top"))
    left = (pl.col("column") * WIDTH / COLUMNS).round(1)
    bar = pl.format("M{} {}h{}V{}h-{}z", left, low, pl.lit(BAR), high, pl.lit(BAR))
    drawn = stacks.with_columns(base=pl.col("top") - pl.col("articles")).select("story_id", "relation", bar=bar)
    return drawn.group_by("story_id", "relation", maintain_order=True).agg(path=pl.col("bar").str.join())
