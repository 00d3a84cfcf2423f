"""The English vocabulary: common words first, then invented ones that read like English, some 30,000 in all."""

from __future__ import annotations

import random
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

Words = np.ndarray[tuple[int], np.dtype[np.object_]]


def wordings(name: str) -> dict[str, Any]:
    """Read one of the files of word lists and phrases that lie beside this module."""
    return tomllib.loads((Path(__file__).parent / "wordings" / f"{name}.toml").read_text("utf-8"))


_ENGLISH = wordings("english")
FIRST: list[str] = _ENGLISH["words"]["first_names"]
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _invent(kind: str, count: int, taken: set[str]) -> list[str]:
    """Coin `count` words of a kind that are not in `taken`, always the same ones."""
    rng = random.Random(f"words-{kind}")
    sounds = [_ENGLISH["words"][part] for part in ("onsets", "hearts", "codas")]
    coined: list[str] = []
    while len(coined) < count:
        word = "".join(rng.choice(part) for _ in range(rng.choice((1, 2, 2))) for part in sounds)
        word += rng.choice(_ENGLISH["endings"][kind])
        if 4 <= len(word) <= 13 and word not in taken:
            taken.add(word)
            coined.append(word)
    return coined


def past(verb: str) -> str:
    """Return the regular past tense."""
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ied"
    return verb + "ed"


def plural(noun: str) -> str:
    """Return the regular plural."""
    if noun.endswith(("s", "x", "sh", "ch")):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def zipf(count: int, exponent: float = 1.02, shift: float = 8.0) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return cumulative Zipf-Mandelbrot probabilities of `count` ranks."""
    weights = (np.arange(count) + 1 + shift) ** -exponent
    return np.cumsum(weights / weights.sum())


def _column(words: list[str]) -> Words:
    column = np.empty(len(words), dtype=object)
    column[:] = words
    return column


@cache
def vocabulary() -> dict[str, Words]:
    """Return the word lists by kind, most frequent first."""
    taken: set[str] = set()
    known = {kind: _ENGLISH["words"][f"{kind}s"] for kind in ("noun", "verb", "adjective")}
    for words in known.values():
        taken.update(words)
    lists = {kind: list(dict.fromkeys(words)) for kind, words in known.items()}
    for kind, count in (("noun", 12000), ("verb", 5000), ("adjective", 6000)):
        lists[kind] += _invent(kind, count, taken)
    lists["adverb"] = _ENGLISH["words"]["adverbs"] + [word + "ly" for word in lists["adjective"][150:1650]]
    lists["plural"] = [plural(noun) for noun in lists["noun"]]
    lists["past"] = [past(verb) for verb in lists["verb"]]
    lists["surname"] = [word.capitalize() for word in _invent("name", 5000, taken)]
    lists["place"] = [word.capitalize() for word in _invent("place", 3000, taken)]
    return {kind: _column(words) for kind, words in lists.items()}


class Stream:
    """Words of one kind in an endless row, drawn by frequency in blocks."""

    __slots__ = ("_ahead", "_chances", "_numbers", "_words")

    def __init__(self, words: Words, numbers: np.random.Generator, exponent: float = 1.02) -> None:
        self._words = words
        self._chances = zipf(len(words), exponent)
        self._numbers = numbers
        self._ahead: list[str] = []

    def __call__(self) -> str:
        """Return the next word."""
        if not self._ahead:
            ranks = np.searchsorted(self._chances, self._numbers.random(8192))
            self._ahead = self._words[np.minimum(ranks, len(self._words) - 1)].tolist()
        return self._ahead.pop()
