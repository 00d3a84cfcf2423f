"""Metrics against scikit-learn and against twins that count pair by pair."""

from __future__ import annotations

import itertools
import warnings

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from dedup import metrics

PARTITIONS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=14)


def aligned_of(stories: list[tuple[int, int]], **more: list[object]) -> pl.DataFrame:
    ids = [f"i{number:03}" for number in range(len(stories))]
    labels = pl.DataFrame({"article_id": ids, "story_id": [f"t{truth}" for truth, _ in stories], **more})
    found = pl.DataFrame({"article_id": ids, "story_id": [f"f{found}" for _, found in stories]})
    return metrics.align(labels, found)


def pairs_of(stories: list[tuple[int, int]], side: int) -> set[tuple[int, int]]:
    numbers = range(len(stories))
    return {(a, b) for a, b in itertools.combinations(numbers, 2) if stories[a][side] == stories[b][side]}


@given(PARTITIONS)
def test_pairwise_counts_every_pair_once(stories):
    truth, found = pairs_of(stories, 0), pairs_of(stories, 1)
    row = metrics.pairwise(aligned_of(stories)).row(0, named=True)
    assert (row["true_pairs"], row["false_pairs"], row["missed_pairs"]) == (
        len(truth & found), len(found - truth), len(truth - found),
    )  # fmt: skip
    assert row["precision"] == (len(truth & found) / len(found) if found else 1.0)
    assert row["recall"] == (len(truth & found) / len(truth) if truth else 1.0)


@given(PARTITIONS)
def test_b_cubed_is_the_mean_over_articles(stories):
    precision, recall = [], []
    for truth, found in stories:
        mine = sum(1 for pair in stories if pair == (truth, found))
        precision.append(mine / sum(1 for _, other in stories if other == found))
        recall.append(mine / sum(1 for other, _ in stories if other == truth))
    row = metrics.b_cubed(aligned_of(stories)).row(0, named=True)
    assert row["precision"] == pytest.approx(sum(precision) / len(stories))
    assert row["recall"] == pytest.approx(sum(recall) / len(stories))


@given(PARTITIONS)
def test_adjusted_rand_equals_scikit_learn(stories):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn wonders at partitions into single articles
        expected = adjusted_rand_score([truth for truth, _ in stories], [found for _, found in stories])
    assert metrics.adjusted_rand(aligned_of(stories)) == pytest.approx(expected)


def test_adjusted_rand_of_more_pairs_than_64_bits_can_multiply():
    half = 200_000
    ids = pl.Series(range(2 * half)).cast(pl.String)
    labels = pl.DataFrame({"article_id": ids, "story_id": ["a"] * half + ["b"] * half})
    assert metrics.adjusted_rand(metrics.align(labels, labels)) == pytest.approx(1.0)


@given(PARTITIONS)
def test_wrong_pairs_are_all_there_where_the_limit_allows(stories):
    truth, found = pairs_of(stories, 0), pairs_of(stories, 1)
    rows = metrics.wrong_pairs(aligned_of(stories), 1000)
    for error, expected in (("false", found - truth), ("missed", truth - found)):
        told = rows.filter(pl.col("error") == error).select("article_id_a", "article_id_b").rows()
        assert set(told) == {(f"i{a:03}", f"i{b:03}") for a, b in expected}
        assert len(told) == len(expected)
    assert metrics.wrong_pairs(aligned_of(stories), 1).height <= 2


@given(PARTITIONS)
def test_wrong_pairs_are_counted_by_both_labels(stories):
    kinds = [("article", "digest", None)[(truth + 2 * found) % 3] for truth, found in stories]
    truth, found = pairs_of(stories, 0), pairs_of(stories, 1)
    expected: dict[tuple[str, str, str], int] = {}
    for error, wrong in (("false", found - truth), ("missed", truth - found)):
        for a, b in wrong:
            first, second = sorted(kinds[i] or "-" for i in (a, b))
            expected[error, first, second] = expected.get((error, first, second), 0) + 1
    rows = metrics.wrong_by_label(aligned_of(stories, kind=kinds), "kind").rows()
    assert {row[:3]: row[3] for row in rows} == expected


