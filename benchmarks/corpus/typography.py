"""Typographic variants of one text: quotes, dashes, spaces, soft hyphens, entities, capitals."""

from __future__ import annotations

import re

_STRAIGHT = str.maketrans({"“": '"', "”": '"', "’": "'", "‘": "'"})
_ENTITIES = {"&": "&amp;", "“": "&ldquo;", "”": "&rdquo;", "’": "&#8217;", '"': "&quot;", "—": "&mdash;"}
_NUMBER_SPACE = re.compile(r"(?<=\d) (?=[a-z])")
_LONG_WORD = re.compile(r"\b([a-z]{6})([a-z]{4,})\b")


def apply(text: str, habits: tuple[str, ...]) -> str:
    """Write `text` with a site's typographic habits."""
    for habit in habits:
        text = _apply_one(text, habit)
    return text


def _apply_one(text: str, habit: str) -> str:
    match habit:
        case "straight":
            return text.translate(_STRAIGHT)
        case "entities":
            for character, entity in _ENTITIES.items():
                text = text.replace(character, entity)
            return text
        case "guillemets":
            return text.replace("“", "«").replace("”", "»")
        case "hyphens":
            return text.replace(" — ", " -- ")
        case "nbsp":
            return _NUMBER_SPACE.sub("\u00a0", text)
        case "soft":
            return _LONG_WORD.sub("\\1\u00ad\\2", text)
        case "dots":
            return text.replace("...", "…").replace("U.S.", "US").replace("percent", "per cent")
        case "caps":
            lines = text.split("\n", 1)
            return "\n".join([lines[0].upper(), *lines[1:]])
        case "spaces":
            return text.replace(". ", ".  ")
        case "mojibake":
            return text.replace("“", "â€œ").replace("”", "â€\x9d").replace("’", "â€™").replace("—", "â€”")
        case "zero":
            return text.replace(", ", ",\u200b ")
    return text
