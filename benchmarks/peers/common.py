"""What every peer's script needs: articles in, stories out, and the joining of pairs. Needs pyarrow alone."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HASHES, SHINGLE = 128, 5
"""Hashes a signature and words a shingle: what dedup takes."""

THRESHOLD, BANDS, ROWS = 0.5, 25, 5
"""Jaccard that the bands aim at (datasketch's optimum for 128 hashes): where plain MinHash does best on these articles.

At the 0.7 or 0.8 of most documentation it finds next to nothing in pages with furniture.
"""


def arguments() -> tuple[Path, Path, str]:
    """Return the folder of articles, the file to write, and the variant or "" that the command line names."""
    folder, out, *variant = sys.argv[1:]
    return Path(folder), Path(out), "".join(variant)


def read(folder: Path) -> tuple[list[str], list[str]]:
    """Return the ids and the texts of the articles."""
    table = pq.read_table(folder, columns=["id", "text"])
    return table["id"].to_pylist(), table["text"].to_pylist()


def write(out: Path, ids: Sequence[str], stories: Sequence[object]) -> None:
    """Write article_id and story_id, both String."""
    names = pa.array([str(story) for story in stories], pa.string())
    pq.write_table(pa.table({"article_id": pa.array(ids, pa.string()), "story_id": names}), out)


def shingles(text: str) -> list[str]:
    """Return the shingles of a lower-cased text, cut at white space; repeats stay."""
    words = text.lower().split()
    return [" ".join(words[i : i + SHINGLE]) for i in range(max(1, len(words) - SHINGLE + 1))]


def joined(count: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """Return the smallest member of each one's connected component, for 0 to `count` - 1."""
    parents = list(range(count))

    def root(i: int) -> int:
        while parents[i] != i:
            parents[i] = parents[parents[i]]
            i = parents[i]
        return i

    for one, other in pairs:
        a, b = root(one), root(other)
        parents[max(a, b)] = min(a, b)
    return [root(i) for i in range(count)]
