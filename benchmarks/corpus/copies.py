"""What sites do to a story they republish."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from benchmarks.corpus.words import MONTHS

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from benchmarks.corpus.sites import Site
    from benchmarks.corpus.stories import Desk, Paragraphs, Story

EASY = {"whole": 34, "cut": 16, "retitled": 18, "dateline": 12, "edited": 12, "extended": 8}
HARD = {
    "whole": 24,
    "cut": 13,
    "truncated": 5,
    "retitled": 14,
    "dateline": 9,
    "edited": 11,
    "extended": 7,
    "framed": 4,
    "stub": 4,
    "update": 4,
    "trimmed": 4,
    "reordered": 2,
    "corrected": 3,
    "followed": 1,
}
"""How often each way of copying occurs, of 100 or so."""


@dataclass(slots=True)
class Copy:
    """A story as one site prints it, without the site's furniture."""

    copy: str
    kind: str
    title: str
    paragraphs: Paragraphs
    after: str = ""
    """Furniture of the copy itself that stands after the text."""
    above: str = ""
    """Credit above the text."""
    credit: str = ""
    """Credit below the text."""
    is_credited: bool = True


def draw(rng: random.Random, is_hard: bool) -> str:
    """Draw a way of copying."""
    table = HARD if is_hard else EASY
    return rng.choices(list(table), list(table.values()))[0]


def make(way: str, story: Story, site: Site, desk: Desk) -> Copy:
    """Copy `story` for `site` in one of the ways of `HARD`."""
    whole = Copy(way, story.kind, story.title, story.paragraphs, is_credited=desk.rng.random() < 0.85)
    if story.is_typed and way in ("edited", "cut", "truncated", "stub", "update", "reordered", "trimmed", "corrected"):
        return replace(whole, copy="whole")
    change = _WAYS.get(way)
    return change(whole, story, site, desk) if change else whole


def flat(paragraphs: Paragraphs) -> list[str]:
    """Return all sentences in order."""
    return [sentence for paragraph in paragraphs for sentence in paragraph]


def _keep(paragraphs: Paragraphs, sentences: int) -> Paragraphs:
    kept: Paragraphs = []
    for paragraph in paragraphs:
        if sentences <= 0:
            break
        kept.append(paragraph[:sentences])
        sentences -= len(paragraph)
    return kept


