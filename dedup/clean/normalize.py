"""What makes two spellings one: the folding table that tokenising reads, code point by code point.

Owns the table (`fold.npz`, made by `build_fold`) and nothing else; the kernels walk it. Folding is NFKD, then Unicode
case folding, then NFKD (UAX 15; Unicode Standard 3.13, D146), which equals comparing NFKC-casefolded texts, with
accents (U+0300 to U+036F), Arabic vowel marks, tatweel, Hebrew points, soft hyphens and other zero-width characters
left out.
The table is a file so that ids and hashes do not change with the Unicode version of the Python that runs.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

SEPARATOR, WORD, ALONE, EXTEND, IGNORE, EXPAND, HANGUL = range(7)
"""Classes of a code point: between words; part of a word; a word by itself (scripts without spaces); part of the word
before it (vowel signs); nothing; several code points (see `Fold.pool`); a Hangul syllable, folded by arithmetic."""

UPPER, DIGIT = 8, 16
"""Flags of an entry: an upper-case letter; a decimal digit."""

PAYLOAD_SHIFT = 8
_ALONE_BLOCKS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x19E0, 0x19FF),
    (0x2E80, 0x2FDF),  # CJK radicals
    (0x3005, 0x3007),
    (0x3040, 0x30FF),  # kana
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xA9E0, 0xA9FF),
    (0xAA60, 0xAA7F),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
_IGNORED_BLOCKS = (
    (0x0300, 0x036F),
    (0x0591, 0x05C7),
    (0x0610, 0x061A),
    (0x0640, 0x0640),
    (0x064B, 0x0652),
    (0x0670, 0x0670),
    (0xFE00, 0xFE0F),
    (0xE0100, 0xE01EF),
)


class Fold(NamedTuple):
    """The folding table, two-level by code point.

    `pages` uint8[0x1100]: block of each 256 code points; `entries` int32[blocks, 256]: class and flags in the low byte,
    above it the signed distance to the folded code point or, for EXPAND, start * 32 + length in `pool`; `pool`
    int32[p]: folded code points, each with its class as an entry of its own (payload: the code point itself);
    `ascii` uint8[128]: the folded byte, 0 for a separator.
    """

    pages: npt.NDArray[np.uint8]
    entries: npt.NDArray[np.int32]
    pool: npt.NDArray[np.int32]
    ascii: npt.NDArray[np.uint8]


def _is_in(point: int, blocks: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= point <= high for low, high in blocks)


def class_of(point: int) -> int:
    """Return the class of a folded code point, EXPAND and HANGUL aside."""
    category = unicodedata.category(chr(point))
    if _is_in(point, _IGNORED_BLOCKS) or category == "Cf":
        return IGNORE
    if category in {"Mn", "Mc", "Me"}:
        return EXTEND
    if category[0] in "LN":
        return ALONE if _is_in(point, _ALONE_BLOCKS) and category != "Nd" else WORD
    return SEPARATOR


def fold_text(text: str) -> str:
    """Return the folded code points of `text`, the slow way that the table must agree with."""
    once = unicodedata.normalize("NFKD", text).casefold()
    return unicodedata.normalize("NFKD", once)


def _entry(point: int, pool: list[int]) -> int:
    character = chr(point)
    if 0xD800 <= point <= 0xDFFF or unicodedata.category(character) == "Cn":
        return SEPARATOR
    flags = (UPPER if character.isupper() else 0) | (DIGIT if character.isdecimal() else 0)
    if 0xAC00 <= point <= 0xD7A3:
        return HANGUL
    own = class_of(point)
    folded = [ord(c) for c in fold_text(character)]
    if own == IGNORE and folded == [point]:  # unlike U+0345, a mark that folds to a letter
        return IGNORE
    kept = [p for p in folded if class_of(p) != IGNORE]
    if not kept:
        return IGNORE if folded else SEPARATOR
    if len(kept) == 1:
        return class_of(kept[0]) | flags | ((kept[0] - point) << PAYLOAD_SHIFT)
    start = len(pool)
    pool.extend(class_of(p) | (p << PAYLOAD_SHIFT) for p in kept)
    return EXPAND | flags | ((start * 32 + len(kept)) << PAYLOAD_SHIFT)


def build_fold() -> Fold:
    """Build the table from this Python's Unicode data; `fold.npz` holds the one that is used."""
    pool: list[int] = []
    flat = np.fromiter((_entry(p, pool) for p in range(0x110000)), np.int32, 0x110000).reshape(0x1100, 256)
    entries, pages = np.unique(flat, axis=0, return_inverse=True)
    table = np.zeros(128, np.uint8)
    for point in range(128):
        entry = int(flat[0, point])
        if entry & 7 == WORD:
            table[point] = point + (entry >> PAYLOAD_SHIFT)
    return Fold(pages.ravel().astype(np.uint8), np.ascontiguousarray(entries), np.array(pool, np.int32), table)


@cache
def fold() -> Fold:
    """Return the packaged table."""
    with resources.files("dedup.clean").joinpath("fold.npz").open("rb") as file, np.load(file) as stored:
        return Fold(stored["pages"], stored["entries"], stored["pool"], stored["ascii"])
