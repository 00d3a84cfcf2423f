"""What `dedup run` takes, next to its peers, its floors and itself: ``python -m benchmarks [PART...]``.

Without a part: peers, floors, stages and start on 20,000 articles, about a quarter of an hour. Growth and history take
longer, html needs a folder of marked pages. --save keeps the figures in benchmarks/results.json and makes docs/benchmarks.md
of them; "page" alone makes the page again, "all" measures every part at every size that the page tells.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

from benchmarks import page, results
from benchmarks.parts import Options

PARTS = ("peers", "floors", "stages", "growth", "html", "history", "start")
SHORT = ("peers", "floors", "stages", "start")
ALL = (
    ("peers", 20_000), ("peers", 200_000), ("floors", 20_000), ("floors", 200_000), ("stages", 20_000),
    ("stages", 200_000), ("growth", 2_000_000), ("html", None), ("history", None), ("start", None),
)  # fmt: skip
SIZED = ("peers", "floors", "stages")


def main() -> None:
    """Measure the parts named, print their tables, keep them if asked."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}, all or page", default=SHORT)
    parser.add_argument(
        "--articles",
        type=int,
        help="size of the corpus; growth: the largest; history: the new ones",
    )
    parser.add_argument("--runs", type=int, default=5, help="runs of each command (default 5)")
    parser.add_argument(
        "--only", action="append", default=[], metavar="PEER", help="this peer, not all; may be repeated"
    )
    parser.add_argument("--pages", type=Path, help="folder of marked pages, for html")
    parser.add_argument("--save", action="store_true", help="keep the figures and make docs/benchmarks.md of them")
    given = parser.parse_args()
    if odd := set(given.parts) - {*PARTS, "all", "page"}:
        parser.error(f"no part is called {', '.join(sorted(odd))}; there are {', '.join(PARTS)}, all and page")
    named = [part for part in given.parts if part != "page"]
    for part, articles in ALL if "all" in named else [(part, given.articles) for part in named]:
        options = Options(articles, given.runs, tuple(given.only), given.pages, _told)
        measured = importlib.import_module(f"benchmarks.parts.{part}")
        tables = measured.measure(options)
        print("\n".join(page.plain(table) for table in tables), flush=True)
        if given.save:
            key = f"{part}-{articles or measured.ARTICLES}" if part in SIZED else part
            results.save({key: results.Part(results.machine(), tables)})
            page.write()
    if "page" in given.parts:
        page.write()


def _told(line: str) -> None:
    print(f"  {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
