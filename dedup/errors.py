"""Every error the program raises on purpose.

Owns the tree below; each class carries the exit code a command ends with and its reach: what the error costs.
Nothing here prints or exits; `jobs.cli` maps an error to its exit code.

::

    DedupError                     1   run
    ├── NothingReadError           1   run      no article could be read
    ├── StorageError               1   run      the disk is full, read-only or failing
    ├── MemoryLimitError           1   run      the run would need more than --memory-limit
    ├── UsageError                 2   run      a path, option or column that is not there
    │   └── SettingsError          2   run      an unknown key, a value out of range
    ├── HeldBackError              4   run      a gate held an update back
    ├── NoResultError             10   run      no published result in that folder
    ├── LockedError               11   run      another run holds the lock
    ├── DamagedError              12   run      published bytes are not what the manifest says
    ├── NewerVersionError         13   run      made by a newer version of the program
    ├── UnreadableFileError        3   file     a file that cannot be read, or ends early
    └── BadRecordError             0   record   one line, record or page that cannot be read
"""

from __future__ import annotations

from typing import ClassVar, Literal

Reach = Literal["run", "file", "record"]


class DedupError(Exception):
    """Base of all errors raised on purpose; its text is one sentence a user can act on."""

    exit_code: ClassVar[int] = 1
    reach: ClassVar[Reach] = "run"


class NothingReadError(DedupError):
    """No article could be read from the inputs; nothing is published."""


class StorageError(DedupError):
    """A write failed: full, read-only or failing disk."""


class MemoryLimitError(DedupError):
    """The run would need more memory than it was given."""


class UsageError(DedupError):
    """The command names something that is not there, or asks for what cannot be."""

    exit_code = 2


class SettingsError(UsageError):
    """A setting is unknown, of the wrong type or out of its range."""


class HeldBackError(DedupError):
    """A gate held an update back; the result is kept aside."""

    exit_code = 4


class NoResultError(DedupError):
    """There is no published result where one was named."""

    exit_code = 10


class LockedError(DedupError):
    """Another run holds the lock."""

    exit_code = 11


class DamagedError(DedupError):
    """Published bytes or state differ from what the manifest says."""

    exit_code = 12


class NewerVersionError(DedupError):
    """The result was made by a newer version of the program."""

    exit_code = 13


class UnreadableFileError(DedupError):
    """An input file cannot be read at all, or ends before its end."""

    exit_code = 3
    reach = "file"


class BadRecordError(DedupError):
    """One line, record or page cannot be read; the rest of its file can."""

    exit_code = 0
    reach = "record"
