"""English news prose: sentences from grammar patterns, filled by word frequency and by the story's own cast."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.corpus.words import DAYS, FIRST, MONTHS, Stream, vocabulary, wordings

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

# Tags: d determiner, a adjective, n noun, s plural, v past verb, b base verb, r adverb, p preposition,
# X full name, Y surname, O organisation, L place, Q quantity, T time, H a post such as "finance minister".
_FORMS: dict[str, list[str]] = wordings("english")["sentences"]
_INDEFINITE = re.compile(r"\b([Aa])n? (?=([a-z]))")


@dataclass(slots=True)
class Cast:
    """Who and what a story is about, so that its words recur as they do in news."""

    people: list[str]
    surnames: list[str]
    orgs: list[str]
    places: list[str]
    nouns: list[str]
    day: str
    posts: list[str] = field(default_factory=list)


class Prose:
    """An endless source of English news prose; equal arguments give equal prose."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        numbers = np.random.default_rng(rng.getrandbits(64))
        words = vocabulary()
        self.noun = Stream(words["noun"], numbers)
        self.plural = Stream(words["plural"], numbers)
        self.verb = Stream(words["verb"], numbers)
        self.past = Stream(words["past"], numbers)
        self.adjective = Stream(words["adjective"], numbers)
        self.adverb = Stream(words["adverb"], numbers)
        self.surname = Stream(words["surname"], numbers, 0.6)
        self.place = Stream(words["place"], numbers, 0.7)
        self.cast = self.new_cast()
        fillers: dict[str, Callable[[], str]] = {
            "d": lambda: rng.choice(_FORMS["determiners"]), "a": self.adjective, "n": self._noun, "s": self.plural,
            "v": self.past,
            "b": self.verb, "r": self.adverb, "p": lambda: rng.choice(_FORMS["prepositions"]),
            "X": lambda: rng.choice(self.cast.people), "Y": lambda: rng.choice(self.cast.surnames),
            "O": lambda: rng.choice(self.cast.orgs), "L": lambda: rng.choice(self.cast.places),
            "Q": self.quantity, "T": self.when, "H": lambda: rng.choice(self.cast.posts),
        }  # fmt: skip
        self._clauses: list[list[str | Callable[[], str]]] = [
            [fillers.get(tag, tag) for tag in clause.split()] for clause in _FORMS["clauses"]
        ]

    def new_cast(self) -> Cast:
        """Draw the people, places and things of a new story."""
        rng = self.rng
        surnames = [self.surname() for _ in range(rng.randint(2, 5))]
        return Cast(
            people=[f"{rng.choice(FIRST)} {surname}" for surname in surnames],
            surnames=surnames,
            orgs=[self.organisation() for _ in range(rng.randint(2, 4))],
            places=[self.place() for _ in range(rng.randint(2, 3))],
            nouns=[self.noun() for _ in range(14)],
            day=rng.choice(DAYS),
            posts=rng.sample(_FORMS["posts"], 3),
        )

    def organisation(self) -> str:
        """Return the name of a body that does not exist."""
        form = self.rng.choice(_FORMS["organisations"])
        noun = self.noun().capitalize()
        return form.format(p=self.place(), n=noun, N=noun, y=self.surname())

    def quantity(self) -> str:
        """Return a number as newspapers write them."""
        rng = self.rng
        draw = rng.random()
        if draw < 0.3:
            return str(rng.randint(2, 99))
        if draw < 0.5:
            return f"{rng.randint(1, 900)},{rng.randint(0, 999):03d}"
        if draw < 0.65:
            return f"{rng.randint(1, 40)}.{rng.randint(0, 9)} percent"
        if draw < 0.8:
            return f"${rng.randint(1, 90)}.{rng.randint(1, 9)} {rng.choice(('million', 'billion'))}"
        return rng.choice(
            ("two", "three", "four", "five", "six", "nearly a dozen", "hundreds of", "thousands of", "several")
        )

    def when(self) -> str:
        """Return a time expression."""
        rng = self.rng
        draw = rng.random()
        if draw < 0.4:
            return f"on {self.cast.day}"
        if draw < 0.6:
            return f"in {rng.choice(MONTHS)}"
        if draw < 0.75:
            return f"on {rng.choice(MONTHS)} {rng.randint(1, 28)}"
        return rng.choice(
            ("last year", "last month", "this week", "last week", f"in {rng.randint(1990, 2024)}", "overnight")
        )

    def clause(self) -> str:
        """Return one clause, lower case, without a final stop."""
        parts = [part if part.__class__ is str else part() for part in self.rng.choice(self._clauses)]  # type: ignore[operator]
        return " ".join(parts).replace(" ,", ",")

    def sentence(self) -> str:
        """Return one sentence of 8 to some 35 words."""
        rng = self.rng
        draw = rng.random()
        if draw < 0.06:
            return self.fill(rng.choice(_FORMS["stock"]))
        if draw < 0.28:
            return self.quote()
        text = self.clause()
        if rng.random() < 0.45:
            text += rng.choice(_FORMS["joins"]) + self.clause()
        opening = rng.choice(_FORMS["openings"])
        if opening:
            text = self.fill(opening) + text
        if draw > 0.88:
            text += f", {rng.choice(self.cast.surnames)} said"
        return self.finish(text)

    def quote(self) -> str:
        """Return a quoted sentence with its speaker."""
        rng = self.rng
        cast = self.cast
        said = self.fill(rng.choice(_FORMS["says"]))
        draw = rng.random()
        if draw < 0.3:
            who = f"{rng.choice(cast.people)}, {rng.choice(cast.posts)} of {rng.choice(cast.orgs)}"
        else:
            who = rng.choice(cast.surnames)
        words = self.finish(self.clause())[:-1]
        if draw > 0.7:
            return f"“{words},” {who} {said}. “{self.finish(self.clause())}”"
        return f"“{words},” {who} {said}."

    def fill(self, form: str) -> str:
        """Fill a stock phrase's slots from the cast."""
        if "{" not in form:
            return form
        cast, rng = self.cast, self.rng
        return form.format(
            n=rng.choice(cast.nouns), O=rng.choice(cast.orgs), H=rng.choice(cast.posts),
            Y=rng.choice(cast.surnames), X=rng.choice(cast.people), L=rng.choice(cast.places), day=cast.day,
        )  # fmt: skip

    def finish(self, text: str) -> str:
        """Capitalise, set a full stop, and choose between a and an."""
        text = _INDEFINITE.sub(lambda m: m[1] + ("n " if m[2] in "aeiou" else " "), text)
        return text[0].upper() + text[1:] + "."

    def headline(self) -> str:
        """Return a headline about the current cast."""
        rng, cast = self.rng, self.cast
        form = rng.randrange(6)
        noun, place = rng.choice(cast.nouns), rng.choice(cast.places)
        if form == 0:
            words = f"{place} {noun} {self.past()} {self.adjective()} {self.plural()} as {self.noun()} {self.past()}"
        elif form == 1:
            words = (
                f"{rng.choice(cast.surnames)} {self.past()} {noun} after {self.adjective()} {self.noun()} in {place}"
            )
        elif form == 2:
            words = f"{rng.choice(cast.orgs)} to {self.verb()} {self.adjective()} {noun}, {self.plural()} say"
        elif form == 3:
            words = f"What to know about the {place} {noun} and its {self.adjective()} {self.plural()}"
        elif form == 4:
            words = f"{self.quantity()} {self.plural()} {self.past()} in {place} {noun}, officials say"
        else:
            words = f"{self.adjective()} {noun} {self.past()} {self.plural()}: {rng.choice(cast.posts)}"
        return words[0].upper() + words[1:]

    def paragraphs(self, sentences: int) -> list[list[str]]:
        """Return `sentences` sentences in paragraphs of one to four."""
        found: list[list[str]] = []
        left = sentences
        while left > 0:
            size = min(left, self.rng.choice((1, 1, 2, 2, 3, 4)))
            found.append([self.sentence() for _ in range(size)])
            left -= size
        return found

    def _noun(self) -> str:
        return self.rng.choice(self.cast.nouns) if self.rng.random() < 0.45 else self.noun()
