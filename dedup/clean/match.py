"""Searches in text that Rust's regex can run fast.

Owns the shortcuts; none changes what is found.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable

EDGE = r"(?-u:\b)"
"""A word's edge, for words in ASCII letters. ``\\b`` knows all letters, and keeps Rust's regex from its fast automaton
wherever text is not ASCII."""


def gated(text: pl.Expr, pattern: str) -> pl.Expr:
    r"""Return text, null where a pattern surely has no match: String.

    Without its ``\b`` a pattern matches all that it matched and a little more: a gate that is ten times as fast.
    """
    strict = pattern.replace(EDGE, "")
    loose = strict.replace(r"\b", "")
    return text if loose == strict else pl.when(text.str.contains(loose)).then(text)


def holds_any(text: pl.Expr, words: Iterable[str]) -> pl.Expr:
    """Tell whether text holds any of some words: Boolean.

    Up to some sixty words are searched for five times as fast as by ``str.contains_any``.
    """
    return text.str.contains("|".join(re.escape(word) for word in words))
