"""Pages of HTML that a command makes: into a file of the user's, or to standard output."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from dedup.errors import UsageError
from jobs.console.output import put, safe

if TYPE_CHECKING:
    from pathlib import Path

    from jobs.manifest import Result


def put_page(page: bytes, to: Path | None, result: Result) -> None:
    """Write `page` to the file `to`, in one step; without one, to standard output if that is no terminal.

    Raises
    ------
    UsageError
        `to` lies in the folder of `result` or is a folder, or there is no `to` and nobody to take the page.
    OSError
        The file cannot be written; one that was there stands.
    """
    if to is None:
        if sys.stdout.isatty():
            raise UsageError("the page is no text for a terminal; name a file for it with --to FILE")
        put(page.decode())
        return
    if to.resolve().is_relative_to(result.out.resolve()):
        raise UsageError(f"{safe(to)} lies in {safe(result.out)}, where nothing is altered; name a file elsewhere")
    if to.is_dir():
        raise UsageError(f"{safe(to)} is a folder; name a file")
    partial = to.with_name(f".{to.name}.part")
    try:
        partial.write_bytes(page)
        partial.replace(to)
    finally:
        partial.unlink(missing_ok=True)
