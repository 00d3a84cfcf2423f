"""Which files a run reads: folders walked, globs expanded, each file told by its content or name.

Nothing is unpacked here beyond the first bytes, and nothing but regular files is ever opened.
"""

from __future__ import annotations

import errno
import glob
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dedup.errors import UsageError
from jobs.read.sniff import Told, tell_by_content, tell_by_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jobs.read.sniff import Format


class Source(NamedTuple):
    """One input file.

    Attributes
    ----------
    path
        Where it lies.
    name
        Path relative to its INPUT, with forward slashes; the file name where the INPUT is the file itself.
        Files of two INPUTs that would share a name carry as many parent folders as tell them apart.
    format
        jsonl (any JSON), parquet, csv (also by tab), warc, wet, html or text.
    codec
        gz, zst, bz2, lz4, or '' for none.
    size
        Bytes on disk.
    """

    path: Path
    name: str
    format: Format
    codec: str
    size: int


class Skipped(NamedTuple):
    """A file or folder that is not read, and why.

    `is_unreadable` sets what the user may miss (to be quarantined) apart from what was never meant to be read.
    """

    name: str
    reason: str
    detail: str
    is_unreadable: bool


class _Found(NamedTuple):
    path: Path
    name: str
    is_named: bool
    """Whether the user named the file itself, not its folder."""


def discover(inputs: Sequence[str | Path]) -> tuple[list[Source], list[Skipped]]:
    """Find the files that INPUTs stand for.

    Parameters
    ----------
    inputs
        Files, folders or globs. A file met twice is taken once, whatever led to it.

    Returns
    -------
    tuple
        Sources and skipped files, each sorted by name; independent of the order of `inputs`.

    Raises
    ------
    UsageError
        An INPUT does not exist, matches nothing, or is a folder without one readable file.
    """
    skipped: set[Skipped] = set()
    found: dict[str, _Found] = {}
    for text in inputs:
        for item in _expand(os.fspath(text), skipped):
            real = os.path.realpath(item.path)
            # The entry that names the file itself wins, then the smaller name: the order of INPUTs must not matter.
            found[real] = min(found.get(real, item), item, key=lambda one: (not one.is_named, one.name))
    sources = []
    for item in found.values():
        result = _identify(item)
        if isinstance(result, Source):
            sources.append(result)
        else:
            skipped.add(result)
    return sorted(_told_apart(sources), key=lambda source: source.name), sorted(skipped)


def _expand(text: str, skipped: set[Skipped]) -> Iterator[_Found]:
    path = Path(text)
    mode = _mode(path, text)
    if mode is None:
        # Path.glob takes no pattern with a root in it
        matches = sorted(glob.glob(text, recursive=True)) if glob.has_magic(text) else []  # noqa: PTH207
        if not matches:
            what = "matches no file" if glob.has_magic(text) else "does not exist"
            raise UsageError(f"{_printable(text)} {what}; name a file, a folder or a glob of files to read")
        for match in matches:
            if stat.S_ISDIR(_mode(Path(match), match) or 0):
                yield from _walk(Path(match), skipped)
            else:
                yield _Found(Path(match), _printable(Path(match).name), is_named=True)
    elif stat.S_ISDIR(mode):
        passed: set[Skipped] = set()
        files = list(_walk(path, passed))
        skipped |= passed
        if not files and not any(one.is_unreadable for one in passed):
            aside = f" ({len(passed)} of other kinds were passed over)" if passed else ""
            raise UsageError(
                f"the folder {_printable(text)} holds no file that can be read{aside}; see `dedup run --help`"
            )
        yield from files
    else:
        yield _Found(path, _printable(path.name), is_named=True)


def _mode(path: Path, text: str) -> int | None:
    """Return the file mode; None where nothing is there."""
    try:
        return path.stat().st_mode
    except ValueError as error:
        raise UsageError(f"{text!r} is not a path: {error}; name a file, a folder or a glob") from error
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP}:
            return None
        raise UsageError(f"{_printable(text)} cannot be looked at: {error.strerror}; check its folder") from error


