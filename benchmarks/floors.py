"""What no program can go below: reading the same Parquet and writing tables of the output's size, and hashing all text.

Run as a process of its own: ``python -m benchmarks.floors copy ARTICLES OUT BYTES`` or ``hash ARTICLES``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import polars as pl


def copy(articles: Path, out: Path, size: int) -> None:
    """Read all columns, and write as many of the articles again (Parquet, zstd) as make `size` bytes, flushed to the disk."""
    frame = pl.read_parquet(articles / "*.parquet")
    held = sum(path.stat().st_size for path in articles.glob("*.parquet"))
    left, number = size / held, 0
    out.mkdir(parents=True, exist_ok=True)
    while left > 0:
        path = out / f"{number}.parquet"
        frame.head(round(frame.height * min(1.0, left))).write_parquet(path, compression="zstd", compression_level=3)
        with path.open("rb+") as file:
            os.fsync(file.fileno())
        left, number = left - 1, number + 1


def digest(articles: Path) -> None:
    """Read all texts and hash their bytes with xxh3."""
    import xxhash

    state = xxhash.xxh3_64()
    for chunk in pl.read_parquet(articles / "*.parquet", columns=["text"])["text"].get_chunks():
        state.update(chunk.to_arrow(compat_level=pl.CompatLevel.oldest()).buffers()[2])


def main() -> None:
    """Do what the command line names."""
    which, articles, *rest = sys.argv[1:]
    if which == "copy":
        copy(Path(articles), Path(rest[0]), int(rest[1]))
    else:
        digest(Path(articles))


if __name__ == "__main__":
    main()
