"""Stories before anybody copies them: text, language, agency, time, and how widely they travel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from benchmarks.corpus.agencies import AGENCIES, MENTIONS, Agency
from benchmarks.corpus.prose import Prose
from benchmarks.corpus.tongues import ForeignProse
from benchmarks.corpus.words import MONTHS

if TYPE_CHECKING:
    import random

    from benchmarks.corpus.sites import Site

Paragraphs = list[list[str]]
START = datetime(2024, 3, 1)  # noqa: DTZ001 - all times of a crawl are UTC, written without a zone
DAYS = 30


@dataclass(slots=True)
class Story:
    """One story as its source wrote it."""

    story_id: str
    kind: str
    language: str
    title: str
    paragraphs: Paragraphs
    agency: Agency | None
    dateline: str
    byline: str
    trailer: str
    published_at: datetime
    copies: int
    is_typed: bool = field(default=False)
    """Text with a layout of its own (template, live blog): lines instead of sentences, never edited by word."""
    author: str = field(default="")
    publisher: Site | None = field(default=None)
    """The site that published a story of its own first, in the crawl or not."""


@dataclass(slots=True)
class Desk:
    """What a chunk's stories are written with."""

    rng: random.Random
    prose: Prose
    is_hard: bool
    prefix: str
    count: int = 0
    foreign: dict[str, ForeignProse] = field(default_factory=dict)

    def story_id(self) -> str:
        """Return the next story's id."""
        self.count += 1
        return f"{self.prefix}-{self.count:05d}"

    def tongue(self, language: str) -> Prose | ForeignProse:
        """Return the prose of a language."""
        if language == "en":
            return self.prose
        if language not in self.foreign:
            self.foreign[language] = ForeignProse(self.rng, language)
        return self.foreign[language]


def spread(rng: random.Random) -> int:
    """Draw on how many sites a story appears: most on one, few on up to sixty."""
    draw = rng.random()
    if draw < 0.82:
        return 1
    if draw < 0.945:
        return rng.choice((2, 2, 2, 3, 3, 4))
    return min(60, int(4 * rng.paretovariate(0.95)) + 1)


def spoken_date(when: datetime) -> str:
    """Return a date such as March 4."""
    return f"{MONTHS[when.month - 1]} {when.day}"


def moment(rng: random.Random) -> datetime:
    """Draw a publication time, more often by day than by night."""
    hour = min(23, max(0, int(rng.gauss(14, 4.5))))
    return START + timedelta(
        days=rng.randrange(DAYS), hours=hour, minutes=rng.randrange(60), seconds=rng.choice((0, 0, rng.randrange(60)))
    )


def credit(rng: random.Random, prose: Prose, agency: Agency, place: str, when: datetime) -> tuple[str, str, str]:
    """Write an agency's dateline, byline and trailer for one story."""
    slots = {
        "PLACE": place.upper(),
        "Place": place,
        "Place2": prose.place(),
        "date": spoken_date(when),
        "Mon": MONTHS[when.month - 1][:3],
        "day": when.day,
        "X": rng.choice(prose.cast.people),
        "Z": f"{rng.choice('ABCDEFGHJKLMNPRST')}. {prose.surname()}",
        "Org": rng.choice(prose.cast.orgs),
    }

    def pick(forms: tuple[str, ...]) -> str:
        return rng.choice(forms).format(**slots) if forms else ""

    return pick(agency.datelines), pick(agency.bylines), pick(agency.trailers)


def write(
    desk: Desk,
    language: str = "en",
    before: Story | None = None,
    *,
    is_rival: bool = False,
    agency: Agency | None = None,
) -> Story:
    """Write one ordinary story.

    With `before`, a follow-up that shares a background paragraph or a quote with it; a rival report is about the very
    same people and places as the story written last. `agency` wrote it, or by chance one or nobody.
    """
    rng, prose = desk.rng, desk.prose
    if not is_rival:
        prose.cast = prose.new_cast()
    tongue = desk.tongue(language)
    copies = spread(rng)
    if agency is None and rng.random() < (0.15 if copies == 1 else 0.55):
        known = [agency for agency in AGENCIES if agency.language == language]
        agency = rng.choices(known, [agency.share for agency in known])[0] if known else None
    when = moment(rng)
    sentences = min(40, max(8, int(rng.gauss(21, 9))))
    paragraphs = tongue.paragraphs(sentences)
    place = rng.choice(prose.cast.places) if isinstance(tongue, Prose) else tongue.place()
    if before is not None:
        _share(rng, before, paragraphs)
    elif language == "en" and agency is None and rng.random() < 0.08:
        paragraphs[rng.randrange(len(paragraphs))].append(prose.fill(rng.choice(MENTIONS)))
    dateline, byline, trailer = ("", "", "")
    if agency is not None:
        dateline, byline, trailer = credit(rng, prose, agency, place, when)
    elif language == "en":
        byline = rng.choice(
            ("", f"By {rng.choice(prose.cast.people)}", f"By {prose.place()} {prose.surname()}, Staff Writer")
        )
        dateline = rng.choice(("", "", "", f"{place.upper()} — ", f"{place}, {spoken_date(when)} - "))
    return Story(
        desk.story_id(),
        "article",
        language,
        tongue.headline(),
        paragraphs,
        agency,
        dateline,
        byline,
        trailer,
        when,
        copies,
    )


def _share(rng: random.Random, before: Story, paragraphs: Paragraphs) -> None:
    """Put background or one quote of an earlier story into another story's text."""
    if rng.random() < 0.6:
        background = (
            before.paragraphs[len(before.paragraphs) // 2 :][:2] if rng.random() < 0.3 else [before.paragraphs[-1]]
        )
        paragraphs.extend(list(paragraph) for paragraph in background)
        return
    quotes = [s for paragraph in before.paragraphs for s in paragraph if s[0] in "“«„‘「"]
    if quotes:
        paragraphs[min(2, len(paragraphs) - 1)].append(rng.choice(quotes))


def thread(desk: Desk) -> list[Story]:
    """Write three to seven stories of one subject, one agency's or one publisher's, with one piece of background."""
    rng, prose = desk.rng, desk.prose
    first = write(desk)
    background = prose.paragraphs(rng.randint(2, 6))
    told = [first, *(write(desk, "en", is_rival=True, agency=first.agency) for _ in range(rng.randint(2, 6)))]
    for story in told:
        at = (
            len(story.paragraphs)
            if rng.random() < 0.6
            else rng.randint(len(story.paragraphs) // 2, len(story.paragraphs))
        )
        story.paragraphs[at:at] = [list(paragraph) for paragraph in background]
        story.published_at = first.published_at + timedelta(hours=rng.randint(-60, 60))
    return told


def release(desk: Desk) -> list[Story]:
    """Write a press release and two to five reports on it, each in its own words but for some of the quotes."""
    rng, prose = desk.rng, desk.prose
    first = write(desk)
    quotes = [prose.quote() for _ in range(rng.randint(2, 5))]
    told = [first, *(write(desk, "en", is_rival=True) for _ in range(rng.randint(2, 5)))]
    for story in told:
        some = quotes if story is first else rng.sample(quotes, rng.randint(1, len(quotes)))
        for quote in some:
            paragraph = [quote, prose.quote()] if rng.random() < 0.2 else [quote]
            story.paragraphs.insert(rng.randint(1, len(story.paragraphs)), paragraph)
        story.published_at = first.published_at + timedelta(minutes=rng.randint(5, 900))
    return told


Writer = Callable[[Desk], Story]
