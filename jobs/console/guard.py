"""Whatever ends a command → one sentence and an exit code; users' mistakes never show a traceback."""

from __future__ import annotations

import errno
import sys
import traceback
from typing import TYPE_CHECKING

import typer

from dedup.errors import DedupError, MemoryLimitError, StorageError
from jobs.console.log import note
from jobs.console.output import safe
from jobs.stop import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable

FAULT = 1

_IS_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FULL = "free some space (also where temporary files go) or raise the limit (ulimit -f), and run again"


def guarded(command: Callable[[], int | None], *, is_verbose: bool) -> int:
    """Call `command` and return its exit code, or that of what it raised, told in one sentence on standard error.

    `is_verbose` adds the traceback of faults of the program.
    """
    try:
        return command() or 0
    except DedupError as error:
        return _tell(str(error), error.exit_code)
    except typer.TyperException as error:
        return _tell_usage(error)
    except Stopped as error:
        return _tell(str(error), error.exit_code)
    except KeyboardInterrupt:
        return _tell("stopped", 130)
    except typer.Abort:
        return _tell("stopped", 130)
    except MemoryError:
        return _tell(
            "the memory of this machine is used up; read less at once or lower --threads", MemoryLimitError.exit_code
        )
    except OSError as error:
        _trace(error, is_verbose=is_verbose)
        where = f"{safe(error.filename)}: " if error.filename else ""
        remedy = _FULL if error.errno in _IS_FULL else "look into it and run again"
        return _tell(f"{where}{error.strerror or error}; {remedy}", StorageError.exit_code)
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else FAULT
    except BaseException as error:  # noqa: BLE001 - Polars' panics are no Exception; nothing may pass this line
        _trace(error, is_verbose=is_verbose)
        hint = "" if is_verbose else " with what -v adds"
        what = f"{type(error).__name__}: {safe(error)[:300]}"
        return _tell(f"this is a fault of the program, please report it{hint}: {what}; nothing was published", FAULT)


def _trace(error: BaseException, *, is_verbose: bool) -> None:
    if is_verbose:
        note("".join(traceback.format_exception(error)).rstrip())


def _tell(sentence: str, exit_code: int) -> int:
    note(f"dedup: {sentence}")
    return exit_code


def _tell_usage(error: typer.TyperException) -> int:
    """Tell what was wrong with the command line, and which help to read."""
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "dedup"
    return _tell(f"{message.rstrip('.')}; see {path} --help", getattr(error, "exit_code", 2))


def is_asked_verbose(args: list[str] | None) -> bool:
    """Tell whether the command line asks for tracebacks, also where it cannot be parsed."""
    return any(arg in {"-v", "--verbose"} for arg in (sys.argv[1:] if args is None else args))
