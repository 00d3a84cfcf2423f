"""Small labelled crawls: articles with their true stories, each crawl showing one kind of difficulty."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from tests.library.articles import sentence, story
from tests.quality import scores

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.quality.scores import Score

LANGUAGES: dict[str, dict[str, object]] = tomllib.loads((Path(__file__).parent / "languages.toml").read_text("utf-8"))


class Article(NamedTuple):
    site: str
    title: str
    text: str
    truth: str


def score(articles: list[Article], folder: Path) -> tuple[Score, list[tuple[str, str, str]]]:
    """Run the crawl with default settings; return its score, and each wrong pair of titles with what is wrong."""
    from dedup import metrics
    from dedup.config import Settings

    ids = [f"{i:04d}" for i in range(len(articles))]
    frame = pl.DataFrame(
        {
            "id": ids,
            "url": [f"https://{a.site}/{i}" for i, a in zip(ids, articles, strict=True)],
            "site": [a.site for a in articles],
            "title": [a.title for a in articles],
            "text": [a.text for a in articles],
        }
    )
    folder.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(folder / "crawl.parquet")
    result = scores.run([folder / "crawl.parquet"], folder / "out", Settings())
    found = result.table("assignments").select("article_id", "story_id").collect()
    truth = pl.DataFrame({"article_id": ids, "true_story": [a.truth for a in articles]})
    aligned = metrics.align(truth.rename({"true_story": "story_id"}), found)
    wrong = metrics.wrong_pairs(aligned, 1000).rows()
    told = [(error, *(f"{articles[int(i)].site}: {articles[int(i)].title}" for i in pair)) for *pair, error in wrong]
    return scores.of_stories(found, truth), told


def language(name: str) -> list[Article]:
    """A story on four sites in different dress, another report of the event, and a template filled twice."""
    words = LANGUAGES[name]
    joint, menu, more, foot = str(words["joint"]), str(words["menu"]), str(words["more"]), words["foot"]
    body, rival, template, title = words["story"], words["rival"], words["template"], str(words["title"])
    assert isinstance(body, list)
    assert isinstance(rival, list)
    assert isinstance(template, list)
    assert isinstance(foot, list)
    sites = [f"{paper}-{name}.example" for paper in ("herald", "echo", "courier", "globe", "star")]
    feet = [[line.format(site=site) for line in foot] for site in sites]

    def filled(a: int, b: int, c: int) -> list[str]:
        return [line.format(a=a, b=b, c=c) for line in template]

    return [
        Article(sites[0], title, "\n".join([menu, title, *body, *feet[0]]), "story"),
        Article(sites[1], title, " ".join([menu, title, joint.join(body), *feet[1]]), "story"),
        Article(sites[2], title, "\n".join([menu, joint.join(body[:4]), more, *feet[2]]), "story"),
        Article(sites[3], title, "\n".join([joint.join(body[:3]), more, joint.join(body[3:]), *feet[3]]), "story"),
        Article(sites[0], str(words["rival_title"]), "\n".join([menu, *rival, *feet[0]]), "rival"),
        Article(sites[1], str(template[0])[:12], "\n".join([menu, *filled(412, 17, 430), *feet[1]]), "level 1"),
        Article(sites[4], str(template[0])[:12], "\n".join([menu, *filled(298, 34, 301), *feet[4]]), "level 2"),
    ]


def _title(seed: int) -> str:
    return sentence(random.Random(f"title {seed}"), 8)[:-1]


def _copies(seed: int, sites: int = 4) -> list[Article]:
    return [Article(f"s{seed}-{k}.example", _title(seed), "\n".join(story(seed)), f"{seed}") for k in range(sites)]


def digests() -> list[Article]:
    """Round-ups that quote the openings of six stories each are stories of their own, and bridge none."""
    articles = [article for seed in range(6) for article in _copies(seed, 3)]
    for k, start in enumerate((0, 2)):
        parts = [line for seed in range(start, start + 4) for line in (_title(seed), *story(seed)[:2])]
        articles.append(Article(f"digest{k}.example", "What we are reading", "\n".join(parts), f"digest {k}"))
    return articles


def templates() -> list[Article]:
    """A machine's text with other facts is another story; republished with the same facts, the same one."""

    def filled(place: str, a: int) -> str:
        return "\n".join(
            (
                f"Stocks of {place} closed at {a + 412} points on Monday after {a % 9 + 3} days of gains.",
                f"The index of leading shares rose by {a % 7 + 1}.{a % 10} percent to {a * 3 + 208} points.",
                f"Volume was {a * 2 + 91} million shares, against {a + 33} million on Friday.",
                f"Of the {a % 40 + 60} shares traded, {a % 30 + 20} gained and {a % 25 + 11} fell.",
                "Prices are delayed by fifteen minutes and supplied by the exchange.",
            )
        )

    titles = [f"Market report for {place}" for place in ("Arvale", "Borth", "Colm", "Dunes")]
    own = [Article(f"t{k}.example", title, filled(title[18:], 100 + 37 * k), title) for k, title in enumerate(titles)]
    return [*own, *(article._replace(site=f"again-{article.site}") for article in own)]


