"""Whom an article credits: lines in the text of copies, author fields, and the links in a page's head.

Everything here draws from generators of its own, so that a crawl's texts and times are the same whatever is credited.
"""

from __future__ import annotations

import random
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from benchmarks.corpus.words import FIRST, vocabulary, wordings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.corpus.agencies import Agency
    from benchmarks.corpus.copies import Copy
    from benchmarks.corpus.rows import Placement, Row
    from benchmarks.corpus.sites import Site
    from benchmarks.corpus.stories import Story

MANNERS = {"note": 26, "byline": 20, "signed": 8, "copyright": 8, "link": 12, "silent": 26}
"""How sites credit a publisher whose story they carry, of 100."""
KEEPS_MANNER = 0.85
"""How often a site does as it usually does; else it is silent."""

_WORDINGS: dict[str, dict[str, list[str]]] = wordings("credits")
_DESKS = ("Staff", "Staff Report", "Newsroom", "News Staff", "Editor", "admin")


@lru_cache(maxsize=20_000)
def manner(seed: int, site_id: int) -> str:
    """Return how a site credits others."""
    rng = random.Random(f"manner-{seed}-{site_id}")
    return rng.choices(list(MANNERS), list(MANNERS.values()))[0]


@lru_cache(maxsize=20_000)
def is_aggregator(seed: int, site_id: int) -> bool:
    """Tell whether a site scrapes others within a minute."""
    return random.Random(f"aggregator-{seed}-{site_id}").random() < 0.05


@lru_cache(maxsize=20_000)
def is_carrier(seed: int, site_id: int) -> bool:
    """Tell whether a site mostly carries what others publish: every aggregator does, and many a small site."""
    return is_aggregator(seed, site_id) or random.Random(f"carrier-{seed}-{site_id}").random() < 0.25


@lru_cache(maxsize=20_000)
def _staff(seed: int, site_id: int) -> tuple[str, ...]:
    """Return the people who write for a site."""
    rng = random.Random(f"staff-{seed}-{site_id}")
    return tuple(f"{rng.choice(FIRST)} {rng.choice(vocabulary()['surname'][:2000])}" for _ in range(4))


def sign(story: Story, publisher: Site, seed: int) -> None:
    """Make a story a publisher's own, and one of its people the author."""
    story.publisher = publisher
    story.author = random.Random(f"author-{story.story_id}").choice(_staff(seed, publisher.site_id))
    if story.byline:
        story.byline = f"By {story.author}{', Staff Writer' if story.byline.endswith('Staff Writer') else ''}"


def credited(copy: Copy, story: Story, place: Site, publisher: Site, seed: int) -> Copy:
    """Return a copy of a publisher's own story with the credit that the copying site gives, if any."""
    rng = random.Random(f"credit-{seed}-{story.story_id}-{place.site_id}-{copy.copy}")
    form = manner(seed, place.site_id)
    forms = _WORDINGS.get(story.language, _WORDINGS["any"]).get(form)
    if rng.random() > KEEPS_MANNER or not forms:
        return copy
    slots = {
        "name": publisher.name if rng.random() < 0.85 else publisher.domain,
        "person": story.author,
        "date": f"{story.published_at:%B} {story.published_at.day}",
    }
    line = rng.choice(forms).format(**slots)
    if form == "byline" or (form == "note" and rng.random() < 0.4):
        return replace(copy, above=line, is_credited=copy.is_credited and form != "byline")
    return copy if copy.kind == "stub" else replace(copy, credit=line)


def add_page_fields(rows: Sequence[Row], placements: Sequence[Placement], seed: int) -> None:
    """Fill in author, canonical and og_url of all rows of a chunk."""
    origins = {p.story.story_id: row for row, p in zip(rows, placements, strict=True) if p.is_origin}
    others: dict[str, list[Row]] = {}
    for row, placement in zip(rows, placements, strict=True):
        others.setdefault(placement.story.story_id, []).append(row)
    for row, placement in zip(rows, placements, strict=True):
        rng = random.Random(f"fields-{seed}-{row['id']}")
        story_id = placement.story.story_id
        row["author"] = _author(rng, placement, seed)
        row["canonical"], row["og_url"] = _links(rng, row, placement, origins.get(story_id), others[story_id], seed)


def _author(rng: random.Random, placement: Placement, seed: int) -> str | None:
    story, place = placement.story, placement.site
    if rng.random() < 0.3 or story.kind in ("interstitial", "empty"):
        return None
    own = rng.choice((*_DESKS, place.name, rng.choice(_staff(seed, place.site_id))))
    if story.agency is not None:
        name = rng.choice((story.agency.name, *story.agency.authors))
        person = rng.choice(_staff(seed, -1))
        return rng.choice((name, f"{person}, {name}", f"By {person}, {name}", person, own))
    if placement.is_origin or story.publisher is None:
        return story.author if story.kind == "article" and rng.random() < 0.8 else own
    kept = rng.choice((story.author, story.author, f"{story.author}, {story.publisher.name}"))
    return kept if rng.random() < 0.45 else own


def _links(
    rng: random.Random, row: Row, placement: Placement, origin: Row | None, others: list[Row], seed: int
) -> tuple[str | None, str | None]:
    """Return rel=canonical and og:url: mostly the article's own address, sometimes its origin's, at times a lie."""
    url, story = str(row["url"]), placement.story
    own = url.split("?utm")[0].replace("://m.", "://www.").replace("://amp.", "://www.")
    canonical, og_url = (own if rng.random() < 0.85 else None), (own if rng.random() < 0.7 else None)
    if not placement.is_origin and rng.random() < (KEEPS_MANNER if _is_linking(story, placement, seed) else 0.02):
        canonical = _origin_url(story, origin) or canonical
        og_url = canonical if rng.random() < 0.3 else og_url
    elif rng.random() < 0.015:
        canonical = rng.choice((str(rng.choice(others)["url"]), "https://www.front.example/", own.split("/", 3)[2]))
    return canonical, og_url


def _is_linking(story: Story, placement: Placement, seed: int) -> bool:
    return story.kind not in ("interstitial", "empty") and manner(seed, placement.site.site_id) == "link"


def _origin_url(story: Story, origin: Row | None) -> str | None:
    if origin is not None:
        return str(origin["url"])
    domain = story.publisher.domain if story.publisher else story.agency.domain if story.agency else None
    return f"https://{domain}/{story.story_id}" if domain else None


def names_agency(row: Row, agency: Agency, place: Site) -> bool:
    """Tell whether an article names its agency: in its text, as its author or by its address."""
    words = f"{row['text']}\n{row['author'] or ''}".casefold()
    return place.domain == agency.domain or any(_holds(words, mark.casefold()) for mark in agency.marks)


def _holds(text: str, mark: str) -> bool:
    at = text.find(mark)
    while at >= 0:
        end = at + len(mark)
        if not mark.isascii() or not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
            return True
        at = text.find(mark, at + 1)
    return False
