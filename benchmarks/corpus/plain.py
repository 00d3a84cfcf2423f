"""Furniture that no list of phrases knows: a site's own menus, mottos, notices and the heads of its boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.corpus.prose import Prose
from benchmarks.corpus.words import vocabulary

if TYPE_CHECKING:
    import random

SHARE = 0.3
"""How many of a hard crawl's sites in English have such furniture and no other."""


def frame(rng: random.Random) -> dict[str, list[str]]:
    """Return the parts of a site's frame, as `sites` names them, in words drawn for this site alone."""
    prose = Prose(rng)
    notices = [" ".join(prose.paragraphs(rng.randint(1, 3))[0]) for _ in range(rng.randint(1, 3))]
    menu = [_words(rng, 1) for _ in range(rng.randint(4, 12))]
    head = [" ".join(menu)] if rng.random() < 0.5 else menu
    above, below = (rng.sample(notices, 1), notices[1:]) if rng.random() < 0.3 else ([], notices)
    return {
        "head": [_words(rng, 4), *head, *above],
        "tail": [*below, _words(rng, 3), f"{{town}} {{name}} {_words(rng, 2)}"],
        "middle": [_words(rng, 2), "{headline}", f"{_words(rng, 1)}: {{headline}}"] if rng.random() < 0.5 else [],
        "changing_head": [f"{_words(rng, 1)} {{n}} {_words(rng, 1)} {{date}}"] if rng.random() < 0.4 else [],
        "changing_tail": [f"{{person}} {_words(rng, 2)} {{n}}"] if rng.random() < 0.4 else [],
        "related": [rng.choice(("", _words(rng, 2), _words(rng, 3).upper()))],
        "cut": [rng.choice(("", _words(rng, 4), prose.sentence()))],
        "more": [rng.choice(("", _words(rng, 2), "»", "..."))],
    }


def _words(rng: random.Random, count: int) -> str:
    """Return a few words in capitals, as menus and heads of boxes have them."""
    words = vocabulary()
    kinds = ("adjective",) * (count - 1) + ("plural",)
    return " ".join(str(rng.choice(words[kind][:3000])).capitalize() for kind in kinds)
