"""Kernels whose machine code cannot be kept."""

from __future__ import annotations

import errno

import numpy as np
import pytest
from numba.core import caching

from dedup.kernels import jit


def _double(values):
    for i in range(values.size):
        values[i] *= 2


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_cache_that_cannot_be_written_costs_only_itself(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    asked = []

    def refuse(*_: object) -> None:
        asked.append(code)
        raise OSError(code, "refused")

    monkeypatch.setattr(caching.IndexDataCacheFile, "save", refuse)
    values = np.arange(3)
    jit(_double)(values)
    assert values.tolist() == [0, 2, 4]
    assert asked
