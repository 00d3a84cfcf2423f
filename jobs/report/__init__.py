"""The tables of a run → report.html: one page for people, without a script, a request or a path of this machine.

Everything shown is aggregated by Polars first; what a page of strangers says reaches the page through Jinja's escaping
alone. The same tables, counts and earlier run give the same bytes, but for the run's id and time.
"""

from __future__ import annotations

import hashlib
import pickle
from base64 import b64encode
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.report.before import compared, run_before
from jobs.report.figures import agencies, distribution, furniture, head, losses, sites, suspects
from jobs.report.flow import flow
from jobs.report.spread import biggest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    import polars as pl
    from jinja2 import BytecodeCache
    from jinja2.bccache import Bucket

    from jobs.manifest import Manifest, ManifestDraft, Result

NAME = "report.html"
"""Its name within a run."""

_HERE = Path(__file__).parent
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


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
    return _page(page).encode()


def extras(out: Path, tables: Mapping[str, pl.DataFrame], about: ManifestDraft) -> dict[str, Callable[[], bytes]]:
    """Return what makes the page of a run about to be published in `out`, by its name in the run."""

    def make() -> bytes:
        frames = {name: frame.lazy() for name, frame in tables.items()}
        return render(frames, about, run_before(out, about.run_id))

    return {NAME: make}


def of(result: Result) -> bytes:
    """Return the page of a published run: the bytes published with it while the run before it stands.

    Raises
    ------
    NoResultError
        The run lacks a table.
    """
    tables = {name: result.table(name) for name in result.manifest.rows}
    return render(tables, result.manifest, run_before(result.out, result.run_id))


def _page(page: Mapping[str, Any]) -> str:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, bytecode_cache=_cache(),
    )  # fmt: skip
    environment.filters |= {"n": _number, "share": _share, "when": _when, "span": _span}
    style = (_HERE / "page.css").read_text("utf-8")
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("page.html.j2").render(page, style=style, style_digest=digest, of=_count_of)


def _cache() -> BytecodeCache:
    """Return where the compiled template is kept: beside the machine code of the kernels, or nowhere."""
    import jinja2

    class Kept(jinja2.FileSystemBytecodeCache):
        def load_bytecode(self, bucket: Bucket) -> None:
            try:
                super().load_bytecode(bucket)
            except (EOFError, OSError, ValueError, pickle.UnpicklingError):  # cut short: made again
                bucket.reset()

        def dump_bytecode(self, bucket: Bucket) -> None:
            with suppress(OSError):  # a read-only installation compiles the template in each run
                super().dump_bytecode(bucket)

    folder = _HERE / "__pycache__"
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
    return Kept(str(folder), "%s.jinja")


def _number(value: int) -> str:
    return f"{value:,}"


def _count_of(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _share(value: float | None) -> str:
    """Return a share of 0 to 1 as a percentage; a dash where there is none."""
    return "–" if value is None else f"{value:.0%}"


def _when(value: datetime | None) -> str:
    return f"{value:%d %b %Y, %H:%M}".lstrip("0") if value else "no time"


def _span(seconds: int) -> str:
    """Return a duration in its two largest units: ``3 h 5 min``, ``2 days 4 h``."""
    if seconds < _MINUTE:
        return "the same minute" if seconds == 0 else f"{seconds} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < _DAY:
        hours, minutes = seconds // _HOUR, seconds % _HOUR // _MINUTE
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = seconds // _DAY, seconds % _DAY // _HOUR
    return _count_of(days, "day") + (f" {hours} h" if hours else "")
