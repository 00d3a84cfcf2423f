"""Damaged UTF-8 never makes a kernel read or write outside its arrays, compiled or not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def fuzz(rounds: int, **environment: str) -> str:
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore:.*overflow encountered:RuntimeWarning",
            "-m",
            "tests.kernels.fuzz_bounds",
            str(rounds),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_damaged_bytes_stay_within_bounds(tmp_path: Path) -> None:
    """Compiled anew in a cache of its own: numba does not tell checked machine code from unchecked."""
    checked = fuzz(400, NUMBA_BOUNDSCHECK="1", NUMBA_CACHE_DIR=str(tmp_path))
    assert checked == fuzz(400)


def test_plain_python_gives_what_machine_code_gives() -> None:
    assert fuzz(12, NUMBA_DISABLE_JIT="1") == fuzz(12)
