"""Furniture markers ("Read more:", "All rights reserved"): where one stands in the words of a text."""

from __future__ import annotations

import numpy as np

from dedup.kernels import jit
from dedup.kernels.tokens import PRIME, SEED, mix

MARKER_WORDS = 12
"""The longest marker, in words (characters where the script has no spaces)."""


@jit
def opening_bit(word):
    """Return where a word stands in the bitmap of openings: its place and its bit."""
    key = mix(word)
    return np.int64((key >> np.uint64(6)) & np.uint64(63)), np.uint64(1) << (key & np.uint64(63))


@jit
def may_open(word, openings):
    """Tell whether a marker that may begin a piece may start with `word`; `openings` uint64[64] is their bitmap."""
    place, bit = opening_bit(word)
    return openings[place] & bit != 0


@jit
def find_marker(words, first, last, markers):
    """Look for markers that start with `words[first]` and end before `last`.

    Returns how many words the longest one has that may begin a piece, and how many the longest of any kind; 0 for none.
    `markers` is the hash table that `split_sentences` is given.
    """
    h = SEED
    mask = np.uint64(markers.size - 1)
    one = np.uint64(1)
    opening = longest = 0
    for w in range(first, min(last, first + MARKER_WORDS)):
        h = (h ^ words[w]) * PRIME
        h ^= h >> np.uint64(29)
        key = mix(h) & ~one
        slot = key >> one & mask
        while markers[slot] != 0 and markers[slot] & ~one != key:
            slot = (slot + one) & mask
        if markers[slot] != 0:
            longest = w + 1 - first
            if markers[slot] & one:
                opening = longest
    return opening, longest
