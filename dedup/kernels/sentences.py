"""Words → sentences: where a text is cut, what each piece hashes to, and what it looks like."""

from __future__ import annotations

import numpy as np

from dedup.kernels import jit
from dedup.kernels.gaps import (
    GAP_ELLIPSIS,
    GAP_LINE,
    GAP_STOP,
    GAP_WIDE,
    GAP_WIDE_STOP,
    LONG_WORDS,
    ends_here,
    is_capital,
    scan_gap,
    wrap_width,
)
from dedup.kernels.markers import find_marker, may_open
from dedup.kernels.tokens import PRIME, SEED, decode, entry_of, hash_words, mix, narrow_words, tokenize

LINE_START, LINE_END, TERMINATED, ELLIPSIS, DIGITS, MARKER, MARKER_LINE, CUT = (1 << bit for bit in range(8))
"""What a sentence looks like: it begins or ends its line; it ends with a full stop or its like, or with an ellipsis; it
has digits; it begins with, or is, a furniture marker; it was cut by length, not by punctuation."""

MASKED_WORDS = 12
"""A piece of at most this many words is hashed with its numbers masked, so that dates and counts in furniture do not
hide that it repeats."""

TITLE_WORDS = 4
"""A shorter headline may stand anywhere in a text."""

_MASK = np.uint64(0xA5A5A5A5A5A5A5A5)


@jit
def split_sentences(  # noqa: C901 - one pass over the words, its state in locals
    data, low, high, n, title, fold, markers, openings, words, ends, numbers, hashes, starts, counts, flags, room
):
    """Cut `data[low:high]` into sentences; return how many, or -1 where `room` is too little.

    Parameters
    ----------
    n, words, ends : its words, as `tokenize` wrote them; numbers : uint8[n], scratch
    title : uint64, the words of the headline
    markers : uint64[2^k], a hash table by linear probing (0 is empty) of the run hashes of furniture markers; the
        lowest bit of a key says whether the marker may begin a piece (1) or must be all of a line (0)
    openings : uint64[64], a bitmap of the first words of the markers that may begin a piece
    hashes : uint64, out: hash of the folded words, numbers masked in pieces of at most MASKED_WORDS words
    starts : uint32, out: first byte of the sentence relative to `low`; it ends where the next begins
    counts, flags : uint16, out: words (at most 65,535), and what it looks like
    """
    # Typed, here and at every call with a constant: numba makes machine code of its own for each literal.
    out = np.int64(0)
    first = np.int64(0)
    part_end = 0
    begin = low
    look = LINE_START
    width = wrap_width(data, low, high)
    at, _, seen = scan_gap(data, low, low, high, fold, width)
    for t in range(n):
        b = data[at]
        is_alone = False
        if b < 128:
            is_upper = 65 <= b <= 90
            is_digit = 48 <= b <= 57
        else:
            point, _ = decode(data, at, high)
            entry = entry_of(point, fold)
            is_alone = entry & 7 == 2
            is_upper = entry & 8 != 0
            is_digit = entry & 16 != 0
        numbers[t] = is_digit
        if is_digit:
            look |= DIGITS
        behind = np.int64(ends[t])
        if part_end <= t:
            if title.size >= TITLE_WORDS and words[t] == title[0] and _is_run(words, t, n, title):
                part_end = t + title.size
            elif is_upper and t > first and may_open(words[t], openings):
                opening, _ = find_marker(words, t, n, markers)
                # One word alone parts nothing: it stands in prose too.
                part_end = t + opening if opening >= 2 else t
            if part_end > t > first:
                # The headline or a marker in a flattened page parts what stands before it from what follows.
                if out >= room:
                    return -1
                out = _put(words, numbers, first, t, begin, look, markers, low, hashes, starts, counts, flags, out)
                first = t
                begin = at
                look = DIGITS if is_digit else 0
        is_part_end = t + 1 == part_end
        # Nine gaps in ten are one space between two ASCII words: no end, nothing to see.
        if behind + 1 < high and data[behind] == 32 and not (is_alone or is_part_end) and t + 1 - first < LONG_WORDS:
            following = data[behind + 1]
            if following < 128 and fold.ascii[following] != 0:
                at = behind + 1
                continue
        # In scripts without spaces the next word begins where this one ends.
        if is_alone and behind < high and data[behind] >= 0xE0 and t + 1 - first < LONG_WORDS and not is_part_end:
            following_point, _ = decode(data, behind, high)
            if entry_of(following_point, fold) & 7 == 2:
                at = behind
                continue
        word_bytes = ends[t] - at
        at, cut, seen = scan_gap(data, behind, low, high, fold, width)
        is_next_upper = is_next_capital = True
        if at < high:
            is_next_upper = data[at] < 97 or data[at] > 122
            is_next_capital = is_capital(data, at, high, fold)
        so_far = t + 1 - first
        if seen & GAP_WIDE and is_next_upper and not width:
            # Flattened pages keep a trace of their lines: more than one space between two blocks.
            seen |= GAP_LINE
        is_end, is_cut = ends_here(
            seen, word_bytes, so_far, is_next_upper, is_next_capital, is_alone, words[t], t + 1 == n
        )
        if not (is_end or (is_part_end and is_next_upper)):
            continue
        is_cut = is_cut and is_end
        if out >= room:
            return -1
        if seen & GAP_ELLIPSIS:
            look |= ELLIPSIS
        elif seen & (GAP_STOP | GAP_WIDE_STOP) and not is_cut:
            look |= TERMINATED
        if is_cut:
            look |= CUT
        if seen & GAP_LINE or t + 1 == n:
            look |= LINE_END
        out = _put(
            words, numbers, first, t + 1, begin, look, markers, low, hashes, starts, counts, flags, out,
        )  # fmt: skip
        first = t + 1
        begin = cut
        look = LINE_START if seen & GAP_LINE else 0
    return out


