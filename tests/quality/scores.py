"""Scores of stories against a truth, counted pair by pair from a table of both, and the floors they may not fall below."""

from __future__ import annotations

import tomllib
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from jobs import nightly
from jobs.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedup.config import Settings
    from jobs.manifest import Result

FLOORS = Path(__file__).parents[1] / "quality_floors.toml"


class Score(NamedTuple):
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / max(1e-9, self.precision + self.recall)


def floor(name: str) -> Score:
    """Return the pinned floor of a set."""
    return Score(**tomllib.loads(FLOORS.read_text("utf-8"))[name])


def run(inputs: Iterable[Path], out: Path, settings: Settings) -> Result:
    return nightly.run(list(inputs), out, settings, {}, Progress()).result


def of_stories(assignments: pl.DataFrame, truth: pl.DataFrame) -> Score:
    """Score article_id → story_id against article_id → true_story; every article of the truth counts.

    Of no pairs at all, all are right.
    """
    both = truth.join(assignments, on="article_id", how="left")
    assert both["story_id"].null_count() == 0

    def pairs(*keys: str) -> int:
        sizes = both.group_by(keys).len()["len"].cast(pl.Int64)
        return int((sizes * (sizes - 1) // 2).sum())

    right = pairs("story_id", "true_story")
    found, labelled = pairs("story_id"), pairs("true_story")
    return Score(right / found if found else 1.0, right / labelled if labelled else 1.0)


def of_pairs(assignments: pl.DataFrame, folder: Path) -> tuple[Score, list[tuple[str, str]]]:
    """Score against a folder of labelled pairs; return also the pairs that are wrong or missed."""
    must, ignore = (_pairs(folder / f"pairs_{name}.tsv") for name in ("must", "ignore"))
    junk = set()
    if (folder / "labels.jsonl").exists():
        labels = pl.read_ndjson(folder / "labels.jsonl", infer_schema_length=None)
        junk = set(labels.filter(pl.col("kind") == "index_page")["id"]) if "kind" in labels.columns else set()
    kept = assignments.filter(~pl.col("article_id").is_in(sorted(junk)))
    stories = kept.group_by("story_id").agg("article_id")["article_id"].to_list()
    together = {pair for story in stories for pair in combinations(sorted(story), 2)}
    wrong, missed = together - must - ignore, must - together
    right = len(together & must)
    return Score(right / max(1, right + len(wrong)), right / max(1, len(must))), sorted(wrong | missed)


def _pairs(path: Path) -> set[tuple[str, str]]:
    lines = (line.split("\t") for line in path.read_text("utf-8").splitlines() if line.strip())
    return {(min(line[:2]), max(line[:2])) for line in lines}
