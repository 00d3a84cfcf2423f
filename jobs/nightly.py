"""A run from inputs to a published result, in the order of its stages."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import msgspec
import polars as pl

from dedup import schema
from dedup.errors import DedupError, HeldBackError, NoResultError, UsageError
from dedup.lineage import name_stories
from jobs import disk, gates, known, memory, publish, report, state
from jobs.edges import read_edges
from jobs.ingest import Today, fingerprint, ingest
from jobs.link import link
from jobs.manifest import Counts, ManifestDraft, Plan, Result, new_run_id, open_result
from jobs.read import describe, discover
from jobs.sign import sign
from jobs.story import choose, languages, tell
from jobs.texts import Texts
from jobs.warm import load_kernels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from dedup.config import Settings
    from jobs.ingest import Ingested
    from jobs.known import Known
    from jobs.progress import Progress
    from jobs.read import Skipped, Source

DISTRIBUTION = "newswire-dedup"


@dataclass(frozen=True)
class Outcome:
    """What a run came to: the result in force, whether it is new, and what was passed over on the way."""

    result: Result
    is_new: bool
    is_partial: bool
    skipped: tuple[tuple[str, str], ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)


def make_plan(command: Literal["run", "update"], sources: Sequence[Source], settings: Settings) -> Plan:
    """Return all that decides a run's result."""
    return Plan(
        command=command,
        inputs=fingerprint(sources),
        settings=msgspec.json.decode(msgspec.json.encode(settings)),
        settings_fingerprint=settings.fingerprint(),
        tool_version=version(DISTRIBUTION),
        schema_version=schema.SCHEMA_VERSION,
    )


def preview(inputs: Sequence[str | Path], mapping: Mapping[str, str]) -> dict[str, Any]:
    """Return what a run would read: files with what each was taken for, what is skipped, and the bytes in all."""
    sources, skipped = discover(inputs)
    return {
        "files": [describe(source, mapping) for source in sources],
        "skipped": [{"file": one.name, "reason": one.reason, "detail": one.detail} for one in skipped],
        "bytes": sum(source.size for source in sources),
    }


def run(
    inputs: Sequence[str | Path],
    out: Path,
    settings: Settings,
    mapping: Mapping[str, str],
    progress: Progress,
    *,
    replaces_updates: bool = False,
) -> Outcome:
    """Cluster exactly these inputs and publish the result in `out`, replacing the one there; `out`'s lock is held.

    Raises
    ------
    UsageError
        An input is not there, has no text column, or `out` holds updates and `replaces_updates` is false.
    NothingReadError, StorageError, NewerVersionError
        Nothing is published; the last result stands.
    """
    publish.recover(out)
    sources, skipped = discover(inputs)
    plan = make_plan("run", sources, settings)
    passed_over = tuple((one.name, one.reason) for one in skipped if not one.is_unreadable)
    if publish.is_current(out, plan):
        result = open_result(out)
        return Outcome(result, is_new=False, is_partial=_is_partial(result), skipped=passed_over)
    _refuse_updates(out, replaces_updates=replaces_updates)
    job = Job(sources, skipped, plan, out, settings, mapping, datetime.now(UTC))
    return _done(job, known.nothing(), progress, passed_over)


def update(
    inputs: Sequence[str | Path],
    out: Path,
    settings: Settings,
    mapping: Mapping[str, str],
    progress: Progress,
    *,
    window: int,
    as_of: date | None = None,
    is_forced: bool = False,
) -> Outcome:
    """Add these inputs to the stories that `out` knows, or start it, and publish; `out`'s lock is held.

    Parameters
    ----------
    window
        Days, back from `as_of` (by default today, UTC), in which articles were first seen whose stories are matched.
    is_forced
        Publish whatever the gates say.

    Raises
    ------
    HeldBackError
        A gate held the result back; it lies in `out`/held.
    UsageError
        An input is not there or has no text column.
    NothingReadError, StorageError, DamagedError, NewerVersionError
        Nothing is published; the last result stands.
    """
    publish.recover(out)
    now = datetime.now(UTC)
    day = as_of or now.date()
    sources, skipped = discover(inputs)
    passed_over = tuple((one.name, one.reason) for one in skipped if not one.is_unreadable)
    before = _before(out)
    told = known.recall(before, day - timedelta(days=window)) if before else known.nothing()
    digests = fingerprint(sources)
    unread = [source for source, file in zip(sources, digests, strict=True) if file.sha256 not in told.inputs]
    if before is not None and not unread:
        return Outcome(before, is_new=False, is_partial=False, skipped=passed_over)
    plan = make_plan("update", unread, settings)
    notes = {"as_of": day.isoformat(), "window_days": window}
    job = Job(unread, skipped, plan, out, settings, mapping, now, day, notes, has_gates=not is_forced)
    return _done(job, told, progress, passed_over)


