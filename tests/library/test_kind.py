"""The kind of an article: each rule of dedup/kind.py, and which wins."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from dedup.kind import (
    TEMPLATE_HELD,
    TEMPLATE_SENTENCES,
    TEMPLATE_SHARED,
    TEMPLATE_TWINS,
    WALL_WORDS,
    find_templates,
    is_bare_wall,
    is_wall,
    kinds,
    walls,
)


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
def test_each_rule_and_which_wins(words: int, kept: int, wall: bool, digest: bool, template: bool, kind: str) -> None:
    flags = (np.array([flag]) for flag in (wall, digest, template))
    assert kinds(np.array([words]), np.array([kept]), *flags, 40).to_list() == [kind]


WALL = "just a moment"


def test_a_bare_wall_is_short_and_has_a_walls_wording_in_any_case() -> None:
    texts = pl.Series([WALL, "XX I’M NOT A ROBOT yy", "The bridge is closed.", WALL, WALL, None])
    words = np.array([9, 9, 9, WALL_WORDS, WALL_WORDS + 1, 0])
    assert is_bare_wall(texts, words).tolist() == [True, True, False, True, False, False]


def test_a_wall_has_nothing_else_once_its_furniture_is_gone() -> None:
    news = "The bridge is closed."
    pages = [(WALL, "", False), (WALL, news, False), (WALL, news, True), (WALL, WALL, True), (news, news, False)]
    texts, kept, has_sentence = zip(*pages, strict=True)
    found = is_wall(pl.Series(texts), pl.Series(kept), np.array(has_sentence))
    assert found.tolist() == [True, True, False, True, False]


def test_wall_phrases_are_trimmed_and_long_enough_to_mean_it() -> None:
    assert WALL in walls()
    assert all(phrase == phrase.strip() and len(phrase) > 3 for phrase in walls())


def judged(*pairs: tuple[int, int, float, int, float]) -> pl.DataFrame:
    """Return pairs of left, right, share held, shingles shared, and share of the fewer sentences that is the same."""
    return pl.DataFrame(
        [(a, b, held, 0.01, shared, 100, 200, round(100 * same)) for a, b, held, shared, same in pairs],
        schema=[
            "left",
            "right",
            "left_in_right",
            "right_in_left",
            "shared",
            "left_sentences",
            "right_sentences",
            "shared_sentences",
        ],
        orient="row",
    )


TWIN = (TEMPLATE_HELD, TEMPLATE_SHARED, TEMPLATE_SENTENCES)


def test_templates_have_twins_with_other_facts_in_other_stories() -> None:
    others = range(1, TEMPLATE_TWINS + 1)
    pairs = judged(*((0, other, *TWIN) for other in others))
    stories = np.arange(TEMPLATE_TWINS + 1)
    assert np.flatnonzero(find_templates(pairs, stories)).tolist() == [0]
    assert not find_templates(pairs[1:], stories).any()
    stories[1] = 0
    assert not find_templates(pairs, stories).any()


@pytest.mark.parametrize(
    "pair",
    [(TWIN[0] - 0.01, TWIN[1], TWIN[2]), (TWIN[0], TWIN[1] - 1, TWIN[2]), (TWIN[0], TWIN[1], TWIN[2] + 0.05)],
)
def test_pairs_with_little_or_copied_text_make_no_template(pair: tuple[float, int, float]) -> None:
    assert not find_templates(judged(*((0, other, *pair) for other in range(1, 9))), np.arange(9)).any()
