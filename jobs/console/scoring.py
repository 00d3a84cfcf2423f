"""The commands that ask how good a result is, or another would be: eval, label, tune."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from jobs.console.arguments import Dir, Json
from jobs.console.output import put, put_json, safe


def evaluate(
    directory: Dir,
    labels: Annotated[
        Path,
        typer.Argument(
            metavar="LABELS",
            help="Table (.tsv, .csv, .jsonl, .parquet) with article_id and story_id, a table of judged pairs as label writes "
            "it, or a folder with pairs_must.tsv.",
            show_default=False,
        ),
    ],
    *,
    json: Json = False,
) -> int:
    """Score a run against labels."""
    from jobs.console.evaluate import evaluate as scores_of
    from jobs.console.evaluate import render
    from jobs.manifest import open_result

    told = scores_of(open_result(directory), labels)
    if json:
        put_json(told)
    else:
        put(render(told))
    return 0


def label(
    directory: Dir,
    *,
    to: Annotated[
        Path, typer.Option(metavar="FILE", help="Table of the judged pairs (.tsv); one that is there is gone on with.")
    ] = Path("labels.tsv"),
    count: Annotated[int, typer.Option(metavar="N", min=1, help="Pairs to ask about.")] = 50,
    json: Json = False,
) -> int:
    """Judge doubtful pairs one by one; every answer is written at once."""
    from jobs.console.judging import judge
    from jobs.console.output import count_of
    from jobs.manifest import open_result

    told = judge(open_result(directory), to, count)
    if json:
        put_json(told)
    else:
        held = count_of(told["labels"], "judged pair")
        put(
            f"\n{told['judged']:,} judged, {safe(told['file'])} holds {held}; score with: dedup eval DIR {safe(told['file'])}"
        )
    return 0


def tune(
    inputs: Annotated[
        list[str], typer.Argument(metavar="INPUT", help="Files, folders or globs, as for run.", show_default=False)
    ],
    *,
    labels: Annotated[Path | None, typer.Option(metavar="LABELS", help="Labels to score against, as for eval.")] = None,
    sample: Annotated[int, typer.Option(metavar="N", min=10, help="Articles to try on.")] = 20_000,
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="TOML file of settings.")] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="MEANING=FIELD", help="Which field means what, e.g. text=body; may be repeated."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write it as a page, with a picture.")
    ] = None,
    json: Json = False,
) -> int:
    """Try thresholds and shingle lengths on a sample of a dump, and recommend."""
    from jobs.console.options import read_mapping, read_settings
    from jobs.console.tuned import render
    from jobs.labels import read_labels
    from jobs.progress import Progress
    from jobs.tune import tune as tried

    settings = read_settings({}, os.environ, config)
    known = read_labels(labels) if labels else None
    told = tried(inputs, settings, read_mapping(mapping or ()), known, sample, Progress())
    if html is not None:
        from jobs.console.page import put_page
        from jobs.console.tune_page import page_of

        put_page(page_of(told), html)
    elif json:
        put_json(told)
    else:
        put(render(told))
    return 0
