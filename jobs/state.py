"""The state a run leaves for the next one: numbered generations, each named by the manifest of its run.

Writes a generation into staging; `jobs.publish` makes it part of the result. What a state file means is not known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from dedup.errors import DamagedError, DedupError, StorageError, UsageError
from jobs import disk
from jobs.manifest import STAGING, STATE, FileEntry, Result, open_result, open_run, run_ids, state_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_GENERATION = re.compile(r"gen-(\d+)")


@dataclass(frozen=True)
class StateDraft:
    """The files of the next generation, by name relative to it (folders with /).

    Attributes
    ----------
    files : mapping of str to bytes or Path
        Content, or a finished file under `scratch`, adopted without copying.
    kept : frozenset of str
        Files of the current generation that go on unchanged: hard links, whose SHA-256 is the one recorded when they
        were written, so damage since then stays visible.
    """

    files: Mapping[str, bytes | Path]
    kept: frozenset[str] = frozenset()


def scratch(out: Path) -> Path:
    """Return a folder, made if needed, for files to be adopted later; the holder of the lock alone may use it."""
    folder = out / STAGING / "scratch"
    # Durable, for `jobs.publish` tells by what lies in staging after a power cut which run was never committed.
    disk.make_durable_folder(folder)
    return folder


def generations(out: Path) -> list[int]:
    """Return the numbers of the generations on disk, ascending."""
    folder = out / STATE
    names = (_GENERATION.fullmatch(entry.name) for entry in folder.iterdir()) if folder.is_dir() else ()
    return sorted(int(name[1]) for name in names if name)


def named_generations(out: Path) -> dict[str, int] | None:
    """Return the generation that each run in `out` names; None if a manifest cannot tell."""
    named = {}
    for run_id in run_ids(out):
        try:
            named[run_id] = open_run(out, run_id).manifest.generation
        except DedupError:
            return None
    return named


def next_generation(out: Path) -> int:
    """Return the number the next published run will have: 1 more than any in `out`."""
    return 1 + max([0, *generations(out), *(named_generations(out) or {}).values()])


def stage(out: Path, draft: StateDraft, folder: Path) -> dict[str, FileEntry]:
    """Write the files of `draft` into the new folder `folder`, each synced, and return their entries, sorted by name.

    Raises
    ------
    UsageError
        A name leaves the generation's folder, or stands in both `files` and `kept`.
    NoResultError
        A file to be kept is not in the current generation.
    StorageError
        A write failed, or a file to be adopted lies on another file system.
    """
    disk.make_folder(folder)
    current = open_result(out) if draft.kept else None
    if twice := draft.kept & draft.files.keys():
        raise UsageError(f"state files {', '.join(sorted(twice))} are both written and kept; please report this")
    entries = {}
    for name in sorted(draft.kept | draft.files.keys()):
        parts = PurePosixPath(name).parts
        if not parts or ".." in parts or PurePosixPath(name).is_absolute() or str(PurePosixPath(name)) != name:
            raise UsageError(f"{name!r} is no name for a state file; please report this")
        target = folder / name
        disk.make_folder(target.parent)
        if current is not None and name in draft.kept:
            disk.hard_link(target, current.state_path(name))
            entries[name] = current.manifest.state[name]
        else:
            entries[name] = write(target, draft.files[name])
    return entries


def write(target: Path, content: bytes | Path) -> FileEntry:
    """Write or adopt one new file, synced and read back.

    Raises
    ------
    DamagedError
        It does not read back as it was written.
    StorageError
        A write failed.
    """
    if isinstance(content, Path):
        disk.hard_link(target, content)
        disk.sync(target)
        size, sha256 = disk.measure(target)
    else:
        output = disk.write_file(target, content)
        size, sha256 = output.size, output.sha256
        if disk.measure(target) != (size, sha256):
            raise DamagedError(f"{target} does not read back as it was written; check the disk and run again")
    return FileEntry(bytes=size, sha256=sha256)


def verify(result: Result) -> None:
    """Read the state of a run through, so that nothing is built on damage.

    Raises
    ------
    DamagedError
        A file is missing, changed or strange to the manifest.
    StorageError
        A file cannot be read: that tells nothing of what is in it.
    """
    folder = state_folder(result.out, result.manifest.generation)
    for fault in _faults(folder, result.manifest.state):
        if isinstance(fault, DamagedError):
            raise DamagedError(f"{fault}; restore it or run again with: dedup run --replace")
        raise fault


def differences(folder: Path, entries: Mapping[str, FileEntry], apart: str = "") -> Iterator[str]:
    """Yield one sentence for each file of `folder` but `apart` that is missing, changed or not among `entries`."""
    return (str(fault) for fault in _faults(folder, entries, apart))


def _faults(folder: Path, entries: Mapping[str, FileEntry], apart: str = "") -> Iterator[DedupError]:
    # Links and empty folders count: whatever the manifest does not name was put there by someone else.
    found = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir() or not any(path.iterdir())
    }
    for name in sorted((found | entries.keys()) - {apart}):
        path = folder / name
        if name not in entries:
            yield DamagedError(f"{path} is not in the manifest")
        elif name not in found or not path.is_file() or path.is_symlink():
            yield DamagedError(f"{path} is missing")
        else:
            try:
                if disk.measure(path) != (entries[name].bytes, entries[name].sha256):
                    yield DamagedError(f"{path} was changed after it was written")
            except StorageError as error:
                yield error
