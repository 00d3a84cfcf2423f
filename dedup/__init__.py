"""Group the copies of a wire story, name the source, say why: frames and arrays in, frames and arrays out.

Every public name is here and loads when first asked for, so that importing the package costs nothing. Some stages are a
module and its main function in one name: ``dedup.sign(...)`` is ``dedup.sign.sign(...)``, whatever was imported before.

`run`, `load` and `match` touch a disk, so they live in `jobs`; here is only their door, found by name when someone asks.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dedup.candidates import choose_bands
    from dedup.canonical import pick
    from dedup.clean.extract import extract
    from dedup.clean.furniture import learn
    from dedup.clean.sentences import split
    from dedup.clean.wire import agencies
    from dedup.cluster import find_digests, join_alike, join_cut
    from dedup.config import Settings
    from dedup.errors import (
        BadRecordError,
        DamagedError,
        DedupError,
        HeldBackError,
        LockedError,
        MemoryLimitError,
        NewerVersionError,
        NoResultError,
        NothingReadError,
        SettingsError,
        StorageError,
        UnreadableFileError,
        UsageError,
    )
    from dedup.sign import shingle_hashes, to_datasketch
    from dedup.sites import syndication
    from dedup.verify import compare, judge

_HOMES = {
    "candidates": ("candidates", "choose_bands"),
    "canonical": ("pick",),
    "clean.extract": ("extract",),
    "clean.furniture": ("learn",),
    "clean.sentences": ("split",),
    "clean.wire": ("agencies",),
    "cluster": ("find_digests", "join_alike", "join_cut"),
    "config": ("Settings",),
    "diff": ("diff",),
    "errors": (
        "BadRecordError", "DamagedError", "DedupError", "HeldBackError", "LockedError", "MemoryLimitError",
        "NewerVersionError", "NoResultError", "NothingReadError", "SettingsError", "StorageError",
        "UnreadableFileError", "UsageError",
    ),
    "identify": ("identify",),
    "relation": ("relation",),
    "sign": ("shingle_hashes", "sign", "to_datasketch"),
    "sites": ("sites", "syndication"),
    "verify": ("compare", "judge"),
}  # fmt: skip
_DOORS = {"load": "jobs.notebook", "match": "jobs.match", "run": "jobs.notebook"}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "BadRecordError",
    "DamagedError",
    "DedupError",
    "HeldBackError",
    "LockedError",
    "MemoryLimitError",
    "NewerVersionError",
    "NoResultError",
    "NothingReadError",
    "Settings",
    "SettingsError",
    "StorageError",
    "UnreadableFileError",
    "UsageError",
    "agencies",
    "candidates",
    "choose_bands",
    "compare",
    "diff",
    "extract",
    "find_digests",
    "identify",
    "join_alike",
    "join_cut",
    "judge",
    "learn",
    "load",
    "match",
    "pick",
    "relation",
    "run",
    "shingle_hashes",
    "sign",
    "sites",
    "split",
    "syndication",
    "to_datasketch",
]


def __getattr__(name: str) -> Any:
    """Load the module that a public name lives in."""
    if name in _DOORS:
        return getattr(import_module(_DOORS[name]), name)
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = import_module(f"{__name__}.{_HOME_OF[name]}")
    return home if _HOME_OF[name] == name else getattr(home, name)


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__


class _Stage(ModuleType):
    """A module that is called as its function of the same name."""

    def __call__(self, *args: Any, **named: Any) -> Any:
        return getattr(self, self.__name__.rpartition(".")[2])(*args, **named)


class _Package(ModuleType):
    """The package itself: a submodule bound to it is callable where a public function shares its name."""

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, ModuleType) and _HOME_OF.get(name) == name:
            value.__class__ = _Stage
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
