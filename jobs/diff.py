"""What changed between two runs of one result."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dedup.diff import Diff, diff
from dedup.errors import NoResultError, UsageError
from jobs.manifest import CURRENT, Result, open_result, open_run, run_ids

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl


class RunDiff(NamedTuple):
    """What became of the stories of a run in another, and how many articles only the second or the first holds."""

    changes: Diff
    came: int
    went: int


def diff_runs(old: Result, new: Result) -> RunDiff:
    """Compare the articles and stories of two runs."""
    before, after = _members(old), _members(new)
    common = before.join(after, on="article_id", how="semi").height
    return RunDiff(diff(before, after), after.height - common, before.height - common)


def find_run(out: Path, given: str) -> Result:
    """Open the run that `given` names: by its id, the beginning of it, or ``current``.

    Raises
    ------
    NoResultError
        There is no such run.
    UsageError
        Several runs have ids that begin so.
    DamagedError, NewerVersionError
        Its manifest cannot be read.
    """
    if given == CURRENT:
        return open_result(out)
    known = run_ids(out)
    if not known:
        return open_result(out)  # says what is missing
    found = [run_id for run_id in known if run_id == given] or [run_id for run_id in known if run_id.startswith(given)]
    if not found:
        raise NoResultError(f"{out} holds no run {given}; it holds {', '.join(known[-5:])}")
    if len(found) > 1:
        raise UsageError(f"{given!r} may mean {', '.join(found[:3])}; give more of the id")
    return open_run(out, found[0])


def _members(result: Result) -> pl.DataFrame:
    return result.table("assignments").select("article_id", "story_id").collect()
