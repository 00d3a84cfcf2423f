"""What leaves the program: results on standard output, everything else on standard error.

Titles and urls come from strangers: nothing they hold may steer a terminal.
"""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dedup.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console
    from rich.text import Text

PIPE_WIDTH = 160
"""Columns of a line where standard output is no terminal."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86400

_STEERING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")
"""Format characters that scripts and emoji need."""


def safe(text: object) -> str:
    """Return `text` on one line, without characters that steer a terminal; nothing for None."""
    if text is None:
        return ""
    shown = (
        char if char in _JOINERS or unicodedata.category(char) not in _STEERING else " " if char in "\t\r\n" else ""
        for char in str(text)
    )
    return " ".join("".join(shown).split())


def put(text: str) -> None:
    """Write a result to standard output; a reader that has gone away is no error.

    Raises
    ------
    StorageError
        Standard output cannot be written.
    """
    try:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still in the buffer must not fail again when the interpreter closes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except UnicodeEncodeError:
        sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
        sys.stdout.flush()
    except OSError as error:
        reason = error.strerror
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise StorageError(f"standard output cannot be written: {reason}; send it elsewhere") from None


def put_json(value: Any) -> None:
    """Write one JSON object on one line; times in ISO 8601, shares rounded to what 32 bits hold."""
    put(json.dumps(_plain(value), ensure_ascii=False))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return round(value, 6) if isinstance(value, float) else value


def drawn(draw: Callable[[Console], None]) -> str:
    """Return what `draw` prints: in colour and as wide as the terminal, else plain and `PIPE_WIDTH` wide."""
    from io import StringIO

    from rich.console import Console

    is_terminal = sys.stdout.isatty()
    sheet = StringIO()
    console = Console(
        file=sheet, force_terminal=is_terminal, color_system="auto" if is_terminal else None,
        width=None if is_terminal else PIPE_WIDTH, highlight=False, markup=False, emoji=False,
    )  # fmt: skip
    draw(console)
    return "\n".join(line.rstrip() for line in sheet.getvalue().splitlines()) + "\n"


def cut(text: object) -> Text:
    """Return `text` for a cell of a table that is shortened, not wrapped, where the table is too wide."""
    from rich.text import Text

    return Text(safe(text) or "-", no_wrap=True, overflow="ellipsis")


def day(when: datetime | None) -> str:
    """Return a time to the minute, UTC; a dash where there is none."""
    return f"{when:%Y-%m-%d %H:%M}" if when else "-"


def share(value: float | None) -> str:
    """Return a share of 0 to 1 with two digits; a dash where there is none."""
    return "-" if value is None else f"{value:.2f}"


def count_of(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: ``1 story``, ``2,310 stories``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def span(seconds: int) -> str:
    """Return a duration in its two largest units: ``3 h 5 min``, ``2 days 4 h``."""
    if seconds < _MINUTE:
        return "the same minute" if seconds == 0 else f"{seconds} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < _DAY:
        hours, minutes = seconds // _HOUR, seconds % _HOUR // _MINUTE
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = seconds // _DAY, seconds % _DAY // _HOUR
    return count_of(days, "day") + (f" {hours} h" if hours else "")
