"""A small crawl for the tests of the command line: two stories on several sites, one alone, furniture around them."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

FURNITURE = "Sign up for our newsletter today\nAll rights reserved by the owners of this page"
WORDS = ["harbor", "bridge", "council", "river", "engineer", "budget", "storm", "ferry", "museum", "valley", "signal"]


def sentence(topic: str, number: int) -> str:
    """Return a sentence that no other topic has."""
    digest = hashlib.sha256(f"{topic} {number}".encode()).digest()
    words = [WORDS[byte % len(WORDS)] + topic[:3] + str(byte) for byte in digest[:11]]
    return f"The {' '.join(words)} was seen."


def text(topic: str, count: int = 12) -> str:
    """Return an article's text with furniture below it."""
    return " ".join(sentence(topic, number) for number in range(count)) + f"\n{FURNITURE}"


def rows() -> list[dict[str, Any]]:
    """Return the articles as a crawl delivers them."""
    out = []
    for topic in ("alpha", "bravo"):
        for number, site in enumerate(("north.example", "south.example", "west.example")):
            out.append(
                {
                    "id": f"{topic}-{number}",
                    "url": f"https://{site}/{topic}",
                    "site": site,
                    "title": f"All about {topic}",
                    "text": text(topic, 12 - 2 * number),
                    "published_at": f"2025-05-0{number + 1}T08:00:00Z",
                }
            )
    hostile = "Alone \x1b[31m[bold]red[/bold]\n‮日本語のとても長い見出し"
    alone = {"id": "alone", "url": "https://east.example/x", "site": "east.example", "title": hostile}
    return [*out, alone | {"text": text("charlie"), "published_at": None}]


def write(path: Path) -> Path:
    """Write the crawl as JSONL and return its path."""
    path.write_text("\n".join(json.dumps(row) for row in rows()), "utf-8")
    return path


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file and link of a result, but the lock, with its content."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
        if not path.is_symlink() and path.name != "lock"
    } | {"current": str((folder / "current").readlink()).encode()}
