"""Where the hashes of articles' words lie: one file a batch, written once, so that no text is needed to sign again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.clean.sentences import Words
from jobs import disk

if TYPE_CHECKING:
    from pathlib import Path


def name(batch: int) -> str:
    """Return the file name of a batch."""
    return f"part-{batch:05}.bin"


def write(folder: Path, batch: int, words: Words) -> None:
    """Write the words of a batch into `folder`; raises StorageError where the disk refuses.

    The file is the count of offsets (int64), the offsets (int64) and the hashes (uint32).
    """
    count = np.array([words.offsets.size], np.int64)
    with disk.Output(folder / name(batch)) as output:
        for array in (count, words.offsets, words.hashes):
            output.write(array.data)


def read(path: Path) -> Words:
    """Return the words in one file, which stays mapped."""
    data = np.memmap(path, np.uint8, "r")
    stop = 8 + 8 * int(data[:8].view(np.int64)[0])
    return Words(data[stop:].view(np.uint32), data[8:stop].view(np.int64))