@given(PARTITIONS)
def test_one_label_for_all_counts_every_pair_from_both_sides(stories):
    whole = metrics.pairwise(aligned_of(stories)).row(0, named=True)
    (row,) = metrics.by_label(aligned_of(stories, kind=["article"] * len(stories)), "kind").to_dicts()
    assert row["articles"] == len(stories)
    for name in ("true_pairs", "false_pairs", "missed_pairs"):
        assert row[name] == 2 * whole[name]
    assert row["f1"] == pytest.approx(whole["f1"])


def test_an_article_that_was_not_found_is_alone():
    labels = pl.DataFrame({"article_id": ["a", "b", "c"], "story_id": ["s", "s", None]})
    found = pl.DataFrame({"article_id": ["a"], "story_id": ["x"]})
    aligned = metrics.align(labels, found)
    assert aligned["is_missing"].to_list() == [False, True, True]
    row = metrics.pairwise(aligned).row(0, named=True)
    assert (row["true_pairs"], row["false_pairs"], row["missed_pairs"]) == (0, 0, 1)


def test_listed_pairs_in_any_order_count_once_and_ignored_ones_not_at_all():
    found = pl.DataFrame({"article_id": list("abcdex"), "story_id": ["1", "1", "1", "2", "2", "1"]})
    must = pl.DataFrame({"a": ["b", "a", "c"], "b": ["a", "b", "d"]})
    ignore = pl.DataFrame({"a": ["c"], "b": ["a"]})
    scores, wrong = metrics.pairwise_listed(found, pl.Series(list("abcde")), must, ignore)
    row = scores.row(0, named=True)
    assert (row["true_pairs"], row["false_pairs"], row["missed_pairs"]) == (1, 2, 1)
    assert wrong.rows() == [("b", "c", "false"), ("d", "e", "false"), ("c", "d", "missed")]


def test_agencies_whatever_their_case():
    labels = pl.DataFrame(
        {"article_id": list("abcd"), "story_id": list("abcd"), "agency": ["AP", "Reuters", None, "dpa"]}
    )
    found = pl.DataFrame(
        {"article_id": list("abcd"), "story_id": list("abcd"), "agency_found": ["ap", "AFP", "AP", None]}
    )
    row = metrics.agency_scores(metrics.align(labels, found)).row(0, named=True)
    assert (row["right"], row["named"], row["labelled"]) == (1, 3, 3)
    assert row["precision"] == pytest.approx(1 / 3)


def test_nothing_labelled_is_no_error():
    nothing = pl.DataFrame(schema={"article_id": pl.String(), "story_id": pl.String()})
    aligned = metrics.align(nothing, nothing)
    assert metrics.pairwise(aligned).row(0, named=True)["f1"] == 1.0
    assert metrics.b_cubed(aligned).row(0) == (1.0, 1.0, 1.0)
    assert metrics.adjusted_rand(aligned) == 1.0
    assert metrics.wrong_pairs(aligned, 5).is_empty()


@given(stories=PARTITIONS, unknown=st.integers(0, 3))
def test_judged_pairs_count_alone(stories, unknown):
    ids = [f"i{number:03}" for number in range(len(stories))]
    found = pl.DataFrame({"article_id": ids, "story_id": [f"f{found}" for _, found in stories]}).slice(unknown)
    every = list(itertools.combinations(range(len(stories)), 2))[::2]
    rows = [(ids[a], ids[b], stories[a][0] == stories[b][0]) for a, b in every]
    schema = {"article_id_a": pl.String(), "article_id_b": pl.String(), "is_same_story": pl.Boolean()}
    scores, wrong = metrics.pairwise_judged(found, pl.DataFrame(rows, schema=schema, orient="row"))
    told = {"true_pairs": 0, "false_pairs": 0, "missed_pairs": 0}
    for (a, b), (_, _, is_same) in zip(every, rows, strict=True):
        is_together = a >= unknown and b >= unknown and stories[a][1] == stories[b][1]
        if is_same or is_together:
            told["true_pairs" if is_same and is_together else "missed_pairs" if is_same else "false_pairs"] += 1
    assert {name: scores[name].item() for name in told} == told
    assert wrong.height == told["false_pairs"] + told["missed_pairs"]
