"""The limit on a run's memory: watched from beside, ended cleanly before it is passed."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from dedup.errors import MemoryLimitError, SettingsError
from jobs import stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B?")
_STEPS = "KMGT"
MARGIN = 0.05
"""Share of the limit kept free: what a run may take between two looks."""

PERIOD = 0.05
"""Seconds between two looks."""

_HEAP = ((-8, 1), (-4, 0), (-1, 2**31 - 1), (-2, 2**26))
"""M_ARENA_MAX, M_MMAP_MAX, M_TRIM_THRESHOLD and M_TOP_PAD of mallopt(3)."""


MUCH = 2**30
"""Bytes from which on memory is worth more than the time that clearing its pages anew takes."""


def parse_size(text: str) -> int:
    """Return the bytes that `text` names: ``8GiB`` and ``8Gi`` by 1024, ``8GB`` and ``8G`` by 1000, ``8`` as it stands.

    Raises
    ------
    SettingsError
        It names no size.
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise SettingsError(f"{text!r} is no size of memory; give one as 500MB or 8GiB")
    step = 1024 if match[3] else 1000
    return int(float(match[1]) * step ** (_STEPS.index(match[2]) + 1 if match[2] else 0))


def resident() -> int | None:
    """Return the bytes of memory that this process and its children hold; None where the system does not tell.

    What they share is counted for each: an upper bound. Mapped files are not: the system takes their pages back at need.
    """
    own = _held_by("self")
    return None if own is None else own + sum(_held_by(child) or 0 for child in _children())


def _children() -> list[str]:
    """Return the ids of the processes that the threads of this one have started; none where the system does not tell."""
    found: list[str] = []
    for thread in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):  # the thread has ended meanwhile
            found += thread.read_text().split()
    return found


def _held_by(process: str) -> int | None:
    try:
        status = Path("/proc", process, "status").read_text()
    except OSError:
        return None
    held = re.findall(r"^Rss(?:Anon|Shmem):\s+(\d+) kB", status, re.MULTILINE)
    return sum(map(int, held)) * 1024 if held else None


def keep_freed() -> None:
    """Let this process keep what it frees for what it asks for next, where its C library is glibc.

    By default arrays of some size come from the system and go back to it, and the system clears every page anew: a
    tenth of a run. One arena for all threads, so that each can use what another freed.
    """
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for option, value in _HEAP:
            mallopt(option, value)


def give_back() -> None:
    """Give what this process kept of the memory it freed back to the system, where it holds much (MUCH) and can."""
    import ctypes

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None and (_held_by("self") or 0) > MUCH:
        trim(0)


@contextmanager
def limited(limit: int, measure: Callable[[], int | None] = resident) -> Iterator[None]:
    """Stop the `with` block, which runs in the main thread, once memory comes within `MARGIN` of `limit` bytes.

    Watched is what this process holds together with the extraction workers it has started.
    Nothing is watched where the system does not tell how much memory a process holds.

    Raises
    ------
    MemoryLimitError
        The block was stopped.
    """
    if measure() is None:
        yield
        return
    is_over, held = threading.Event(), [0]

    def watch() -> None:
        while not ended.wait(PERIOD):
            held[0] = measure() or 0
            if held[0] > limit * (1 - MARGIN):
                is_over.set()
                stop.request(said(), MemoryLimitError.exit_code)
                return

    def said() -> str:
        return (
            f"the run holds {held[0] / 1e6:,.0f} MB of memory and was stopped at its limit of {limit / 1e6:,.0f} MB; "
            "raise --memory-limit or read less at once"
        )

    ended = threading.Event()
    watcher = threading.Thread(target=watch, name="memory", daemon=True)
    watcher.start()
    try:
        yield
    except stop.Stopped as stopped:
        if is_over.is_set():
            raise MemoryLimitError(said()) from stopped
        raise
    finally:
        ended.set()
        watcher.join()
