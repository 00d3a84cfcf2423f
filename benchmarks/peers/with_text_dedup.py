"""text-dedup: its minhash command on local Parquet files; ``--debug`` makes it write who is whose duplicate.

https://chenghaomou.github.io/text-dedup/minhash.html. The command runs in this process, for what it dumps are objects
of its own.
"""

from __future__ import annotations

import pickle
import tempfile
from pathlib import Path

from common import HASHES, SHINGLE, THRESHOLD, arguments, read, write
from text_dedup.minhash import main as minhash


def main() -> None:
    """Group the articles."""
    folder, out, _ = arguments()
    with tempfile.TemporaryDirectory(dir=out.parent) as scratch:
        minhash(
            [
                "--path", "parquet", "--data_files", str(folder / "*.parquet"), "--split", "train",
                "--cache_dir", f"{scratch}/cache", "--output", f"{scratch}/kept",
                "--column", "text", "--batch_size", "10000", "--idx_column", "id", "--debug",
                "--num_perm", str(HASHES), "--ngram", str(SHINGLE), "--threshold", str(THRESHOLD),
            ],
            standalone_mode=False,
        )  # fmt: skip
        dumped = pickle.loads(Path(scratch, "kept", "uf.pkl").read_bytes())  # noqa: S301 - written a moment ago
    ids, _ = read(folder)
    write(out, ids, [dumped.find(article) for article in ids])


if __name__ == "__main__":
    main()
