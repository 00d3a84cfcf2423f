"""Prose in nine other languages: real function words, a few real stems, and compounds in each script's own shapes."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

import numpy as np

from benchmarks.corpus.words import Stream, wordings


@dataclass(frozen=True, slots=True)
class Tongue:
    """How a language builds words and sentences.

    Words are a real stem, or one to three `parts` with an ending; `patterns` hold function words and the tags
    N (noun), V (verb), A (adjective), P (person), L (place), Q (number).
    """

    stems: list[str]
    parts: list[str]
    sizes: list[int]
    patterns: list[str]
    joint: str
    stop: str
    quote: str
    is_upper: bool
    endings: dict[str, list[str]]


TONGUES = {language: Tongue(**entry) for language, entry in wordings("tongues").items()}


def _words(language: str, kind: str, count: int) -> list[str]:
    tongue = TONGUES[language]
    rng = random.Random(f"tongue-{language}-{kind}")
    endings = tongue.endings[kind]
    found = dict.fromkeys(tongue.stems) if kind == "N" else {}
    for _ in range(count * 3):
        body = "".join(rng.choices(tongue.parts, k=rng.choice(tongue.sizes)))
        if tongue.is_upper:
            body = body.capitalize()
        word = body + rng.choice(endings)
        if language == "de" and kind in "VA":
            word = word.lower()
        if kind in "PL":
            word = word[0].upper() + word[1:]
        found.setdefault(word)
        if len(found) >= count:
            break
    return list(found)


@cache
def _vocabulary(language: str) -> dict[str, np.ndarray[tuple[int], np.dtype[np.object_]]]:
    sizes = {"N": 4000, "V": 1500, "A": 1200, "P": 400, "L": 400}
    columns = {}
    for kind, count in sizes.items():
        words = _words(language, kind, count)
        columns[kind] = np.empty(len(words), dtype=object)
        columns[kind][:] = words
    return columns


class ForeignProse:
    """An endless source of prose in one language; the counterpart of `prose.Prose`."""

    def __init__(self, rng: random.Random, language: str) -> None:
        self.rng = rng
        self.language = language
        self.tongue = TONGUES[language]
        numbers = np.random.default_rng(rng.getrandbits(64))
        self._draw = {kind: Stream(words, numbers, 0.8) for kind, words in _vocabulary(language).items()}
        self._patterns = [self._split(pattern) for pattern in self.tongue.patterns]

    def _split(self, pattern: str) -> list[str]:
        return pattern.split() if self.tongue.joint else list(pattern)

    def sentence(self) -> str:
        """Return one sentence, sometimes two clauses or a quotation."""
        text = self._clause()
        if self.rng.random() < 0.35:
            text += (
                "，" if self.language == "zh" else "、" if self.language == "ja" else ", " if self.tongue.joint else " "
            ) + self._clause()
        if self.rng.random() < 0.15:
            text = self.tongue.quote.format(text, self._draw["P"]())
        return text[0].upper() + text[1:] + self.tongue.stop

    def _clause(self) -> str:
        draw, rng = self._draw, self.rng
        parts = []
        for tag in rng.choice(self._patterns):
            if tag == "Q":
                parts.append(str(rng.randint(2, 2024)))
            else:
                fill = draw.get(tag.rstrip("은이을과의에보다으로는"))
                parts.append(fill() + tag[1:] if fill else tag)
        return self.tongue.joint.join(parts).replace(" ,", ",")

    def headline(self) -> str:
        """Return a headline."""
        draw = self._draw
        words = [draw["N"](), draw["A"](), draw["N"](), draw["V"](), draw["L"](), draw["N"]()]
        return self.tongue.joint.join(words)

    def place(self) -> str:
        """Return a place name."""
        return self._draw["L"]()

    def paragraphs(self, sentences: int) -> list[list[str]]:
        """Return `sentences` sentences in paragraphs of one to four."""
        found: list[list[str]] = []
        left = sentences
        while left > 0:
            size = min(left, self.rng.choice((1, 2, 2, 3, 4)))
            found.append([self.sentence() for _ in range(size)])
            left -= size
        return found
