"""Stories against truths: generated corpora of report seeds, and the labelled sets beside the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from benchmarks.corpus.generate import generate
from benchmarks.corpus.rows import Plan
from dedup.config import Settings
from tests.quality import scores

if TYPE_CHECKING:
    from pathlib import Path

    from tests.quality.scores import Score

SHARED = scores.FLOORS.parents[2] / "shared" / "data" / "pairs"


def generated(plan: Plan, folder: Path) -> Score:
    generate(plan, folder / "corpus", processes=2 if plan.articles > 5000 else 1)
    result = scores.run([folder / "corpus" / "articles"], folder / "out", Settings())
    truth = pl.read_parquet(folder / "corpus" / "truth.parquet").select(article_id="id", true_story="story_id")
    assignments = result.table("assignments").collect()
    assert assignments.height == truth.height == plan.articles
    return scores.of_stories(assignments.select("article_id", "story_id"), truth)


def holds(name: str, found: Score) -> None:
    least = scores.floor(name)
    assert found.precision >= least.precision, f"{name}: {found}"
    assert found.recall >= least.recall, f"{name}: {found}"


@pytest.mark.parametrize(
    ("name", "plan"),
    [("easy_3000", Plan(3000, 60, 1001, is_hard=False)), ("hard_3000", Plan(3000, 600, 1001, is_hard=True))],
)
def test_small_corpora(name: str, plan: Plan, tmp_path: Path) -> None:
    holds(name, generated(plan, tmp_path))


@pytest.mark.full
@pytest.mark.parametrize(
    ("plan", "least"),
    [(Plan(20_000, 400, 1002, is_hard=False), 0.99), (Plan(20_000, 4000, 1002, is_hard=True), 0.90)],
)
def test_full_corpora(plan: Plan, least: float, tmp_path: Path) -> None:
    found = generated(plan, tmp_path)
    assert found.f1 >= least, found


@pytest.mark.parametrize("name", ["oneday_dev", "newsplease_events"])
def test_labelled_sets(name: str, tmp_path: Path) -> None:
    if not (SHARED / name / "articles.jsonl").exists():
        pytest.skip(f"the labelled set {name} does not lie beside the project")
    result = scores.run([SHARED / name / "articles.jsonl"], tmp_path / "out", Settings())
    found, misjudged = scores.of_pairs(result.table("assignments").collect(), SHARED / name)
    holds(name, found)
    assert len(misjudged) <= 1, misjudged
