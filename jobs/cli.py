"""The command `dedup`: parse, call a job, print, exit code.

Heavy libraries load inside the commands, so that help is quick and a lock is taken before anything large is read.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer

from dedup.errors import UsageError
from jobs.console.output import put, put_json, safe

EXIT_CODES = (
    "Exit codes: 0 done, 1 failed (nothing published), 2 usage or settings, 3 published but a file was unreadable or "
    "cut short, 10 no result there, 11 another run holds the lock, 12 damaged, 13 made by a newer version, 130 and 143 "
    "cancelled."
)
PARTIAL = 3

app = typer.Typer(
    name="dedup",
    help="Group the copies of a wire story in a news crawl, name the source, say why, write Parquet.",
    epilog=EXIT_CODES,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

Dir = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a result, as --out named it.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    verbose: Annotated[  # noqa: ARG001 - the guard looks for it, since it must hold where parsing fails
        bool, typer.Option("--verbose", "-v", help="Tell where a fault of the program arose.")
    ] = False,
) -> None:
    if version:
        from importlib.metadata import version as installed

        put(f"dedup {installed('newswire-dedup')}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        put(context.get_help())


@app.command(epilog="Example: dedup run crawl/2025-05-05/ --out stories/ --map text=body")
def run(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT",
            help="Files, folders or globs: JSONL, Parquet, CSV, WARC, WET, HTML, text; bare or .gz, .zst, .bz2, .lz4.",
            show_default=False,
        ),
    ],
    *,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for the result; an older result there is replaced.")
    ] = None,
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="TOML file of settings.")] = None,
    threads: Annotated[int | None, typer.Option(metavar="N", help="Threads to use; 0: all cores.")] = None,
    memory_limit: Annotated[
        str | None, typer.Option(metavar="SIZE", help="Stop before the run holds more memory, e.g. 8GiB.")
    ] = None,
    extractor: Annotated[
        str | None, typer.Option(metavar="NAME", help="How pages become articles: auto, trafilatura, resiliparse.")
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="MEANING=FIELD", help="Which field means what, e.g. text=body; may be repeated."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be read as what, and stop.")] = False,
    no_keep_text: Annotated[
        bool, typer.Option("--no-keep-text", help="Do not keep the texts, which show and explain use.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a result that updates have added to.")] = False,
    json: Json = False,
    no_progress: Annotated[bool, typer.Option("--no-progress", help="Show no progress on a terminal.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors and the result.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Tell the seconds of each stage, and of faults where.")
    ] = False,
    log_format: Annotated[
        Literal["text", "json"], typer.Option(metavar="text|json", help="Form of the lines on standard error.")
    ] = "text",
) -> int:
    """Cluster exactly these inputs, replacing the result in DIR.

    Settings come from options, else from environment variables DEDUP_NAME, else from --config, else by default.
    """
    from jobs.console import running
    from jobs.console.log import make_log
    from jobs.console.options import read_mapping, read_settings

    options = {
        "threads": threads, "memory_limit": memory_limit, "extractor": extractor,
        "keep_text": False if no_keep_text else None,
    }  # fmt: skip
    settings = read_settings(options, os.environ, config)
    fields = read_mapping(mapping or ())
    if dry_run:
        return _preview(inputs, fields, is_json=json)
    if out is None:
        raise UsageError("run needs a folder for its result; name one with --out DIR")
    log = None if quiet else make_log(log_format)
    is_bar = sys.stderr.isatty() and log_format == "text" and not (quiet or no_progress)
    outcome = running.run(inputs, out, settings, fields, log, is_bar=is_bar, replaces_updates=replace)
    from jobs.console.summary import render, summarize

    exit_code = PARTIAL if outcome.is_partial else 0

    told = summarize(outcome, exit_code)
    if json:
        put_json(told)
    else:
        put(render(told, is_verbose=verbose))
    return exit_code


def _preview(inputs: list[str], mapping: dict[str, str], *, is_json: bool) -> int:
    from jobs.console import running
    from jobs.console.summary import render_preview

    found = running.preview(inputs, mapping)
    if is_json:
        put_json(found)
    else:
        put(render_preview(found))
    return 0


@app.command(epilog="Example: dedup show stories/ 0a8cdcc7c45f")
def show(
    directory: Dir,
    given: Annotated[str, typer.Argument(metavar="ID", help="Id of a story or of an article.", show_default=False)],
    *,
    json: Json = False,
) -> int:
    """Show a story: its articles, how each relates to the source, why that is the source."""
    from jobs.console.show import render, story_of
    from jobs.manifest import open_result

    found = story_of(open_result(directory), given)
    if json:
        put_json(found)
    else:
        put(render(found, given))
    return 0


@app.command(epilog="Example: dedup explain stories/ 097ae443f93e j6d9cb26420")
def explain(
    directory: Dir,
    a: Annotated[str, typer.Argument(metavar="A", help="Id of an article.", show_default=False)],
    b: Annotated[str, typer.Argument(metavar="B", help="Id of another.", show_default=False)],
    *,
    json: Json = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write it as a page, both texts side by side.")
    ] = None,
) -> int:
    """Explain why two articles are, or are not, the same story.

    In a terminal of 100 columns or more both texts stand side by side.
    """
    from jobs.console.explain import explain as told_of
    from jobs.console.explain_text import render
    from jobs.manifest import open_result

    result = open_result(directory)
    told = told_of(result, (a, b))
    if html is not None:
        from jobs.console.explain_page import page_of
        from jobs.console.page import put_page

        put_page(page_of(told, result), html, result)
    elif json:
        put_json(told)
    else:
        put(render(told))
    return 0


@app.command(epilog="Example: dedup report stories/ --to report.html")
def report(
    directory: Dir,
    *,
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write it; without it, standard output.")
    ] = None,
) -> int:
    """Write the report of the current run again, elsewhere: a published run is never altered.

    The run's own copy is DIR/current/report.html.
    """
    from jobs.console.find import reading
    from jobs.console.page import put_page
    from jobs.manifest import open_result
    from jobs.report import of

    result = open_result(directory)
    with reading(result):
        page = of(result)
    put_page(page, to, result)
    return 0


@app.command(epilog="Example: dedup match stories/ saved-page.html")
def match(
    directory: Dir,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="A text or a saved page (HTML); - reads standard input.", show_default=False
        ),
    ],
    *,
    extractor: Annotated[
        Literal["auto", "trafilatura", "resiliparse"],
        typer.Option(metavar="NAME", help="How a page becomes an article: auto, trafilatura, resiliparse."),
    ] = "auto",
    json: Json = False,
) -> int:
    """Tell which known story a text belongs to, and the nearest three with scores."""
    from jobs.console.find import reading
    from jobs.console.given import read_article
    from jobs.console.matched import plain, render
    from jobs.manifest import open_result
    from jobs.match import match as found_for

    result = open_result(directory)
    article = read_article(file, extractor)
    with reading(result):
        told = plain(found_for(result, article["text"], title=article["title"], site=article["site"]))
    if json:
        put_json(told)
    else:
        put(render(told))
    return 0


@app.command(name="eval", epilog="Example: dedup eval stories/ labels.tsv --json")
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


@app.command(epilog="Example: dedup label stories/ --to labels.tsv --count 30")
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


@app.command(epilog="Example: dedup tune crawl/2025-05-05/ --labels labels.tsv")
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
    from jobs.console.labels import read_labels
    from jobs.console.options import read_mapping, read_settings
    from jobs.console.tuned import render
    from jobs.console.tuning import tune as tried
    from jobs.progress import Progress

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


@app.command(epilog="Example: dedup check stories/")
def check(directory: Dir, *, json: Json = False) -> int:
    """Check every byte and every invariant of a published result; 12 where one is wrong."""
    from dedup.errors import DamagedError
    from jobs.check import check as problems_of
    from jobs.manifest import open_result

    problems = problems_of(directory)
    told: dict[str, Any] = {"is_ok": not problems, "problems": problems}
    if not problems:
        manifest = open_result(directory).manifest
        told |= {"run_id": manifest.run_id, "files": len(manifest.files) + len(manifest.state), "rows": manifest.rows}
    if json:
        put_json(told)
    elif problems:
        put("\n".join(safe(problem) for problem in problems))
    else:
        rows = ", ".join(f"{name} {count:,}" for name, count in told["rows"].items())
        put(f"ok: {told['files']} files of {told['run_id']}; rows: {rows}")
    return DamagedError.exit_code if problems else 0


@app.command(epilog="Example: dedup gc stories/ --keep-runs 3 --keep-days 14")
def gc(
    directory: Dir,
    *,
    keep_runs: Annotated[int, typer.Option(metavar="N", help="So many of the newest runs stay.")] = 7,
    keep_days: Annotated[float, typer.Option(metavar="DAYS", help="Younger runs stay too.")] = 0,
    json: Json = False,
) -> int:
    """Drop old runs and expired state; the current run always stays."""
    from datetime import UTC, datetime

    from jobs.lock import locked
    from jobs.manifest import open_result

    open_result(directory)
    with locked(directory):
        from jobs.publish import gc as collect

        removed = collect(directory, keep_runs, keep_days, datetime.now(UTC))
    if json:
        put_json({"removed": removed})
    else:
        put("\n".join(f"removed {run_id}" for run_id in removed) or "nothing to remove")
    return 0


def main(args: list[str] | None = None) -> NoReturn:
    """Run the command line `args` (by default the process's own) and leave with its exit code."""
    from jobs import stop

    stop.leave(exit_code_of(args))


def exit_code_of(args: list[str] | None = None) -> int:
    """Run a command line and return its exit code."""
    from jobs.console.guard import guarded

    given = sys.argv[1:] if args is None else args

    def command() -> int | None:
        code = app(given, prog_name="dedup", standalone_mode=False)
        return code if isinstance(code, int) else 0

    return guarded(command, given)


if __name__ == "__main__":
    main()
