"""What a page says about itself outside its text: address, title, dates, author, publisher.

Owns the order in which such statements are believed. Judges no story: `dedup.canonical` weighs the evidence.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from dedup.clean import head, jsonld
from dedup.clean.codes import normalize_code

if TYPE_CHECKING:
    from resiliparse.parse.html import HTMLTree

MAX_VALUE = 300
MIN_YEAR, MAX_YEAR = 1990, 2099

_PUBLISHED = (
    "article:published_time", "og:published_time", "article:published", "datepublished", "date.published",
    "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date", "publish_date", "dc.date.issued",
    "dcterms.created", "dc.date", "dc.date.created", "cxenseparse:recs:publishtime", "displaydate", "date",
)  # fmt: skip
_KEPT_META = {
    "og:url": "og:url", "og:site_name": "og:site_name", "og:title": "og:title",
    "syndication-source": "syndication-source", "original-source": "original-source",
    "author": "meta:author", "article:author": "meta:article:author", "byl": "meta:byl",
    "dc.creator": "meta:dc.creator",
    "parsely-author": "meta:parsely-author", "sailthru.author": "meta:sailthru.author",
    "article:published_time": "meta:article:published_time", "article:modified_time": "meta:article:modified_time",
    "dc.source": "meta:dc.source", "dc.publisher": "meta:dc.publisher", "dcterms.source": "meta:dcterms.source",
    "dcterms.rightsholder": "meta:dcterms.rightsholder", "dc.rights": "meta:dc.rights",
    "copyright": "meta:copyright", "source": "meta:source", "news_source": "meta:news_source",
    "article:publisher": "meta:article:publisher", "article:opinion": "meta:article:opinion",
}  # fmt: skip
_DATELINE = re.compile(r"[^()]{0,80}\([^()]{2,40}\)\s?[-–—]")
"""A description that opens with a dateline: extraction may lose that of the text."""
_AUTHORS = ("meta:author", "meta:byl", "meta:parsely-author", "meta:sailthru.author", "meta:dc.creator", "byline")
_BYLINES = '[rel~="author"], [itemprop~="author"], [class*="byline"]'
_URL_DATE = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)")
_ZONE = re.compile(r"([+-]\d\d):?(\d\d)$")
_SPACE = re.compile(r"\s+")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Facts(NamedTuple):
    """What a page says about itself; null where it does not say."""

    title: str | None
    url: str | None
    published_at: datetime | None
    published_at_source: str | None
    language: str | None
    author: str | None
    page: list[str]


def find(tree: HTMLTree, source: str, fetched_from: str | None = None) -> Facts:
    """Return what a page says about itself.

    Parameters
    ----------
    tree, source
        The parsed page and its markup.
    fetched_from
        Address it was fetched from, for a date in its path.
    """
    said = head.read(source)
    kept = {key: said.metas[name] for name, key in _KEPT_META.items() if name in said.metas}
    if _DATELINE.match(description := said.metas.get("og:description", "")):
        kept["og:description"] = description
    kept.update(said.links)
    data = jsonld.find(said.json_ld)
    byline = tree.document.query_selector(_BYLINES) if tree.document else None
    if byline is not None:
        kept["byline"] = byline.text or ""
    kept.update({f"json-ld:{name}": value for name, value in data.items() if name not in ("url", "inLanguage")})
    kept = {key: value for key, text in kept.items() if (value := _clean(text))}
    url = _own_url(kept.get("canonical"), kept.get("og:url"), data.get("url"))
    published_at, published_at_source = _published(data, said, fetched_from or url)
    return Facts(
        title=_title(kept, said),
        url=url,
        published_at=published_at,
        published_at_source=published_at_source,
        language=normalize_code(said.language) or normalize_code(data.get("inLanguage")),
        author=kept.get("json-ld:author") or next((kept[key] for key in _AUTHORS if key in kept), None),
        page=sorted(f"{key}={value}" for key, value in kept.items()),
    )


def _clean(text: str) -> str:
    return _SURROGATE.sub("\ufffd", _SPACE.sub(" ", text[: MAX_VALUE * 8]).strip()[:MAX_VALUE])


def _own_url(*candidates: str | None) -> str | None:
    for url in candidates:
        if url and url.lower().startswith(("http://", "https://")) and " " not in url:
            try:
                parts = urlsplit(url)
            except ValueError:
                continue
            if parts.hostname:
                return url
    return None


def _title(kept: dict[str, str], said: head.Said) -> str | None:
    if headline := kept.get("json-ld:headline") or kept.get("og:title"):
        return headline
    headings = [heading for text in said.headings if (heading := _clean(text))]
    return headings[0] if len(headings) == 1 else _clean(said.title) or None


def _published(data: dict[str, str], said: head.Said, url: str | None) -> tuple[datetime | None, str | None]:
    if (found := parse_time(data.get("datePublished"))) is not None:
        return found, "json-ld"
    for name in _PUBLISHED:
        if (found := parse_time(said.metas.get(name))) is not None:
            return found, f"meta:{name}"
    if (found := parse_time(said.marked_time) or _only_day(said.times)) is not None:
        return found, "time"
    if url and (date := _URL_DATE.search(url)) and (found := parse_time("-".join(date.groups()))) is not None:
        return found, "url"
    return None, None


def _only_day(times: list[str]) -> datetime | None:
    """Return the first time if all are of one day: teasers carry times too, and may stand before the article's."""
    moments = [moment for text in times if (moment := parse_time(text)) is not None]
    return moments[0] if len({moment.date() for moment in moments}) == 1 else None


def parse_time(text: str | None) -> datetime | None:
    """Return the UTC time a page states, null where it is not one between 1990 and 2099.

    Notes
    -----
    Reads ISO 8601 and RFC 5322. A time without a zone is taken for UTC, a date for its midnight.
    """
    if not text or not 8 <= len(text := text.strip()) <= 64:
        return None
    try:
        moment = datetime.fromisoformat(_ZONE.sub(r"\1:\2", text) if "T" in text or ":" in text else text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError):
            return None
    try:
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return moment if MIN_YEAR <= moment.year <= MAX_YEAR else None
