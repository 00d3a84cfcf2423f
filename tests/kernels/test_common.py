"""Common words: what the kernel counts against counting them one by one."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.arrow import text_buffers
from dedup.clean.language import _COMMON, _common_words
from dedup.clean.normalize import fold
from dedup.kernels.common import count_common
from tests.kernels.twins import words_of

WORDS = sorted({word for lists in _COMMON.values() for part in lists for word in part.split()})
TEXTS = st.lists(
    st.lists(st.sampled_from([*WORDS, "Haus", "市", "don't", "…", "&amp;", ""]), max_size=20).map(" ".join), max_size=6
)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_counts_equal_counting_one_by_one(texts: list[str]) -> None:
    data, offsets = text_buffers(pl.Series(texts, dtype=pl.String))
    common, own = (np.empty((len(texts), len(_COMMON)), np.int32) for _ in range(2))
    totals = np.empty(len(texts), np.int32)
    count_common(data, offsets, fold(), *_common_words(), common, own, totals)
    for i, text in enumerate(texts):
        words = words_of(text)
        assert totals[i] == len(words)
        for language, (mine, rest) in enumerate(_COMMON.values()):
            folded = [words_of(word)[0] for word in mine.split()]
            every = {*folded, *(words_of(word)[0] for word in rest.split())}
            assert common[i, language] == sum(word in every for word in words)
            assert own[i, language] == sum(word in folded for word in words)
