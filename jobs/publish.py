"""Publishing: the only file that renames or swaps, so the only one that decides what a reader sees.

The order of a publish, each step on the disk before the next begins:

1. tables, extras and state are written in `.staging` and read back; then the manifest
2. the link `.staging/current` names the run to be: while it stands, that run was never committed
3. the state generation, then the run are moved to their places
4. the link is moved over `current`: the commit
5. only then is garbage removed

Whoever holds the lock may call these functions; readers need no lock. Local POSIX file systems only.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from dedup.errors import DamagedError, DedupError, NoResultError, StorageError, UsageError
from jobs import disk, state
from jobs.manifest import (
    CURRENT,
    MANIFEST,
    RUNS,
    STAGING,
    ManifestDraft,
    Plan,
    Result,
    current_run_id,
    encode,
    load,
    open_result,
    run_ids,
    run_time,
    state_folder,
)
from jobs.stage import complete, stage_settled, stage_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    import polars as pl

    from jobs.stage import Settled


HELD = "held"
"""Folder of the result that a gate held back last."""


def is_current(out: Path, plan: Plan) -> bool:
    """Tell whether the current result of `out` came from an equal plan, so that a run would change nothing.

    An update whose inputs and settings are those of the last run adds nothing; a run replaces whatever an update made.
    Files are looked at by size alone: a result with a file missing is made again.

    Raises
    ------
    NewerVersionError
        A newer version of the program made the result.
    """
    try:
        result = open_result(out)
    except (NoResultError, DamagedError):
        return False
    manifest = result.manifest
    if manifest.plan_digest != plan.digest or (plan.command == "run" and manifest.plan.command != "run"):
        return False
    files = {result.path / name: entry for name, entry in manifest.files.items()}
    files |= {state_folder(out, manifest.generation) / name: entry for name, entry in manifest.state.items()}
    return all(path.is_file() and path.stat().st_size == entry.bytes for path, entry in files.items())


def publish(
    out: Path,
    frames: Mapping[str, pl.DataFrame],
    extras: Mapping[str, Callable[[], bytes]],
    draft: ManifestDraft,
    state_draft: state.StateDraft | None = None,
    settled: Settled | None = None,
) -> Result:
    """Write a run into `out` and make it the current one, as a whole or not at all.

    Parameters
    ----------
    out
        Result folder; its lock is held by the caller, who has called `recover`.
    frames
        One frame for each table of `schema.PUBLISHED`, rows in any order.
    extras
        Other files of the run by name, e.g. report.html: what makes each is called while the tables are written.
    draft
        What the manifest is to say; its `run_id` comes from `jobs.manifest.new_run_id`.
    state_draft
        The next state generation; None leaves none.
    settled
        Rows beside those of `frames` that no later run will change.

    Raises
    ------
    StorageError
        A disk operation failed; the last result stands.
    DamagedError
        A table breaks its schema or does not read back as written; the last result stands.
    """
    staging = out / STAGING
    run, generation = staging / "run", state.next_generation(out)
    before = current_run_id(out)
    try:
        disk.make_durable_folder(run)
        with ThreadPoolExecutor(1) as beside:
            made = {name: beside.submit(make) for name, make in sorted(extras.items())}
            files = stage_tables(run, frames, draft.plan)
            if settled:
                files |= stage_settled(out, run, settled, draft.plan, generation)
            for name, content in made.items():
                files[name] = state.write(run / name, content.result())
        entries = state.stage(out, state_draft, staging / "state") if state_draft else {}
        manifest = complete(draft, files, generation, entries)
        disk.write_file(run / MANIFEST, encode(manifest))
        if load(run / MANIFEST) != manifest:
            raise DamagedError(f"{run / MANIFEST} does not read back as it was written; check the disk and run again")
        disk.symlink(staging / CURRENT, Path(RUNS, draft.run_id))
        disk.sync_tree(staging)
        if state_draft:
            _settle(staging / "state", state_folder(out, generation))
        _settle(run, out / RUNS / draft.run_id)
        disk.move(staging / CURRENT, out / CURRENT)
    except BaseException:
        with suppress(DedupError):  # what cannot be removed now, the next run removes
            recover(out)
        raise
    try:
        disk.sync(out)
    except StorageError as error:
        try:
            _swap_back(out, draft.run_id, before)
        except StorageError:
            raise StorageError(f"run {draft.run_id} is published, but a power cut may lose it: {error}") from error
        raise
    with suppress(StorageError):
        disk.remove_tree(staging)
    return Result(out, draft.run_id, manifest)


def set_aside(out: Path, frames: Mapping[str, pl.DataFrame], draft: ManifestDraft) -> Path:
    """Write a result that is not to be published into `out`/held, in place of the one there, and return its folder.

    Raises
    ------
    StorageError, DamagedError
        As `publish`; the published result stands in any case.
    """
    staged, held = out / STAGING / "run", out / HELD
    disk.make_durable_folder(staged)
    files = stage_tables(staged, frames, draft.plan)
    disk.write_file(staged / MANIFEST, encode(complete(draft, files, 0, {})))
    disk.sync_tree(staged)
    disk.remove_tree(held)
    _settle(staged, held)
    return held


def recover(out: Path) -> None:
    """Remove what dead runs left in `out`: staging, runs never committed, state that no run names.

    A published run is never touched. Called first by whoever takes the lock.

    Raises
    ------
    StorageError
        Something cannot be removed.
    """
    staging = out / STAGING
    link = staging / CURRENT
    if link.is_symlink() and (run_id := link.readlink().name) != _named(out):
        _discard(out, out / RUNS / run_id)
    if state.generations(out) and (named := state.named_generations(out)) is not None:
        for generation in set(state.generations(out)) - set(named.values()):
            _discard(out, state_folder(out, generation))
    if staging.is_dir():
        # The link goes last: a recovery that dies on the way must be able to tell again.
        for entry in sorted(staging.iterdir(), key=lambda entry: (entry == link, entry)):
            disk.remove_tree(entry)
        disk.remove_tree(staging)


def gc(out: Path, keep_runs: int, keep_days: float, now: datetime) -> list[str]:
    """Remove old runs, and the state of all but the current run and the one before it; return the removed runs' ids.

    Parameters
    ----------
    keep_runs
        So many of the newest runs stay, at least 1.
    keep_days
        Runs younger than this stay too; the current run always does.
    now
        The time to count days from, with its time zone.

    Raises
    ------
    UsageError
        `keep_runs` is below 1 or `keep_days` below 0.
    StorageError
        Something cannot be removed.
    """
    if keep_runs < 1 or keep_days < 0:
        raise UsageError(f"gc keeps at least 1 run and 0 days, got {keep_runs} and {keep_days}; raise them")
    recover(out)
    current = current_run_id(out)
    old = [run_id for run_id in run_ids(out)[:-keep_runs] if now - run_time(run_id) >= timedelta(days=keep_days)]
    removed = [run_id for run_id in old if run_id != current]
    for run_id in removed:
        _discard(out, out / RUNS / run_id)
    named = state.named_generations(out)
    if named and current in named:
        newest = sorted({number for number in named.values() if number <= named[current]})[-2:]
        for generation in state.generations(out):
            # Above the current one lies the state of runs someone turned back from by hand: theirs to keep.
            if generation < newest[0]:
                _discard(out, state_folder(out, generation))
    disk.remove_tree(out / STAGING)
    return removed


def _named(out: Path) -> str | None:
    try:
        return current_run_id(out)
    except DamagedError:
        return None


def _discard(out: Path, folder: Path) -> None:
    """Take a folder out of sight in one step, then remove it."""
    if folder.is_dir():
        disk.make_folder(out / STAGING)
        hidden = out / STAGING / f"dead-{folder.name}"
        disk.remove_tree(hidden)
        disk.move(folder, hidden)
        disk.sync(folder.parent)
        disk.remove_tree(hidden)


def _settle(staged: Path, place: Path) -> None:
    disk.make_durable_folder(place.parent)
    disk.move(staged, place)
    disk.sync(place.parent)


def _swap_back(out: Path, run_id: str, before: str | None) -> None:
    """Undo a commit that may not be on the disk, leaving the run in place for readers that have it open."""
    disk.symlink(out / STAGING / CURRENT, Path(RUNS, run_id))
    if before is None:
        disk.unlink(out / CURRENT)
    else:
        disk.symlink(out / STAGING / "back", Path(RUNS, before))
        disk.move(out / STAGING / "back", out / CURRENT)
