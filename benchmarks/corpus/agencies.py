"""News agencies: their sites, and how a copy shows where it came from."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.corpus.words import wordings


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency's plain name, own domain, language and credit wordings."""

    name: str
    domain: str
    language: str
    share: int
    datelines: tuple[str, ...]
    bylines: tuple[str, ...]
    trailers: tuple[str, ...]
    marks: tuple[str, ...]
    """Words that name the agency."""
    authors: tuple[str, ...]
    """How author fields call it, beside its plain name."""


def _agencies() -> tuple[Agency, ...]:
    found = []
    for entry in wordings("agencies")["agency"]:
        wording = [tuple(entry[part]) for part in ("datelines", "bylines", "trailers", "marks", "authors")]
        found.append(Agency(entry["name"], entry["domain"], entry["language"], entry["share"], *wording))
    return tuple(found)


AGENCIES = _agencies()
MENTIONS: list[str] = wordings("agencies")["mentions"]["forms"]
"""Sentences that name an agency in a story of the publisher's own."""
