"""Texts with known overlaps, and the way from texts to judged pairs that the tests of matching share."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from dedup.clean.sentences import split
from dedup.config import Settings
from dedup.sign import Signed, sign

if TYPE_CHECKING:
    from collections.abc import Sequence

SETTINGS = Settings()
_SYLLABLES = (
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "je",
    "ki",
    "lo",
    "mu",
    "na",
    "pe",
    "ri",
    "so",
    "tu",
    "va",
    "we",
    "xi",
    "yo",
    "zu",
)


def sentence(rng: random.Random, words: int = 18) -> str:
    """Return a sentence of invented words; two of them share none but by chance."""
    made = ["".join(rng.choice(_SYLLABLES) for _ in range(rng.randint(2, 4))) for _ in range(words)]
    return " ".join([made[0].capitalize(), *made[1:]]) + "."


def story(seed: int, sentences: int = 12) -> list[str]:
    rng = random.Random(seed)
    return [sentence(rng) for _ in range(sentences)]


def signed(texts: Sequence[str | None], settings: Settings = SETTINGS) -> Signed:
    """Sign texts whole, nothing taken for furniture."""
    column = pl.Series(texts, dtype=pl.String)
    pieces = split(column)
    return sign(column, pieces, np.ones(pieces.hashes.size, bool), settings)
