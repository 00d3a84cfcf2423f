"""What `dedup run` and `dedup update` do alike around their job."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Literal

from jobs.console.output import put, put_json

if TYPE_CHECKING:
    from pathlib import Path

    from dedup.config import Settings
    from jobs.console.running import Shown
    from jobs.nightly import Outcome

PARTIAL = 3


def choices(
    config: Path | None,
    threads: int | None,
    memory_limit: str | None,
    extractor: str | None,
    mapping: list[str] | None,
    *,
    no_keep_text: bool,
) -> tuple[Settings, dict[str, str]]:
    """Return the settings in force and which field means what."""
    from jobs.console.options import read_mapping, read_settings

    options = {
        "threads": threads, "memory_limit": memory_limit, "extractor": extractor,
        "keep_text": False if no_keep_text else None,
    }  # fmt: skip
    return read_settings(options, os.environ, config), read_mapping(mapping or ())


def shown_by(log_format: Literal["text", "json"], *, is_quiet: bool, has_bar: bool) -> Shown:
    """Return how progress is shown."""
    from jobs.console.log import make_log
    from jobs.console.running import Shown

    is_bar = sys.stderr.isatty() and log_format == "text" and has_bar and not is_quiet
    return Shown(None if is_quiet else make_log(log_format), is_bar)


def tell(outcome: Outcome, *, is_json: bool, is_verbose: bool, is_quiet: bool = False) -> int:
    """Print what a run came to and return its exit code."""
    from jobs.console.summary import render, summarize

    exit_code = PARTIAL if outcome.is_partial else 0
    told = summarize(outcome, exit_code)
    if is_json:
        put_json(told)
    elif exit_code or not is_quiet:
        put(render(told, is_verbose=is_verbose))
    return exit_code


def preview(inputs: list[str], mapping: dict[str, str], *, is_json: bool) -> int:
    """Print what would be read as what."""
    from jobs.console import running
    from jobs.console.summary import render_preview

    found = running.preview(inputs, mapping)
    if is_json:
        put_json(found)
    else:
        put(render_preview(found))
    return 0
