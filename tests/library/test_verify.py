"""The verdict on pairs made by hand: what is one story, what is not, and the reason given."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import polars as pl
import pytest

from dedup.candidates import index
from dedup.stock import find_stock
from dedup.verify import compare, judge
from tests.library.articles import SETTINGS, sentence, signed, story

SOURCE = story(1, 14)
OTHER = story(2, 14)


def edited(sentences: list[str], share: float, seed: int = 3) -> list[str]:
    """Replace a share of all words, spread over the text."""
    rng = random.Random(seed)
    out = []
    for line in sentences:
        words = line.split(" ")
        out.append(
            " ".join("edited" if rng.random() < share and 0 < i < len(words) - 1 else w for i, w in enumerate(words))
        )
    return out


def market_report(seed: int) -> list[str]:
    rng = random.Random(seed)

    def n() -> str:
        return f"{rng.randint(2, 989)}.{rng.randint(10, 99)}"

    return [
        f"Shares of the regional lender closed at {n()} dollars after opening at {n()} dollars in the morning.",
        f"The broad index of the exchange lost {n()} points and ended the session at {n()} points in heavy trade.",
        f"Oil for delivery next month was last seen at {n()} dollars a barrel against {n()} dollars the day before.",
        f"The yield on ten year notes moved to {n()} percent from {n()} percent at the close of the previous day.",
        f"Gold changed hands at {n()} dollars an ounce while silver was quoted at {n()} dollars in early dealing.",
    ]


QUOTE = story(7, 3)
STUB = SOURCE[:2]
CASES = {
    "whole copy": (SOURCE, SOURCE, "alike", True, False),
    "one sentence more": (SOURCE, [*SOURCE, sentence(random.Random(9))], "alike", True, False),
    "edited by 4 %": (SOURCE, edited(SOURCE, 0.04), "alike", True, False),
    "cut to a third": (SOURCE, SOURCE[:5], "one holds the other", False, True),
    "cut to a fifth": (story(4, 40), story(4, 40)[:8], "one holds the other", False, True),
    "framed by as much again": (SOURCE[:7], [*SOURCE[:7], *story(5, 14)], "one holds the other", False, True),
    "a quote of three sentences shared": (
        [*OTHER[:7], *QUOTE],
        [*story(6, 7), *QUOTE],
        "too little shared",
        False,
        False,
    ),
    "a template with other facts": (market_report(1), market_report(2), None, False, False),
    "strangers": (SOURCE, OTHER, "too little shared", False, False),
    "a stub with its opening": (SOURCE, STUB, None, False, True),
}


def verdicts(pairs: list[tuple[list[str], list[str]]]) -> pl.DataFrame:
    texts = [" ".join(side) for pair in pairs for side in pair]
    articles = signed(texts)
    rows = np.arange(len(texts)).reshape(-1, 2)
    return judge(compare(rows, articles), articles, SETTINGS)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("is_turned", [False, True])
def test_verdicts(name: str, *, is_turned: bool) -> None:
    left, right, reason, is_alike, is_cut = CASES[name]
    pair = (right, left) if is_turned else (left, right)
    found = verdicts([pair]).row(0, named=True)
    is_story = found["is_alike"] or found["is_cut"]
    assert is_story == (is_alike or is_cut), found
    if is_story:
        assert found["is_alike"] == is_alike, found
    if reason is not None:
        assert found["reason"] == reason, found


def test_a_template_is_told_by_its_facts_or_sentences() -> None:
    found = verdicts([(market_report(a), market_report(b)) for a, b in [(1, 2), (3, 4), (5, 6)]])
    assert set(found["reason"]) <= {"other facts", "too few identical sentences", "too little shared"}


def with_titles(left: list[str], right: list[str], *titles: int) -> dict[str, Any]:
    articles = signed([" ".join(left), " ".join(right)])
    compared = compare(np.array([[0, 1]]), articles)
    return judge(compared, articles, SETTINGS, np.array(titles, np.uint64)).row(0, named=True)


def test_less_of_a_body_is_enough_under_one_headline() -> None:
    left, right = story(70, 12), [*story(71, 9), *story(70, 12)[1:5], *story(72, 2)]
    assert with_titles(left, right, 5, 5)["is_cut"]
    assert not with_titles(left, right, 5, 6)["is_cut"]
    assert not with_titles(left, right, 0, 0)["is_cut"]


def test_background_at_the_end_of_both_is_no_body() -> None:
    background = story(73, 6)
    found = with_titles([*story(74, 11), *background], [*story(75, 11), *background], 5, 6)
    assert not found["is_cut"]
    assert with_titles([*story(74, 2), *background, *story(76, 9)], [*story(75, 11), *background], 5, 6)["is_cut"]


def test_little_text_under_different_headlines_is_nothing() -> None:
    stock = [" ".join(story(77)[0].split()[:10]) + ".", " ".join(story(78)[0].split()[:10]) + "."]
    assert with_titles(stock, stock, 5, 5)["is_alike"]
    assert with_titles(stock, stock, 0, 0)["is_alike"]
    found = with_titles(stock, stock, 5, 6)
    assert not found["is_alike"]
    assert found["reason"] == "little text, other headlines"


def test_verdicts_do_not_depend_on_sides_or_on_the_other_pairs() -> None:
    pairs = [(case[0], case[1]) for case in CASES.values()]
    together = verdicts(pairs)
    alone = pl.concat([verdicts([pair]) for pair in pairs])
    turned = verdicts([(b, a) for a, b in pairs])
    columns = ["is_alike", "is_cut", "reason"]
    assert together.select(columns).equals(alone.select(columns))
    assert together.select(columns).equals(turned.select(columns))
    assert together["left_in_right"].equals(turned["right_in_left"].rename("left_in_right"))


def test_overlaps_are_exact() -> None:
    texts = [" ".join(SOURCE), " ".join(SOURCE[:7]), "", " ".join(OTHER)]
    articles = signed(texts)
    sets = [set(articles.shingles[a:b].tolist()) for a, b in articles.shingle_bounds]
    pairs = np.array([(a, b) for a in range(4) for b in range(4)])
    for row in compare(pairs, articles).iter_rows(named=True):
        a, b = sets[row["left"]], sets[row["right"]]
        assert row["shared"] == len(a & b)
        assert row["jaccard"] == pytest.approx(len(a & b) / len(a | b) if a | b else 0.0)
        assert row["left_in_right"] == pytest.approx(len(a & b) / len(a) if a else 0.0)
        assert row["right_in_left"] == pytest.approx(len(a & b) / len(b) if b else 0.0)


def test_no_pairs() -> None:
    articles = signed(["one"])
    assert judge(compare(np.empty((0, 2), np.int64), articles), articles, SETTINGS).height == 0


def filled(number: int) -> list[str]:
    """Return an article of a machine: five sentences with facts, and six that stay."""
    rng = random.Random(number)
    facts = [f"In {sentence(rng, 6)[:-1]} {rng.randint(100, 999)} of {rng.randint(10, 99)} rose." for _ in range(5)]
    return [*facts, *story(800, 6)]


def test_sentences_that_stay_do_not_stand_for_other_facts() -> None:
    assert with_titles(filled(1), filled(2), 3, 4)["reason"] == "other facts"
    assert with_titles(filled(1), filled(1), 3, 4)["is_alike"]


def test_stock_sentences_are_no_witnesses() -> None:
    texts = [" ".join([*story(810 + k, 2), *story(809, 4)]) for k in range(4)]
    articles = signed(texts)
    titles = np.arange(1, 5, dtype=np.uint64)
    stock = find_stock(index(articles, np.arange(4), SETTINGS), articles, titles)
    pairs = np.array([[0, 1], [2, 3]])
    assert compare(pairs, articles, stock)["shared_stock"].to_list() == [4, 4]
    with_stock = judge(compare(pairs, articles, stock), articles, SETTINGS, titles)
    without = judge(compare(pairs, articles), articles, SETTINGS, titles)
    assert set(with_stock["reason"]) == {"too few identical sentences"}
    assert without["is_alike"].all()


def test_a_few_words_are_a_storys_lead_and_no_quote() -> None:
    told = story(401, 12)
    lead, quote = " ".join(told[:1]), " ".join(told[6:7])
    articles = signed([" ".join(told), lead, quote, f"{lead} {story(402, 1)[0]}"])
    titles = np.array([1, 2, 3, 4], np.uint64)
    pairs = np.array([[0, 1], [1, 0], [0, 2], [0, 3]])
    found = judge(compare(pairs, articles), articles, SETTINGS, titles)
    assert found["is_cut"].to_list() == [True, True, False, False]
    assert found["reason"].to_list()[2:] == ["too little shared", "little text, other headlines"]
