"""Log lines on standard error: one event a line, for people or as JSON."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from jobs.console.output import safe

if TYPE_CHECKING:
    from collections.abc import Callable

Format = Literal["text", "json"]


def make_log(form: Format) -> Callable[..., None]:
    """Return a function that takes an event's name and its fields and writes a line.

    text: ``dedup: stage read, seconds 1.2``; json: an object with ``time`` (UTC), ``event`` and the fields.
    """

    def log(event: str, **fields: Any) -> None:
        if form == "json":
            note(json.dumps({"time": datetime.now(UTC).isoformat(), "event": event, **fields}, ensure_ascii=False))
        elif event == "stage":
            note(f"dedup: {fields['stage']:<10} {fields['seconds']:8.1f} s")
        else:
            told = ", ".join(f"{key} {value}" for key, value in fields.items())
            note(f"dedup: {event}{': ' + safe(told) if told else ''}")

    return log


def note(line: str) -> None:
    """Write a line to standard error, which may be gone."""
    with suppress(OSError):
        sys.stderr.write(line.encode("utf-8", "replace").decode("utf-8") + "\n")
        sys.stderr.flush()
