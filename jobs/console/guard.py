"""Whatever ends a command → one sentence and an exit code; users' mistakes never show a traceback."""

from __future__ import annotations

import errno
import traceback
from itertools import pairwise
from typing import TYPE_CHECKING

import typer

from dedup.errors import DedupError, MemoryLimitError, StorageError
from jobs.console.log import make_log, note
from jobs.console.output import safe
from jobs.stop import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jobs.console.log import Format

FAULT = 1

_IS_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FULL = "free some space (also where temporary files go) or raise the limit (ulimit -f), and run again"


def guarded(command: Callable[[], int | None], args: Sequence[str]) -> int:
    """Call `command` and return its exit code, or that of what it raised, told in one sentence on standard error.

    `args`, the command line, is looked through for -v, which adds the traceback of faults of the program, and for
    --log-format json: it may be the very thing that cannot be parsed.
    """
    is_verbose = not {"-v", "--verbose"}.isdisjoint(args)
    form = _form(args)
    try:
        return _called(command, is_verbose=is_verbose)
    except _CommandError as ended:
        if form == "json":
            make_log(form)("error", message=ended.sentence, exit_code=ended.exit_code)
        else:
            note(f"dedup: {ended.sentence}")
        return ended.exit_code


class _CommandError(Exception):
    """A command ended with something to tell."""

    def __init__(self, sentence: str, exit_code: int) -> None:
        super().__init__(sentence)
        self.sentence, self.exit_code = safe(sentence), exit_code


def _called(command: Callable[[], int | None], *, is_verbose: bool) -> int:
    """Call `command`; whatever it raises becomes `_CommandError`."""
    try:
        return command() or 0
    except DedupError as error:
        raise _CommandError(str(error), error.exit_code) from None
    except typer.TyperException as error:
        raise _CommandError(_usage(error), getattr(error, "exit_code", 2)) from None
    except Stopped as error:
        raise _CommandError(str(error), error.exit_code) from None
    except (KeyboardInterrupt, typer.Abort):
        raise _CommandError("stopped", 130) from None
    except MemoryError:
        sentence = "the memory of this machine is used up; read less at once or lower --threads"
        raise _CommandError(sentence, MemoryLimitError.exit_code) from None
    except OSError as error:
        _trace(error, is_verbose=is_verbose)
        where = f"{safe(error.filename)}: " if error.filename else ""
        remedy = _FULL if error.errno in _IS_FULL else "look into it and run again"
        raise _CommandError(f"{where}{error.strerror or error}; {remedy}", StorageError.exit_code) from None
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else FAULT
    except BaseException as error:  # noqa: BLE001 - Polars' panics are no Exception; nothing may pass this line
        _trace(error, is_verbose=is_verbose)
        if _is_of_full_disk(error):
            raise _CommandError(f"the disk is full; {_FULL}", StorageError.exit_code) from None
        hint = "" if is_verbose else " with what `dedup -v` adds"
        what = f"{type(error).__name__}: {safe(error)[:300]}"
        sentence = f"this is a fault of the program, please report it{hint}: {what}; the last published result stands"
        raise _CommandError(sentence, FAULT) from None


def _is_of_full_disk(error: BaseException | None) -> bool:
    """Tell whether a full disk is behind an error, as where compiled kernels cannot be kept."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _IS_FULL:
            return True
        error = error.__cause__ or error.__context__
    return False


def _trace(error: BaseException, *, is_verbose: bool) -> None:
    if is_verbose:
        note("".join(traceback.format_exception(error)).rstrip())


def _usage(error: typer.TyperException) -> str:
    """Tell what was wrong with the command line, and which help to read."""
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "dedup"
    return f"{message.rstrip('.')}; see {path} --help"


def _form(args: Sequence[str]) -> Format:
    after = dict(pairwise(args))
    return "json" if "--log-format=json" in args or after.get("--log-format") == "json" else "text"