def _before(out: Path) -> Result | None:
    """Return the current result, its state proven; None where there is none."""
    try:
        result = open_result(out)
    except NoResultError:
        return None
    state.verify(result)
    return result


class Job(NamedTuple):
    """What a run or an update is asked to do; `day` is None for today."""

    sources: Sequence[Source]
    skipped: Sequence[Skipped]
    plan: Plan
    out: Path
    settings: Settings
    mapping: Mapping[str, str]
    now: datetime
    day: date | None = None
    notes: Mapping[str, Any] = {}
    has_gates: bool = False


def _done(job: Job, told: Known, progress: Progress, passed_over: tuple[tuple[str, str], ...]) -> Outcome:
    try:
        result = _compute(job, told, progress)
    except BaseException:
        with suppress(DedupError):  # what cannot be removed now, the next run removes
            publish.recover(job.out)
        raise
    return Outcome(result, True, _is_partial(result), passed_over, dict(progress.seconds))  # noqa: FBT003


def _compute(job: Job, told: Known, progress: Progress) -> Result:
    """Read, sign, link, tell and publish; what depends on neither of two stages runs beside them."""
    out, settings = job.out, job.settings
    texts = Texts(state.scratch(out) / "texts")
    spool = state.scratch(out) / "words"
    disk.make_folder(spool)
    generation = state.next_generation(out)
    today = Today(job.day or job.now.date(), generation, spool)
    threads = settings.threads or os.cpu_count() or 1
    with ThreadPoolExecutor(1) as beside:
        if threads > 1:
            beside.submit(load_kernels)
        ingested = ingest(job.sources, job.skipped, job.mapping, texts, settings, threads, progress, told, today)
        memory.give_back()
        signed = sign(ingested, texts, spool, told, settings, threads, progress)
        edges = beside.submit(read_edges, ingested, signed.edges, settings)
        signed = signed._replace(edges=[])  # once read, they are only room taken
        memory.give_back()
        linked = link(ingested, signed, settings, threads, progress)
        linked = linked._replace(stories=name_stories(linked.stories, ingested.articles["seen"].to_numpy()))
        spoken = beside.submit(languages, ingested, linked, edges.result())
        memory.give_back()
        chosen = choose(ingested, signed, linked, edges.result(), settings, progress)
        read = told.inputs | {file.sha256: today.date.isoformat() for file in job.plan.inputs}
        left = beside.submit(
            known.state_of, told, ingested, signed, chosen.members, spoken.result(), texts, spool, read,
            keep_text=settings.keep_text,
        )  # fmt: skip
        tables = known.grown(
            told, tell(ingested, signed, linked, chosen, spoken.result()), ingested, signed, generation
        )
    progress.start("publish", ingested.articles.height)
    draft = ManifestDraft(
        run_id=new_run_id(out, job.plan, job.now), created_at=job.now, plan=job.plan,
        counts=_counts(ingested, told, tables), notes=dict(job.notes),
    )  # fmt: skip
    if job.has_gates and (faults := gates.faults(out, tables, ingested, signed, draft)):
        held = publish.set_aside(out, tables, draft)
        raise HeldBackError(f"{faults[0]}; the result lies in {held}, publish it with: dedup update --force")
    result = publish.publish(out, tables, report.extras(out, tables, draft), draft, left.result(), told.settled)
    with suppress(DedupError):  # published is published; old runs, and what was held back before, cost only room
        publish.gc(out, settings.keep_runs, 0, job.now)
        disk.remove_tree(out / publish.HELD)
    progress.finish()
    return result


def _refuse_updates(out: Path, *, replaces_updates: bool) -> None:
    try:
        command = open_result(out).manifest.plan.command
    except NoResultError:
        return
    if command == "update" and not replaces_updates:
        raise UsageError(f"{out} holds stories gathered by updates, which a run would replace; add --replace to do so")


def _counts(ingested: Ingested, told: Known, tables: Mapping[str, pl.DataFrame]) -> Counts:
    lost = tables["quarantine"].filter(pl.col("reach") == "record").group_by("reason").len().sort("reason")
    return Counts(
        read=ingested.read,
        kept=ingested.articles.height - told.articles.height,
        dropped=ingested.dropped,
        quarantined={reason: int(count) for reason, count in lost.iter_rows()},
    )


def _is_partial(result: Result) -> bool:
    """Tell whether a file could not be read whole."""
    lost = result.table("quarantine").filter(pl.col("reach") == "file").select(pl.len()).collect()
    return bool(lost.item())
