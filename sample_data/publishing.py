"""Copies of the sample's stories, and the articles and pages that sites make of them."""

from __future__ import annotations

import html
import json
import random
import tomllib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from writing import HERE, SPACELESS, Story, Writer

if TYPE_CHECKING:
    from datetime import datetime

SITES: dict[str, Any] = tomllib.loads((HERE / "sites.toml").read_text("utf-8"))
WAYS = {
    "whole": 30,
    "retitled": 16,
    "cut": 14,
    "edited": 10,
    "extended": 7,
    "dateline": 6,
    "framed": 3,
    "stub": 5,
    "update": 5,
}


@dataclass(slots=True)
class Site:
    """A site with its fixed furniture."""

    name: str
    domain: str
    file: str
    layout: str = "modern"
    language: str = "en"
    network: str = ""
    wire: str = ""
    is_flat: bool = False
    is_aggregator: bool = False
    furniture: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Article:
    """One copy at one web address."""

    url: str
    site: Site
    story: Story
    copy: str
    kind: str
    title: str
    paragraphs: list[list[str]]
    published_at: datetime
    is_origin: bool
    cut: str = ""
    is_credited: bool = True
    source_url: str = ""
    """Address of the origin, where the page admits to it."""
    teasers: list[str] = field(default_factory=list)


def sites() -> list[Site]:
    """Return the sites; those of one network share all furniture but their name."""
    found = []
    for entry in SITES["site"]:
        site = Site(**entry)
        rng = random.Random(site.network or site.domain)
        for part, wordings in SITES["furniture"][site.language].items():
            site.furniture[part] = (
                rng.choice(wordings).replace("{name}", site.name).replace("{town}", site.name.split()[-1])
            )
        found.append(site)
    return found


def change(way: str, article: Article, writer: Writer, topic: str) -> Article:
    """Return the article as changed by one of `WAYS`."""
    rng, story = writer.rng, article.story
    article = replace(article, copy=way)
    sentences = [sentence for paragraph in story.paragraphs for sentence in paragraph]
    if way == "retitled":
        return replace(
            article,
            title=rng.choice((story.title.upper(), f"{story.title} | {article.site.name}", f"Report: {story.title}")),
        )
    if way == "cut":
        kept = max(2, int(len(sentences) * rng.uniform(0.3, 0.6)))
        return replace(
            article, paragraphs=[[sentence] for sentence in sentences[:kept]], cut=article.site.furniture["cut"]
        )
    if way == "stub":
        return replace(
            article, kind="stub", paragraphs=[sentences[: rng.choice((1, 2))]], cut=article.site.furniture["more"]
        )
    if story.language != "en":
        return replace(article, copy="whole")
    if way == "edited":
        return replace(
            article, paragraphs=[[_edit(rng, sentence) for sentence in paragraph] for paragraph in story.paragraphs]
        )
    if way == "extended":
        return replace(article, paragraphs=[*story.paragraphs, writer.sentences(topic, 3), writer.sentences(topic, 2)])
    if way == "framed":
        intro = [
            f"Editor's note: {article.site.name} publishes this report as part of an exchange among regional newsrooms."
        ]
        around = writer.sentences(topic, 9)
        return replace(
            article, paragraphs=[intro, around[:3], *story.paragraphs, around[3:6], around[6:]], is_credited=False
        )
    if way == "update":
        top = writer.sentences(topic, 4)
        return replace(article, title=f"UPDATE: {story.title}", paragraphs=[top[:2], top[2:], *story.paragraphs[1:]])
    if way == "dateline":
        place = writer.cast()["PLACE"]
        first = [f"{place} — {story.paragraphs[0][0]}", *story.paragraphs[0][1:]]
        return replace(article, paragraphs=[first, *story.paragraphs[1:]], is_credited=False)
    return article


def _edit(rng: random.Random, sentence: str) -> str:
    for old, new in SITES["edits"].items():
        if rng.random() < 0.6:
            sentence = sentence.replace(f" {old} ", f" {new} ")
    return sentence


def body(article: Article) -> list[str]:
    """Return the paragraphs as strings, dateline first."""
    joint = "" if article.story.language in SPACELESS else " "
    paragraphs = [joint.join(paragraph) for paragraph in article.paragraphs]
    if paragraphs and article.is_credited and article.kind != "stub":
        paragraphs[0] = article.story.dateline + paragraphs[0]
    return paragraphs


