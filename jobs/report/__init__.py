"""The tables of a run → report.html: one page for people, without a script, a request or a path of this machine.

Everything shown is aggregated by Polars first; what a page of strangers says reaches the page through Jinja's escaping
alone. The same tables, counts and earlier run give the same bytes, but for the run's id and time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.pages import fill
from jobs.report.before import compared, run_before
from jobs.report.figures import agencies, distribution, furniture, head, losses, sites, suspects
from jobs.report.flow import flow
from jobs.report.spread import biggest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import polars as pl

    from jobs.manifest import Manifest, ManifestDraft, Result

NAME = "report.html"
"""Its name within a run."""


def render(tables: Mapping[str, pl.LazyFrame], about: ManifestDraft | Manifest, before: Result | None) -> bytes:
    """Return the page of a run.

    Parameters
    ----------
    tables
        The tables of `dedup.schema.PUBLISHED` by name, in their order.
    about
        Its id, time, inputs and counts.
    before
        The run to compare with; None where there is none.
    """
    page = {
        "version": about.plan.tool_version,
        "about": about,
        "head": head(tables),
        "losses": losses(tables, about.counts),
        "distribution": distribution(tables["stories"]),
        "biggest": biggest(tables),
        "agencies": agencies(tables["stories"]),
        "sites": sites(tables["sites"]),
        "flow": flow(tables["syndication"]),
        "furniture": furniture(tables["furniture"]),
        "suspects": suspects(tables["stories"]),
        "before": compared(tables, about, before),
    }
    return fill("report", page)


def extras(out: Path, tables: Mapping[str, pl.DataFrame], about: ManifestDraft) -> dict[str, Callable[[], bytes]]:
    """Return what makes the page of a run about to be published in `out`, by its name in the run."""

    def make() -> bytes:
        frames = {name: frame.lazy() for name, frame in tables.items()}
        return render(frames, about, run_before(out, about.run_id))

    return {NAME: make}


def of(result: Result) -> bytes:
    """Return the page of a published run: the bytes published with it while the run before it stands.

    Stories that updates have retired are not told of again.

    Raises
    ------
    NoResultError
        The run lacks a table.
    """
    tables = {name: result.table(name, has_retired=False) for name in result.manifest.rows}
    return render(tables, result.manifest, run_before(result.out, result.run_id))
