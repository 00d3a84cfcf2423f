"""What a run records about itself, and how a published result is opened.

Owns the names inside a result folder, the manifest with its self-check, and `Result`. Writes nothing.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from dedup.errors import DamagedError, NewerVersionError, NoResultError, StorageError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

SETTLED = "retired-"
"""The names of table files that no later run changes begin with this."""

MANIFEST_VERSION = 1
"""Raised when the manifest itself changes its meaning; the self-check stays the same for ever."""

CURRENT, RUNS, STATE, STAGING, MANIFEST = "current", "runs", "state", ".staging", "manifest.json"

_SEAL = re.compile(rb'"sha256": "([0-9a-f]{64})"\n}\n\Z')
_RUN_ID = re.compile(r"\d{8}T\d{6}\.\d{6}Z-[0-9a-f]{8}")


class InputFile(msgspec.Struct, frozen=True, kw_only=True):
    """One input file: its name relative to the INPUT it was found under, its size in bytes and its SHA-256 in hex."""

    name: str
    bytes: int
    sha256: str


class FileEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One published file: its size in bytes, its SHA-256 in hex, and its rows where it is Parquet."""

    bytes: int
    sha256: str
    rows: int | None = None


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the records read: read = kept + dropped + quarantined, the last two by reason."""

    read: int
    kept: int
    dropped: dict[str, int]
    quarantined: dict[str, int]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """All that decides a result: the inputs' bytes, the settings, and the versions of program and schema."""

    command: Literal["run", "update"]
    inputs: tuple[InputFile, ...]
    settings: dict[str, Any]
    settings_fingerprint: str
    tool_version: str
    schema_version: int

    @property
    def digest(self) -> str:
        """SHA-256 in hex over what decides the result, whatever the order, names and times of the input files."""
        parts = [*sorted(file.sha256 for file in self.inputs), self.settings_fingerprint]
        parts += [self.tool_version, str(self.schema_version)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


class ManifestDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller of `jobs.publish.publish` knows of a run; `notes` holds JSON values for people to read."""

    run_id: str
    created_at: datetime
    plan: Plan
    counts: Counts
    notes: dict[str, Any] = {}


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a run was made from and every file it left, by path relative to the run or to its state generation."""

    manifest_version: int
    run_id: str
    created_at: datetime
    plan_digest: str
    plan: Plan
    counts: Counts
    notes: dict[str, Any]
    rows: dict[str, int]
    files: dict[str, FileEntry]
    generation: int
    state: dict[str, FileEntry]


class _Versions(msgspec.Struct):
    manifest_version: int
    plan: _PlanVersion


class _PlanVersion(msgspec.Struct):
    schema_version: int


def new_run_id(out: Path, plan: Plan, now: datetime) -> str:
    """Return an id no run in `out` has, sorting by time: UTC to the microsecond, then 8 digits of the plan's digest."""
    moment = now.astimezone(UTC)
    while True:
        run_id = f"{moment:%Y%m%dT%H%M%S.%fZ}-{plan.digest[:8]}"
        if not (out / RUNS / run_id).exists():
            return run_id
        moment += timedelta(microseconds=1)


def run_time(run_id: str) -> datetime:
    """Return the UTC time in a run id."""
    return datetime.strptime(run_id.partition("-")[0], "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC)


def encode(manifest: Manifest) -> bytes:
    """Return the manifest as indented JSON whose last field is the SHA-256 of every byte before it."""
    body = msgspec.json.format(msgspec.json.encode(manifest, order="deterministic"), indent=1)
    body = body.removesuffix(b"\n}") + b",\n "
    return body + b'"sha256": "' + hashlib.sha256(body).hexdigest().encode() + b'"\n}\n'


def load(path: Path) -> Manifest:
    """Read a manifest and prove that no byte of it was changed.

    Raises
    ------
    DamagedError
        It is missing, was changed, or is no manifest.
    NewerVersionError
        A newer version of the program wrote it.
    StorageError
        The file is there and cannot be read.
    """
    try:
        raw = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DamagedError(f"{path} is missing; restore it or run again with the same --out") from error
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}; look into it and run again") from error
    seal = _SEAL.search(raw)
    if seal is None or hashlib.sha256(raw[: seal.start()]).hexdigest().encode() != seal[1]:
        raise DamagedError(f"{path} was changed after it was written; restore it or run again with the same --out")
    try:
        versions = msgspec.json.decode(raw, type=_Versions)
        if versions.manifest_version > MANIFEST_VERSION or versions.plan.schema_version > _schema_version():
            raise NewerVersionError(f"{path} was made by a newer version of the program; install that version")
        return msgspec.json.decode(raw, type=Manifest)
    except msgspec.DecodeError as error:
        raise DamagedError(f"{path} is no manifest: {error}; run again with the same --out") from error


def _schema_version() -> int:
    from dedup.schema import SCHEMA_VERSION  # brings Polars, which the commands that only lock do not need

    return SCHEMA_VERSION


@dataclass(frozen=True)
class Result:
    """One published run; everything read through it is of this run, whatever is published meanwhile."""

    out: Path
    run_id: str
    manifest: Manifest

    @property
    def path(self) -> Path:
        """Folder of the run."""
        return self.out / RUNS / self.run_id

    def table(self, name: str, *, has_retired: bool = True) -> pl.LazyFrame:
        """Return a published table, its columns as in `dedup.schema`; on request without the rows of retired stories.

        Raises
        ------
        NoResultError
            The run has no table of that name.
        """
        import polars as pl

        if name not in self.manifest.rows:
            raise NoResultError(f"{self.path} has no table {name}; it has {', '.join(sorted(self.manifest.rows))}")
        files = sorted(file for file in self.manifest.files if file.startswith(f"{name}/"))
        shown = [file for file in files if has_retired or not file.startswith(f"{name}/{SETTLED}")]
        return pl.scan_parquet([self.path / file for file in shown])

    def state_path(self, name: str) -> Path:
        """Return the path of a state file of this run.

        Raises
        ------
        NoResultError
            The run left no such file.
        DamagedError
            The file is gone.
        UsageError
            An older version of the program left it, and its meaning has changed since.
        """
        if self.manifest.plan.schema_version < _schema_version():
            raise UsageError(
                f"{self.out} has the state of an older version of the program; go on with that version, or make it "
                f"again with: dedup run --replace"
            )
        if name not in self.manifest.state:
            raise NoResultError(f"{self.path} left no state file {name}; run again with the same --out")
        folder = state_folder(self.out, self.manifest.generation)
        if not folder.is_dir() and self.run_id != current_run_id(self.out):
            raise NoResultError(f"{folder} was dropped with the runs that followed {self.run_id}; use the current run")
        path = folder / name
        if not path.is_file():
            raise DamagedError(f"{path} is missing; restore it or run again with the same --out")
        return path


def state_folder(out: Path, generation: int) -> Path:
    """Return the folder of a state generation."""
    return out / STATE / f"gen-{generation}"


def current_run_id(out: Path) -> str | None:
    """Return the id that `out`/current names, None where nothing was published.

    Raises
    ------
    DamagedError
        `current` is no link to a run.
    """
    try:
        target = (out / CURRENT).readlink().as_posix()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise DamagedError(f"{out / CURRENT} is no symbolic link to a run; restore it or name another --out") from error
    folder, _, run_id = target.partition("/")
    if folder != RUNS or not _RUN_ID.fullmatch(run_id):
        raise DamagedError(f"{out / CURRENT} points to {target}, which is no run; restore it or name another --out")
    return run_id


def run_ids(out: Path) -> list[str]:
    """Return the ids of the runs in `out`, the oldest first."""
    folder = out / RUNS
    if not folder.is_dir():
        return []
    return sorted(entry.name for entry in folder.iterdir() if _RUN_ID.fullmatch(entry.name))


def open_run(out: Path, run_id: str) -> Result:
    """Open one run by its id.

    Raises
    ------
    NoResultError
        There is no run of that id.
    DamagedError, NewerVersionError
        See `load`.
    """
    if run_id not in run_ids(out):
        raise NoResultError(f"{out} holds no run {run_id}; see {out / RUNS} for those it has")
    manifest = load(out / RUNS / run_id / MANIFEST)
    if manifest.run_id != run_id:
        raise DamagedError(f"{out / RUNS / run_id} holds the manifest of run {manifest.run_id}; restore it")
    return Result(out, run_id, manifest)


def open_result(out: Path) -> Result:
    """Open the current result, resolving `current` once.

    Raises
    ------
    NoResultError
        Nothing was published there.
    DamagedError
        What `current` names is missing or its manifest was changed.
    NewerVersionError
        A newer version of the program made it.
    """
    run_id = current_run_id(out)
    if run_id is None:
        raise NoResultError(f"{out} holds no result; make one with: dedup run INPUT... --out {out}")
    if run_id not in run_ids(out):
        raise DamagedError(f"{out / CURRENT} points to {run_id}, which is missing; restore it or run again")
    return open_run(out, run_id)
