"""Make the sample crawl and its truth again: ``python sample_data/make.py [--to FOLDER]``.

Everything is invented and fixed: the same code gives the same crawl. `truth.tsv` says of every readable article which
story it belongs to, what kind it is, how it was copied, whether it is the origin, and from which agency the story came.
"""

from __future__ import annotations

import argparse
import random
import re
from datetime import timedelta
from pathlib import Path

from archives import own_id, write_jsonl, write_parquet, write_warc
from publishing import SITES, WAYS, Article, Site, change, sites
from writing import HERE, MATERIAL, Story, Writer

SIZES = [1] * 64 + [2] * 28 + [3] * 18 + [5] * 13 + [8] * 7 + [13] * 4 + [19, 21, 26]
"""On how many sites each ordinary story appears."""

COLUMNS = ("article_id", "story_id", "kind", "copy", "is_origin", "agency", "language")


class Crawl:
    """Stories placed on sites, in the order they were written."""

    def __init__(self) -> None:
        self.rng = random.Random("sample crawl")
        self.writer = Writer(self.rng)
        self.sites = sites()
        self.articles: list[Article] = []

    def add(
        self, story: Story, site: Site, copy: str, delay: int = 0, *, is_origin: bool = False, topic: str = ""
    ) -> Article:
        """Place a copy of the story `delay` minutes after its first publication."""
        when = story.published_at + timedelta(minutes=delay)
        article = Article("", site, story, copy, story.kind, story.title, story.paragraphs, when, is_origin)
        if copy in WAYS:
            article = change(copy, article, self.writer, topic)
        article.url = self._url(article)
        self.articles.append(article)
        return article

    def spread(self, story: Story, size: int, topic: str) -> None:
        """Place a story on `size` sites, its origin among them or not."""
        rng = self.rng
        able = [
            site for site in self.sites if site.language == story.language and not site.is_aggregator and not site.wire
        ]
        places = rng.sample(able, min(size, len(able)))
        if story.agency == "Selden Wire":
            places[0] = next(site for site in self.sites if site.wire)
        is_present = story.agency in (None, "Selden Wire")
        for number, site in enumerate(places):
            if number == 0 and is_present:
                self.add(story, site, "origin", is_origin=True)
                continue
            way = rng.choices(list(WAYS), list(WAYS.values()))[0]
            self.add(story, site, way, int(rng.lognormvariate(5.0, 1.3)) + 3, topic=topic)

    def add_stories(self) -> None:
        """Write the ordinary stories and those in other languages."""
        topics, agencies = list(MATERIAL["topics"]), SITES["agencies"]
        for number, size in enumerate(SIZES):
            topic = topics[number % len(topics)]
            is_wire = self.rng.random() < (0.1 if size == 1 else 0.6)
            agency = self.rng.choices(agencies["names"], agencies["weights"])[0] if is_wire else None
            self.spread(self.writer.story(topic, agency), size, topic)
        for language in ("de", "ja", "ar"):
            for number, size in enumerate((3, 2, 1)):
                self.spread(self.writer.foreign(language, number), size, "")

    def add_versions(self) -> None:
        """Let a few sites run one story several times, or update it by the hour."""
        able = [site for site in self.sites if site.language == "en" and not site.is_aggregator and not site.wire]
        for number in range(6):
            topic = self.rng.choice(list(MATERIAL["topics"]))
            story, site = self.writer.story(topic, None), self.rng.choice(able)
            self.add(story, site, "origin", is_origin=True)
            for version in range(4):
                self.add(story, site, "update" if number % 2 else "whole", 60 * (version + 1), topic=topic)

    def add_forms(self) -> None:
        """Write market and weather reports: one site a form, every day other facts, some republished."""
        able = [site for site in self.sites if site.language == "en" and not site.is_aggregator]
        for form in ("market", "weather"):
            for number, site in enumerate(self.rng.sample(able, 3) * 5):
                story = self.writer.filled_form(form)
                story.published_at = story.published_at.replace(hour=17, minute=30, second=0)
                self.add(story, site, "template", is_origin=True)
                if number % 5 == 0:
                    self.add(story, self.rng.choice([other for other in able if other is not site]), "whole", 35)

    def add_digests(self) -> None:
        """Write the aggregators' round-ups: the first sentences of several stories."""
        stories = list(
            {
                article.story.story_id: article.story for article in self.articles if article.story.kind == "article"
            }.values()
        )
        stories = [story for story in stories if story.language == "en"]
        for number in range(14):
            chosen = self.rng.sample(stories, self.rng.randint(5, 9))
            paragraphs = [["Good morning. Here is what the region is talking about today."]]
            for story in chosen:
                paragraphs.append([story.title])
                paragraphs.append([s for paragraph in story.paragraphs for s in paragraph][: self.rng.randint(1, 3)])
            title = self.rng.choice(
                ("Morning briefing: {0}", "The day in five minutes: {0}", "Evening round-up", "News in brief")
            )
            digest = self.writer.other("digest", title.format(chosen[0].title), paragraphs)
            digest.published_at = max(story.published_at for story in chosen) + timedelta(hours=3)
            site = [site for site in self.sites if site.is_aggregator][number % 2]
            self.add(digest, site, "digest", is_origin=True)

    def add_walls(self) -> None:
        """Add consent walls, robot checks, missing pages and articles without text."""
        able = [site for site in self.sites if site.language == "en" and not site.is_aggregator]
        for number in range(20):
            site = self.rng.choice(able)
            form = SITES["walls"]["forms"][number % 4]
            title, *lines = self.writer.fill(
                form.replace("{name}", site.name).replace("{domain}", site.domain), {}
            ).split("\n")
            self.add(self.writer.other("interstitial", title, [[line] for line in lines]), site, "interstitial")
        texts = [site for site in able if site.file.startswith("jsonl")]
        for site in texts[:3]:
            self.add(self.writer.other("empty", "Photo gallery: the week in pictures", []), site, "empty")

    def admit_sources(self) -> None:
        """Let some copies name the origin's address as their canonical one."""
        origins = {article.story.story_id: article for article in self.articles if article.is_origin}
        for article in self.articles:
            origin = origins.get(article.story.story_id)
            if (
                origin
                and origin.site is not article.site
                and article.story.kind == "article"
                and self.rng.random() < 0.25
            ):
                article.source_url = origin.url

    def hang_teasers(self) -> None:
        """Show on every article headlines that its site rotates."""
        for site in self.sites:
            pool = [
                a.title
                for a in self.articles
                if a.story.language == site.language and a.kind == "article" and a.site is not site
            ]
            pool = self.rng.sample(list(dict.fromkeys(pool)), min(14, len(set(pool))))
            for article in self.articles:
                if article.site is site:
                    shown = [title for title in pool if title != article.title]
                    article.teasers = [self._teaser(title) for title in self.rng.sample(shown, min(9, len(shown)))]

    def _teaser(self, title: str) -> str:
        return title if self.rng.random() < 0.7 else f"{title[: max(12, len(title) * 3 // 5)].rstrip()}…"

    def _url(self, article: Article) -> str:
        slug = "-".join(re.findall(r"[a-z0-9]+", article.title.lower())[:7]) or "story"
        number = 10_000 + len(self.articles) * 7
        host = article.site.domain if len(article.site.domain) % 2 else f"www.{article.site.domain}"
        if article.site.layout == "station":
            return f"https://{host}/{article.story.section}/{slug}/{number}"
        if article.site.layout == "plain":
            return f"http://{host}/story.php?id={number}"
        return f"https://{host}/{article.published_at:%Y/%m/%d}/{slug}-{number}"


