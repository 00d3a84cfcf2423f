"""Words → shingles → signatures: sets of 32-bit shingle hashes, and MinHash over them."""

from __future__ import annotations

import numpy as np

from dedup.kernels import jit
from dedup.kernels.overlap import table_size
from dedup.kernels.tokens import PRIME, hash_words, mix, narrow_words, tokenize


@jit
def premix(shingle):
    """Return datasketch's affine32 pre-mix (MurmurHash3's 32-bit finaliser) of a shingle uint32."""
    h = np.uint32(shingle ^ np.uint32(shingle >> np.uint32(16)))
    h = np.uint32(h * np.uint32(0x85EBCA6B))
    h = np.uint32(h ^ np.uint32(h >> np.uint32(13)))
    h = np.uint32(h * np.uint32(0xC2B2AE35))
    return np.uint32(h ^ np.uint32(h >> np.uint32(16)))


@jit
def shingle_words(words, n, length, out):
    """Write the hashes (uint32) of all runs of `length` words, return how many; a shorter text is one, an empty one none."""
    if n == 0:
        return 0
    if n <= length:
        out[0] = hash_words(words, np.int64(0), n) >> np.uint64(32)
        return 1
    for i in range(n - length + 1):
        h = words[i] * PRIME  # without it, two equal words would leave nothing of themselves
        for j in range(1, length):
            h = (h ^ words[i + j]) * PRIME
            h ^= h >> np.uint64(29)
        out[i] = mix(h) >> np.uint64(32)
    return n - length + 1


@jit
def keep_first(values, n, table):
    """Drop repeats from `values[:n]` in place, first ones kept in order; `table` is scratch, a power of two > n long.

    0 marks an empty slot; a value of 0 (a shingle in 2^32) is left out.
    """
    size = table_size(n)
    mask = np.uint64(size - 1)
    table[:size] = 0
    k = 0
    for i in range(n):
        value = values[i]
        slot = value & mask
        while table[slot] != 0 and table[slot] != value:
            slot = (slot + np.uint64(1)) & mask
        if table[slot] == 0 and value != 0:
            table[slot] = value
            values[k] = value
            k += 1
    return k


@jit
def sign_shingles(shingles, n, a, b, mixed, out):
    """Write the MinHash signature of `shingles[:n]` to `out` uint32[p]; `a`, `b` uint32[p] are affine32's parameters.

    Eight shingles a pass over the permutations keeps the minima in registers' reach; every product is cast back to 32
    bits, since numba promotes uint32 * uint32 to 64 bits, which does not vectorise. `mixed` is scratch uint32[n + 8].
    """
    for i in range(n):
        mixed[i] = premix(shingles[i])
    for i in range(n, n + 8):
        mixed[i] = mixed[n - 1] if n else 0
    for p in range(out.size):
        out[p] = 0xFFFFFFFF
    for i in range(0, n, 8):
        h0, h1, h2, h3 = mixed[i], mixed[i + 1], mixed[i + 2], mixed[i + 3]
        h4, h5, h6, h7 = mixed[i + 4], mixed[i + 5], mixed[i + 6], mixed[i + 7]
        for p in range(out.size):
            x, y = a[p], b[p]
            low = min(np.uint32(np.uint32(x * h0) + y), np.uint32(np.uint32(x * h1) + y))
            low = min(low, min(np.uint32(np.uint32(x * h2) + y), np.uint32(np.uint32(x * h3) + y)))
            low = min(low, min(np.uint32(np.uint32(x * h4) + y), np.uint32(np.uint32(x * h5) + y)))
            low = min(low, min(np.uint32(np.uint32(x * h6) + y), np.uint32(np.uint32(x * h7) + y)))
            out[p] = min(out[p], low)


