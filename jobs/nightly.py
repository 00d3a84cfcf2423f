"""A run from inputs to a published result, in the order of its stages."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl

from dedup import schema
from dedup.errors import DedupError, NoResultError, UsageError
from jobs import publish, report, state
from jobs.ingest import fingerprint, ingest
from jobs.link import link
from jobs.manifest import Counts, ManifestDraft, Plan, Result, new_run_id, open_result
from jobs.read import describe, discover
from jobs.sign import sign
from jobs.state import StateDraft
from jobs.story import bylines, choose, languages, tell
from jobs.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from dedup.config import Settings
    from jobs.ingest import Ingested
    from jobs.progress import Progress
    from jobs.read import Skipped, Source
    from jobs.sign import SignedJob

DISTRIBUTION = "newswire-dedup"


@dataclass(frozen=True)
class Outcome:
    """What a run came to: the result in force, whether it is new, and what was passed over on the way."""

    result: Result
    is_new: bool
    is_partial: bool
    skipped: tuple[tuple[str, str], ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)


def plan_run(sources: Sequence[Source], settings: Settings) -> Plan:
    """Return all that decides a run's result."""
    return Plan(
        command="run",
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
    plan = plan_run(sources, settings)
    passed_over = tuple((one.name, one.reason) for one in skipped if not one.is_unreadable)
    if publish.is_current(out, plan):
        result = open_result(out)
        return Outcome(result, is_new=False, is_partial=_is_partial(result), skipped=passed_over)
    _refuse_updates(out, replaces_updates=replaces_updates)
    try:
        result = _compute(sources, skipped, plan, out, settings, mapping, progress)
    except BaseException:
        with suppress(DedupError):  # what cannot be removed now, the next run removes
            publish.recover(out)
        raise
    return Outcome(result, True, _is_partial(result), passed_over, dict(progress.seconds))  # noqa: FBT003


def _compute(
    sources: Sequence[Source],
    skipped: Sequence[Skipped],
    plan: Plan,
    out: Path,
    settings: Settings,
    mapping: Mapping[str, str],
    progress: Progress,
) -> Result:
    """Read, sign, link, tell and publish; what depends on neither of two stages runs beside them."""
    texts = Texts(state.scratch(out) / "texts")
    threads = settings.threads or os.cpu_count() or 1
    with ThreadPoolExecutor(1) as beside:
        if threads > 1:
            beside.submit(load_kernels)
        ingested = ingest(sources, skipped, mapping, texts, settings, threads, progress)
        signed = sign(ingested, texts, settings, threads, progress)
        wires = beside.submit(bylines, ingested, signed, settings)
        linked = link(ingested, signed, settings, threads, progress)
        spoken = beside.submit(languages, ingested, linked, signed)
        left = beside.submit(_state, ingested, signed, texts, settings)
        chosen = choose(ingested, signed, linked, wires.result(), settings, progress)
        tables = tell(ingested, signed, linked, chosen, spoken.result())
    progress.start("publish", ingested.articles.height)
    now = datetime.now(UTC)
    draft = ManifestDraft(
        run_id=new_run_id(out, plan, now), created_at=now, plan=plan, counts=_counts(ingested, tables)
    )
    result = publish.publish(out, tables, report.extras(out, tables, draft), draft, left.result())
    publish.gc(out, settings.keep_runs, 0, now)
    progress.finish()
    return result


def load_kernels() -> None:
    """Run the stages over one small article, so that their machine code is loaded while the first bytes are read."""
    import numpy as np

    from dedup.candidates import candidates, index
    from dedup.clean.furniture import learn
    from dedup.clean.sentences import split
    from dedup.cluster import find_digests, join_alike, join_cut
    from dedup.config import Settings
    from dedup.cores import find_cores, judge_cores
    from dedup.sign import sign as sign_texts
    from dedup.verify import compare, judge

    texts = pl.Series(["One small article. It says nothing."] * 2)
    pieces = split(texts)
    learned = learn(pieces, pl.Series(["a", "b"]), texts, np.full(2, 35))
    signed = sign_texts(texts, pieces, learned.reasons == 0, Settings())
    rows = np.arange(2)
    known = index(signed, rows, Settings())
    judged = judge(compare(candidates(known, rows, rows), signed), signed, Settings())
    stories = join_alike(2, judged)
    cores = find_cores(np.zeros(2, np.int64), np.zeros(2, np.int64), np.zeros(3, np.int64), signed)
    judge_cores(pl.DataFrame({"core": [0], "article": [1], "has_headline": [False]}), cores, signed)
    join_cut(stories, judged, find_digests(known, stories))


def _refuse_updates(out: Path, *, replaces_updates: bool) -> None:
    try:
        command = open_result(out).manifest.plan.command
    except NoResultError:
        return
    if command == "update" and not replaces_updates:
        raise UsageError(f"{out} holds stories gathered by updates, which a run would replace; add --replace to do so")


def _counts(ingested: Ingested, tables: Mapping[str, pl.DataFrame]) -> Counts:
    lost = tables["quarantine"].filter(pl.col("reach") == "record").group_by("reason").len().sort("reason")
    return Counts(
        read=ingested.read,
        kept=ingested.articles.height,
        dropped=ingested.dropped,
        quarantined={reason: int(count) for reason, count in lost.iter_rows()},
    )


def _is_partial(result: Result) -> bool:
    """Tell whether a file could not be read whole."""
    lost = result.table("quarantine").filter(pl.col("reach") == "file").select(pl.len()).collect()
    return bool(lost.item())


def _state(ingested: Ingested, signed: SignedJob, texts: Texts, settings: Settings) -> StateDraft:
    """Return what the next run and `explain` need: where texts lie, sentences with what was furniture, signatures."""
    import numpy as np

    pieces = ingested.sentences
    owners = np.repeat(np.arange(ingested.articles.height, dtype=np.uint32), np.diff(pieces.offsets))
    sentences = pl.DataFrame(
        {
            "article": owners,
            "start": pieces.starts,
            "hash": pieces.hashes,
            "words": pieces.counts,
            "reason": signed.learned.reasons,
        }
    )
    files: dict[str, bytes | Path] = {
        "articles.arrow": _arrow(ingested.articles.select("article_id", "batch", "place_in_batch")),
        "sentences.arrow": _arrow(sentences),
        "signatures.npy": _npy(signed.signed.signatures),
    }
    if settings.keep_text:
        for batch in ingested.articles["batch"].unique().sort().to_list():
            files[f"texts/{texts.name(batch)}"] = texts.folder / texts.name(batch)
    return StateDraft(files)


def _arrow(frame: pl.DataFrame) -> bytes:
    import io

    buffer = io.BytesIO()
    frame.write_ipc(buffer, compression="lz4")
    return buffer.getvalue()


def _npy(array: Any) -> bytes:
    import io

    import numpy as np

    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()
