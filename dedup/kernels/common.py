"""How many of a text's words are common in which language."""

from __future__ import annotations

import numpy as np

from dedup.kernels import jit
from dedup.kernels.tokens import mix, tokenize


@jit
def _slot(word, keys):
    """Return where a word hash stands in the table, or the empty slot where it would."""
    wrap = np.uint64(keys.size - 1)
    slot = mix(word) & wrap
    while keys[slot] != 0 and keys[slot] != word:
        slot = (slot + np.uint64(1)) & wrap
    return slot


@jit
def add_common(word, own, common, keys, masks):
    """Enter a word hash into the table `keys` uint64[2^k], 0 is empty, with the languages it is `own` to or `common` in.

    `masks` uint32[2^k]: bit l is set where the word is common in language l < 16, bit l + 16 where its neighbours lack it.
    """
    slot = _slot(word, keys)
    keys[slot] = word
    masks[slot] |= np.uint32(own) << np.uint32(16) | np.uint32(common)


@jit
def count_common(data, offsets, fold, keys, masks, common, own, totals):
    """Count the words of each text by language: `common` and `own` int32[n, languages], all of them `totals` int32[n]."""
    longest = 0
    for i in range(offsets.size - 1):
        longest = max(longest, offsets[i + 1] - offsets[i])
    words = np.empty(2 * longest + 2, np.uint64)
    ends = np.empty(words.size, np.int32)
    common[:] = 0
    own[:] = 0
    for i in range(offsets.size - 1):
        # Slices, for `ends` holds 32 bits and a column may be longer.
        text = data[offsets[i] : offsets[i + 1]]
        totals[i] = tokenize(text, np.int64(0), text.size, fold, words, ends)
        for w in range(totals[i]):
            slot = _slot(words[w], keys)
            if keys[slot] == 0:
                continue
            mask = np.int64(masks[slot])
            for language in range(common.shape[1]):
                common[i, language] += mask >> language & 1
                own[i, language] += mask >> (16 + language) & 1
