"""JSON-LD of a page → what it says of its article. Tolerates lists, @graph and JSON that is not quite JSON."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_SCRIPTS = 50
MAX_NODES = 2_000

_NAMED = ("author", "publisher", "sourceOrganization", "copyrightHolder", "provider", "isBasedOn")
_PLAIN = ("headline", "datePublished", "dateModified", "inLanguage", "url")
_ARTICLE = re.compile(r"(Article|Posting|Report|Review|CreativeWork)$")
_WRAPPING = re.compile(r"^\s*(<!--|<!\[CDATA\[|//<!\[CDATA\[)|(-->|\]\]>|//\]\]>|;)\s*$")
_LOOSE = re.compile(r'"(headline|datePublished|dateModified)"\s*:\s*"((?:[^"\\]|\\.){1,400})"')


def find(scripts: Iterable[str | None]) -> dict[str, str]:
    """Return what the page's JSON-LD says of its article, the first statement of a kind winning.

    Parameters
    ----------
    scripts
        Contents of the page's ``application/ld+json`` scripts, in order.

    Returns
    -------
    dict
        Some of headline, datePublished, dateModified, inLanguage, url, author, publisher, sourceOrganization,
        copyrightHolder, provider and isBasedOn; of people and organisations the names, joined by ``; ``.
    """
    found: dict[str, str] = {}
    for _, script in zip(range(MAX_SCRIPTS), scripts, strict=False):
        if script:
            for name, value in _statements(script):
                found.setdefault(name, value)
    return found


def _statements(script: str) -> Iterator[tuple[str, str]]:
    data = _decode(script)
    if data is None:
        yield from _LOOSE.findall(script)
        return
    for node in _nodes(data):
        kinds = node.get("@type")
        if not any(isinstance(k, str) and _ARTICLE.search(k) for k in (kinds if isinstance(kinds, list) else [kinds])):
            continue
        for name in _PLAIN:
            if isinstance(value := node.get(name), str) and value:
                yield name, value
        for name in _NAMED:
            if value := "; ".join(_names(node.get(name))):
                yield name, value


def _decode(script: str) -> Any:
    try:
        return msgspec.json.decode(script.encode())
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        pass
    try:
        # Line breaks inside strings and HTML comment marks around the whole are common.
        return json.loads(_WRAPPING.sub("", script), strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of a document, outermost first, without recursion."""
    waiting = [data]
    for count, node in enumerate(waiting):
        if count >= MAX_NODES:
            return
        if isinstance(node, list):
            waiting.extend(node[:MAX_NODES])
        elif isinstance(node, dict):
            yield node
            waiting.extend(node[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in node)


def _names(value: Any) -> Iterator[str]:
    for entry in (value if isinstance(value, list) else [value])[:10]:
        if isinstance(entry, dict):
            entry = entry.get("name") or entry.get("url") or entry.get("@id")
            if isinstance(entry, list):
                entry = entry[0] if entry else None
        if isinstance(entry, str) and entry.strip():
            yield entry.strip()