def _retitled(copy: Copy, story: Story, site: Site, desk: Desk) -> Copy:
    rng, title = desk.rng, story.title
    form = rng.randrange(5)
    if form == 0:
        title = desk.tongue(story.language).headline()
    elif form == 1:
        title = f"{rng.choice(('BREAKING', 'Report', 'WATCH', 'UPDATE 1', 'Exclusive', 'News'))}: {title}"
    elif form == 2:
        title = title.upper()
    elif form == 3:
        title = title[: max(20, len(title) * 2 // 3)].rsplit(" ", 1)[0] + "..."
    else:
        title = f"{title} | {site.name}"
    return replace(copy, title=title)


def _cut(copy: Copy, story: Story, site: Site, desk: Desk) -> Copy:
    sentences = flat(story.paragraphs)
    kept = max(2, int(len(sentences) * desk.rng.uniform(0.3, 0.6)))
    return replace(copy, paragraphs=_keep(story.paragraphs, kept), after=site.cut)


def _truncated(copy: Copy, story: Story, _site: Site, desk: Desk) -> Copy:
    """Cut in the middle of a sentence, as feeds with a length limit do."""
    sentences = flat(story.paragraphs)
    kept = _keep(story.paragraphs, max(2, int(len(sentences) * desk.rng.uniform(0.2, 0.7))))
    last = kept[-1][-1]
    kept[-1] = [
        *kept[-1][:-1],
        last[: max(5, int(len(last) * desk.rng.uniform(0.3, 0.9)))] + desk.rng.choice(("…", "...", " [...]", "")),
    ]
    return replace(copy, paragraphs=kept)


def _dateline(copy: Copy, story: Story, _site: Site, desk: Desk) -> Copy:
    if story.language != "en":
        return copy
    place = desk.prose.place()
    form = desk.rng.choice(("{P} — ", "{P} (WKRT) — ", "{P}, {m} {d} — ", "{P}: ", "{P}, {s}. (KTVX) - "))
    when = story.published_at
    dateline = form.format(
        P=place.upper(), m=MONTHS[when.month - 1], d=when.day, s=desk.rng.choice(("Ohio", "Texas", "Calif", "Mont"))
    )
    first = [dateline + story.paragraphs[0][0], *story.paragraphs[0][1:]]
    return replace(copy, paragraphs=[first, *story.paragraphs[1:]], is_credited=False)


def _edited(copy: Copy, story: Story, _site: Site, desk: Desk) -> Copy:
    """Replace, drop or double about 4 % of the words (of the characters where no spaces stand)."""
    rng = desk.rng
    spare = [
        word for sentence in desk.tongue(story.language).paragraphs(3) for text in sentence for word in text.split()
    ]

    def edit(sentence: str) -> str:
        words = sentence.split(" ")
        if len(words) < 4 or story.language in ("zh", "ja", "th"):
            return "".join("" if rng.random() < 0.02 else character for character in sentence)
        for i in range(1, len(words) - 1):
            if rng.random() < 0.04:
                words[i] = rng.choice((rng.choice(spare), "", words[i] + " " + rng.choice(spare), words[i]))
        return " ".join(word for word in words if word)

    return replace(copy, paragraphs=[[edit(sentence) for sentence in paragraph] for paragraph in story.paragraphs])


def _corrected(copy: Copy, story: Story, _site: Site, desk: Desk) -> Copy:
    """Rewrite two or three whole sentences and add a correction note."""
    rng = desk.rng
    paragraphs = [list(paragraph) for paragraph in story.paragraphs]
    for _ in range(rng.randint(1, 3)):
        paragraph = rng.choice(paragraphs)
        paragraph[rng.randrange(len(paragraph))] = desk.tongue(story.language).sentence()
    note = (
        f"Correction: An earlier version of this story misstated the {desk.prose.noun()}."
        if story.language == "en"
        else ""
    )
    return replace(copy, paragraphs=paragraphs, after=note)


def _extended(copy: Copy, story: Story, _site: Site, desk: Desk) -> Copy:
    desk.prose.cast = desk.prose.new_cast()
    local = desk.tongue(story.language).paragraphs(desk.rng.randint(2, 6))
    at = desk.rng.choice((1, len(story.paragraphs), len(story.paragraphs)))
    return replace(copy, paragraphs=[*story.paragraphs[:at], *local, *story.paragraphs[at:]])


def _trimmed(copy: Copy, story: Story, _site: Site, desk: Desk) -> Copy:
    """Leave out sentences here and there, as editors do to fit a column."""
    kept = [[s for s in paragraph if desk.rng.random() > 0.3] for paragraph in story.paragraphs]
    kept = [paragraph for paragraph in kept if paragraph] or story.paragraphs[:1]
    return replace(copy, paragraphs=kept)


def _reordered(copy: Copy, story: Story, _site: Site, desk: Desk) -> Copy:
    """Split the story at every sentence, or join it to a few long paragraphs, with two paragraphs swapped."""
    sentences = flat(story.paragraphs)
    size = desk.rng.choice((1, 1, 6))
    paragraphs = [sentences[i : i + size] for i in range(0, len(sentences), size)]
    if len(paragraphs) > 3:
        i = desk.rng.randrange(1, len(paragraphs) - 1)
        paragraphs[i], paragraphs[i + 1] = paragraphs[i + 1], paragraphs[i]
    return replace(copy, paragraphs=paragraphs)


def _framed(copy: Copy, story: Story, site: Site, desk: Desk) -> Copy:
    """Set the story within a longer article of the site's own."""
    desk.prose.cast = desk.prose.new_cast()
    tongue = desk.tongue(story.language)
    lead = [[site.frame]] if site.language == "en" else []
    intro, outro = tongue.paragraphs(desk.rng.randint(1, 4)), tongue.paragraphs(desk.rng.randint(2, 8))
    body = [list(paragraph) for paragraph in story.paragraphs]
    body[0][0] = story.dateline + body[0][0]
    return replace(copy, title=tongue.headline(), paragraphs=[*lead, *intro, *body, *outro], is_credited=False)


def _followed(copy: Copy, story: Story, _site: Site, desk: Desk) -> Copy:
    """Let the next article follow on the same web address, as sites that scroll without end do."""
    desk.prose.cast = desk.prose.new_cast()
    tongue = desk.tongue(story.language)
    following = tongue.paragraphs(desk.rng.randint(6, 20))
    return replace(copy, paragraphs=[*story.paragraphs, [tongue.headline()], *following])


def _stub(copy: Copy, story: Story, site: Site, desk: Desk) -> Copy:
    sentences = flat(story.paragraphs)
    text = " ".join(sentences[: desk.rng.choice((1, 2, 2))])
    if story.language in ("zh", "ja", "th"):
        text = text[:160]
    words = text.split(" ")
    if len(words) > 60:
        text = " ".join(words[:55]) + "…"
    stub = replace(copy, kind="stub", paragraphs=[[text]], after=site.more)
    return _retitled(stub, story, site, desk) if desk.rng.random() < 0.35 else stub


def _update(copy: Copy, story: Story, _site: Site, desk: Desk) -> Copy:
    """Put a new top of two to four paragraphs over the old body."""
    top = desk.tongue(story.language).paragraphs(desk.rng.randint(4, 9))
    kept = story.paragraphs[1 : max(3, int(len(story.paragraphs) * desk.rng.uniform(0.7, 1.0)))]
    return replace(
        copy,
        title=desk.tongue(story.language).headline() if desk.rng.random() < 0.5 else story.title,
        paragraphs=[*top[:4], *kept],
    )


_WAYS: dict[str, Callable[[Copy, Story, Site, Desk], Copy]] = {
    "retitled": _retitled,
    "cut": _cut,
    "truncated": _truncated,
    "dateline": _dateline,
    "edited": _edited,
    "corrected": _corrected,
    "extended": _extended,
    "trimmed": _trimmed,
    "reordered": _reordered,
    "framed": _framed,
    "followed": _followed,
    "stub": _stub,
    "update": _update,
}
