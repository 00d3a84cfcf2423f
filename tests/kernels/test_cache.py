"""Kernels whose machine code cannot be kept."""

from __future__ import annotations

import errno
import fcntl
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numba
import numpy as np
import pytest
from numba.core import caching

import dedup
from dedup.kernels import is_kept, jit


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


def test_two_processes_do_not_save_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    kernel, values = jit(_double), np.arange(3)
    lock = Path(kernel._cache.cache_path, "lock")  # type: ignore[attr-defined]
    lock.parent.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(1) as pool:
        with lock.open("wb") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            done = pool.submit(kernel, values)
            with pytest.raises(TimeoutError):
                done.result(3)
            assert not is_kept(kernel)
        done.result(60)
    assert values.tolist() == [0, 2, 4]
    assert is_kept(kernel)


HASH = """
import numpy as np
from dedup.kernels.shingles import shingle_words
out = np.empty(9, np.uint32)
shingle_words(np.arange(1, 10, dtype=np.uint64), 9, 5, out)
print(out[0])
"""


def test_kept_code_is_not_used_once_another_kernel_has_changed(tmp_path: Path) -> None:
    """`shingle_words` takes a constant and a function from tokens.py; its own file stays as it was."""

    def hashed() -> str:
        command = [sys.executable, "-c", HASH]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    shutil.copytree(Path(dedup.__file__).parent, tmp_path / "dedup", ignore=shutil.ignore_patterns("__pycache__"))
    before = hashed()
    assert hashed() == before
    tokens = tmp_path / "dedup/kernels/tokens.py"
    tokens.write_text(tokens.read_text().replace("0xFF51AFD7ED558CCD", "0xFF51AFD7ED558CCF"))
    assert hashed() != before
