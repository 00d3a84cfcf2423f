"""Markup → the elements in which a page speaks of itself: meta, link, JSON-LD scripts, title, h1, time, html.

Reads the markup in one pass rather than the parsed tree: lists of elements of that tree take quadratic time to walk.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

MAX_ELEMENTS = 5_000
MAX_ATTRIBUTES = 4_096
MAX_HEADING = 2_000

_ELEMENT = re.compile(
    rf"<!--|<(meta|link|script|style|time|h1|html|title)\b([^>]{{0,{MAX_ATTRIBUTES}}})>", re.IGNORECASE
)
_ATTRIBUTE = re.compile(r"([a-zA-Z][\w:.-]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_TAG = re.compile(r"<[^>]*>")
_RELATIONS = ("canonical", "syndication-source", "original-source")


@dataclass
class Said:
    """What the elements hold, entities resolved, the first statement of a kind winning."""

    metas: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    json_ld: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    marked_time: str | None = None
    language: str | None = None
    title: str = ""


def read(source: str) -> Said:
    """Return what a page says of itself; linear in the page."""
    said = Said()
    at = 0
    unclosed: set[str] = set()

    def skip_to(end: str, start: int) -> int:
        """Return where `end` is found; the start itself where the page has none left, so that it is sought once."""
        found = -1 if end in unclosed else source.find(end, start)
        if found < 0:
            unclosed.add(end)
            return start
        return found

    for _ in range(MAX_ELEMENTS):
        match = _ELEMENT.search(source, at)
        if match is None:
            break
        at = match.end()
        if match[1] is None:
            at = skip_to("-->", at)
            continue
        name = match[1].lower()
        if name in ("script", "style"):
            end = skip_to(f"</{match[1]}", at)
            if name == "script" and "ld+json" in match[2].lower():
                said.json_ld.append(source[at:end])
            at = end
        elif name in ("h1", "title"):
            text = source[at : at + MAX_HEADING].partition(f"</{match[1]}")[0]
            text = unescape(_TAG.sub(" ", text))
            if name == "h1":
                said.headings.append(text)
            else:
                said.title = said.title or text
        elif name != "link" or any(relation in match[2] for relation in _RELATIONS):
            _note(said, name, _attributes(match[2]))
    return said


def _note(said: Said, name: str, attributes: dict[str, str]) -> None:
    if name == "meta":
        kind = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        if kind and (content := attributes.get("content")):
            said.metas.setdefault(kind.strip().lower(), content)
    elif name == "link":
        for relation in attributes.get("rel", "").lower().split():
            if relation in _RELATIONS and (href := attributes.get("href")):
                said.links.setdefault(relation, href)
    elif name == "time":
        if stamp := attributes.get("datetime"):
            said.times.append(stamp)
            if said.marked_time is None and (
                "pubdate" in attributes or "datepublished" in attributes.get("itemprop", "").lower()
            ):
                said.marked_time = stamp
    else:
        said.language = said.language or attributes.get("lang") or attributes.get("xml:lang")


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(text):
        value = double or single or bare
        found.setdefault(name.lower(), unescape(value) if "&" in value else value)
    return found
