"""A chunk of a crawl: complete stories with all their copies, placed on the crawl's sites."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.corpus import copies, specials, templates
from benchmarks.corpus.agencies import AGENCIES
from benchmarks.corpus.credits import add_page_fields, credited, is_aggregator, is_carrier, names_agency, sign
from benchmarks.corpus.prose import Prose
from benchmarks.corpus.rows import Placement, Plan, Row, article_row, truth_row
from benchmarks.corpus.sites import LANGUAGES, Site, language_of, site
from benchmarks.corpus.stories import Desk, Story, release, thread, write

if TYPE_CHECKING:
    from benchmarks.corpus.boxes import Teaser

HARD_MIX = {
    "ordinary": 740,
    "foreign": 30,
    "follow-up": 40,
    "rival": 14,
    "template": 70,
    "interstitial": 55,
    "digest": 28,
    "thread": 8,
    "release": 8,
    "chain": 18,
    "same-site": 9,
    "live-blog": 7,
    "empty": 5,
}
EASY_MIX = {"ordinary": 960, "follow-up": 40}
LANGUAGE_MIX = {"ordinary": 860, "follow-up": 40, "interstitial": 60, "chain": 18, "same-site": 9}
"""What the next story is, of 1,000 or so."""


@cache
def _popularity(
    sites: int, seed: int, is_hard: bool
) -> dict[str, tuple[list[int], np.ndarray[tuple[int], np.dtype[np.float64]]]]:
    """Return by language the ids of its sites and their cumulative share of the articles."""
    weights = np.random.default_rng([seed, sites]).lognormal(0.0, 1.3 if is_hard else 0.6, sites)
    by_language: dict[str, list[int]] = {}
    for site_id in range(sites):
        by_language.setdefault(language_of(site_id, is_hard), []).append(site_id)
    return {language: (ids, np.cumsum(weights[ids]) / weights[ids].sum()) for language, ids in by_language.items()}


class Chunk:
    """Makes `count` articles of a crawl, numbered `index` among the chunks."""

    def __init__(self, plan: Plan, index: int, count: int) -> None:
        self.plan = plan
        self.index = index
        self.count = count
        self.rng = random.Random(f"chunk-{plan.seed}-{plan.sites}-{plan.is_hard}-{index}{plan.language}")
        self.language = plan.language or "en"
        self.desk = Desk(self.rng, Prose(self.rng), plan.is_hard, f"s{index:04d}")
        self.stories: list[Story] = []
        self.placements: list[Placement] = []
        self._popularity = _popularity(plan.sites, plan.seed, plan.is_hard)
        self._languages = [language for language in LANGUAGES if language in self._popularity]

    def make(self) -> tuple[list[Row], list[Row]]:
        """Return the article rows and the truth rows, in the same order."""
        mix = LANGUAGE_MIX if self.plan.language else HARD_MIX if self.plan.is_hard else EASY_MIX
        while len(self.placements) < self.count:
            self._add(self.rng.choices(list(mix), list(mix.values()))[0])
        del self.placements[self.count :]
        self.rng.shuffle(self.placements)
        present = {placement.story.story_id for placement in self.placements if placement.is_origin}
        teasers = self._teasers()
        rows = [
            article_row(self.desk, f"{self.index}{number:05d}", placement, teasers[placement.site.site_id])
            for number, placement in enumerate(self.placements)
        ]
        add_page_fields(rows, self.placements, self.plan.seed)
        named = {
            placement.story.story_id
            for row, placement in zip(rows, self.placements, strict=True)
            if placement.story.agency and names_agency(row, placement.story.agency, placement.site)
        }
        truths = [
            truth_row(row, placement, present, named) for row, placement in zip(rows, self.placements, strict=True)
        ]
        return rows, truths

    def _add(self, what: str) -> None:
        match what:
            case "follow-up" if self._latest():
                before = self.rng.choice(self._latest())
                self._spread(write(self.desk, self.language, before))
            case "rival" if self.stories:
                self._rivals()
            case "foreign" if self._languages:
                self._spread(write(self.desk, self.rng.choice(self._languages)))
            case "template":
                self._spread(templates.write(self.desk))
            case "digest" if len(self._latest()) > 20:
                self._spread(specials.digest(self.desk, self.rng.sample(self._latest(), 20), self._sites("en", 1)[0]))
            case "thread" | "release":
                for story in thread(self.desk) if what == "thread" else release(self.desk):
                    self._spread(story)
            case "interstitial":
                is_foreign = not self.plan.language and self._languages and self.rng.random() < 0.08
                language = self.rng.choice(self._languages) if is_foreign else self.language
                place = self._sites(language, 1)[0]
                self._place(specials.interstitial(self.desk, place), "interstitial", place)
            case "empty":
                self._place(specials.empty(self.desk), "empty", self._sites("en", 1)[0])
            case "chain":
                self._chain()
            case "same-site":
                self._same_site()
            case "live-blog":
                self._live_blog()
            case _:
                self._spread(write(self.desk, self.language))

    def _latest(self) -> list[Story]:
        """Return the latest stories in the crawl's own language."""
        return [story for story in self.stories[-400:] if story.language == self.language]

    def _sites(self, language: str, count: int) -> list[Site]:
        """Draw up to `count` different sites of a language, popular ones more often."""
        ids, chances = self._popularity[language]
        found: dict[int, None] = {}
        for _ in range(count * 4):
            at = int(np.searchsorted(chances, self.rng.random()))
            found.setdefault(ids[min(at, len(ids) - 1)])
            if len(found) == count:
                break
        return [site(self.plan.seed, site_id, self.plan.is_hard) for site_id in found]

    def _source(self, story: Story, publisher: Site) -> Site:
        """Return the site a story comes from: its agency's own, or else the publisher."""
        if story.agency is None:
            return publisher
        return site(self.plan.seed, -AGENCIES.index(story.agency) - 1, self.plan.is_hard)

    def _absent(self, story: Story) -> Site:
        """Return a publisher whose site the crawl does not hold."""
        number = self.plan.sites + random.Random(story.story_id).randrange(1_000_000)
        return site(self.plan.seed, number, self.plan.is_hard)

    def _spread(self, story: Story) -> None:
        """Place a story and its copies, with or without its origin in the crawl."""
        rng = self.rng
        language = story.language
        # A story is rarely a carrier's own where somebody else has it too.
        places = sorted(
            self._sites(language, story.copies), key=lambda place: is_carrier(self.plan.seed, place.site_id)
        )
        origin_chance = 0.5 if story.agency else 0.88 if story.copies > 1 else 1.0
        has_origin = rng.random() < origin_chance
        if has_origin:
            places[0] = self._source(story, places[0])
        if story.agency is None:
            sign(story, places[0] if has_origin else self._absent(story), self.plan.seed)
        label = {"digest": "digest", "template": "template"}.get(story.kind, "origin")
        if has_origin:
            self._place(story, label, places.pop(0), is_origin=True)
        for place in places:
            way = copies.draw(rng, self.plan.is_hard)
            delay = timedelta(minutes=int(rng.lognormvariate(4.8, 1.8)))
            if is_aggregator(self.plan.seed, place.site_id):
                delay = timedelta(seconds=delay // timedelta(minutes=1) % 60)
            self._place(story, way, place, delay=delay)
        if story.kind == "article":
            self.stories.append(story)

    def _place(
        self, story: Story, way: str, place: Site, *, is_origin: bool = False, delay: timedelta = timedelta()
    ) -> None:
        if way in ("origin", "digest", "template", "interstitial", "empty"):
            copy = copies.Copy(way, story.kind, story.title, story.paragraphs)
        else:
            copy = copies.make(way, story, place, self.desk)
            if story.publisher is not None and story.publisher.site_id != place.site_id:
                copy = credited(copy, story, place, story.publisher, self.plan.seed)
            delay += timedelta(hours=2) if copy.copy == "update" else timedelta()
        self.placements.append(Placement(story, copy, place, story.published_at + delay, is_origin))

    def _rivals(self) -> None:
        """Place two reports of one event, often under one headline and with one quote in common: two stories."""
        first = write(self.desk)
        self._spread(first)
        second = write(self.desk, "en", first, is_rival=True)
        if self.rng.random() < 0.4:
            second = replace(second, title=first.title)
        second.published_at = first.published_at + timedelta(minutes=self.rng.randint(-200, 600))
        self._spread(second)

    def _chain(self) -> None:
        """Place a story with one to six later versions, each growing from the one before, on one site or several."""
        rng = self.rng
        story = write(self.desk, self.language)
        self.stories.append(story)
        versions = rng.choice((1, 1, 2, 2, 3, 3, 4, 6))
        places = self._sites(self.language, versions + 1)
        is_hourly = rng.random() < 0.5
        if story.agency is None:
            sign(story, places[0], self.plan.seed)
        self._place(story, "origin", self._source(story, places[0]), is_origin=True)
        for i in range(versions):
            place = places[0] if is_hourly else places[min(i + 1, len(places) - 1)]
            copy = copies.make("update", story, place, self.desk)
            story = replace(
                story,
                paragraphs=copy.paragraphs,
                title=copy.title,
                published_at=story.published_at + timedelta(minutes=rng.randint(40, 300)),
            )
            self.placements.append(Placement(story, copy, place, story.published_at, is_origin=False))

    def _same_site(self) -> None:
        """Place one story five times or so on one site, and on a few others."""
        rng = self.rng
        story = write(self.desk, self.language)
        self.stories.append(story)
        place, *others = self._sites(self.language, rng.randint(1, 4))
        if story.agency is None:
            sign(story, place, self.plan.seed)
        self._place(story, "origin", self._source(story, place), is_origin=True)
        for other in [place] * rng.randint(3, 6) + others:
            way = rng.choice(("whole", "whole", "retitled", "edited", "cut"))
            self._place(story, way, other, delay=timedelta(minutes=rng.randint(1, 2000)))

    def _live_blog(self) -> None:
        place = self._sites("en", 1)[0]
        for i, state in enumerate(specials.live_blog(self.desk)):
            copy = copies.Copy("update" if i else "origin", "article", state.title, state.paragraphs)
            self.placements.append(Placement(state, copy, place, state.published_at, is_origin=i == 0))

    def _teasers(self) -> dict[int, list[Teaser]]:
        """Choose for each site the headlines, with openings, that its boxes rotate."""
        pools: dict[str, list[Teaser]] = {}
        for story in self.stories:
            pools.setdefault(story.language, []).append((story.title, story.paragraphs[0]))
        languages = {placement.site.site_id: placement.site.language for placement in self.placements}
        found = {}
        for site_id, language in languages.items():
            pool = pools.get(language, [])
            found[site_id] = self.rng.sample(pool, min(len(pool), 20))
        return found
