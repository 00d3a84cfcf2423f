"""The commands that read a result: show, explain, report, match, diff, and check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from jobs.console.arguments import Dir, Json
from jobs.console.output import put, put_json, safe


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


def diff(
    directory: Dir,
    old: Annotated[
        str,
        typer.Argument(metavar="RUN", help="Id of a run, the beginning of it, or current.", show_default=False),
    ],
    new: Annotated[str, typer.Argument(metavar="RUN", help="The run to compare it with.", show_default=False)],
    *,
    json: Json = False,
) -> int:
    """Tell what changed between two runs: stories unchanged, grown, merged, split, new; articles that moved."""
    from jobs.console.diff import changes_of, render

    told = changes_of(directory, old, new)
    if json:
        put_json(told)
    else:
        put(render(told))
    return 0


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
