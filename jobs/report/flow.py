"""Who republishes whom, as bands from sources to carriers: the few that matter by name, all others as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from jobs.report.figures import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

ENDS = 12
"""Sites named on each side."""

WIDTH, SIDE, BLOCK = 800, 215, 10
"""Width of the picture, of the room for names on each side, and of a site's block."""

_BANDS, _LINE, _GAP = 400, 13, 6
"""Height of all bands on top of each other, of a line of text, and of the room between two blocks."""

OTHERS = ""
"""Stands for all sites that are not named."""


def flow(syndication: pl.LazyFrame) -> dict[str, Any]:
    """Return the picture of the syndication table; what passes between sites that are not named stays out of it.

    Returns
    -------
    dict
        ``sources`` and ``carriers``: blocks with site ('' for all others), shown (its name), sites, stories,
        y and height; ``bands``:
        source and carrier (blocks), stories, path and number (place of the source); ``unnamed``: stories carried from
        others to others; ``height`` of the picture, and its measures ``width``, ``side`` and ``block``.
    """
    every = syndication.collect()
    named = {side: _largest(every, side) for side in ("from_site", "to_site")}
    folded = every.with_columns(
        pl.when(pl.col(side).is_in(largest)).then(side).otherwise(pl.lit(OTHERS)).alias(side)
        for side, largest in named.items()
    )
    summed = folded.group_by("from_site", "to_site").agg(pl.col("stories").sum())
    rows = {(source, carrier): stories for source, carrier, stories in summed.iter_rows()}
    unnamed = rows.pop((OTHERS, OTHERS), 0)
    scale = _BANDS / max(sum(rows.values()), 1)
    others = {side: every[side].n_unique() - len(largest) for side, largest in named.items()}
    sources = _blocks(named["from_site"], others["from_site"], _totals(rows, 0), scale)
    carriers = _blocks(named["to_site"], others["to_site"], _totals(rows, 1), scale)
    return {
        "sources": sources,
        "carriers": carriers,
        "bands": _bands(rows, sources, carriers, scale),
        "unnamed": unnamed,
        "height": max((one["y"] + one["height"] for one in (*sources, *carriers)), default=0) + _GAP,
        "width": WIDTH,
        "side": SIDE,
        "block": BLOCK,
    }


def _largest(every: pl.DataFrame, side: str) -> list[str]:
    totals = every.group_by(side).agg(pl.col("stories").sum()).sort(["stories", side], descending=[True, False])
    return totals[side].head(ENDS).to_list()


def _totals(rows: dict[tuple[str, str], int], end: int) -> dict[str, int]:
    totals: dict[str, int] = {}
    for ends, stories in rows.items():
        totals[ends[end]] = totals.get(ends[end], 0) + stories
    return totals


def _blocks(named: Iterable[str], others: int, totals: dict[str, int], scale: float) -> list[dict[str, Any]]:
    """Return the blocks of one side from top to bottom, the largest first, all others last; a line of text fits each."""
    y, blocks = 0.0, []
    for name in (*named, OTHERS):
        if name not in totals:
            continue
        height, sites = totals[name] * scale, others if name == OTHERS else 1
        room = max(height, _LINE)
        blocks.append(
            {"site": name, "sites": sites, "stories": totals[name], "y": y + (room - height) / 2, "height": height}
        )
        y += room + _GAP
    shown = pl.DataFrame({"site": [one["site"] for one in blocks]}, {"site": pl.String}).select(plain("site"))
    return [one | {"shown": name} for one, name in zip(blocks, shown["site"], strict=True)]


def _bands(
    rows: dict[tuple[str, str], int], sources: list[dict[str, Any]], carriers: list[dict[str, Any]], scale: float
) -> list[dict[str, Any]]:
    """Return a band from each source to each carrier of its stories, in the order of both sides."""
    left, right = SIDE + BLOCK, WIDTH - SIDE - BLOCK
    middle = (left + right) / 2
    reached = {block["site"]: block["y"] for block in carriers}
    bands = []
    for number, source in enumerate(sources):
        from_y = source["y"]
        for carrier in carriers:
            stories = rows.get((source["site"], carrier["site"]), 0)
            if not stories:
                continue
            thick, to_y = stories * scale, reached[carrier["site"]]
            path = (
                f"M{left} {from_y:.1f}C{middle:.0f} {from_y:.1f} {middle:.0f} {to_y:.1f} {right} {to_y:.1f}"
                f"v{thick:.1f}C{middle:.0f} {to_y + thick:.1f} {middle:.0f} {from_y + thick:.1f} {left} "
                f"{from_y + thick:.1f}z"
            )
            bands.append({"source": source, "carrier": carrier, "stories": stories, "path": path, "number": number})
            from_y += thick
            reached[carrier["site"]] += thick
    return bands
