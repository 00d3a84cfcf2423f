"""The kind of an article: each rule of dedup/kind.py, and which wins."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from dedup.kind import TEMPLATE_HELD, TEMPLATE_TWINS, WALL_WORDS, find_templates, is_wall, kinds, walls


@pytest.mark.parametrize(
    ("words", "kept", "wall", "digest", "template", "kind"),
    [
        (0, 0, True, True, True, "empty"),
        (50, 50, True, True, True, "interstitial"),
        (500, 500, False, True, True, "digest"),
        (500, 39, False, False, True, "stub"),
        (500, 40, False, False, True, "template"),
        (40, 40, False, False, False, "article"),
        (39, 39, False, False, False, "stub"),
    ],
)
def test_each_rule_and_which_wins(
    words: int, kept: int, wall: bool, digest: bool, template: bool, kind: str
) -> None:
    flags = (np.array([flag]) for flag in (wall, digest, template))
    assert kinds(np.array([words]), np.array([kept]), *flags, 40).to_list() == [kind]


def test_a_wall_is_short_and_has_a_walls_wording_in_any_case() -> None:
    phrase = walls()[0]
    texts = pl.Series([phrase, f"XX {phrase.upper()} yy", "The bridge is closed.", phrase, phrase, None])
    words = np.array([9, 9, 9, WALL_WORDS, WALL_WORDS + 1, 0])
    assert is_wall(texts, words).tolist() == [True, True, False, True, False, False]


def test_wall_phrases_are_lower_case_and_long_enough_to_mean_it() -> None:
    assert all(phrase == phrase.lower().strip() and len(phrase) > 3 for phrase in walls())


def judged(*pairs: tuple[int, int, float, str]) -> pl.DataFrame:
    rows = [(a, b, held, 0.1, reason, False, False) for a, b, held, reason in pairs]
    names = ["left", "right", "left_in_right", "right_in_left", "reason", "is_alike", "is_cut"]
    return pl.DataFrame(rows, schema=names, orient="row")


def test_templates_have_twins_of_other_facts() -> None:
    twin = TEMPLATE_HELD
    found = find_templates(
        judged(
            (0, 1, twin, "other facts"),
            (0, 2, twin, "too few identical sentences"),
            (3, 4, twin, "other facts"),
            (5, 6, twin - 0.01, "other facts"),
            (5, 7, twin - 0.01, "other facts"),
            (8, 9, 0.9, "too little shared"),
            (8, 7, 0.9, "too little shared"),
        ),
        10,
    )
    assert TEMPLATE_TWINS == 2
    assert np.flatnonzero(found).tolist() == [0]


def test_accepted_pairs_make_no_template() -> None:
    pairs = judged((0, 1, 0.9, "other facts"), (0, 2, 0.9, "other facts")).with_columns(is_cut=pl.lit(value=True))
    assert not find_templates(pairs, 3).any()
