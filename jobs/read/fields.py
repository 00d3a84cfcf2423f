"""Which field of an input means what, and one record made of one input's values.

Names are compared without case and punctuation, so that `publishedAt`, `published_at` and `Published At` are one.
Where several fields fit a meaning, the first in `NAMES` is taken; what the user maps beats every usual name.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from dedup.errors import UsageError
from jobs.read.batch import well_formed
from jobs.read.times import parse_time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "article_id", "articleid", "doc_id", "document_id", "docid", "uid", "uuid", "guid", "story_id",
           "stories_id", "_id"),
    "url": ("url", "link", "uri", "article_url", "page_url", "requested_url", "source_url", "permalink",
            "responded_url", "canonical_url", "href"),
    "title": ("title", "headline", "article_title", "title_page", "head_line"),
    "text": ("text", "content", "body", "maintext", "main_text", "article_text", "plain_text", "raw_content",
             "full_text", "fulltext", "article_body", "body_text", "article", "article_content", "story_text"),
    "html": ("html", "raw_html", "html_content", "page_html", "content_html", "source_html"),
    "published_at": ("published_at", "date_publish", "publish_date", "published_date", "date_published", "published",
                     "publication_date", "pub_date", "pubdate", "published_time", "publish_time", "published_utc",
                     "datetime", "date", "time"),
    "site": ("site", "domain", "source_domain", "hostname", "host", "site_name", "media_url", "media_name",
             "publisher", "publication", "outlet", "source", "newspaper", "website"),
    "language": ("language", "lang", "language_code", "languages"),
    "author": ("author", "authors", "byline", "creator", "writer"),
    "crawled_at": ("crawled_at", "date_download", "fetched_at", "download_date", "crawl_date", "crawl_time",
                   "warc_date", "scraped_at", "retrieved_at", "collection_utc", "filedate", "fetch_time",
                   "indexed_date", "timestamp"),
}  # fmt: skip
"""Meaning to usual field names, the preferred first."""

EVIDENCE: dict[str, str] = {
    "canonical": "canonical", "canonical_url": "canonical", "canonical_link": "canonical", "og:url": "og:url",
    "agency": "field:agency", "news_agency": "field:agency", "source": "field:source", "provider": "field:provider",
    "credit": "field:credit", "copyright": "field:copyright",
}  # fmt: skip
"""Field that may name an article's source, to the key it has in `page`."""
MAX_ID = 10**40
"""Numbers beyond are no ids, and Python refuses to write the longest of them."""
MAX_EVIDENCE = 500
"""Characters of one piece of evidence; more is no name and no address."""


class Fault(NamedTuple):
    """Why a record cannot be taken: a short reason, and what was found and expected."""

    reason: str
    detail: str


@dataclass(frozen=True)
class Fields:
    """Which field of one shape of record means what.

    Attributes
    ----------
    columns
        Meaning (a key of `NAMES`) to the input's field.
    evidence
        Key in `page` to the input's field, sorted.
    """

    columns: dict[str, str]
    evidence: tuple[tuple[str, str], ...]

    @property
    def is_readable(self) -> bool:
        """Whether there is a field of text or of HTML."""
        return "text" in self.columns or "html" in self.columns

    @property
    def wanted(self) -> tuple[str, ...]:
        """The input's fields that are needed, each once, sorted."""
        return tuple(sorted({*self.columns.values(), *(field for _, field in self.evidence)}))


def check_mapping(mapping: Mapping[str, str]) -> None:
    """Raise UsageError where `mapping` (meaning to field) names a meaning that is not a key of `NAMES`."""
    for meaning in mapping:
        if meaning not in NAMES:
            near = difflib.get_close_matches(meaning, NAMES, 1)
            hint = f"did you mean {near[0]}?" if near else f"use one of {', '.join(sorted(NAMES))}"
            raise UsageError(f"--map {meaning}={mapping[meaning]}: {meaning!r} is no field of an article; {hint}")


