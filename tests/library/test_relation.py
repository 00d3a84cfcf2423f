"""How an article relates to another: the bounds of each word."""

from __future__ import annotations

import polars as pl
import pytest

from dedup.relation import relation


@pytest.mark.parametrize(
    ("in_other", "of_other", "jaccard", "sentences", "word"),
    [
        (1.0, 1.0, 1.0, 1.0, "verbatim"),
        (0.95, 0.94, 0.9, 0.2, "verbatim"),
        (0.94, 0.94, 0.89, 1.0, "edited"),
        (0.8, 0.79, 0.6, 1.0, "abridged"),
        (0.79, 0.8, 0.6, 1.0, "extended"),
        (1.0, 0.05, 0.05, 0.0, "abridged"),
        (0.05, 1.0, 0.05, 0.0, "extended"),
        (0.79, 0.79, 0.6, 0.5, "updated"),
        (0.79, 0.79, 0.6, 0.49, "edited"),
        (0.0, 0.0, 0.0, 0.0, "edited"),
    ],
)
def test_each_word_has_its_bounds(
    in_other: float, of_other: float, jaccard: float, sentences: float, word: str
) -> None:
    row = pl.DataFrame({"a": [in_other], "b": [of_other], "j": [jaccard], "s": [sentences]})
    assert row.select(relation(*map(pl.col, "abjs"))).item() == word