def interstitials() -> list[Article]:
    """Walls and error pages keep a story each, however alike they are."""
    walls = (
        ("We value your privacy", "We and our partners store and access information on a device. Accept all cookies"),
        ("Just a moment...", "Please enable cookies. Checking your browser before accessing the site."),
        ("Access Denied", "You don't have permission to access this page on this server. Access denied."),
    )
    plain = [
        Article(f"wall{k}.example", title, text, f"wall {w} {k}")
        for w, (title, text) in enumerate(walls)
        for k in range(4)
    ]
    title, text = "This website uses cookies", "This website uses cookies to improve your experience while you read it."
    voices = [
        Article(f"voices{k}.example", title, "\n".join([text, *story(1000 + k, 9)]), f"voices {k}") for k in range(4)
    ]
    return [*plain, *voices]


def quotes() -> list[Article]:
    """Articles that share one press-release quote, or a background paragraph at their end, are different stories."""
    quote = "“" + " ".join(story(900, 2)).replace(".", ",", 1) + "” the company wrote in its statement."
    background = story(901, 2)
    articles = []
    for seed in range(910, 914):
        own = story(seed, 10)
        articles.append(Article(f"q{seed}.example", _title(seed), "\n".join([*own[:2], quote, *own[2:]]), f"{seed}"))
    for seed in range(920, 924):
        own = story(seed, 10)
        articles.append(Article(f"b{seed}.example", _title(seed), "\n".join([*own, *background]), f"{seed}"))
    return articles


def flattened() -> list[Article]:
    """Pages that lost their lines, with menus and teasers run into the text."""
    articles = []
    for seed in range(930, 934):
        teasers = " ".join(
            f"{_title(seed + 50 + k)} {' '.join(story(seed + 50 + k)[0].split()[:9])}..." for k in range(5)
        )
        articles += _copies(seed, 2)
        text = f"Home News Sport {_title(seed)} {' '.join(story(seed))} More from this section {teasers} All rights reserved."
        articles.append(Article(f"flat{seed}.example", _title(seed), text, f"{seed}"))
    return articles


def middles() -> list[Article]:
    """A site's own lines in the middle of every story, some with a count or a date that changes."""
    articles = []
    for seed in range(940, 946):
        body = story(seed)
        inside = ("Advertisement", f"{seed} readers are following this story", "Story continues below the picture")
        text = "\n".join([*body[:3], inside[0], *body[3:6], inside[1], *body[6:9], inside[2], *body[9:]])
        articles.append(
            Article("middle.example", _title(seed), f"Updated on 3 May at {seed % 24}:10\n{text}", f"{seed}")
        )
        articles += _copies(seed, 1)
    return articles


def cut_copies() -> list[Article]:
    """The first third with a notice, stubs of one sentence under the headline, framed copies and later versions."""
    articles = []
    for seed in range(950, 954):
        body = story(seed)
        articles += _copies(seed, 3)
        articles += [
            Article(f"cut{seed}.example", _title(seed), "\n".join([*body[:4], "Subscribe to continue reading"]), f"{seed}"),
            Article(f"stub{seed}.example", f"{_title(seed)} | The Daily", f"{body[0]}\nRead the full article", f"{seed}"),
            Article(
                f"frame{seed}.example", _title(seed + 20), "\n".join([*story(seed + 30, 4), *body, *story(seed + 40, 6)]),
                f"{seed}",
            ),
            Article(f"new{seed}.example", _title(seed), "\n".join([*story(seed + 60, 5), *body[2:]]), f"{seed}"),
        ]  # fmt: skip
    return articles


def short() -> list[Article]:
    """Under forty words, an article is its story's under its headline; empty ones are nobody's."""
    body = sentence(random.Random(7), 22)
    return [
        *(Article(f"short{k}.example", _title(960), body, "short") for k in range(3)),
        *(Article(f"empty{k}.example", _title(961), "", f"empty {k}") for k in range(3)),
        *(Article(f"line{k}.example", _title(962 + k), "Read more on our site.", f"line {k}") for k in range(3)),
    ]


def hub() -> list[Article]:
    """A site that runs one story five times, edited each time, keeps its story; its notices go."""
    notice = "All material on this site belongs to its publisher and may not be passed on to anybody."
    articles = []
    for seed in range(970, 973):
        for k in range(5):
            body = [*story(seed)[: 12 - k], *story(seed + 10 * k + 100, k)]
            articles.append(Article("hub.example", f"{_title(seed)} ({k})", "\n".join([*body, notice]), f"{seed}"))
    return articles + [article for seed in range(974, 979) for article in _copies(seed, 1)]


KINDS: dict[str, Callable[[], list[Article]]] = {
    "digest": digests,
    "template": templates,
    "interstitial": interstitials,
    "quote": quotes,
    "flattened": flattened,
    "middle": middles,
    "cut": cut_copies,
    "short": short,
    "hub": hub,
}
