"""Pages of HTML that a command makes: into a file of the user's, or to standard output."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from dedup.errors import UsageError
from jobs.console.output import put, safe

if TYPE_CHECKING:
    from pathlib import Path

    from jobs.manifest import Result


def put_page(page: bytes, to: Path | None, result: Result | None = None) -> None:
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
    place = to.resolve()  # what a link leads to is written, the link stays
    if result and place.is_relative_to(result.out.resolve()):
        raise UsageError(f"{safe(to)} lies in {safe(result.out)}, where nothing is altered; name a file elsewhere")
    if place.is_dir():
        raise UsageError(f"{safe(to)} is a folder; name a file")
    if place.exists() and not place.is_file():  # a device or a pipe takes bytes and cannot be replaced
        place.write_bytes(page)
        return
    partial = place.with_name(f".{place.name}.part")
    try:
        partial.write_bytes(page)
        partial.replace(place)
    finally:
        partial.unlink(missing_ok=True)
