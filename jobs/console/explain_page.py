"""The answer of `explain` as a page of HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobs.console.output import safe
from jobs.console.sides import rows
from jobs.pages import fill

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jobs.console.sides import Cell
    from jobs.manifest import Result


def page_of(told: Mapping[str, Any], result: Result) -> bytes:
    """Return what `jobs.console.explain.explain` returned as a page."""
    values = {
        **told,
        "version": result.manifest.plan.tool_version,
        "run_id": result.run_id,
        "sides": [{**told[side], "name": side.upper(), "title": safe(told[side]["title"])} for side in ("a", "b")],
        "rows": None if told["pieces"] is None else [(_safe(a), _safe(b)) for a, b in rows(told["pieces"])],
    }
    return fill("explain", values)


def _safe(cell: Cell | None) -> Cell | None:
    return cell and cell._replace(runs=tuple((safe(text), is_shared) for text, is_shared in cell.runs))
