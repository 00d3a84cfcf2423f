"""Stories of the sample crawl: sentences from `material.toml`, filled with invented names."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random

HERE = Path(__file__).parent
MATERIAL: dict[str, Any] = tomllib.loads((HERE / "material.toml").read_text("utf-8"))
AGENCIES: dict[str, Any] = tomllib.loads((HERE / "sites.toml").read_text("utf-8"))["agencies"]
START = datetime(2025, 5, 5)  # noqa: DTZ001 - the sample's times are UTC, written without a zone
SPACELESS = ("ja",)
_CHOICE = re.compile(r"\[([^\]]*\|[^\]]*)\]")
_NUMBER = re.compile(r"\{#(\d+)-(\d+)\}")


@dataclass(slots=True)
class Story:
    """A story as its source wrote it; paragraphs are lists of sentences."""

    story_id: str
    kind: str
    language: str
    section: str
    title: str
    paragraphs: list[list[str]]
    agency: str | None
    dateline: str
    byline: str
    trailer: str
    published_at: datetime


class Writer:
    """Writes stories one after another; the same `rng` gives the same stories."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.count = 0
        self._told: dict[str, int] = {}

    def cast(self, language: str = "en") -> dict[str, str]:
        """Draw the names of one story."""
        rng, names = self.rng, MATERIAL["names"]
        foreign = MATERIAL.get(language, {})
        places = rng.sample(foreign.get("place", names["place"]), 2)
        slots = {"place": places[0], "place2": places[1], "PLACE": places[0].upper()}
        for slot in ("region", "month", "company", "campus"):
            slots[slot] = rng.choice(names[slot])
        slots["day"], slots["day2"] = rng.sample(names["day"], 2)
        if "person" in foreign:
            slots["person"], slots["person2"] = rng.sample(foreign["person"], 2)
        else:
            surnames = rng.sample(names["surname"], 3)
            slots["person"], slots["person2"] = (f"{rng.choice(names['first'])} {surname}" for surname in surnames[:2])
            slots["surname"] = surnames[2]
        slots["month3"], slots["date"] = "May", str(rng.randint(5, 18))
        return slots

    def fill(self, line: str, slots: dict[str, str]) -> str:
        """Choose wordings and numbers, and fill in names; people vary from sentence to sentence."""
        rng = self.rng
        line = _CHOICE.sub(lambda found: rng.choice(found[1].split("|")), line)
        line = _NUMBER.sub(lambda found: str(rng.randint(int(found[1]), int(found[2]))), line)
        return line.format_map(slots)

    def story(self, topic: str, agency: str | None) -> Story:
        """Write a story on a topic in English."""
        rng, material = self.rng, MATERIAL["topics"][topic]
        slots = self.cast()
        own = material["lines"]
        # Stories on a topic take turns with its sentences, so that they are no template filled with other facts.
        told = self._told[topic] = self._told.get(topic, -1) + 1
        turn = {(told * 3 + step) % len(own) for step in range(rng.randint(3, 4))}
        picked = [own[i] for i in sorted(turn)]
        lines = [self.fill(line, slots) for line in picked]
        for line in rng.sample(MATERIAL["generic"]["lines"], rng.randint(8, 15)):
            fresh = self.cast() | {slot: slots[slot] for slot in ("place", "place2", "region")}
            fresh["issue"], fresh["who"] = rng.choice(material["issue"]), rng.choice(material["who"])
            fresh["Who"] = fresh["who"][0].upper() + fresh["who"][1:]
            lines.insert(rng.randint(1, len(lines)), self.fill(line, fresh))
        title = self.fill(rng.choice(material["titles"]), slots)
        story = self._story("article", "en", material["section"], title, self._paragraphs(lines))
        if agency is not None:
            story.agency = agency
            credit = AGENCIES[agency]
            story.dateline, story.byline, story.trailer = (
                rng.choice(credit[part]).format_map(slots) for part in ("dateline", "byline", "trailer")
            )
        else:
            story.byline = rng.choice(("", f"By {slots['person2']}", f"By {slots['person2']}, staff reporter"))
        return story

    def foreign(self, language: str, number: int) -> Story:
        """Write the `number`-th story in another language."""
        material = MATERIAL[language]["stories"][number]
        slots = self.cast(language)
        lines = [self.fill(line, slots) for line in material["lines"]]
        return self._story("article", language, "world", self.fill(material["title"], slots), self._paragraphs(lines))

    def filled_form(self, form: str) -> Story:
        """Fill the market or weather template with the facts of another day."""
        rng, material = self.rng, MATERIAL[form]
        slots = self.cast()
        slots["updown"] = rng.choice(("higher", "lower", "mixed"))
        slots["moved"], slots["moved2"] = rng.sample(("rose", "fell", "gained", "slipped", "eased", "climbed"), 2)
        slots["sky"], slots["sky2"] = rng.sample(("sunny", "cloudy", "rainy", "foggy", "windy", "mostly clear"), 2)
        slots["wind"] = rng.choice(("north", "south", "east", "west", "southwest"))
        lines = [[self.fill(line, slots)] for line in material["lines"]]
        return self._story("template", "en", form, self.fill(rng.choice(material["titles"]), slots), lines)

    def other(self, kind: str, title: str, paragraphs: list[list[str]]) -> Story:
        """Register an article whose text comes from elsewhere: a digest, a wall, an empty article."""
        return self._story(kind, "en", "news", title, paragraphs)

    def sentences(self, topic: str, count: int) -> list[str]:
        """Write loose sentences of a topic, for additions to a story."""
        slots = self.cast()
        material = MATERIAL["topics"][topic]
        slots["issue"], slots["who"] = self.rng.choice(material["issue"]), self.rng.choice(material["who"])
        slots["Who"] = slots["who"][0].upper() + slots["who"][1:]
        return [self.fill(line, slots) for line in self.rng.sample(MATERIAL["generic"]["lines"], count)]

    def _story(self, kind: str, language: str, section: str, title: str, paragraphs: list[list[str]]) -> Story:
        self.count += 1
        when = START + timedelta(minutes=self.rng.randrange(14 * 24 * 60))
        return Story(f"{kind}-{self.count:03d}", kind, language, section, title, paragraphs, None, "", "", "", when)

    def _paragraphs(self, lines: list[str]) -> list[list[str]]:
        found: list[list[str]] = []
        at = 0
        while at < len(lines):
            size = self.rng.choice((1, 1, 2, 2, 3))
            found.append(lines[at : at + size])
            at += size
        return found
