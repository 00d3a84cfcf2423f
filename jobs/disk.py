"""The only place that changes the disk: opens for writing, writes, syncs, renames, links and unlinks.

Every operation first calls `hook`, so that a test can fail or stop the program at any of them, and turns the
system's error into a StorageError that names the path and says what to do. Which renames make a result visible is
decided in `jobs.publish` alone.
"""

from __future__ import annotations

import errno
import hashlib
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from dedup.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    Hook = Callable[[str, Path, object], None]

_READ_SIZE = 1 << 20

_REMEDIES = {
    errno.ENOSPC: "the disk is full; free some space and run again",
    errno.EDQUOT: "the disk quota is used up; free some space or raise the quota, and run again",
    errno.EFBIG: "the file would pass the size limit; raise it (ulimit -f) and run again",
    errno.EROFS: "the file system is read-only; name another folder with --out or mount it writable",
    errno.EIO: "the disk reports an input/output error; check it and name another folder with --out",
    errno.EACCES: "permission is missing; grant it or name another folder with --out",
    errno.EPERM: "the operation is not permitted there; name another folder with --out",
    errno.EMFILE: "too many files are open; raise the limit (ulimit -n) and run again",
    errno.ENFILE: "too many files are open on this machine; close some programs and run again",
    errno.ENOTDIR: "a file stands where a folder is needed; name another folder with --out",
    errno.EEXIST: "something is there already; move it away and run again",
}


def _no_hook(op: str, path: Path, detail: object) -> None:
    """Let every operation pass."""


hook: Hook = _no_hook
"""Called before each operation with its name, its path and what it carries: the bytes of a write, the target of a
move, link or symlink, else None. Tests replace it; what it raises takes the place of the operation."""


@contextmanager
def storing(op: str, path: Path, detail: object = None) -> Iterator[None]:
    """Run one operation on `path`, after `hook` let it pass.

    Raises
    ------
    StorageError
        The operation failed; the sentence names the path and what to do.
    """
    try:
        hook(op, path, detail)
        yield
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, f"{error.strerror or error}; look into it and run again")
        raise StorageError(f"{op} failed at {path}: {remedy}") from error


class Output:
    """A new file being written; its bytes are on the disk once the `with` block has ended without an error.

    Attributes
    ----------
    size : int
        Bytes written so far.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._hash = hashlib.sha256()
        with storing("open", path):
            self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)

    @property
    def sha256(self) -> str:
        """SHA-256 in hex of the bytes written so far."""
        return self._hash.hexdigest()

    def write(self, data: bytes | memoryview) -> int:
        """Append `data` and return its length in bytes."""
        view = memoryview(data).cast("B")
        with storing("write", self.path, view):
            done = 0
            while done < len(view):
                done += os.write(self._handle, view[done:])
        self._hash.update(view)
        self.size += len(view)
        return len(view)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if kind is None:
                with storing("fsync", self.path):
                    os.fsync(self._handle)
        finally:
            os.close(self._handle)


def write_file(path: Path, data: bytes | memoryview) -> Output:
    """Write `data` as the new file `path`, sync it, and return what was written."""
    with Output(path) as output:
        output.write(data)
    return output


def aside(folder: Path, count: int, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Return an array of `count` zeros that lies in a file of `folder` without a name, so that memory need not hold it.

    The disk's room for it is taken at once; it is free again when the array is, or ends with the process.
    """
    import mmap
    import tempfile

    import numpy as np

    size = count * np.dtype(dtype).itemsize
    if not size:
        return np.empty(0, dtype)
    with storing("allocate", folder), tempfile.TemporaryFile(dir=folder) as file:
        # Without its room, an array whose disk runs full would end the process with a signal.
        (getattr(os, "posix_fallocate", None) or _extend)(file.fileno(), 0, size)
        return np.frombuffer(mmap.mmap(file.fileno(), size), dtype)


def _extend(handle: int, _: int, size: int) -> None:
    os.ftruncate(handle, size)


def measure(path: Path) -> tuple[int, str]:
    """Read a file through and return its size in bytes and its SHA-256 in hex."""
    digest, size = hashlib.sha256(), 0
    with storing("read", path), path.open("rb", buffering=0) as file:
        while block := file.read(_READ_SIZE):
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest()


def sync(path: Path) -> None:
    """Wait until a file's bytes, or a folder's entries, are on the disk."""
    with storing("fsync", path):
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sync_tree(folder: Path) -> None:
    """Sync a folder and the folders in it, the deepest first; the files in them are synced when written."""
    for parent, _, _ in os.walk(folder, topdown=False):
        sync(Path(parent))


def make_folder(path: Path) -> None:
    """Make a folder and the parents it lacks; one that is there already is kept."""
    if not path.parent.exists():
        make_folder(path.parent)
    with storing("mkdir", path):
        path.mkdir(exist_ok=True)


def make_durable_folder(path: Path) -> None:
    """Make a folder and the parents it lacks, and sync the entry of each that is new."""
    if path.is_dir():
        return
    make_durable_folder(path.parent)
    make_folder(path)
    sync(path.parent)


def move(source: Path, target: Path) -> None:
    """Rename within one file system; a file or link at `target` is replaced in one step, a full folder is an error."""
    with storing("rename", source, target):
        source.replace(target)


def symlink(path: Path, target: Path) -> None:
    """Make `path` a symbolic link that holds `target` as it is given."""
    with storing("symlink", path, target):
        path.symlink_to(target)


def hard_link(path: Path, existing: Path) -> None:
    """Make `path` another name of the file `existing`."""
    with storing("link", path, existing):
        path.hardlink_to(existing)


def unlink(path: Path) -> None:
    """Remove a file or a link."""
    with storing("unlink", path):
        path.unlink()


def remove_tree(path: Path) -> None:
    """Remove a folder with all that is in it, following no link; nothing there is no error."""
    if path.is_symlink() or path.is_file():
        unlink(path)
        return
    if not path.exists():
        return
    with storing("list", path):
        entries = sorted(path.iterdir())
    for entry in entries:
        remove_tree(entry)
    with storing("rmdir", path):
        path.rmdir()
