"""An article as its site prints it: the copy within the site's furniture."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from benchmarks.corpus import typography
from benchmarks.corpus.boxes import Teaser, box, put_inside
from benchmarks.corpus.stories import Story, spoken_date
from benchmarks.corpus.words import FIRST, MONTHS

if TYPE_CHECKING:
    import random
    from datetime import datetime

    from benchmarks.corpus.copies import Copy
    from benchmarks.corpus.sites import Site

_NO_SPACES = ("zh", "ja", "th")


def lay_out(
    rng: random.Random,
    site: Site,
    story: Story,
    copy: Copy,
    when: datetime,
    teasers: list[Teaser],
    voices: list[str],
) -> str:
    """Return the text a crawler would extract from the copy's web address.

    `teasers` are headlines with the first paragraphs of their stories, `voices` the comments of readers.
    """
    joint = "" if story.language in _NO_SPACES else " "
    body = [joint.join(paragraph) for paragraph in copy.paragraphs]
    if copy.is_credited and copy.kind != "stub" and body:
        body[0] = story.dateline + body[0]
    if site.middle and len(body) > 3 and rng.random() < 0.8:
        for at in sorted(rng.sample(range(2, len(body)), rng.randint(1, min(2, len(body) - 2))), reverse=True):
            body.insert(at, _slots(rng, site, rng.choice(site.middle), when, teasers))
    if "inside" in site.habits and len(body) > 3 and teasers:
        put_inside(rng, site, body, teasers)
    _add_habits(site, body, story)
    above = [*site.head, *(_slots(rng, site, line, when, teasers) for line in site.changing_head)]
    if site.is_titled:
        above.append(copy.title)
    if copy.above:
        above.append(copy.above)
    if copy.is_credited and story.byline and rng.random() < 0.7:
        above.append(story.byline)
    if rng.random() < 0.3:
        above.append(f"{MONTHS[when.month - 1][:3]} {when.day}, {when.year} {when.hour % 12 or 12}:{when.minute:02d}")
    below = [copy.after] if copy.after else []
    if copy.is_credited and story.trailer and copy.copy not in ("cut", "truncated", "stub") and rng.random() < 0.7:
        below.append(story.trailer)
    if copy.credit:
        below.append(copy.credit)
    below.extend(_slots(rng, site, line, when, teasers) for line in site.changing_tail)
    below.extend(voices)
    teased = box(rng, site, teasers)
    lines = [*above, *teased, *body, *below] if site.is_teaser_first else [*above, *body, *below, *teased]
    text = site.separator.join(line for line in (*lines, *site.tail) if line)
    if site.wrap and story.language == "en":
        text = "\n".join(textwrap.fill(line, site.wrap) for line in text.split("\n"))
    text = typography.apply(text, site.typography)
    return " ".join(text.split("\n")) if site.is_flat else text


def _add_habits(site: Site, body: list[str], story: Story) -> None:
    """Repeat the first sentence above the text, or the first sentences as key points, where the site does so."""
    if story.kind != "article" or len(story.paragraphs) < 3:
        return
    if "standfirst" in site.habits:
        body.insert(0, story.paragraphs[0][0])
    elif "points" in site.habits:
        body[:0] = ["Key points", *(f"• {paragraph[0]}" for paragraph in story.paragraphs[:3])]


def _slots(rng: random.Random, site: Site, line: str, when: datetime, teasers: list[Teaser]) -> str:
    """Fill the changing part of a furniture line."""
    if "{" not in line:
        return line
    headline = rng.choice(teasers)[0] if teasers else site.name
    beat = ("politics", "business", "education", "courts", "sports", "health", "housing", "transport")
    return line.format(
        headline=headline,
        caption=headline,
        name=site.name,
        town=site.town,
        domain=site.domain,
        date=f"{spoken_date(when)}, {when.year}",
        person=f"{rng.choice(FIRST)} {site.town}man",
        n=rng.randint(2, 99),
        m=rng.randint(1, 60),
        a=rng.randint(2, 9),
        hour=rng.randint(1, 12),
        mm=f"{rng.randint(0, 59):02d}",
        sky=site.sky(rng),
        beat=rng.choice(beat),
        beat2=rng.choice(beat),
    )
