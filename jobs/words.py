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

    The file is an int64 count of offsets and one of words, the offsets (int64), the hashes (uint64), and a bit a word that
    says whether it is a number.
    """
    counts = np.array([words.offsets.size, words.hashes.size], np.int64)
    with disk.Output(folder / name(batch)) as output:
        for array in (counts, words.offsets, words.hashes, np.packbits(words.is_number)):
            output.write(array.data)


def read(path: Path) -> Words:
    """Return the words in one file, which stays mapped."""
    data = np.memmap(path, np.uint8, "r")
    ends, size = data[:16].view(np.int64).tolist()
    at = 16 + 8 * ends
    stop = at + 8 * size
    is_number = np.unpackbits(data[stop:], count=size).view(np.bool_)
    return Words(data[at:stop].view(np.uint64), data[16:at].view(np.int64), is_number)
