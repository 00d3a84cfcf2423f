"""What crawls hold beside ordinary stories: digests, live blogs, interstitials and empty articles."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from benchmarks.corpus.copies import flat
from benchmarks.corpus.stories import Desk, Story, moment, spoken_date
from benchmarks.corpus.words import wordings

if TYPE_CHECKING:
    import random

    from benchmarks.corpus.sites import Site

_FURNITURE = wordings("furniture")
_INTERSTITIALS: list[str] = _FURNITURE["interstitials"]["forms"] + wordings("walls")["walls"]["forms"]


def digest(desk: Desk, stories: list[Story], site: Site) -> Story:
    """Quote three to twenty stories: openings, whole first paragraphs, a line of each, or their headlines alone."""
    rng = desk.rng
    chosen = rng.sample(stories, min(len(stories), rng.choice((3, 4, *range(5, 13), *range(5, 13), 15, 20))))
    opener = rng.choice(_FURNITURE["digests"]["openers"])
    paragraphs = [[opener]] if opener else []
    form = rng.choice(("title", "number", "bare", "bare number"))
    way = rng.choice(("opening",) * 6 + ("paragraphs", "paragraphs", "line", "line", "headline"))
    latest = max(story.published_at for story in chosen)
    for i, story in enumerate(chosen):
        if "bare" not in form or way == "headline":
            paragraphs.append([story.title if form == "title" else f"{i + 1}. {story.title}"])
        if way != "headline":
            quoted = _quoted(rng, story, way)
            number = [f"{i + 1}."] if form == "bare number" else []
            paragraphs.append(number + quoted + ([site.more] if site.more and rng.random() < 0.3 else []))
    title = rng.choice(_FURNITURE["digests"]["titles"]).format(
        h=chosen[0].title, name=site.name, date=spoken_date(latest)
    )
    when = latest + timedelta(hours=rng.randint(1, 12))
    copies = 1 if rng.random() < 0.85 else rng.randint(2, 5)
    return Story(desk.story_id(), "digest", "en", title, paragraphs, None, "", "", "", when, copies, is_typed=True)


def _quoted(rng: random.Random, story: Story, way: str) -> list[str]:
    """Return what a digest quotes of a story."""
    if way == "paragraphs":
        return [sentence for paragraph in story.paragraphs[: rng.randint(1, 3)] for sentence in paragraph]
    sentences = flat(story.paragraphs)
    if way == "line":
        return [" ".join(sentences[0].split(" ")[: rng.randint(9, 25)]) + rng.choice(("…", "...", "", " [more]"))]
    return sentences[: rng.randint(1, 3)]


def live_blog(desk: Desk) -> list[Story]:
    """Write the states of one live blog, newest entries first, oldest state first; all are one story."""
    rng, prose = desk.rng, desk.prose
    prose.cast = prose.new_cast()
    title, when, story_id = f"{prose.headline()} – live", moment(rng), desk.story_id()
    entries: list[list[str]] = []
    states = []
    minute = when.hour * 60
    for _ in range(rng.randint(1, 4)):
        for _ in range(rng.randint(3, 8)):
            minute += rng.randint(3, 40)
            stamp = f"{minute // 60 % 24}:{minute % 60:02d} {rng.choice(('GMT', 'EDT', ''))}".strip()
            entries.insert(0, [stamp, *[prose.sentence() for _ in range(rng.randint(1, 4))]])
        when += timedelta(minutes=rng.randint(50, 130))
        states.append(Story(story_id, "article", "en", title, list(entries), None, "", "", "", when, 1, is_typed=True))
    return states


def interstitial(desk: Desk, site: Site) -> Story:
    """Fill in the wall or error text that the site shows (a few sites show several)."""
    rng = desk.rng
    form = (
        _FURNITURE["foreign_interstitials"].get(site.language)
        or _INTERSTITIALS[(site.network if site.network is not None else site.site_id) % len(_INTERSTITIALS)]
    )
    if site.language == "en" and rng.random() < 0.15:
        form = rng.choice(_INTERSTITIALS)
    text = form.format(name=site.name, domain=site.domain, n=rng.randint(2, 900), hex=f"{rng.getrandbits(64):016x}")
    title, *lines = text.split("\n")
    return Story(
        desk.story_id(),
        "interstitial",
        site.language,
        title,
        [[line] for line in lines or [title]],
        None,
        "",
        "",
        "",
        moment(rng),
        1,
        is_typed=True,
    )


def empty(desk: Desk) -> Story:
    """Return an article whose text the crawler did not get: nothing, or a headline and a picture line."""
    prose = desk.prose
    prose.cast = prose.new_cast()
    paragraphs = desk.rng.choice(([], [], [["Video"]], [["Photos: Gallery"]], [["Loading..."]]))
    return Story(
        desk.story_id(),
        "empty",
        "en",
        prose.headline(),
        paragraphs,
        None,
        "",
        "",
        "",
        moment(desk.rng),
        1,
        is_typed=True,
    )
