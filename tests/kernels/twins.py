"""The kernels once more, slowly, in plain Python on sets, dicts and unicodedata."""

from __future__ import annotations

import re
import unicodedata

from dedup.clean.normalize import ALONE, EXTEND, IGNORE, WORD, class_of, fold_text

MASK = 2**64 - 1
SEED = 0xCBF29CE484222325
PRIME = 0x9E3779B97F4A7C15
BROKEN = re.compile(r"&[0-9A-Za-z#]{1,8};|\u00e2\u20ac[\s\S]?")
"""HTML entities, and quotes and dashes read as Windows-1252."""


def mix(h: int) -> int:
    h ^= h >> 33
    h = h * 0xFF51AFD7ED558CCD & MASK
    h ^= h >> 33
    h = h * 0xC4CEB9FE1A85EC53 & MASK
    return h ^ h >> 33


def words_of(text: str) -> list[str]:
    """Return the folded words of a text; Hangul syllables as their letters."""
    words: list[str] = []
    word, is_alone = "", False

    def close() -> None:
        nonlocal word, is_alone
        if word:
            words.append(word)
        word, is_alone = "", False

    for character in BROKEN.sub(" ", text):
        # Unassigned code points have no meaning yet that a table could fold.
        folded = fold_text(character) if unicodedata.category(character) != "Cn" else " "
        for c in folded:
            kind = class_of(ord(c))
            if kind == IGNORE:
                continue
            if kind == ALONE or (kind == WORD and is_alone):
                close()
            if kind in (WORD, ALONE, EXTEND):
                word += c
                is_alone = is_alone or kind == ALONE
            else:
                close()
    close()
    return words


def hash_word(word: str) -> int:
    h = SEED
    for c in word:
        h = (h ^ ord(c)) * PRIME & MASK
    return h


def hash_narrow(word: str) -> int:
    return hash_word(word) >> 33


def hash_run(words: list[int]) -> int:
    h = SEED
    for word in words:
        h = (h ^ word) * PRIME & MASK
        h ^= h >> 29
    return mix(h)


def shingles_of(text: str, length: int = 5) -> list[int]:
    """Return the distinct 32-bit shingle hashes of a text in order, none of them 0."""
    words = [hash_narrow(word) for word in words_of(text)]
    if len(words) <= length:
        return [hash_run(words) >> 32] if words else []
    out = []
    for i in range(len(words) - length + 1):
        h = words[i] * PRIME & MASK
        for word in words[i + 1 : i + length]:
            h = (h ^ word) * PRIME & MASK
            h ^= h >> 29
        out.append(mix(h) >> 32)
    return [value for value in dict.fromkeys(out) if value]


def parts_of(count: int, edges: list[tuple[int, int]]) -> list[int]:
    """Return the smallest member of each node's connected part, by walking."""
    near: dict[int, set[int]] = {i: set() for i in range(count)}
    for a, b in edges:
        near[a].add(b)
        near[b].add(a)
    out = [-1] * count
    for i in range(count):
        waiting = [i] if out[i] < 0 else []
        while waiting:
            node = waiting.pop()
            if out[node] < 0:
                out[node] = i
                waiting.extend(near[node])
    return out
