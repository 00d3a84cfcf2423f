"""Every table once: its columns, their types, units and meanings, and the order of its rows.

Published tables are written with these columns in this order, sorted on `Table.sort`; the data dictionary and the
Parquet metadata are made from here. `RECORD` is the frame that readers hand over, before anything is decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

from dedup.errors import DamagedError

SCHEMA_VERSION = 3
"""Raised when a published table or the state changes its meaning or drops a column."""

TIME = pl.Datetime("us", "UTC")

Relation = Literal["canonical", "verbatim", "abridged", "extended", "edited", "updated", "unique"]
Kind = Literal["article", "digest", "template", "interstitial", "stub", "empty"]
RELATIONS: tuple[Relation, ...] = ("canonical", "verbatim", "abridged", "extended", "edited", "updated", "unique")
KINDS: tuple[Kind, ...] = ("article", "digest", "template", "interstitial", "stub", "empty")


@dataclass(frozen=True)
class Column:
    """One column: its name, Polars type, whether it may be null, and what it means (with its unit)."""

    name: str
    dtype: pl.DataType
    meaning: str
    is_nullable: bool = False


@dataclass(frozen=True)
class Table:
    """One table: its name (also its folder), columns in order, and the total key its rows are sorted on."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    sort: tuple[str, ...]

    @property
    def dtypes(self) -> dict[str, pl.DataType]:
        """Column name to Polars type, in the table's order."""
        return {column.name: column.dtype for column in self.columns}

    def empty(self) -> pl.DataFrame:
        """Return the table with no rows."""
        return pl.DataFrame(schema=self.dtypes)

    def conform(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return `frame` with this table's columns, types and row order.

        Columns that `frame` lacks are filled with null where the table allows it; columns the table lacks go.

        Raises
        ------
        DamagedError
            A column that may not be null is missing or holds a null: a fault of the program, never of the input.
        """
        missing = [c for c in self.columns if c.name not in frame.columns]
        if lacking := [c.name for c in missing if not c.is_nullable]:
            raise DamagedError(f"the table {self.name} was built without {', '.join(lacking)}; please report this")
        out = frame.with_columns(pl.lit(None, c.dtype).alias(c.name) for c in missing).select(
            pl.col(c.name).cast(c.dtype) for c in self.columns
        )
        required = [c.name for c in self.columns if not c.is_nullable]
        nulls = out.select(pl.col(required).null_count()).row(0)
        if hollow := [name for name, count in zip(required, nulls, strict=True) if count]:
            raise DamagedError(f"the table {self.name} was built with nulls in {', '.join(hollow)}; please report this")
        return out.sort(self.sort)


def _text(name: str, meaning: str, *, null: bool = False) -> Column:
    return Column(name, pl.String(), meaning, null)


def _time(name: str, meaning: str, *, null: bool = True) -> Column:
    return Column(name, TIME, meaning, null)


def _count(name: str, meaning: str, *, null: bool = False) -> Column:
    return Column(name, pl.Int64(), meaning, null)


def _share(name: str, meaning: str, *, null: bool = False) -> Column:
    return Column(name, pl.Float32(), meaning, null)


def _flag(name: str, meaning: str) -> Column:
    return Column(name, pl.Boolean(), meaning)


RECORD = Table(
    "record",
    "What a reader hands over: one row a line, record or page, before anything is decided.",
    (
        _text("id", "the input's own id", null=True),
        _text("url", "address as the input gives it", null=True),
        _text("title", "headline", null=True),
        _text("text", "article text as the input gives it or as extracted from the page", null=True),
        _time("published_at", "publication time the input or page states; never the crawl time"),
        _text(
            "published_at_source",
            "where published_at was found, e.g. field:date_publish, json-ld, meta:article:published_time",
            null=True,
        ),
        _time("crawled_at", "when the page was fetched"),
        _text("site", "site as the input names it; null: derived from url later", null=True),
        _text("language", "two-letter code from the input or page; null: detected later", null=True),
        _text("author", "author or byline field", null=True),
        Column(
            "page",
            pl.List(pl.String()),
            "evidence in the page as 'key=value', sorted, e.g. canonical=https://…, og:url=…, json-ld:publisher=…",
        ),
        _text("source_file", "file, relative to the INPUT it was found under"),
        _count("source_offset", "line number from 0 (text formats, Parquet rows) or byte offset (WARC) of the record"),
    ),
    ("source_file", "source_offset"),
)

ASSIGNMENTS = Table(
    "assignments",
    "One row an article: the story it belongs to and how it relates to the story's canonical article.",
    (
        _text("article_id", "the input's id; else 32 hex digits of xxh3_128 of the url, else of the text"),
        _text("story_id", "article_id of the story's earliest-seen member, kept for life"),
        _flag("is_canonical", "this article is its story's canonical pick"),
        _text("relation", "canonical, verbatim, abridged, extended, edited, updated or unique"),
        _share("jaccard_to_canonical", "|A∩C| / |A∪C| over shingles, 0 to 1"),
        _share("containment_in_canonical", "|A∩C| / |A|, 0 to 1"),
        _share("containment_of_canonical", "|A∩C| / |C|, 0 to 1"),
        _text("url", "address as the input gave it", null=True),
        _text("site", "registrable domain of the url, or the site the input names", null=True),
        _text("title", "headline", null=True),
        _text("language", "two-letter code", null=True),
        _time("published_at", "publication time stated by input or page, UTC"),
        _text("published_at_source", "where published_at was found", null=True),
        _time("crawled_at", "when the page was fetched, UTC"),
        _count("word_count", "words; characters where the script has no spaces"),
        _share("furniture_share", "share of the text's characters taken for furniture, 0 to 1"),
        _text("kind", "article, digest, template, interstitial, stub or empty"),
        _text("source_file", "file, relative to the INPUT it was found under"),
        _count("source_offset", "line, row or byte offset of the record in its file"),
    ),
    ("story_id", "article_id"),
)

STORIES = Table(
    "stories",
    "One row a story, singletons included, with the canonical pick and why.",
    (
        _text("story_id", "article_id of the story's earliest-seen member, kept for life"),
        _text("kind", "kind of the canonical article"),
        _text("canonical_article_id", "the article taken for the source"),
        _text("canonical_url", "its address", null=True),
        _text("canonical_site", "its site", null=True),
        _text("title", "its headline", null=True),
        _text("agency", "wire the story came from; null for a publisher's own story", null=True),
        _text("agency_evidence", "the words or page field that name the agency", null=True),
        Column("canonical_evidence", pl.List(pl.String()), "reasons for the pick, weightiest first"),
        _share("canonical_confidence", "0 to 1; null where there is no choice", null=True),
        _count("article_count", "articles in the story"),
        _count("site_count", "sites in the story"),
        _time("first_published_at", "earliest stated publication time"),
        _time("last_published_at", "latest stated publication time"),
        _share("min_jaccard", "lowest Jaccard of a member to the canonical"),
        _flag("is_suspect", "the story may hold strangers and is worth a look"),
    ),
    ("story_id",),
)

PAIRS = Table(
    "pairs",
    "One row a compared pair of articles, accepted or rejected, with its scores.",
    (
        _text("article_id_a", "the smaller id of the two"),
        _text("article_id_b", "the larger id"),
        _share("jaccard", "|A∩B| / |A∪B| over shingles, 0 to 1"),
        _share("containment_a_in_b", "|A∩B| / |A|, 0 to 1"),
        _share("containment_b_in_a", "|A∩B| / |B|, 0 to 1"),
        _count("shared_sentences", "distinct identical sentences"),
        _text("relation", "relation of b to a: verbatim, abridged, extended, edited, updated or unique"),
        _flag("is_same_story", "the pair was accepted"),
        _text("reason", "the rule that decided"),
    ),
    ("article_id_a", "article_id_b"),
)

FURNITURE = Table(
    "furniture",
    "What was taken for furniture: text a site repeats over different stories, and teasers.",
    (
        _text("site", "site that shows it; null: text without a site", null=True),
        _text("text", "the line or sentence, as first found"),
        _count("articles", "articles of the site that carry it"),
        _count("stories", "different stories among them"),
        _text("reason", "repeated, or the rule that told a teaser by its look"),
        Column("sentence_hash", pl.UInt64(), "hash of the normalised sentence"),
    ),
    ("site", "sentence_hash"),
)

SITES = Table(
    "sites",
    "One row a site: what it originates and what it carries.",
    (
        _text("site", "registrable domain or name"),
        _count("originates", "stories of two or more sites whose canonical article is the site's"),
        _count("carries", "stories of two or more sites the site has a copy of, without originating them"),
        _share("share", "originates / (originates + carries); null where both are 0", null=True),
        _count("articles", "articles of the site"),
    ),
    ("site",),
)

SYNDICATION = Table(
    "syndication",
    "One row a direction: how many stories of one site another carries.",
    (
        _text("from_site", "site of the canonical article"),
        _text("to_site", "site that carries a copy"),
        _count("stories", "stories carried"),
    ),
    ("from_site", "to_site"),
)

LINEAGE = Table(
    "lineage",
    "How the ids of stories map from one run to the next.",
    (
        _text("old_story_id", "id before"),
        _text("new_story_id", "id after"),
        _text("event", "merged, split or moved"),
        _text("reason", "what made it so"),
        _count("generation", "generation of the state that recorded it"),
    ),
    ("generation", "old_story_id", "new_story_id"),
)

QUARANTINE = Table(
    "quarantine",
    "What could not be read.",
    (
        _text("source_file", "file, relative to the INPUT it was found under"),
        _count("source_offset", "line, row or byte offset; -1: the file as a whole"),
        _text("reason", "short code, e.g. bad-json, truncated, timeout"),
        _text("detail", "what was found and what was expected"),
        _text("reach", "record or file: what the fault cost"),
    ),
    ("source_file", "source_offset", "reason", "detail"),
)

PUBLISHED: tuple[Table, ...] = (
    ASSIGNMENTS, STORIES, PAIRS, FURNITURE, SITES, SYNDICATION, LINEAGE, QUARANTINE,
)  # fmt: skip
"""The tables of a run, each in a folder of its name."""
