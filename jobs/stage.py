"""Writing the files of a run into a folder that nobody reads yet, and the manifest that names them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dedup import schema
from dedup.errors import DamagedError
from jobs import disk, tables
from jobs.manifest import MANIFEST_VERSION, SETTLED, FileEntry, Manifest, ManifestDraft, Plan, open_result

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import polars as pl


class Settled(NamedTuple):
    """Rows of retired stories.

    `kept` are the table files of the current run that go on unchanged (hard links), `frames` the rows, by table, that
    retire with this run.
    """

    kept: frozenset[str]
    frames: Mapping[str, pl.DataFrame]


def stage_tables(run: Path, frames: Mapping[str, pl.DataFrame], plan: Plan) -> dict[str, FileEntry]:
    """Write one frame for each table of `schema.PUBLISHED` into the folder `run`."""
    if odd := {table.name for table in schema.PUBLISHED}.symmetric_difference(frames):
        raise DamagedError(f"the tables {', '.join(sorted(odd))} are missing or unknown; please report this")
    files: dict[str, FileEntry] = {}
    for table in schema.PUBLISHED:
        parts = tables.write(run / table.name, table, frames[table.name], _metadata(plan))
        files |= {f"{table.name}/{name}": entry for name, entry in parts.items()}
    return files


def stage_settled(out: Path, run: Path, settled: Settled, plan: Plan, generation: int) -> dict[str, FileEntry]:
    """Link and write the rows of retired stories into the folder `run`, whose other tables are there."""
    files: dict[str, FileEntry] = {}
    if settled.kept:
        current = open_result(out)
        for name in sorted(settled.kept):
            disk.hard_link(run / name, current.path / name)
            files[name] = current.manifest.files[name]
    for table in schema.PUBLISHED:
        if table.name in settled.frames:
            stem = f"{SETTLED}{generation:05d}"
            parts = tables.write(run / table.name, table, settled.frames[table.name], _metadata(plan), stem)
            files |= {f"{table.name}/{name}": entry for name, entry in parts.items()}
    return files


def _metadata(plan: Plan) -> dict[str, str]:
    return {
        "schema_version": str(plan.schema_version),
        "settings_fingerprint": plan.settings_fingerprint,
        "tool_version": plan.tool_version,
    }


def complete(
    draft: ManifestDraft, files: Mapping[str, FileEntry], generation: int, entries: Mapping[str, FileEntry]
) -> Manifest:
    """Return the manifest of a run whose files are written."""
    rows = {table.name: 0 for table in schema.PUBLISHED}
    for name, entry in files.items():
        if entry.rows is not None:
            rows[name.partition("/")[0]] += entry.rows
    return Manifest(
        manifest_version=MANIFEST_VERSION,
        run_id=draft.run_id,
        created_at=draft.created_at,
        plan_digest=draft.plan.digest,
        plan=draft.plan,
        counts=draft.counts,
        notes=draft.notes,
        rows=rows,
        files=dict(files),
        generation=generation,
        state=dict(entries),
    )
