"""Where the hashes of articles' words lie: one file a batch, written once, so that no text is needed to sign again."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from dedup.sign import Words
from jobs import disk

if TYPE_CHECKING:
    from pathlib import Path


def name(batch: int) -> str:
    """Return the file name of a batch."""
    return f"part-{batch:05}.npy"


def write(folder: Path, batch: int, words: Words) -> None:
    """Write the words of a batch into `folder`; raises StorageError where the disk refuses."""
    buffer = io.BytesIO()
    for array in (words.offsets, np.packbits(words.is_number), words.hashes):
        np.save(buffer, array)
    disk.write_file(folder / name(batch), buffer.getbuffer())


def read(path: Path) -> Words:
    """Return the words in one file."""
    with path.open("rb") as file:
        offsets, packed, hashes = (np.load(file) for _ in range(3))
    return Words(hashes, offsets, np.unpackbits(packed, count=hashes.size).view(np.bool_))
