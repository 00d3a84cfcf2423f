"""Boxes of teasers for other stories, beside an article and within it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

    from benchmarks.corpus.sites import Site

EASY_FORMS = ("{h}", "{h}", "{h} {o}", "{h} - {k} hours ago", "• {h}", "{h}\n{o}")
HARD_FORMS = (*EASY_FORMS, "{h}\n{s}", "{h}\n{p}", "{s}", "{k}. {h}", "{h} {s}", "{d} {h}\n{o}")
"""How a teaser is printed: h headline, o opening cut short, s opening sentence, p opening paragraph, k, d numbers."""

Teaser = tuple[str, list[str]]
"""A headline and the sentences of the first paragraph under it."""


def box(rng: random.Random, site: Site, teasers: list[Teaser], least: int = 8, most: int = 12) -> list[str]:
    """Return the lines of a box that shows `least` to `most` of `teasers`."""
    if not teasers:
        return []
    form = HARD_FORMS[site.teaser_form]
    count = rng.randint(least, most)
    # Boxes with whole sentences are smaller.
    shown = rng.sample(teasers, min(len(teasers), (count + 1) // 2 if "{s}" in form or "{p}" in form else count))
    lines = [site.related] if site.related else []
    for headline, opening in shown:
        o = _ellipsis(opening[0], rng)
        fill = {"h": headline, "o": o, "k": rng.randint(1, 23), "d": f"{rng.randint(1, 12)}/{rng.randint(1, 28)}"}
        lines.extend(form.format(**fill, s=opening[0], p=" ".join(opening)).split("\n"))
    return lines


def put_inside(rng: random.Random, site: Site, body: list[str], teasers: list[Teaser]) -> None:
    """Set a small box of teasers, in place, between two paragraphs of a story."""
    at = rng.randrange(1, len(body))
    body[at:at] = box(rng, site, teasers, 1, 4)


def _ellipsis(opening: str, rng: random.Random) -> str:
    if " " not in opening[:40]:
        return opening[:40] + "…"
    return " ".join(opening.split(" ")[: rng.randint(8, 18)]) + rng.choice(("...", "…", " ..."))
