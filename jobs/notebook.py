"""A run on a frame, and a result as an object that prints well: the way in for notebooks."""

from __future__ import annotations

import shutil
import weakref
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import TYPE_CHECKING

import polars as pl

from dedup.config import Settings
from dedup.errors import UsageError
from jobs import nightly
from jobs.lock import locked
from jobs.manifest import Result, open_result
from jobs.match import Match, match
from jobs.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Mapping

SHOWN = 10
"""Stories printed."""


class Run:
    """A result: its tables as frames, each read when first asked for and as in docs/data-dictionary.md.

    Attributes
    ----------
    stories, assignments, pairs, furniture, sites, syndication, lineage, quarantine : pl.DataFrame
        The published tables.
    path : Path
        Folder of the run.

    Notes
    -----
    Prints as what happened and the biggest stories; in a notebook as a table.
    """

    def __init__(self, result: Result, home: str | None = None) -> None:
        self._result = result
        self._frames: dict[str, pl.DataFrame] = {}
        if home:
            weakref.finalize(self, shutil.rmtree, home, ignore_errors=True)

    def __getattr__(self, name: str) -> pl.DataFrame:
        if name.startswith("_") or name not in self._result.manifest.rows:
            raise AttributeError(f"a run has no {name!r}; it has {', '.join(sorted(self._result.manifest.rows))}")
        if name not in self._frames:
            self._frames[name] = self._result.table(name).collect()
        return self._frames[name]

    def __dir__(self) -> list[str]:
        return [*self._result.manifest.rows, "path", "match"]

    @property
    def path(self) -> Path:
        """Folder of the run; gone with this object where `dedup.run` was given no folder."""
        return self._result.path

    def match(self, text: str, *, title: str | None = None, site: str | None = None) -> Match:
        """Return which story of this run `text` belongs to; see `dedup.match`."""
        return match(self._result, text, title=title, site=site)

    def _biggest(self) -> pl.DataFrame:
        shown = self.stories.filter(pl.col("article_count") > 1).sort(
            "article_count", "site_count", "story_id", descending=[True, True, False]
        )
        return shown.head(SHOWN).select("article_count", "site_count", "title", "canonical_site", "agency", "story_id")

    def _said(self) -> str:
        articles, stories = self.assignments.height, self.stories.height
        shared = int((self.stories["article_count"] > 1).sum())
        told = f"{articles:,} articles are {stories:,} stories"
        return f"{told}: {shared:,} on more than one page, {articles - stories:,} copies."

    def __repr__(self) -> str:
        with pl.Config(
            tbl_hide_column_data_types=True, tbl_hide_dataframe_shape=True, fmt_str_lengths=60, tbl_width_chars=160
        ):
            return f"{self._said()}\n{self._biggest()}"

    def _repr_html_(self) -> str:
        return f"<p><b>{self._said()}</b></p>{self._biggest()._repr_html_()}"


def run(
    articles: pl.DataFrame | pl.LazyFrame,
    *,
    out: str | Path | None = None,
    settings: Settings | None = None,
    mapping: Mapping[str, str] | None = None,
) -> Run:
    """Group the articles of a frame into stories.

    Parameters
    ----------
    articles
        One row an article. Usual column names are recognised: text (or content, body, maintext), and where there are any
        id, url, title, site, published_at.
    out
        Folder that keeps the result, as ``dedup run --out`` does; without one it lives as long as the object returned.
    settings
        Settings other than the default ones.
    mapping
        Meaning to column, where columns have names of their own, e.g. ``{"text": "story"}``.

    Raises
    ------
    UsageError
        There is no column with text.
    NothingReadError
        No row holds an article.
    """
    frame = articles.lazy().collect()
    if frame.is_empty():
        raise UsageError("the frame has no rows; give one row an article")
    home = mkdtemp(prefix="dedup-") if out is None else None
    folder = Path(home, "result") if home else Path(out or "")
    try:
        with TemporaryDirectory(prefix="dedup-") as given, locked(folder):
            source = Path(given, "articles.parquet")
            frame.write_parquet(source)
            outcome = nightly.run([str(source)], folder, settings or Settings(), mapping or {}, Progress())
    except BaseException:
        if home:
            shutil.rmtree(home, ignore_errors=True)
        raise
    return Run(outcome.result, home)


def load(directory: str | Path) -> Run:
    """Return the current result in a folder that ``dedup run --out`` named.

    Raises
    ------
    NoResultError, DamagedError, NewerVersionError
        There is none that can be read.
    """
    return Run(open_result(Path(directory)))