def make(folder: Path) -> None:
    """Write the crawl's files and the truth into `folder`."""
    crawl = Crawl()
    for step in (
        crawl.add_stories,
        crawl.add_versions,
        crawl.add_forms,
        crawl.add_digests,
        crawl.add_walls,
        crawl.admit_sources,
        crawl.hang_teasers,
    ):
        step()
    out = folder / "crawl"
    out.mkdir(parents=True, exist_ok=True)
    by_file = {
        file: [article for article in crawl.articles if article.site.file == file]
        for file in ("warc-1", "warc-2", "jsonl-1", "jsonl-2", "parquet")
    }
    write_warc(out / "monday.warc.gz", [*by_file["warc-1"], by_file["warc-1"][7]])
    write_warc(out / "tuesday.warc.gz", by_file["warc-2"])
    write_jsonl(out / "feeds.jsonl.gz", by_file["jsonl-1"], is_news_please=False)
    write_jsonl(out / "scraper.jsonl.gz", by_file["jsonl-2"], is_news_please=True)
    write_parquet(out / "partner.parquet", by_file["parquet"])
    lines = ["\t".join(COLUMNS), *sorted(_truth(article) for article in crawl.articles)]
    (folder / "truth.tsv").write_text("\n".join(lines) + "\n", "utf-8")


def _truth(article: Article) -> str:
    story = article.story
    origin = "true" if article.is_origin else "false"
    return "\t".join(
        (own_id(article), story.story_id, article.kind, article.copy, origin, story.agency or "", story.language)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the sample crawl and its truth again.")
    parser.add_argument("--to", type=Path, default=HERE, help="folder to write to (default: this one)")
    make(parser.parse_args().to)


if __name__ == "__main__":
    main()
