"""Small tables that keep every invariant, for the tests of publishing."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl

from dedup import schema
from jobs import manifest, publish, state

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

EPOCH = datetime(2026, 11, 7, 3, 15, tzinfo=UTC)


def tables(stories: int = 20, size: int = 3, mark: str = "a") -> dict[str, pl.DataFrame]:
    """The tables of a run with `stories` stories of `size` articles each; every article's title holds `mark`."""
    number = pl.int_range(stories * size, eager=True).alias("number")
    first = number // size * size
    is_first = number == first
    assignments = pl.DataFrame({"number": number, "first": first, "is_canonical": is_first}).select(
        article_id=name("number"),
        story_id=name("first"),
        is_canonical="is_canonical",
        relation=pl.when("is_canonical").then(pl.lit("canonical")).otherwise(pl.lit("abridged")),
        jaccard_to_canonical=pl.when("is_canonical").then(1.0).otherwise(0.5),
        containment_in_canonical=pl.lit(1.0),
        containment_of_canonical=pl.when("is_canonical").then(1.0).otherwise(0.5),
        url=pl.format("https://site{}.example/{}?mark={}", pl.col("number") % 7, "number", pl.lit(mark)),
        site=pl.format("site{}.example", pl.col("number") % 7),
        title=pl.format("Ministers agree on article {} “{}”", "number", pl.lit(mark)),
        language=pl.lit("en"),
        published_at=pl.lit(EPOCH) + pl.duration(minutes="number"),
        published_at_source=pl.lit("field:date"),
        word_count=pl.col("number") * 3 + 100,
        furniture_share=pl.lit(0.25),
        kind=pl.lit("article"),
        source_file=pl.lit("dump.jsonl"),
        source_offset="number",
    )
    story = assignments.filter("is_canonical")
    one = assignments.filter(~pl.col("is_canonical"))
    built: dict[str, pl.DataFrame] = {table.name: table.empty() for table in schema.PUBLISHED}
    built["assignments"] = assignments.sample(fraction=1.0, shuffle=True, seed=3)
    built["stories"] = story.select(
        "story_id",
        "kind",
        "title",
        canonical_article_id="article_id",
        canonical_url="url",
        canonical_site="site",
        agency=pl.lit("AP"),
        agency_evidence=pl.lit("(AP) —"),
        canonical_evidence=pl.concat_list(pl.lit("earliest"), "site"),
        canonical_confidence=pl.lit(0.75),
        article_count=pl.lit(size),
        site_count=pl.lit(size),
        first_published_at="published_at",
        last_published_at="published_at",
        min_jaccard=pl.lit(0.5),
        is_suspect=pl.lit(value=False),
    )
    built["pairs"] = one.select(
        article_id_a="story_id",
        article_id_b="article_id",
        jaccard=pl.lit(0.5),
        containment_a_in_b=pl.lit(0.5),
        containment_b_in_a=pl.lit(1.0),
        shared_sentences=pl.lit(4),
        relation=pl.lit("abridged"),
        is_same_story=pl.lit(value=True),
        reason=pl.lit("containment"),
    )
    built["furniture"] = pl.DataFrame(
        {"site": [None, "site1.example"], "text": ["Share this", "Read more"], "articles": [5, 9], "stories": [4, 8]}
    ).with_columns(reason=pl.lit("repeated"), sentence_hash=pl.Series([2**64 - 1, 7], dtype=pl.UInt64))
    return built


def name(column: str) -> pl.Expr:
    return pl.format("article-{}", pl.col(column).cast(pl.String).str.zfill(8))


def plan(mark: str = "a", command: str = "run") -> manifest.Plan:
    digest = hashlib.sha256(mark.encode()).hexdigest()
    return manifest.Plan(
        command=command,  # type: ignore[arg-type]
        inputs=(manifest.InputFile(name="dump.jsonl", bytes=len(mark), sha256=digest),),
        settings={"num_perm": 128, "shingle": {"words": 5}},
        settings_fingerprint="f" * 16,
        tool_version="0.1.0",
        schema_version=schema.SCHEMA_VERSION,
    )


def draft(out: Path, articles: int, mark: str = "a", day: int = 0) -> manifest.ManifestDraft:
    now = EPOCH + timedelta(days=day)
    counts = manifest.Counts(read=articles + 3, kept=articles, dropped={"repeat": 2}, quarantined={"bad-json": 1})
    made = plan(mark)
    return manifest.ManifestDraft(
        run_id=manifest.new_run_id(out, made, now), created_at=now, plan=made, counts=counts, notes={"seconds": 1.5}
    )


def put(
    out: Path, mark: str = "a", stories: int = 20, day: int = 0, files: Mapping[str, bytes | Path] | None = None
) -> manifest.Result:
    """Publish a small run whose titles, report and state all hold `mark`."""
    content = {"signatures.bin": mark.encode() * 100, "texts/0.zst": b"texts" * 50} if files is None else files
    return publish.publish(
        out,
        tables(stories, mark=mark),
        {"report.html": f"<p>{mark}</p>".encode},
        draft(out, stories * 3, mark, day),
        state.StateDraft(content),
    )


def tree(folder: Path) -> dict[str, str]:
    """Every file below `folder` by relative path, with its SHA-256; links with their target."""
    return {
        path.relative_to(folder).as_posix(): str(path.readlink())
        if path.is_symlink()
        else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }
