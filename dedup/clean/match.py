"""Searches in text that Rust's regex can run fast.

Owns the two shortcuts; neither changes what is found.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable


def gated(text: pl.Expr, pattern: str) -> pl.Expr:
    r"""Return text, null where a pattern surely has no match: String.

    A word boundary (``\b``) keeps Rust's regex from its fast automaton wherever text is not ASCII. Without its
    boundaries a pattern matches all that it matched and a little more: a gate that is ten times as fast.
    """
    loose = pattern.replace(r"\b", "")
    return text if loose == pattern else pl.when(text.str.contains(loose)).then(text)


def holds_any(text: pl.Expr, words: Iterable[str]) -> pl.Expr:
    """Tell whether text holds any of some words: Boolean.

    Up to some sixty words are searched for five times as fast as by ``str.contains_any``.
    """
    return text.str.contains("|".join(re.escape(word) for word in words))
