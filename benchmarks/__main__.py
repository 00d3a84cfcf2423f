"""The benchmark of whole runs: ``python -m benchmarks``; see `benchmarks.compare`."""

from __future__ import annotations

from benchmarks.compare import main

main()
