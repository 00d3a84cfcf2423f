"""Numba kernels: arrays in, arrays out. Nothing here knows a frame, a file or a setting by name.

Conventions: shapes and dtypes stand in the docstrings, the array written is last; kernels release the GIL, so a caller
runs one a core by handing each thread its own rows; text is UTF-8 bytes `data: uint8[m]` with `offsets: int64[n+1]`.
"""

from __future__ import annotations

import fcntl
import hashlib
from contextlib import suppress
from functools import lru_cache, partial
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numba
from numba.core.runtime.nrt import rtsys

if TYPE_CHECKING:
    from collections.abc import Callable


def jit(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile `function` with numba: no Python objects, GIL released, machine code cached on disk where possible.

    Where neither the code's folder nor a user cache folder can be written (a read-only install without HOME), numba
    refuses to cache (numba issue 4908); the kernel is then compiled anew in each process. So it is where the cache
    turns out to be full or read-only only once the kernel is compiled. What is cached is valid for the sources of all
    kernels as they were. Nobody calls them from C: the wrappers for that took a sixth of a first run.
    """
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}
    try:
        kernel: Callable[..., Any] = numba.njit(cache=True, **options)(function)
    except RuntimeError:
        uncached: Callable[..., Any] = numba.njit(**options)(function)
        return uncached
    if cache := getattr(kernel, "_cache", None):  # there is none under NUMBA_DISABLE_JIT
        # Numba's own stamp covers the function's file alone, and kernels call, and take constants from, one another.
        cache._cache_file._source_stamp = _stamp()
        cache.load_overload = partial(_load, cache)
        cache.save_overload = _where_possible(cache.save_overload, Path(cache.cache_path, "lock"))
    return kernel


def is_kept(kernel: Callable[..., Any]) -> bool:
    """Tell whether machine code of `kernel` is kept from another process, or cannot be kept."""
    file = getattr(getattr(kernel, "_cache", None), "_cache_file", None)
    return file is None or bool(file._load_index())


@lru_cache(maxsize=1)
def _stamp() -> str:
    """Return the digest of all kernels' source: a cached kernel stays valid for just these."""
    digest = hashlib.sha256()
    sources = (entry for entry in resources.files(__package__).iterdir() if entry.name.endswith(".py"))
    for source in sorted(sources, key=lambda entry: entry.name):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _load(cache: Any, signature: Any, context: Any) -> Any:
    """Return a kernel's cached machine code, None where there is none yet.

    As numba's own does, but for `context.refresh`, which loads all that compiling may need, SciPy's linear algebra among
    it: half of a process's start. Numba does so itself once there is something to compile.
    """
    rtsys.initialize(context)
    with cache._guard_against_spurious_io_errors():
        return cache._load_overload(signature, context)


def _where_possible(save: Callable[..., None], lock: Path) -> Callable[..., None]:
    """Return `save`, which gives way where the disk refuses, and to another process that saves.

    Numba numbers the forms of a kernel by its index file, which two processes at once would both read before either wrote:
    one form's name would stand for the code of the other.
    """

    def save_or_leave(*compiled: Any) -> None:
        with suppress(OSError), lock.open("wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            save(*compiled)

    return save_or_leave
