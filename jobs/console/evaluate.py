"""A result scored against labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from dedup import metrics, picks
from jobs.console.find import reading
from jobs.console.output import count_of, drawn, safe
from jobs.labels import Judged, Listed, read_labels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from rich.console import Console

    from jobs.manifest import Result

SHOWN = 20
"""Wrong pairs of each sort that are listed, and rows of a table of them."""


def evaluate(result: Result, labels: Path) -> dict[str, Any]:
    """Return how well a result agrees with labels.

    Returns
    -------
    dict
        ``labelled``, ``missing`` (labelled articles the result does not have), ``pairwise`` (`metrics.SCORES`),
        ``false_pairs`` and ``missed_pairs`` (lists of two ids, the first `SHOWN`); with a table of labels also
        ``b_cubed``, ``adjusted_rand`` and, where it has the columns, ``canonical`` (`picks.accuracy_of`),
        ``reliability`` (rows of `picks.reliability`), ``calibration_error``, ``agency``, ``agency_credited``,
        ``canonical_agency`` and ``canonical_own`` (of stories with and without a labelled agency), ``by_kind``, ``by_copy``,
        ``by_language``, ``wrong_by_kind``, ``wrong_by_copy`` (rows of `metrics.wrong_by_label`), and ``kinds`` (the
        labelled kind of each article of a listed wrong pair).

    Raises
    ------
    UsageError
        The labels are not there or lack a column.
    DamagedError
        The result cannot be read.
    """
    read = read_labels(labels)
    with reading(result):
        stories = result.table("stories").select("story_id", "agency", "canonical_confidence")
        columns = ["article_id", "story_id", "is_canonical", "kind", "site"]
        found = result.table("assignments").select(columns).join(stories, on="story_id", how="left").collect()
    if isinstance(read, Judged):
        return _judged_pairs(read.pairs, found)
    return _listed(read, found) if isinstance(read, Listed) else _labelled(read, found)


def _judged_pairs(pairs: pl.DataFrame, found: pl.DataFrame) -> dict[str, Any]:
    ids = pl.concat([pairs["article_id_a"], pairs["article_id_b"]]).unique()
    scores, wrong = metrics.pairwise_judged(found, pairs)
    return {
        "labelled": ids.len(),
        "missing": ids.len() - int(ids.is_in(found["article_id"].implode()).sum()),
        "pairwise": scores.row(0, named=True),
        **_wrong(wrong),
    }


def _listed(labels: Listed, found: pl.DataFrame) -> dict[str, Any]:
    scores, wrong = metrics.pairwise_listed(found, labels.ids, labels.must, labels.ignore)
    return {
        "labelled": labels.ids.len(),
        "missing": labels.ids.len() - int(labels.ids.is_in(found["article_id"].implode()).sum()),
        "pairwise": scores.row(0, named=True),
        **_wrong(wrong),
    }


def _labelled(labels: pl.DataFrame, found: pl.DataFrame) -> dict[str, Any]:
    renamed = found.rename({"kind": "kind_found", "agency": "agency_found"})
    aligned = metrics.align(labels, renamed)
    told: dict[str, Any] = {
        "labelled": aligned.height,
        "missing": int(aligned["is_missing"].sum()),
        "pairwise": metrics.pairwise(aligned).row(0, named=True),
        "b_cubed": metrics.b_cubed(aligned).row(0, named=True),
        "adjusted_rand": metrics.adjusted_rand(aligned),
    }
    if "is_origin" in labels.columns:
        told |= _judged(picks.judged_picks(aligned), is_split="agency" in labels.columns)
    if "agency" in labels.columns:
        told["agency"] = metrics.agency_scores(aligned).row(0, named=True)
    if {"agency", "is_credited"} <= set(labels.columns):
        # An agency that no article of its story names cannot be found.
        is_fair = pl.col("is_credited") | pl.col("agency").is_null()
        told["agency_credited"] = metrics.agency_scores(aligned.filter(is_fair)).row(0, named=True)
    for column in ("kind", "copy", "language"):
        if column in labels.columns:
            told[f"by_{column}"] = metrics.by_label(aligned, column).to_dicts()
    for column in ("kind", "copy"):
        if column in labels.columns:
            told[f"wrong_by_{column}"] = metrics.wrong_by_label(aligned, column).to_dicts()
    told |= _wrong(metrics.wrong_pairs(aligned, SHOWN))
    if "kind" in labels.columns:
        listed = {article for pair in (*told["false_pairs"], *told["missed_pairs"]) for article in pair}
        of_listed = aligned.filter(pl.col("article_id").is_in(sorted(listed)))
        told["kinds"] = dict(of_listed.select("article_id", "kind").rows())
    return told


def _judged(judged: pl.DataFrame, *, is_split: bool) -> dict[str, Any]:
    table = picks.reliability(judged)
    told = {
        "canonical": picks.accuracy_of(judged).row(0, named=True),
        "reliability": table.to_dicts(),
        "calibration_error": picks.calibration_error(table),
    }
    if is_split:
        is_wire = pl.col("agency").is_not_null()
        told["canonical_agency"] = picks.accuracy_of(judged.filter(is_wire)).row(0, named=True)
        told["canonical_own"] = picks.accuracy_of(judged.filter(~is_wire)).row(0, named=True)
    return told


def _wrong(pairs: pl.DataFrame) -> dict[str, list[list[str]]]:
    """Return the first wrong pairs of each sort."""
    out = {}
    for error in ("false", "missed"):
        rows = pairs.filter(pl.col("error") == error).select("article_id_a", "article_id_b").head(SHOWN).rows()
        out[f"{error}_pairs"] = [list(row) for row in rows]
    return out


def render(told: Mapping[str, Any]) -> str:
    """Return what `evaluate` returned as text."""
    return drawn(lambda console: _draw(console, told))


def _draw(console: Console, told: Mapping[str, Any]) -> None:
    pairs = told["pairwise"]
    console.print(
        f"F1 {pairs['f1']:.4f} over pairs: precision {pairs['precision']:.4f}, recall {pairs['recall']:.4f}",
        style="bold",
    )
    console.print(
        f"{count_of(told['labelled'], 'labelled article')}; {pairs['true_pairs']:,} pairs right, "
        f"{pairs['false_pairs']:,} false, {pairs['missed_pairs']:,} missed"
    )
    if told["missing"]:
        console.print(f"{count_of(told['missing'], 'labelled article')} not in the result: is it of the same inputs?")
    if "b_cubed" in told:
        cubed = told["b_cubed"]
        console.print(
            f"B-cubed F1 {cubed['f1']:.4f} (precision {cubed['precision']:.4f}, recall {cubed['recall']:.4f}); "
            f"adjusted Rand index {told['adjusted_rand']:.4f}"
        )
    if "canonical" in told:
        _draw_picks(console, told)
    if "agency" in told:
        named = told["agency"]
        fair = told.get("agency_credited")
        credited = f", {fair['recall']:.4f} where an article names it" if fair else ""
        console.print(f"Agencies: precision {named['precision']:.4f}, recall {named['recall']:.4f}{credited}")
    if told.get("reliability"):
        console.print(f"\nConfidence of the picks, expected calibration error {told['calibration_error']:.3f}:")
        _draw_reliability(console, told["reliability"])
    for column in ("kind", "copy", "language"):
        if told.get(f"by_{column}"):
            console.print()
            _draw_labels(console, column, told[f"by_{column}"])
    for column in ("kind", "copy"):
        if told.get(f"wrong_by_{column}"):
            console.print()
            _draw_wrong(console, column, told[f"wrong_by_{column}"])
    kinds = told.get("kinds", {})
    for error, what in (("false", "False pairs (one story here, two in the labels)"), ("missed", "Missed pairs")):
        if shown := told[f"{error}_pairs"]:
            console.print(f"\n{what}:", style="bold")
            for a, b in shown:
                of_kind = f"  {safe(kinds[a])}, {safe(kinds[b])}" if kinds.get(a) and kinds.get(b) else ""
                console.print(f"  {safe(a)} {safe(b)}{of_kind}", soft_wrap=True)


def _draw_wrong(console: Console, column: str, rows: Sequence[Mapping[str, Any]]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("wrong pairs", column, "and"):
        table.add_column(name, no_wrap=True)
    table.add_column("pairs", justify="right", no_wrap=True)
    for row in rows[:SHOWN]:
        table.add_row(row["error"], safe(row["label_a"]), safe(row["label_b"]), f"{row['pairs']:,}")
    console.print(table)


def _draw_picks(console: Console, told: Mapping[str, Any]) -> None:
    right = told["canonical"]
    console.print(
        f"Sources: {right['right']:,} of {right['stories']:,} origins picked, {right['accuracy']:.1%}; "
        f"{right['right_site']:,} on the origin's site"
    )
    if "canonical_agency" in told:
        parts = (("agencies'", told["canonical_agency"]), ("publishers' own", told["canonical_own"]))
        console.print(
            "         "
            + ", ".join(
                f"{name} stories {part['right']:,} of {part['stories']:,} ({part['accuracy']:.1%})"
                for name, part in parts
            )
        )


def _draw_reliability(console: Console, rows: Sequence[Mapping[str, Any]]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("at least", "picks", "confidence", "right"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        shares = (f"{row['confidence']:.3f}", f"{row['accuracy']:.3f}")
        table.add_row(f"{row['at_least']:.1f}", f"{row['picks']:,}", *shares)
    console.print(table)


def _draw_labels(console: Console, column: str, rows: Sequence[Mapping[str, Any]]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(column, no_wrap=True)
    for name in ("articles", "precision", "recall", "f1"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        scores = (f"{row[name]:.3f}" for name in ("precision", "recall", "f1"))
        table.add_row(safe(row[column]) or "-", f"{row['articles']:,}", *scores)
    console.print(table)
