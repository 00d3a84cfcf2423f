"""datasketch: MinHash.bulk over five-word shingles, an LSH index that is asked before each insertion.

https://ekzhu.com/datasketch/lsh.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from common import HASHES, THRESHOLD, arguments, joined, read, shingles, write
from datasketch import MinHash, MinHashLSH

if TYPE_CHECKING:
    from collections.abc import Iterator


def pairs(texts: list[str]) -> Iterator[tuple[int, int]]:
    """Yield each article with those before it that share a band with it."""
    index = MinHashLSH(threshold=THRESHOLD, num_perm=HASHES)
    sets = ([shingle.encode() for shingle in shingles(text)] for text in texts)
    for i, signature in enumerate(MinHash.generator(sets, num_perm=HASHES)):
        for j in index.query(signature):
            yield i, j
        index.insert(i, signature)


def main() -> None:
    """Group the articles."""
    folder, out, _ = arguments()
    ids, texts = read(folder)
    write(out, ids, [ids[i] for i in joined(len(ids), pairs(texts))])


if __name__ == "__main__":
    main()
