"""gaoya: an index of strings filled and asked in bulk, on all processors.

https://github.com/serega/gaoya
"""

from __future__ import annotations

from common import BANDS, ROWS, SHINGLE, THRESHOLD, arguments, joined, read, write
from gaoya.minhash import MinHashStringIndex


def main() -> None:
    """Group the articles."""
    folder, out, _ = arguments()
    ids, texts = read(folder)
    index = MinHashStringIndex(
        hash_size=32, jaccard_threshold=THRESHOLD, num_bands=BANDS, band_size=ROWS,
        analyzer="word", lowercase=True, ngram_range=(SHINGLE, SHINGLE),
    )  # fmt: skip
    index.par_bulk_insert_docs(list(range(len(ids))), texts)
    found = index.par_bulk_query(texts)
    pairs = ((i, j) for i, alike in enumerate(found) for j in alike)
    write(out, ids, [ids[i] for i in joined(len(ids), pairs)])


if __name__ == "__main__":
    main()
