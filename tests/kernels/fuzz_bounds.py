"""Run the kernels over damaged bytes; started by `test_bounds` with numba's bounds checks on, or as plain Python."""

from __future__ import annotations

import random
import sys
from typing import NamedTuple

import numpy as np

from dedup.clean.normalize import fold
from dedup.clean.sentences import markers
from dedup.kernels.sentences import split_articles
from dedup.kernels.shingles import read_words, sign_words

ALPHABET = [
    "The vote rose. ", "U.S. ", "2024 ", "\r\n", "\n", "...", "…", "&amp;", "&#1", "&", "â€œ", "â€", "â", "日本。", "น้ำ",
    "한국", "½", "\u0301", "\u00ad", "Read more", "A" * 130, " ", "\u2028", "𠀀", "x\n" * 12, "word " * 45,
]  # fmt: skip
HOSTILE = [0x00, 0x7F, 0x80, 0xBF, 0xC0, 0xC1, 0xC2, 0xE0, 0xE2, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF, 0x26, 0x0A, 0x20]


class Out(NamedTuple):
    hashes: list[int]
    starts: list[int]
    words: list[int]
    signatures: list[int]


def damaged(rng: random.Random) -> bytes:
    text = bytearray("".join(rng.choice(ALPHABET) for _ in range(rng.randint(0, 30))).encode())
    for _ in range(rng.choice((0, 1, 8))):
        if text:
            text[rng.randrange(len(text))] = rng.choice(HOSTILE)
    return bytes(text[rng.randint(0, 2) : len(text) - rng.randint(0, 4)])


def work(articles: list[bytes], keep: list[bool]) -> Out:
    """Cut and sign articles laid one behind the other, each in buffers of exactly the size that is asked for."""
    data = np.frombuffer(b"".join(articles), np.uint8)
    offsets = np.cumsum([0, *map(len, articles)], dtype=np.int64)
    n = len(articles)
    room = 2 * data.size + 2 * n + 2
    hashes, starts = np.empty(room, np.uint64), np.empty(room, np.uint32)
    counts, flags = np.empty(room, np.uint16), np.empty(room, np.uint16)
    ends = np.empty(n + 1, np.int64)
    given = (data, offsets, data, offsets, fold(), *markers())
    read, read_ends = np.empty(2 * data.size + 2, np.uint32), np.empty(n + 1, np.int64)
    assert split_articles(*given, hashes, starts, counts, flags, ends, read, read_ends) == n
    m = int(ends[-1])
    total = int(counts[:m].sum(dtype=np.int64)) + n
    wide, narrow, facts = np.empty(total, np.uint64), np.empty(m, np.uint64), np.empty(total, np.uint64)
    bounds = np.zeros((3, n, 2), np.int64)
    signatures, contents, words = np.empty((n, 16), np.uint32), np.empty(n, np.uint64), np.empty(n, np.int64)
    a, b = np.arange(1, 33, 2, dtype=np.uint32), np.arange(16, dtype=np.uint32)
    is_kept = np.resize(np.array(keep), m)
    spoken, spoken_ends = np.empty(total, np.uint32), np.zeros(n + 1, np.int64)
    assert read_words(data, offsets, ends, starts, fold(), spoken, spoken_ends[1:]) == n
    assert spoken[: spoken_ends[-1]].tolist() == read[: read_ends[-1]].tolist()
    sign_words(
        spoken, spoken_ends, np.arange(n), ends, counts, is_kept, 5, 5, a, b, 0,
        wide, bounds[0], narrow, bounds[1], facts, bounds[2], signatures, contents, words,
    )  # fmt: skip
    return Out(hashes[:m].tolist(), starts[:m].tolist(), words.tolist(), signatures.ravel().tolist())


def main(count: int) -> None:
    """Print one hash over the results of `count` rounds, after checking that neighbours do not matter."""
    rng = random.Random(1)
    total = 0
    for _ in range(count):
        articles = [damaged(rng) for _ in range(4)]
        keep = [rng.random() < 0.8 for _ in range(7)]
        found = work(articles, [True])
        assert found.starts == [start for article in articles for start in work([article], [True]).starts]
        total = hash((total, *map(tuple, work(articles, keep)), *map(tuple, found)))
    sys.stdout.write(f"{total}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