@jit
def sign_words(
    words, word_offsets, places, sentence_offsets, counts, is_kept, length, least_words, a, b, at,
    shingles, shingle_bounds, sentences, sentence_bounds, facts, fact_bounds, signatures, contents, words_kept,
):  # fmt: skip
    """Sign the kept sentences of n articles by the hashes of their words.

    Parameters
    ----------
    words, word_offsets : uint32[w], int64[m+1], as `read_words` wrote them
    places : int64[n], where each article is among the m
    sentence_offsets, counts : int64[n+1] and the words of each sentence, as `split_articles` wrote them
    is_kept : bool, one a sentence
    length : words a shingle
    least_words : a sentence shorter than this is no witness of a copy and gets no hash
    a, b : uint32[p], affine32 parameters
    at : where in `shingles` to begin
    shingles, shingle_bounds : uint32[≥ at + words], int64[n, 2], out: each article's distinct shingles, and where they lie
    sentences, sentence_bounds : uint64[≥ sentences], int64[n, 2], out: its distinct exact sentence hashes
    facts, fact_bounds : uint64[≥ words], int64[n, 2], out: its distinct numbers, each hashed with the word before it
    signatures : uint32[n, p], out
    contents : uint64[n], out: hash of the kept words in order, 0 where there are none
    words_kept : int64[n], out
    """
    longest = 0
    for i in range(places.size):
        longest = max(longest, word_offsets[places[i] + 1] - word_offsets[places[i]])
    kept = np.empty(longest + 2, np.uint64)
    table = np.empty(4 * longest + 64, np.uint64)
    mixed = np.empty(longest + 16, np.uint32)
    sentence_at = 0
    fact_at = 0
    for i in range(places.size):
        here, stop = word_offsets[places[i]], word_offsets[places[i] + 1]
        n = np.int64(0)
        own = sentence_at
        own_facts = fact_at
        for s in range(sentence_offsets[i], sentence_offsets[i + 1]):
            end = min(here + np.int64(counts[s]), stop)
            if is_kept[s]:
                begin = n
                for w in range(here, end):
                    kept[n] = words[w] >> np.uint32(1)
                    if words[w] & np.uint32(1):
                        facts[fact_at] = mix(kept[n] ^ mix(kept[n - 1] if n else np.uint64(0)))
                        fact_at += 1
                    n += 1
                if end - here >= least_words:
                    sentences[sentence_at] = hash_words(kept, begin, n)
                    sentence_at += 1
            here = end
        sentence_at = own + keep_first(sentences[own:], sentence_at - own, table)
        fact_at = own_facts + keep_first(facts[own_facts:], fact_at - own_facts, table)
        contents[i] = hash_words(kept, np.int64(0), n) if n else np.uint64(0)
        found = shingle_words(kept, n, length, shingles[at:])
        found = keep_first(shingles[at:], found, table)
        sign_shingles(shingles[at:], found, a, b, mixed, signatures[i])
        shingle_bounds[i] = at, at + found
        sentence_bounds[i] = own, sentence_at
        fact_bounds[i] = own_facts, fact_at
        at += found
        words_kept[i] = n


@jit
def read_words(data, offsets, sentence_offsets, starts, fold, words, word_ends):
    """Hash the words of every article of `data, offsets`, from its first sentence on.

    Parameters
    ----------
    sentence_offsets, starts : the articles' sentences, as `split_articles` wrote them
    words : uint32[≥ words], out, `narrow_words`
    word_ends : int64[n], out: where each article's words end

    Returns
    -------
    Articles done: fewer than n where `words` is too short.
    """
    longest = 0
    for i in range(offsets.size - 1):
        longest = max(longest, offsets[i + 1] - offsets[i])
    own = np.empty(2 * longest + 2, np.uint64)
    ends = np.empty(2 * longest + 2, np.int32)
    at = 0
    for i in range(offsets.size - 1):
        found = 0
        text = data[offsets[i] : offsets[i + 1]]
        if sentence_offsets[i] < sentence_offsets[i + 1]:
            found = tokenize(text, np.int64(starts[sentence_offsets[i]]), text.size, fold, own, ends)
        if at + found > words.size:
            return i
        narrow_words(own, ends, found, text, words[at:])
        at += found
        word_ends[i] = at
    return offsets.size - 1
