"""Rows of the crawl and of its truth, made from stories placed on sites."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import xxhash

from benchmarks.corpus.layout import lay_out
from benchmarks.corpus.stories import DAYS, START, Desk, Story, moment

if TYPE_CHECKING:
    import random

    from benchmarks.corpus.boxes import Teaser
    from benchmarks.corpus.copies import Copy
    from benchmarks.corpus.sites import Site

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Plan:
    """The arguments that decide every byte of a crawl."""

    articles: int
    sites: int
    seed: int
    is_hard: bool
    language: str = ""
    """Of all its stories; empty for a crawl in English with other languages here and there."""


@dataclass(slots=True)
class Placement:
    """One copy on one site at one time."""

    story: Story
    copy: Copy
    site: Site
    when: datetime
    is_origin: bool


def article_row(desk: Desk, key: str, placement: Placement, teasers: list[Teaser]) -> Row:
    """Return what the crawl delivers of a placement; `key` makes its address unique."""
    rng, story, copy, place = desk.rng, placement.story, placement.copy, placement.site
    is_bare = story.kind in ("interstitial", "empty") and rng.random() < 0.5
    text = (
        "\n".join(s for p in copy.paragraphs for s in p)
        if is_bare
        else lay_out(rng, place, story, copy, placement.when, teasers, _voices(desk, place))
    )
    url = _url(desk, key, placement)
    is_nameless = desk.is_hard and rng.random() < 0.02
    return {
        "id": xxhash.xxh3_64_hexdigest(url.encode()),
        "url": url,
        "site": None if is_nameless else place.domain,
        "title": None if desk.is_hard and rng.random() < 0.01 else copy.title,
        "text": text,
        "published_at": _stated(rng, placement, is_hard=desk.is_hard),
    }


def _voices(desk: Desk, place: Site) -> list[str]:
    """Write readers' comments, where the site shows them."""
    if "voices" not in place.habits or place.language != "en":
        return []
    prose = desk.prose
    prose.cast = prose.new_cast()
    return [
        f"{prose.surname()}{desk.rng.randint(1, 99)}: {prose.sentence()} {prose.sentence()}"
        for _ in range(desk.rng.randint(1, 8))
    ]


def _url(desk: Desk, key: str, placement: Placement) -> str:
    """Return an address with the words of the headline; a wall stands at the address of the article that it hides."""
    rng, when = desk.rng, placement.when
    title = desk.prose.headline() if placement.story.kind == "interstitial" else placement.copy.title
    words = [w for w in title.lower().split() if w.isascii() and w.isalnum()][:8]
    slug = "-".join(words) or "story"
    form = rng.randrange(5)
    if form == 0:
        path = f"{when:%Y/%m/%d}/{slug}-{key}/"
    elif form == 1:
        path = f"news/{slug}/article_{key}.html"
    elif form == 2:
        path = f"story?id={key}&utm_source=rss"
    elif form == 3:
        path = f"{slug}-{key}.html"
    else:
        path = f"{key}/{slug}"
    return f"{'http' if placement.site.site_id % 9 == 4 else 'https'}://{placement.site.host}/{path}"


def _stated(rng: random.Random, placement: Placement, *, is_hard: bool) -> datetime | None:
    """Return the publication time the article states, which crawls get wrong in known ways."""
    when = placement.when
    draw = rng.random()
    if not is_hard:
        return None if draw < 0.02 else when
    if draw < 0.07:
        return None
    if draw < 0.11:
        return when.replace(hour=0, minute=0, second=0)
    if draw < 0.12:
        return START + timedelta(days=DAYS + rng.randint(30, 400))
    if draw < 0.16 and not placement.is_origin:
        return placement.story.published_at - timedelta(minutes=rng.randint(1, 240))
    if draw < 0.165:
        return datetime(1970, 1, 1)  # noqa: DTZ001
    if draw < 0.18:
        return moment(rng)
    return when


def truth_row(row: Row, placement: Placement, present: set[str], credited: set[str]) -> Row:
    """Return the truth about a row: of which stories the origin is in the crawl, and of which somebody names the agency."""
    story = placement.story
    return {
        "id": row["id"],
        "story_id": story.story_id,
        "kind": placement.copy.kind,
        "copy": placement.copy.copy,
        "is_origin": placement.is_origin,
        "agency": story.agency.name if story.agency else None,
        "language": story.language,
        "origin_present": story.story_id in present,
        "is_credited": story.story_id in credited,
    }