def _walk(root: Path, skipped: set[Skipped]) -> Iterator[_Found]:
    """Yield the files under `root` that have a known extension; links are followed to files inside `root` only."""
    top = os.path.realpath(root)
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            name = _printable(folder.relative_to(root).as_posix())
            skipped.add(Skipped(name, "no-permission", f"the folder cannot be listed: {error.strerror}", True))  # noqa: FBT003
            continue
        for entry in entries:
            path = folder / entry.name
            name = _printable(path.relative_to(root).as_posix())
            if reason := _not_taken(entry, top):
                skipped.add(Skipped(name, *reason, is_unreadable=False))
            elif entry.is_dir(follow_symlinks=False):
                folders.append(path)
            elif reason := _not_known(entry.name):
                skipped.add(Skipped(name, *reason, is_unreadable=False))
            else:
                yield _Found(path, name, is_named=False)


def _not_taken(entry: os.DirEntry[str], top: str) -> tuple[str, str] | None:
    if entry.name.startswith("."):
        return "hidden", "names that start with a dot are passed over"
    if entry.is_symlink():
        target = os.path.realpath(entry.path)
        if not target.startswith(top.rstrip("/") + "/"):
            return "link", "the link leads out of its folder"
        if not Path(target).is_file():
            return "link", "links are followed to files only"
    elif not (entry.is_dir(follow_symlinks=False) or entry.is_file(follow_symlinks=False)):
        return "not-a-file", "pipes, sockets and devices are not read"
    return None


def _not_known(name: str) -> tuple[str, str] | None:
    told = tell_by_name(name)
    if told is None:
        return "unknown-extension", "name the file itself to have it told by its content"
    return ("wat", _WAT) if told.format == "wat" else None


_WAT = "WAT files hold metadata and no text; name the WARC or WET files"
_ARC = "arc is not supported; convert the file to WARC first"


def _identify(item: _Found) -> Source | Skipped:
    """Open the file's first bytes and say what it is."""

    def lost(reason: str, detail: str) -> Skipped:
        return Skipped(item.name, reason, detail, is_unreadable=True)

    try:
        status = item.path.stat()
        if not stat.S_ISREG(status.st_mode):
            return lost("not-a-file", "pipes, sockets and devices are not read; save the stream to a file first")
        if status.st_size == 0:
            return lost("empty-file", "the file holds no byte")
        told: Told | None = tell_by_content(item.path, is_name_first=not item.is_named)
    except PermissionError:
        return lost("no-permission", "the file may not be read by this user")
    except OSError as error:
        return lost("unreadable", f"the file cannot be opened: {error.strerror}")
    if told is None:
        return lost("unknown-format", "neither content nor name is of a format that can be read")
    if told.format in {"wat", "arc"}:
        return lost(told.format, _WAT if told.format == "wat" else _ARC)
    if told.format == "parquet" and told.codec:
        return lost("unknown-format", f"Parquet inside {told.codec} is not read; unpack the file first")
    return Source(item.path, item.name, told.format, told.codec, status.st_size)


def _told_apart(sources: list[Source]) -> list[Source]:
    """Give files of the same name as many parent folders as make their names differ."""
    depth = {source.path: len(Path(source.name).parts) for source in sources}
    while True:
        by_name: dict[str, list[Source]] = {}
        for source in sources:
            by_name.setdefault(source.name, []).append(source)
        clashing = {source.path for same in by_name.values() if len(same) > 1 for source in same}
        if not clashing:
            return sources
        for path in clashing:
            depth[path] += 1
        sources = [
            source._replace(name=_printable("/".join(source.path.absolute().parts[-depth[source.path] :])))
            if source.path in clashing
            else source
            for source in sources
        ]


def _printable(name: str) -> str:
    """Return a name that any UTF-8 column can hold; bytes that are no UTF-8 are written as hex escapes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
