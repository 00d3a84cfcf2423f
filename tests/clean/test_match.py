"""Shortcuts hide nothing: what a gate keeps out holds no match, and no alias that would be marked."""

from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.clean.agencies import known
from dedup.clean.byline import rules
from dedup.clean.marks import MARKS, gate, mark
from dedup.clean.match import gated, holds_any

ALIASES = st.sampled_from(["AP", "Reuters", "Associated Press", "Associated\nPress", "新华社", "ТАСС"])
TEXTS = st.lists(ALIASES | st.sampled_from([" ", "\n", "x", "É", "9", "—", "(", "told "]), max_size=8).map("".join)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_an_alias_on_its_own_passes_the_gate(text: str) -> None:
    who = known()
    frame = pl.DataFrame({"text": [f"{text} AP {text}", text]})
    shown = frame.select(
        passes=pl.col("text").str.contains(gate(who)),
        is_word=pl.col("text").str.contains(r"(?:^|[^\p{L}\p{N}])(?:AP|Reuters|Associated\sPress)(?:[^\p{L}\p{N}]|$)"),
        is_marked=mark(pl.col("text"), who).str.contains(f"[{MARKS}]"),
    )
    assert shown.row(0) == (True, True, True)
    assert shown["passes"][1] or not shown["is_word"][1]


def test_other_words_pass_the_gate_too() -> None:
    frame = pl.DataFrame({"text": ["see a.b.org", "see axb.org", "SOAP"]})
    assert frame.select(pl.col("text").str.contains(gate(known(), ["a.b.org"])))["text"].to_list() == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("text", ["By ÉMILE Dupont, AP\u00a0Staff", "café By Ann Lee — \ue001AP\ue00f News", "", "é"])
def test_a_gated_pattern_finds_what_it_found(text: str) -> None:
    frame = pl.DataFrame({"text": [text]})
    for rule in rules(known()):
        bare = frame.select(pl.col("text").str.extract(rule.pattern, 0))
        assert frame.select(gated(pl.col("text"), rule.pattern).str.extract(rule.pattern, 0)).equals(bare)


@given(st.text(max_size=20), st.lists(st.text(min_size=1, max_size=3), min_size=1, max_size=5))
def test_words_are_taken_literally(text: str, words: list[str]) -> None:
    held = pl.DataFrame({"text": [text]}).select(holds_any(pl.col("text"), words)).item()
    assert held == (re.search("|".join(map(re.escape, words)), text) is not None)
