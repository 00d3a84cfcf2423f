"""rensa: R-MinHash over full sets of five-word shingles, and its deduplicator with LSH.

Its README, "Keep unique documents"; whose duplicate an article is the deduplicator tells when asked. The variant "rho" is
its faster batch pipeline, which samples token positions and tells only whether an article has a duplicate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
from common import HASHES, THRESHOLD, arguments, joined, read, shingles, write
from rensa import RMinHash, RMinHashDeduplicator, RMinHashLSH

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED, RHO_BANDS = 42, 32
"""The rho pipeline wants bands that divide the hashes: 32 of 4 aim at Jaccard 0.42."""


def pairs(texts: list[str]) -> Iterator[tuple[int, int]]:
    """Yield each article with the kept ones that it is a duplicate of."""
    signatures = RMinHash.from_token_sets([shingles(text) for text in texts], num_perm=HASHES, seed=SEED)
    index = RMinHashDeduplicator(threshold=THRESHOLD, num_perm=HASHES, use_lsh=True, seed=SEED)
    index.add_pairs((str(i), signature) for i, signature in enumerate(signatures))
    for i, kept in enumerate(index.get_duplicate_sets(signatures)):
        for j in kept:
            yield i, int(j)


def flags(texts: list[str]) -> list[bool]:
    """Return whether each article has a duplicate, by the rho pipeline."""
    matrix = RMinHash.digest_matrix_from_token_sets_rho([shingles(text) for text in texts], num_perm=HASHES, seed=SEED)
    index = RMinHashLSH(threshold=THRESHOLD, num_perm=HASHES, num_bands=RHO_BANDS)
    return list(index.query_duplicate_flags_matrix_one_shot(matrix))


def main() -> None:
    """Group the articles."""
    folder, out, variant = arguments()
    ids, texts = read(folder)
    if variant == "rho":
        pq.write_table(pa.table({"article_id": ids, "is_duplicate": flags(texts)}), out)
    else:
        write(out, ids, [ids[i] for i in joined(len(ids), pairs(texts))])


if __name__ == "__main__":
    main()
