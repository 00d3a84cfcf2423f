"""A run as the command line makes it: locked, watched, shown, and cleaned up after whatever ends it."""

from __future__ import annotations

import gc
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from dedup.errors import DedupError
from jobs import memory, stop
from jobs.lock import locked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from dedup.config import Settings
    from jobs.nightly import Outcome
    from jobs.progress import Progress


class Shown(NamedTuple):
    """How a run shows its progress.

    `log` is called at the end of each stage, None says nothing; `is_bar`: a bar on standard error instead.
    """

    log: Callable[..., None] | None
    is_bar: bool


def run(
    inputs: Sequence[str],
    out: Path,
    settings: Settings,
    mapping: Mapping[str, str],
    shown: Shown,
    *,
    replaces_updates: bool,
) -> Outcome:
    """Run the job under the lock of `out`; see `jobs.nightly.run`.

    Raises
    ------
    LockedError
        Another run holds the lock.
    MemoryLimitError
        The run came near its memory limit.
    Stopped
        A signal ended it; whatever it had written is removed.
    """

    def job(progress: Progress) -> Outcome:
        from jobs import nightly

        return nightly.run(inputs, out, settings, mapping, progress, replaces_updates=replaces_updates)

    return _watched(job, out, settings, shown)


def update(
    inputs: Sequence[str],
    out: Path,
    settings: Settings,
    mapping: Mapping[str, str],
    shown: Shown,
    *,
    window: int,
    as_of: date | None,
    is_forced: bool,
) -> Outcome:
    """Update under the lock of `out`; see `jobs.nightly.update`, and `run` for what else may end it."""

    def job(progress: Progress) -> Outcome:
        from jobs import nightly

        return nightly.update(
            inputs, out, settings, mapping, progress, window=window, as_of=as_of, is_forced=is_forced
        )  # fmt: skip

    return _watched(job, out, settings, shown)


def preview(inputs: Sequence[str], mapping: Mapping[str, str]) -> dict[str, Any]:
    """Return what a run would read; see `jobs.nightly.preview`."""
    from jobs import nightly

    return nightly.preview(inputs, mapping)


def _watched(job: Callable[[Progress], Outcome], out: Path, settings: Settings, shown: Shown) -> Outcome:
    """Call the job under the lock, with a limit on memory, ready for signals."""
    limit = memory.parse_size(settings.memory_limit)
    _prepare(settings.threads)
    with locked(out), stop.stoppable(lambda: _clean_up(out)), memory.limited(limit):
        try:
            return _barred(job, shown)
        except BaseException:
            _clean_up(out)
            raise


def _barred(job: Callable[[Progress], Outcome], shown: Shown) -> Outcome:
    from jobs.progress import BarProgress, Progress

    if not shown.is_bar:
        return job(Progress(shown.log))
    bar = BarProgress()
    with bar.shown():
        return job(bar)


def _clean_up(out: Path) -> None:
    """Remove what the run had written and not published; what cannot be removed now, the next run removes."""
    from jobs import publish

    with suppress(DedupError):
        publish.recover(out)


def _prepare(threads: int) -> None:
    """Tell the libraries that load from here on what the run needs of them: most read it from the environment."""
    if threads:
        os.environ.setdefault("POLARS_MAX_THREADS", str(threads))
    memory.keep_freed()
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # the same heap, not one more
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its idle threads spin, and nothing here multiplies matrices
    gc.set_threshold(100_000, 50, 50)  # by default every import of a large library walks all objects many times
