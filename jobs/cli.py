"""The command `dedup`: parse, call a job, print, exit code.

Heavy libraries load inside the commands, so that help is quick and a lock is taken before anything large is read.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from dedup.errors import UsageError
from jobs.console import arguments, common, reading, scoring
from jobs.console.arguments import Dir, Json
from jobs.console.output import put, put_json

EXIT_CODES = (
    "Exit codes: 0 done, 1 failed (nothing published), 2 usage or settings, 3 published but a file was unreadable or "
    "cut short, 4 held back by a gate (updates), 10 no result there, 11 another run holds the lock, 12 damaged, 13 made "
    "by a newer version, 130 and 143 cancelled."
)

app = typer.Typer(
    name="dedup",
    help="Group the copies of a wire story in a news crawl, name the source, say why, write Parquet.",
    epilog=EXIT_CODES,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


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
    inputs: arguments.Inputs,
    *,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for the result; an older result there is replaced.")
    ] = None,
    config: arguments.Config = None,
    threads: arguments.Threads = None,
    memory_limit: arguments.MemoryLimit = None,
    extractor: arguments.Extractor = None,
    mapping: arguments.Mapping = None,
    dry_run: arguments.DryRun = False,
    no_keep_text: arguments.NoKeepText = False,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a result that updates have added to.")] = False,
    json: Json = False,
    no_progress: arguments.NoProgress = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors and the result.")] = False,
    verbose: arguments.Verbose = False,
    log_format: arguments.LogFormat = "text",
) -> int:
    """Cluster exactly these inputs, replacing the result in DIR.

    Settings come from options, else from environment variables DEDUP_NAME, else from --config, else by default.
    """
    settings, fields = common.choices(config, threads, memory_limit, extractor, mapping, no_keep_text=no_keep_text)
    if dry_run:
        return common.preview(inputs, fields, is_json=json)
    if out is None:
        raise UsageError("run needs a folder for its result; name one with --out DIR")
    from jobs.console import running

    shown = common.shown_by(log_format, is_quiet=quiet, has_bar=not no_progress)
    outcome = running.run(inputs, out, settings, fields, shown, replaces_updates=replace)
    return common.tell(outcome, is_json=json, is_verbose=verbose)


@app.command(epilog="Example: dedup update crawl/2025-05-06/ --out stories/ --quiet")
def update(
    inputs: arguments.Inputs,
    *,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the result that grows; made if there is none.")
    ] = None,
    window: Annotated[
        str,
        typer.Option(metavar="DAYS", help="Stories with no article first seen in so many days are matched no more."),
    ] = "30d",
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="Day the articles count as first seen; by default today, UTC.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Publish although a gate would hold the result back.")] = False,
    config: arguments.Config = None,
    threads: arguments.Threads = None,
    memory_limit: arguments.MemoryLimit = None,
    extractor: arguments.Extractor = None,
    mapping: arguments.Mapping = None,
    dry_run: arguments.DryRun = False,
    no_keep_text: arguments.NoKeepText = False,
    json: Json = False,
    no_progress: arguments.NoProgress = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Say nothing where all is well, but the line of --json.")
    ] = False,
    verbose: arguments.Verbose = False,
    log_format: arguments.LogFormat = "text",
) -> int:
    """Add the articles of these inputs to the stories DIR knows, or start it.

    Files that were read before are passed over. Settings are found as `run` finds them.
    """
    from jobs.console import running
    from jobs.console.options import read_day, read_window

    settings, fields = common.choices(config, threads, memory_limit, extractor, mapping, no_keep_text=no_keep_text)
    days, day = read_window(window), read_day(as_of)
    if dry_run:
        return common.preview(inputs, fields, is_json=json)
    if out is None:
        raise UsageError("update needs the folder of its result; name one with --out DIR")
    shown = common.shown_by(log_format, is_quiet=quiet, has_bar=not no_progress)
    outcome = running.update(inputs, out, settings, fields, shown, window=days, as_of=day, is_forced=force)
    return common.tell(outcome, is_json=json, is_verbose=verbose, is_quiet=quiet)


app.command(epilog="Example: dedup show stories/ 0a8cdcc7c45f")(reading.show)
app.command(epilog="Example: dedup explain stories/ 097ae443f93e j6d9cb26420")(reading.explain)
app.command(epilog="Example: dedup report stories/ --to report.html")(reading.report)
app.command(epilog="Example: dedup match stories/ saved-page.html")(reading.match)
app.command(epilog="Example: dedup diff stories/ 20250505T0200 current")(reading.diff)
app.command(name="eval", epilog="Example: dedup eval stories/ labels.tsv --json")(scoring.evaluate)
app.command(epilog="Example: dedup label stories/ --to labels.tsv --count 30")(scoring.label)
app.command(epilog="Example: dedup tune crawl/2025-05-05/ --labels labels.tsv")(scoring.tune)
app.command(epilog="Example: dedup check stories/")(reading.check)


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