def _byline(article: Article) -> str:
    return article.story.byline if article.is_credited else ""


def _trailer(article: Article) -> str:
    return article.story.trailer if article.is_credited and article.copy not in ("cut", "stub") else ""


def text(article: Article) -> str:
    """Return the article as a text crawl has it: the site's furniture around the paragraphs."""
    furniture = article.site.furniture
    paragraphs = body(article)
    if article.kind in ("interstitial", "empty"):
        return "\n".join(paragraphs)
    if len(paragraphs) > 4 and article.teasers:
        paragraphs.insert(3, furniture["middle"].replace("{teaser}", article.teasers[0]))
    lines = [
        furniture["nav"],
        furniture["share"],
        article.title,
        _byline(article),
        *paragraphs,
        article.cut,
        _trailer(article),
        furniture["newsletter"],
        furniture["related"],
        *article.teasers,
        furniture["footer"],
        furniture["rights"],
    ]
    return (" " if article.site.is_flat else "\n").join(line for line in lines if line)


def page(article: Article) -> str:
    """Return the article as a web page."""
    furniture, site = article.site.furniture, article.site
    wrap = {"classic": "div", "station": "div", "plain": "section"}.get(site.layout, "article")
    paragraphs = [f"<p>{html.escape(paragraph, quote=False)}</p>" for paragraph in body(article)]
    if len(paragraphs) > 4 and article.teasers:
        aside = furniture["middle"].replace("{teaser}", article.teasers[0])
        paragraphs.insert(3, f'<div class="inline-promo">{html.escape(aside)}</div>')
    links = "".join(f'<li><a href="/{i}">{html.escape(teaser)}</a></li>' for i, teaser in enumerate(article.teasers))
    nav = "".join(f'<li><a href="/{i}">{html.escape(word)}</a></li>' for i, word in enumerate(furniture["nav"].split()))
    shares = "".join(f'<a href="#">{html.escape(word)}</a> ' for word in furniture["share"].split())
    direction = ' dir="rtl"' if article.story.language == "ar" else ""
    extra = "".join(f'<p class="note">{html.escape(note)}</p>\n' for note in (article.cut, _trailer(article)) if note)
    return f"""<!DOCTYPE html>
<html lang="{article.story.language}"{direction}>
<head>
<meta charset="utf-8">
<title>{html.escape(article.title)} - {html.escape(site.name)}</title>
{_head(article)}<script>window.dataLayer = window.dataLayer || [];</script>
<style>body {{ font-family: serif }} .share a {{ color: #036 }}</style>
</head>
<body class="{site.layout}">
<header><a href="/">{html.escape(site.name)}</a><nav><ul>{nav}</ul></nav></header>
<main>
<h1>{html.escape(article.title)}</h1>
<div class="byline">{html.escape(_byline(article))} <time>{article.published_at:%Y-%m-%d %H:%M}</time></div>
<div class="share share-bar">{shares}</div>
<{wrap} class="story-body">
{chr(10).join(paragraphs)}
{extra}</{wrap}>
<section class="newsletter"><p>{html.escape(furniture["newsletter"])}</p>
<form><input type="email"><button>OK</button></form></section>
<aside class="related"><h3>{html.escape(furniture["related"])}</h3><ul>{links}</ul></aside>
</main>
<footer><p>{html.escape(furniture["footer"])}</p><p>{html.escape(furniture["rights"])}</p></footer>
</body>
</html>
"""


def _head(article: Article) -> str:
    """Return the meta elements a layout writes: JSON-LD, Open Graph, both or neither."""
    stamp = f"{article.published_at:%Y-%m-%dT%H:%M:%S}Z"
    parts = [f'<link rel="canonical" href="{article.source_url or article.url}">']
    if article.site.layout in ("modern", "amp"):
        author = article.story.byline.removeprefix("By ") or article.site.name
        data = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": article.title,
            "datePublished": stamp,
            "author": {"@type": "Person", "name": author},
            "publisher": {"@type": "Organization", "name": article.site.name},
        }
        parts.append(f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>')
    if article.site.layout in ("modern", "classic", "station"):
        parts.append(f'<meta property="og:title" content="{html.escape(article.title)}">')
        parts.append(f'<meta property="og:site_name" content="{html.escape(article.site.name)}">')
        parts.append(f'<meta property="article:published_time" content="{stamp}">')
    return "".join(part + "\n" for part in parts)
