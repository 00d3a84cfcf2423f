"""F1 against answers worked out by hand."""

from __future__ import annotations

import polars as pl
import pytest

from benchmarks.scoring import f1


@pytest.fixture
def truth(tmp_path):
    path = tmp_path / "truth.parquet"
    pl.DataFrame({"id": list("abcdef"), "story_id": ["x", "x", "x", "y", "y", "z"]}).write_parquet(path)
    return path


def scored(tmp_path, truth, stories: dict[str, str]) -> float | None:
    path = tmp_path / "answer.parquet"
    pl.DataFrame({"article_id": list(stories), "story_id": list(stories.values())}).write_parquet(path)
    return f1(path, truth)


def test_the_truth_under_other_names_is_right(tmp_path, truth):
    assert scored(tmp_path, truth, dict(zip("fedcba", "655444", strict=True))) == 1.0


def test_pairs_are_counted_once(tmp_path, truth):
    # found: ab, cd (1 + 1 pairs); wanted: ab, ac, bc, de; right: ab
    assert scored(tmp_path, truth, dict(zip("abcdef", "112234", strict=True))) == pytest.approx(2 * 1 / (2 + 4))


def test_all_in_one_and_all_alone(tmp_path, truth):
    assert scored(tmp_path, truth, dict.fromkeys("abcdef", "1")) == pytest.approx(2 * 4 / (15 + 4))
    assert scored(tmp_path, truth, {name: name for name in "abcdef"}) == 0.0


def test_articles_that_are_not_named_count_as_missed(tmp_path, truth):
    # found: ab; wanted: ab, ac, bc, de
    assert scored(tmp_path, truth, {"a": "1", "b": "1"}) == pytest.approx(2 * 1 / (1 + 4))


def test_articles_named_twice_are_refused(tmp_path, truth):
    path = tmp_path / "answer.parquet"
    pl.DataFrame({"article_id": ["a", "a"], "story_id": ["1", "2"]}).write_parquet(path)
    with pytest.raises(ValueError, match="twice"):
        f1(path, truth)


def test_an_answer_without_stories_has_no_score(tmp_path, truth):
    path = tmp_path / "answer.parquet"
    pl.DataFrame({"article_id": ["a"], "is_duplicate": [True]}).write_parquet(path)
    assert f1(path, truth) is None
