"""docs/reliability.md from the suite: ``python -m tests.faults.reliability`` prints it, `make docs` writes it."""

from __future__ import annotations

import contextlib
import io
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
HOLDS = {
    "kill": "The last result is whole; the next run ends as if nothing had happened.",
    "errno at a file operation": "The run fails in one sentence that names the path; the last result is untouched.",
    "full, read-only or limited disk": "The same.",
    "TERM, INT and HUP": "The run ends within 5 s with its exit code and leaves no process; the last result is whole.",
    "starts at once": "One works; each other one exits 11 within a second of processor time.",
    "power cut": "With what was not synced lost, torn or reordered, the last result is whole.",
    "readers during publishing": "Polars and DuckDB, each resolving `current` once, see no error and no mixed run.",
    "truncated and bit-flipped inputs": "What was not hit is read; what a packing's checksum covers is never altered unsaid.",
    "WARC records that lie": "The record is lost and listed; every other one is read.",
    "JSON lines that are none": "The line is lost and listed by reason; every other one is read.",
    "bad Parquet": "The row, row group or file is lost and listed; page checksums find flipped bits.",
    "HTML bombs": "Each page ends within 5 s and 1 GiB; the pages beside it are read.",
    "decompression bombs": "The record or file is lost and listed, unpacked no further than its limit.",
    "hostile names": "Names, links and ids are text: nothing is run, followed out or written elsewhere.",
    "order, threads, batches, hash seed, locale, time zone": "Every table has the same bytes.",
    "bit flips in published tables and state": "`dedup check` finds every one.",
    "state of other versions": "It opens, or is refused untouched; a version killed on the way leaves no trace.",
    "nights in any order": "Updates, kills, full disks, files again, removals, replacements: partition, ids and lineage hold.",
    "worker death": "The page in hand is lost and listed; the others are read by the next worker.",
    "no network": "No connection is tried, seen by audit hook and kernel; without a network all is the same.",
}


class Collected:
    """A pytest plugin that keeps the items whose test carries the marker `fault`."""

    def __init__(self) -> None:
        self.cells: dict[tuple[str, str], list[Any]] = defaultdict(list)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            if mark := item.get_closest_marker("fault"):
                goal = next((name for name in ("long", "full") if item.get_closest_marker(name)), "")
                self.cells[mark.args[0], goal].append(mark.kwargs.get("cases", 1))


def page() -> str:
    """Return docs/reliability.md."""
    found = Collected()
    with contextlib.redirect_stdout(io.StringIO()):
        code = pytest.main(["--collect-only", "-qq", "-p", "no:cacheprovider", str(ROOT / "tests")], plugins=[found])
    assert code == 0
    kinds = {kind for kind, _ in found.cells}
    assert kinds == HOLDS.keys(), kinds ^ HOLDS.keys()
    rows = [[kind, *(_cell(found.cells[kind, goal]) for goal in ("", "full", "long")), HOLDS[kind]] for kind in HOLDS]
    head = ["Injected", "`make test`", "`make test-all` adds", "`make test-long` adds", "What must hold"]
    lines = "".join(f"| {' | '.join(row)} |\n" for row in (head, ["---"] * len(head), *rows))
    return f"""<!-- Made by tests/faults/reliability.py from the suite; change the tests, then run `make docs`. -->

# Reliability

Faults that the tests inject, counted from the suite itself; a goal ends with 0 only if each of its cases passes. Cases that
run a whole night over a bad input also ask that the last good result is byte for byte there, that `dedup check` finds no
fault, and that read = kept + dropped + quarantined.

{lines}"""


def _cell(cases: list[Any]) -> str:
    """Return the number of cases, and in words those that have none."""
    words = sorted({case for case in cases if isinstance(case, str)})
    number = sum(case for case in cases if not isinstance(case, str))
    return ", ".join([f"{number:,}"] * bool(number) + words) or "-"


if __name__ == "__main__":
    sys.stdout.write(page())
