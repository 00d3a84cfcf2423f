"""A night as the program works through it: an update of few articles over stories of which some have retired.

The clock stands still, so that the same night leaves the same bytes every time, manifest and report too.
"""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from unittest import mock

from benchmarks.corpus.generate import tables
from benchmarks.corpus.rows import Plan
from dedup.config import Settings
from jobs import nightly
from jobs.progress import Progress

PLAN = Plan(articles=60, sites=8, seed=9, is_hard=False)
INPUTS = ("oldest.jsonl", "old.jsonl", "new.jsonl")


def update(path, out, day, window=2, **settings):
    """Update `out` with one file at 3 o'clock of a day of November; a story retires `window` days after its last article."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2026, 11, day, 3, tzinfo=UTC)

    settings = {"threads": 1} | settings
    with mock.patch.object(nightly, "datetime", Clock):
        return nightly.update(
            [path], out, Settings(**settings), {}, Progress(), window=window, as_of=date(2026, 11, day)
        ).result


def prepare(out):
    """Put the result of the nights before into `out`, and the file of the night to come beside it."""
    shutil.copytree(_before() / "out", out, symlinks=True)
    shutil.copy(_before() / INPUTS[2], out.parent)


def run(out):
    """Update with the file of the night."""
    return update(out.parent / INPUTS[2], out, 5)


def rows(plan=PLAN):
    """Return the articles of `plan` as rows of a JSON file."""
    made = tables(plan, (0, plan.articles))[0].to_pylist()
    for row in made:
        row["published_at"] = row["published_at"] and row["published_at"].isoformat()
    return made


def write(path, some, mark=""):
    """Write rows as JSON lines, `mark` put to each id and address, and return `path`."""
    marked = [{**row, "id": row["id"] + mark, "url": row["url"] + mark} for row in some]
    path.write_text("".join(json.dumps(row) + "\n" for row in marked))
    return path


@cache
def _before():
    folder = Path(tempfile.mkdtemp(prefix="dedup-night-"))
    atexit.register(shutil.rmtree, folder)
    for night, name in enumerate(INPUTS):
        write(folder / name, rows()[night :: len(INPUTS)])
    update(folder / INPUTS[0], folder / "out", 1)
    result = update(folder / INPUTS[1], folder / "out", 4)
    assert any("retired-" in name for name in result.manifest.files)
    return folder