def recognise(fields: Sequence[str], mapping: Mapping[str, str]) -> Fields:
    """Choose which of an input's fields means what.

    Parameters
    ----------
    fields
        Names of the input's fields; their order does not matter.
    mapping
        Meaning to field, as the user gave it; where that field is not there, nothing else stands in for it.

    Raises
    ------
    UsageError
        `mapping` holds an unknown meaning.
    """
    check_mapping(mapping)
    by_key: dict[str, str] = {}
    for field in sorted(fields):
        by_key.setdefault(_key(field), field)
    present = set(fields)
    chosen: dict[str, str] = {}
    for meaning, usual in NAMES.items():
        named = mapping.get(meaning)
        if named is not None and named in present:
            chosen[meaning] = named
        elif found := [by_key[key] for key in map(_key, usual if named is None else [named]) if key in by_key]:
            chosen[meaning] = found[0]
    _prefer_mapped_body(chosen, mapping)
    if "dump" in by_key and _key(chosen.get("published_at", "")) == "date" and "published_at" not in mapping:
        # datasets made of Common Crawl name the crawl's day so, beside the crawl's name
        chosen.setdefault("crawled_at", chosen.pop("published_at"))
    taken = set(chosen.values())
    evidence: dict[str, str] = {}
    for name, key in EVIDENCE.items():
        if (column := by_key.get(_key(name))) is not None and column not in taken:
            evidence.setdefault(key, column)
    return Fields(chosen, tuple(sorted(evidence.items())))


def _prefer_mapped_body(chosen: dict[str, str], mapping: Mapping[str, str]) -> None:
    """Let the user's choice of text or of HTML keep the other from being read in its place."""
    if "text" in mapping and "html" not in mapping and "text" not in chosen:
        chosen.pop("html", None)
    if "html" in mapping and "text" not in mapping:
        chosen.pop("text", None)


def _key(name: str) -> str:
    return re.sub(r"[\W_]", "", name.casefold())


def no_text_column(source_file: str, seen: Sequence[str], mapping: Mapping[str, str]) -> UsageError:
    """Return the error for an input in which no field is text or HTML."""
    columns = ", ".join(sorted(seen)[:40]) or "none"
    asked = f" named {mapping['text']!r}" if "text" in mapping else ""
    return UsageError(
        f"{source_file} has no text column{asked}: its columns are {well_formed(columns)}; "
        "name the one that holds the article with --map text=COLUMN (or html=COLUMN)"
    )


def to_record(values: Mapping[str, object], fields: Fields) -> dict[str, object] | Fault:
    """Return one record (keys of `batch.RAW`) made of an input's values, or why it cannot be.

    A text of the wrong type, or none, costs the record; anything else of the wrong type is null.
    """
    got = {meaning: values.get(field) for meaning, field in fields.columns.items()}
    text, html = got.get("text"), got.get("html")
    for name, value in (("text", text), ("html", html)):
        if value is not None and not isinstance(value, str):
            found = type(value).__name__
            return Fault("wrong-type", f"the field {fields.columns[name]!r} holds a {found}, expected a string")
    if text is None and html is None:
        return Fault("no-text", "neither text nor HTML in the record")
    record: dict[str, object] = {name: clean(got.get(name)) for name in ("url", "title", "site", "language")}
    record["id"] = clean(_id_text(got.get("id")))
    record["author"] = _names(got.get("author"))
    record["published_at"] = parse_time(got.get("published_at"))
    if record["published_at"] is not None:
        record["published_at_source"] = f"field:{fields.columns['published_at']}"
    record["crawled_at"] = parse_time(got.get("crawled_at"))
    pieces = ((key, clean(values.get(field))) for key, field in fields.evidence)
    record["page"] = [f"{key}={value}" for key, value in pieces if value and len(value) <= MAX_EVIDENCE]
    if html and not text:
        record["html"], record["charset"] = well_formed(str(html)).encode(), "utf-8"
    else:
        record["text"] = text if text is not None else ""
    return record


def clean(value: object) -> str | None:
    """Return a string that says something as it stands; null for blanks and for anything else."""
    return value if isinstance(value, str) and value.strip() else None


def _id_text(value: object) -> object:
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    return str(value) if -MAX_ID < value < MAX_ID else None


def _names(value: object) -> str | None:
    """Return one byline of a name, a list of names or of objects that have a name."""
    if isinstance(value, dict):
        value = value.get("name")
    if isinstance(value, list):
        return ", ".join(name for name in map(_names, value) if name) or None
    return clean(value)
