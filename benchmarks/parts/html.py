"""The extractors on pages whose article people marked; see `benchmarks.extractors`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.extractors import compare
from benchmarks.results import Row, Table

if TYPE_CHECKING:
    from benchmarks.parts import Options

NEEDS = (
    "Not measured: it needs a folder of marked pages, --pages DIR, with ground-truth.json and pages/ID.html.gz as "
    "scrapinghub's article-extraction-benchmark lays them out (`html` there is `pages` here)."
)


def measure(options: Options) -> list[Table]:
    """Return one table; without a folder of pages it says what is needed."""
    if options.pages is None:
        options.told(NEEDS)
        return [Table("Marked pages", "values", [], missing=[NEEDS])]
    found = compare(options.pages, (1, 2), options.told)
    return [Table("Marked pages", "values", [Row(name, values=values) for name, values in found.items()])]
