"""Doubtful pairs judged with `dedup label`: judged/NAME.tsv beside judged/NAME, its crawl.

sample.tsv is the sample's, its questions answered from sample_data/truth.tsv.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dedup import metrics
from dedup.config import Settings
from jobs.labels import Judged, read_labels
from tests.quality import scores

FOLDER = Path(__file__).parent / "judged"
SAMPLE = Path(__file__).parents[2] / "sample_data" / "crawl"
FILES = sorted(FOLDER.glob("*.tsv"))


def test_there_are_judged_pairs() -> None:
    assert FILES


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_judged_pairs_are_decided_as_they_were_judged(file: Path, tmp_path: Path) -> None:
    crawl = SAMPLE if file.stem == "sample" else file.with_suffix("")
    labels = read_labels(file)
    assert isinstance(labels, Judged)
    assert labels.pairs["is_same_story"].n_unique() == 2, "pairs of one kind alone are met by joining all or nothing"
    stories = scores.run([crawl], tmp_path / "out", Settings()).table("assignments")
    found = stories.select("article_id", "story_id").collect()
    ids = set(found["article_id"])
    assert ids.issuperset(labels.pairs["article_id_a"]), "judged on another crawl"
    assert ids.issuperset(labels.pairs["article_id_b"]), "judged on another crawl"
    score, wrong = metrics.pairwise_judged(found, labels.pairs)
    least = scores.floor(f"judged_{file.stem}")
    assert score["precision"].item() >= least.precision, wrong
    assert score["recall"].item() >= least.recall, wrong
