"""The lock that keeps two runs out of one folder; imports nothing heavy, so that it is taken before anything is."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from dedup.errors import LockedError
from jobs import disk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold the lock of the result folder `out`, made if it is not there, for the length of the `with` block.

    The lock is the kernel's (flock) on `out`/lock: it is free the moment its holder dies, and the file stays.

    Raises
    ------
    LockedError
        Another run holds it; there is no waiting.
    StorageError
        The folder cannot be made or written.
    """
    disk.make_durable_folder(out)
    path = out / "lock"
    # A soft lock would outlive a killed run, so a file system without flock is an error instead.
    lock = FileLock(path, timeout=0, thread_local=False, fallback_to_soft=False)
    with disk.storing("lock", path):
        try:
            lock.acquire()
        except Timeout as error:
            raise LockedError(f"another run holds {path}; wait until it has ended and run again") from error
    try:
        yield
    finally:
        lock.release()