@jit
def _put(
    words, numbers, first, last, begin, look, markers, low, hashes, starts, counts, flags, out,
):  # fmt: skip
    """Write the piece `words[first:last]`; return the next index."""
    opening, longest = find_marker(words, first, last, markers)
    if opening:
        look |= MARKER
    if longest == last - first:
        look |= MARKER_LINE
    hashes[out] = _hash_masked(words, numbers, first, last, look)
    starts[out] = begin - low
    counts[out] = min(last - first, 65535)
    flags[out] = look
    return out + 1


@jit
def _hash_masked(words, numbers, first, last, look):
    """Return the hash of a piece: exact, or with every word that begins with a digit masked where it is short."""
    if last - first > MASKED_WORDS or not look & DIGITS:
        return hash_words(words, first, last)
    h = SEED
    for w in range(first, last):
        h = (h ^ (_MASK if numbers[w] else words[w])) * PRIME
        h ^= h >> np.uint64(29)
    return mix(h)


@jit
def hash_articles(data, offsets, fold, out):
    """Write the hash of each text of `data, offsets` taken as one piece, numbers masked where short; 0 for no words."""
    longest = 0
    for a in range(offsets.size - 1):
        longest = max(longest, offsets[a + 1] - offsets[a])
    words = np.empty(2 * longest + 2, np.uint64)
    ends = np.empty(2 * longest + 2, np.int32)
    numbers = np.empty(2 * longest + 2, np.uint8)
    for a in range(offsets.size - 1):
        text = data[offsets[a] : offsets[a + 1]]
        n = tokenize(text, np.int64(0), text.size, fold, words, ends)
        at = np.int64(0)
        for w in range(n):
            at, _, _ = scan_gap(text, at, np.int64(0), text.size, fold, np.int64(0))
            point, _ = decode(text, at, text.size)
            numbers[w] = entry_of(point, fold) & 16 != 0
            at = np.int64(ends[w])
        out[a] = _hash_masked(words, numbers, np.int64(0), n, np.int64(DIGITS)) if n else np.uint64(0)


@jit
def _is_run(words, t, n, run):
    """Tell whether `run` uint64 stands in `words[:n]` from `t` on."""
    if t + run.size > n:
        return False
    for w in range(1, run.size):  # noqa: SIM110 - a generator costs a kernel more
        if words[t + w] != run[w]:
            return False
    return True


@jit
def split_articles(
    data, offsets, titles, title_offsets, fold, markers, openings, hashes, starts, counts, flags, sentence_offsets,
    words, word_offsets,
):  # fmt: skip
    """Cut every article of `data, offsets`; return how many were done before the outputs were full.

    `titles, title_offsets` are the headlines, as text. `sentence_offsets` int64[n+1] (out) delimits each article's rows
    in the four outputs of `split_sentences`; `word_offsets` int64[n+1] (out) its words in `words` uint32 (out, `narrow_words`).
    """
    longest = 0
    for a in range(offsets.size - 1):
        longest = max(longest, offsets[a + 1] - offsets[a], title_offsets[a + 1] - title_offsets[a])
    title = np.empty(2 * longest + 2, np.uint64)
    own = np.empty(2 * longest + 2, np.uint64)
    ends = np.empty(2 * longest + 2, np.int32)
    numbers = np.empty(2 * longest + 2, np.uint8)
    at = 0
    word_at = 0
    sentence_offsets[0] = 0
    word_offsets[0] = 0
    for a in range(offsets.size - 1):
        # Positions are relative to the article, so that they fit 32 bits whatever the batch holds.
        text = data[offsets[a] : offsets[a + 1]]
        n_title = tokenize(titles, title_offsets[a], title_offsets[a + 1], fold, title, ends)
        n_words = tokenize(text, np.int64(0), text.size, fold, own, ends)
        if word_at + n_words > words.size:
            return a
        n = split_sentences(
            text, np.int64(0), text.size, n_words, title[:n_title], fold, markers, openings, own, ends, numbers,
            hashes[at:], starts[at:], counts[at:], flags[at:], hashes.size - at,
        )  # fmt: skip
        if n < 0:
            return a
        narrow_words(own, ends, n_words, text, words[word_at:])
        at += n
        word_at += n_words
        sentence_offsets[a + 1] = at
        word_offsets[a + 1] = word_at
    return offsets.size - 1
