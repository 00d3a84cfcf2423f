"""What the last run left for the next: the articles of the window, and what is known of those that retired.

Reads a state and makes the next one. Stories whose articles were all first seen before the window retire: they are matched
no more, and their rows stand in table files that later runs link to instead of writing them again.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup import schema
from dedup.clean.sentences import Sentences, gather, take, take_ranges
from dedup.identify import digests
from dedup.lineage import trace
from dedup.sites import sites, syndication
from jobs import words
from jobs.compact import compact
from jobs.manifest import SETTLED
from jobs.stage import Settled
from jobs.state import StateDraft
from jobs.texts import Texts

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from jobs.ingest import Ingested
    from jobs.manifest import Result
    from jobs.sign import SignedJob

ARTICLES, SENTENCES, SIGNATURES, SITES, SYNDICATION, FURNITURE, INPUTS = (
    "articles.arrow", "sentences.arrow", "signatures.npy", "sites.arrow", "syndication.arrow", "furniture.arrow",
    "inputs.json",
)  # fmt: skip
RETIRED = "retired/"

_KEPT = {
    "article_id": pl.String(), "story_id": pl.String(), "id": pl.String(),
    **{name: dtype for name, dtype in schema.RECORD.dtypes.items() if name not in ("id", "text")},
    "text_digest": pl.String(), "text_bytes": pl.Int64(), "word_count": pl.Int64(), "is_page": pl.Boolean(),
    "batch": pl.Int64(), "place_in_batch": pl.Int64(), "seen": pl.Int64(), "first_seen": pl.Date(),
    "is_wall": pl.Boolean(), "agency": pl.String(), "agency_evidence": pl.String(), "agency_strength": pl.Float32(),
    "origin_hint": pl.String(), "credited": pl.String(), "printed_at": pl.Datetime("us"),
}  # fmt: skip
_RETIRED = {name: pl.String() for name in ("base", "article_id", "id", "url", "text_digest")}


@dataclass(frozen=True)
class Known:
    """What is known before new articles are read; `nothing()` for a run.

    Attributes
    ----------
    articles : pl.DataFrame
        Those of the window, by article_id: the columns of articles.arrow.
    sentences, reasons : Sentences, uint8[m]
        Theirs, and what was furniture.
    result : Result or None
        The run that left the state.
    settled : Settled or None
        Rows of retired stories: files of that run, and what retires with this update; None for a run.
    furniture : pl.DataFrame
        Rows of FURNITURE for what retired articles showed their sites to repeat.
    inputs : dict of str to str
        SHA-256 of every input file that was read, and the day.
    """

    articles: pl.DataFrame
    sentences: Sentences
    reasons: npt.NDArray[np.uint8]
    result: Result | None = None
    settled: Settled | None = None
    retired: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_RETIRED))
    furniture: pl.DataFrame = field(default_factory=schema.FURNITURE.empty)
    sites: pl.DataFrame = field(default_factory=schema.SITES.empty)
    syndication: pl.DataFrame = field(default_factory=schema.SYNDICATION.empty)
    inputs: dict[str, str] = field(default_factory=dict)

    @property
    def batches(self) -> int:
        """The number of the first new batch."""
        if self.result is None:
            return 0
        names = [name for name in self.result.manifest.state if name.startswith("words/")]
        return max((int(name[-9:-4]) + 1 for name in names), default=0)

    def words_path(self, batch: int) -> Path:
        """Return where the words of a known batch lie."""
        assert self.result is not None
        return self.result.state_path(f"words/{words.name(batch)}")

    def texts_path(self, batch: int) -> Path | None:
        """Return where the texts of a known batch lie, None where they were not kept."""
        assert self.result is not None
        name = f"texts/{Texts.name(batch)}"
        return self.result.state_path(name) if name in self.result.manifest.state else None

    def earlier(self, records: pl.DataFrame) -> pl.DataFrame:
        """Return the retired articles that may be among `records` (id, url, text_digest): the columns of `records`."""
        if self.result is None:
            return pl.DataFrame(schema=_RETIRED).drop("base")
        bases = records.select(base=pl.coalesce(pl.col("id"), digests(records["url"]), "text_digest")).unique()
        files = [self.result.state_path(name) for name in self.result.manifest.state if name.startswith(RETIRED)]
        found = [self.retired.join(bases, on="base", how="semi")]
        found += [pl.read_ipc(file).join(bases, on="base", how="semi") for file in files]
        return pl.concat(found).drop("base")


def nothing() -> Known:
    """Return what a run knows."""
    return Known(pl.DataFrame(schema=_KEPT), gather([], np.zeros(0, np.int64)), np.zeros(0, np.uint8))


def recall(result: Result, cutoff: date) -> Known:
    """Read the state of `result`; stories with no article first seen on `cutoff` or later retire."""
    articles = pl.read_ipc(result.state_path(ARTICLES))
    pieces = pl.read_ipc(result.state_path(SENTENCES))
    counts = np.bincount(pieces["article"].to_numpy(), minlength=articles.height)
    sentences = Sentences(
        np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]),
        *(pieces[name].to_numpy() for name in ("hash", "start", "words", "flags")),
    )
    reasons = pieces["reason"].to_numpy()
    is_old = articles.select(pl.col("first_seen").max().over("story_id") < cutoff).to_series().to_numpy()
    rows, gone = np.flatnonzero(~is_old), np.flatnonzero(is_old)
    leaving = articles[gone]
    told = {name: pl.read_ipc(result.state_path(name)) for name in (SITES, SYNDICATION, FURNITURE)}
    frames = {}
    if leaving.height:
        ids = leaving["story_id"].unique()
        frames = {name: _rows_of(result, name, ids) for name in ("assignments", "stories")}
        told[SITES] = add_sites(told[SITES], sites(**frames))
        told[SYNDICATION] = add_syndication(told[SYNDICATION], syndication(**frames))
        told[FURNITURE] = _furniture(result, told[FURNITURE], leaving, take(sentences, gone))
    kept = frozenset(name for name in result.manifest.files if name.partition("/")[2].startswith(SETTLED))
    base = pl.coalesce(pl.col("id"), digests(leaving["url"]), "text_digest").alias("base")
    return Known(
        articles[rows],
        take(sentences, rows),
        take_ranges(reasons, sentences.offsets, rows)[0],
        result,
        Settled(kept, frames),
        leaving.select(base, "article_id", "id", "url", "text_digest"),
        told[FURNITURE],
        told[SITES],
        told[SYNDICATION],
        json.loads(result.state_path(INPUTS).read_bytes()),
    )


def _rows_of(result: Result, name: str, stories: pl.Series) -> pl.DataFrame:
    """Return the rows of a table that belong to `stories` of the window."""
    return result.table(name, has_retired=False).filter(pl.col("story_id").is_in(stories.implode())).collect()


def grown(
    known: Known, tables: dict[str, pl.DataFrame], ingested: Ingested, job: SignedJob, generation: int
) -> dict[str, pl.DataFrame]:
    """Return the tables of the window with what retired stories add to the totals, and the lineage of the rest."""
    result = known.result
    if result is None:
        return tables
    ids = tables["assignments"].select("article_id", "story_id")
    members = ingested.articles.select("article_id", "old_story_id").with_columns(
        is_changed=_changed(known, ingested, job)
    )
    lineage = trace(members.join(ids, on="article_id"), generation)
    return {
        **tables,
        "sites": add_sites(tables["sites"], known.sites),
        "syndication": add_syndication(tables["syndication"], known.syndication),
        "lineage": schema.LINEAGE.conform(pl.concat([result.table("lineage").collect(), lineage])),
    }


def _changed(known: Known, ingested: Ingested, job: SignedJob) -> pl.Series:
    """Tell the articles of which other sentences are furniture than before, and the revised ones."""
    rows = ingested.articles["known_row"].fill_null(-1).to_numpy()
    here = np.flatnonzero(rows >= 0)
    now, offsets = take_ranges(job.reasons == 0, ingested.sentences.offsets, here)
    before, _ = take_ranges(known.reasons == 0, known.sentences.offsets, rows[here])
    differs = np.concatenate([[0], np.cumsum(now != before)])
    out = np.ones(rows.size, bool)
    out[here] = differs[offsets[1:]] > differs[offsets[:-1]]
    return pl.Series(out)


def add_sites(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """Add up two tables SITES."""
    both = pl.concat([one, other]).group_by("site").agg(pl.col("originates", "carries", "articles").sum())
    total = pl.col("originates") + pl.col("carries")
    share = pl.when(total > 0).then((pl.col("originates") / total).cast(pl.Float32))
    return schema.SITES.conform(both.with_columns(share=share))


def add_syndication(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """Add up two tables SYNDICATION."""
    both = pl.concat([one, other]).group_by("from_site", "to_site").agg(pl.col("stories").sum())
    return schema.SYNDICATION.conform(both)


def _furniture(result: Result, before: pl.DataFrame, leaving: pl.DataFrame, pieces: Sentences) -> pl.DataFrame:
    """Return the rows of FURNITURE to know by when `leaving`, with the sentences `pieces`, are gone."""
    owners = leaving["site"].gather(np.repeat(np.arange(leaving.height), np.diff(pieces.offsets)))
    shown = pl.DataFrame({"site": owners, "sentence_hash": pieces.hashes}).unique()
    repeated = result.table("furniture").filter(pl.col("reason") == "repeated").collect()
    found = repeated.join(shown, on=["site", "sentence_hash"], how="semi")
    return schema.FURNITURE.conform(pl.concat([found, before]).unique(["site", "sentence_hash"], keep="first"))


def state_of(
    known: Known,
    ingested: Ingested,
    job: SignedJob,
    members: pl.DataFrame,
    spoken: pl.Series,
    texts: Texts,
    words_folder: Path,
    inputs: dict[str, str],
    *,
    keep_text: bool,
) -> StateDraft:
    """Return the next state; `members` are those of `jobs.story.choose`, `inputs` all that was ever read."""
    pieces = ingested.sentences
    owners = np.repeat(np.arange(ingested.articles.height, dtype=np.uint32), np.diff(pieces.offsets))
    sentences = pl.DataFrame(
        {
            "article": owners, "start": pieces.starts, "hash": pieces.hashes, "words": pieces.counts,
            "flags": pieces.flags, "reason": job.reasons,
        }
    )  # fmt: skip
    members, rewritten = compact(known, members, texts, words_folder)
    articles = members.with_columns(language=spoken, is_wall=pl.Series(job.is_wall))
    files: dict[str, bytes | Path] = {
        ARTICLES: arrow(articles.select(pl.col(name).cast(dtype) for name, dtype in _KEPT.items())),
        SENTENCES: arrow(sentences),
        SIGNATURES: npy(job.signed.signatures),
        INPUTS: json.dumps(inputs, indent=0, sort_keys=True).encode(),
    }
    kept = set()
    before = known.result.manifest.state if known.result else {}
    for name, frame in ((SITES, known.sites), (SYNDICATION, known.syndication), (FURNITURE, known.furniture)):
        if known.retired.height or name not in before:
            files[name] = arrow(frame)
        else:
            kept.add(name)
    if known.retired.height:
        files[f"{RETIRED}part-{sum(name.startswith(RETIRED) for name in before):05}.arrow"] = arrow(known.retired)
    kept |= {name for name in before if name.startswith(RETIRED)}
    for batch in ingested.articles["batch"].unique().sort().to_list():
        places = [(f"words/{words.name(batch)}", words_folder / words.name(batch))]
        if keep_text:
            places.append((f"texts/{Texts.name(batch)}", texts.folder / Texts.name(batch)))
        for name, path in places:
            if batch >= known.batches or (batch in rewritten and path.exists()):
                files[name] = path
            elif name in before:
                kept.add(name)
    return StateDraft(files, frozenset(kept))


def arrow(frame: pl.DataFrame) -> bytes:
    """Return a frame as the bytes of an Arrow file."""
    buffer = io.BytesIO()
    frame.write_ipc(buffer, compression="lz4")
    return buffer.getvalue()


def npy(array: npt.NDArray[Any]) -> bytes:
    """Return an array as the bytes of a NumPy file."""
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()
