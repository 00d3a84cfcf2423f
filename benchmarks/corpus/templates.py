"""Templates: articles a machine fills with the day's facts; each filling is a story of its own."""

from __future__ import annotations

import re

from benchmarks.corpus.agencies import AGENCIES
from benchmarks.corpus.stories import Desk, Story, moment, spoken_date
from benchmarks.corpus.words import FIRST, wordings

FORMS: dict[str, list[str]] = wordings("templates")["forms"]
MACHINES: dict[str, list[str]] = wordings("machines")["forms"]
"""Forms most of whose wording stays."""
_AP = next(agency for agency in AGENCIES if agency.name == "AP")
_OWN = re.compile(r"\{S\}")
SKIES = ("mostly sunny", "partly cloudy", "mostly cloudy", "overcast", "rainy", "clear", "foggy", "windy")
MOVES = ("rose", "fell", "slipped", "gained", "dropped", "climbed", "eased", "jumped")


def write(desk: Desk) -> Story:
    """Fill a template with new facts: a story of its own, republished as true copies now and then."""
    rng, prose = desk.rng, desk.prose
    forms = MACHINES if rng.random() < 0.5 else FORMS
    text = rng.choice(forms[rng.choice(list(forms))]).format(**_facts(desk))
    # Each of the day's own sentences is another one.
    text = _OWN.sub(lambda _: prose.sentence(), text)
    title, *lines = text.split("\n")
    copies = 1 if rng.random() < 0.8 else rng.randint(2, 9)
    when = moment(rng)
    story = Story(
        desk.story_id(),
        "template",
        "en",
        title,
        [[line] for line in lines],
        _AP if "(AP) _" in text else None,
        "",
        "",
        "",
        when,
        copies,
        is_typed=True,
    )
    prose.cast = prose.new_cast()
    return story


def _facts(desk: Desk) -> dict[str, str]:
    rng, prose = desk.rng, desk.prose
    prose.cast = prose.new_cast()
    places = [prose.place() for _ in range(3)]
    when = moment(rng)
    facts = {
        "Place": places[0],
        "Place2": places[1],
        "Place3": places[2],
        "PLACE": places[0].upper(),
        "PLACE2": places[1].upper(),
        "S": "{S}",
        "noun": prose.noun(),
        "noun2": prose.noun(),
        "Noun": prose.noun().capitalize(),
        "Corp": f"{prose.surname()} {rng.choice(('Corp.', 'Inc.', 'Group', 'PLC'))}",
        "Corp2": f"{prose.surname()} & {prose.surname()}",
        "Surname": prose.surname(),
        "day": when.strftime("%A"),
        "day2": prose.cast.day,
        "date": spoken_date(when),
        "up": rng.choice(("higher", "lower", "mixed", "up", "down")),
        "move": rng.choice(MOVES),
        "move2": rng.choice(MOVES),
        "sky": rng.choice(SKIES),
        "sky2": rng.choice(SKIES),
        "wind": rng.choice(("north", "south", "east", "west", "northwest", "southeast")),
    }
    for name in ("Name", "Name2", "Name3", "Name4", "Name5"):
        facts[name] = f"{rng.choice(FIRST)} {prose.surname()}"
    for name in ("pct", "pct2", "pct3", "pct4"):
        facts[name] = f"{rng.randint(0, 9)}.{rng.randint(0, 99):02d}"
    for name in ("pts", "pts2", "pts3"):
        facts[name] = f"{rng.randint(1, 700)}.{rng.randint(0, 99):02d}"
    for name in ("level", "level2"):
        facts[name] = f"{rng.randint(1, 39)},{rng.randint(0, 999):03d}.{rng.randint(0, 99):02d}"
    for name, low, high in (("n", 20, 99), ("n2", 20, 99), ("c", 10, 59), ("c2", 10, 59), ("q", 1, 9), ("q2", 1, 9)):
        facts[name] = str(rng.randint(low, high))
    return facts
