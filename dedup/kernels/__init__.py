"""Numba kernels: arrays in, arrays out. Nothing here knows a frame, a file or a setting by name.

Conventions: shapes and dtypes stand in the docstrings, the array written is last; kernels release the GIL, so a caller
runs one a core by handing each thread its own rows; text is UTF-8 bytes `data: uint8[m]` with `offsets: int64[n+1]`.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numba

if TYPE_CHECKING:
    from collections.abc import Callable


def jit(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile `function` with numba: no Python objects, GIL released, machine code cached on disk where possible.

    Where neither the code's folder nor a user cache folder can be written (a read-only install without HOME), numba
    refuses to cache (numba issue 4908); the kernel is then compiled anew in each process. So it is where the cache
    turns out to be full or read-only only once the kernel is compiled.
    """
    try:
        kernel = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:
        return numba.njit(nogil=True, error_model="numpy")(function)
    if cache := getattr(kernel, "_cache", None):  # there is none under NUMBA_DISABLE_JIT
        cache.save_overload = _where_possible(cache.save_overload)
    return kernel


def _where_possible(save: Callable[..., None]) -> Callable[..., None]:
    def save_or_leave(*compiled: Any) -> None:
        with suppress(OSError):
            save(*compiled)

    return save_or_leave
