"""The straight datasketch way: five-word shingles, MinHash.bulk, MinHashLSH, union-find. The peer of the first floor.

Usage: python benchmarks/datasketch_peer.py ARTICLES.parquet_folder OUT.parquet
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
from datasketch import MinHash, MinHashLSH


def shingles(text: str) -> list[bytes]:
    """Return the five-word shingles of a lower-cased text."""
    words = text.lower().split()
    return [" ".join(words[i : i + 5]).encode() for i in range(max(1, len(words) - 4))]


def root(parents: list[int], i: int) -> int:
    """Return the root of `i`."""
    while parents[i] != i:
        parents[i] = parents[parents[i]]
        i = parents[i]
    return i


def main() -> None:
    """Group the articles and write article_id, story_id."""
    frame = pl.read_parquet(Path(sys.argv[1]) / "*.parquet", columns=["id", "text"])
    signatures = MinHash.bulk([shingles(text) for text in frame["text"]], num_perm=128)
    index = MinHashLSH(threshold=0.5, num_perm=128)
    parents = list(range(len(frame)))
    for i, signature in enumerate(signatures):
        for j in index.query(signature):
            parents[root(parents, i)] = root(parents, j)
        index.insert(i, signature)
    ids = frame["id"].to_list()
    stories = [ids[root(parents, i)] for i in range(len(ids))]
    pl.DataFrame({"article_id": ids, "story_id": stories}).write_parquet(sys.argv[2])


if __name__ == "__main__":
    main()
