"""The loop of `label`: doubtful pairs one by one, a key for each, every answer on the disk before the next question."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import polars as pl

from dedup.errors import StorageError, UsageError
from jobs.console.find import reading
from jobs.console.output import put
from jobs.labels import JUDGED, read_judged

if TYPE_CHECKING:
    from pathlib import Path

    from jobs.manifest import Result

KEYS = "[s]ame story   [d]ifferent   [u]nsure   [b]ack   [q]uit > "


def doubtful(result: Result, known: pl.DataFrame, most: int) -> list[tuple[str, str]]:
    """Return the pairs a person should judge, the most doubtful first, at most `most` and none of `known`.

    Doubtful are pairs joined by little and pairs kept apart though they share much, in turn; of the pairs that tie the
    same two articles' stories in the same way, one.
    """
    with reading(result):
        stories = result.table("assignments").select("article_id", "story_id")
        most_shared = pl.max_horizontal("jaccard", "containment_a_in_b", "containment_b_in_a")
        pairs = (
            result.table("pairs")
            .filter(pl.col("reason") != "same text")
            .select("article_id_a", "article_id_b", "is_same_story", shared=most_shared)
            .join(stories.rename({"article_id": "article_id_a", "story_id": "story_a"}), on="article_id_a")
            .join(stories.rename({"article_id": "article_id_b", "story_id": "story_b"}), on="article_id_b")
            .with_columns(doubt=pl.when("is_same_story").then(1 - pl.col("shared")).otherwise("shared"))
            .collect()
        )
    asked = pairs.join(known, on=["article_id_a", "article_id_b"], how="anti").with_columns(
        low=pl.min_horizontal("story_a", "story_b"), high=pl.max_horizontal("story_a", "story_b")
    )
    ranked = (
        asked.sort("doubt", "article_id_a", "article_id_b", descending=[True, False, False])
        .unique(["low", "high", "is_same_story"], keep="first", maintain_order=True)
        .with_columns(turn=pl.int_range(pl.len()).over("is_same_story"))
        .sort("turn", "is_same_story")
    )
    return ranked.select("article_id_a", "article_id_b").head(most).rows()


def judge(result: Result, file: Path, most: int) -> dict[str, Any]:
    """Ask about doubtful pairs until they are through or the person has had enough; return what was written.

    Parameters
    ----------
    file
        Table of judged pairs (TSV); one that is there is gone on with.
    most
        Pairs asked about.

    Returns
    -------
    dict
        ``file``, ``judged`` (in this sitting) and ``labels`` (in the file).

    Raises
    ------
    UsageError
        The file is no table of judged pairs, or its folder is not there.
    StorageError
        An answer could not be written; those before it are.
    """
    known = read_judged(file) if file.exists() else pl.DataFrame(schema=JUDGED)
    if not file.parent.is_dir():
        raise UsageError(f"{file.parent} is no folder; name a file in one that is there with --to")
    asked = doubtful(result, known, most)
    answers: dict[tuple[str, str], bool] = {}
    at = 0
    while 0 <= at < len(asked):
        _show(result, asked[at], f"Pair {at + 1} of {len(asked)}")
        key = _ask()
        if key == "q":
            break
        if key == "b":
            at = max(0, at - 1)
            answers.pop(asked[at], None)
        else:
            if key != "u":
                answers[asked[at]] = key == "s"
            at += 1
        _write(file, known, answers)
    return {"file": str(file), "judged": len(answers), "labels": known.height + len(answers)}


def _show(result: Result, pair: tuple[str, str], head: str) -> None:
    from jobs.console.explain import explain
    from jobs.console.explain_text import render

    put(f"\n{head}\n{render(explain(result, pair))}")


def _ask() -> str:
    """Return the key pressed, asking again while it is none of them; the end of input is q."""
    while True:
        sys.stderr.write(KEYS)
        sys.stderr.flush()
        line = sys.stdin.readline()
        key = line.strip().lower()[:1]
        if not line or key in set("sdubq"):
            return key if line else "q"


def _write(file: Path, known: pl.DataFrame, answers: dict[tuple[str, str], bool]) -> None:
    """Write the labels in one step, so that whatever ends the program leaves the last answers whole."""
    rows = [(a, b, is_same) for (a, b), is_same in answers.items()]
    labels = pl.concat([known, pl.DataFrame(rows, schema=JUDGED, orient="row")]).sort("article_id_a", "article_id_b")
    part = file.with_name(file.name + ".part")
    try:
        labels.write_csv(part, separator="\t")
        part.replace(file)
    except OSError as error:
        raise StorageError(f"{file} cannot be written: {error.strerror}; name another with --to") from None
