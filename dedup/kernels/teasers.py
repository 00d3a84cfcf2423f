"""What furniture looks like where nothing can be learned: markers, headlines, cut openings, lone short lines."""

from __future__ import annotations

import numpy as np

from dedup.kernels import jit
from dedup.kernels.overlap import find_slot, table_size
from dedup.kernels.sentences import CUT, DIGITS, ELLIPSIS, LINE_END, LINE_START, MARKER, MARKER_LINE, TERMINATED

HEADLINE_WORDS = 22
"""A headline or teaser is rarely longer (in words; characters count threefold less where the script has no spaces)."""


OPEN_WORDS = 14
"""The same in a language whose sentences have no mark at their end."""


SENTENCE_WORDS = 8
"""A piece of fewer words is no proof that an article has a text."""


OPENING_SENTENCES = 5
"""A teaser shows no more sentences under its headline; what goes on is the article itself, framed by another."""

OPENING_COPIES = 4
"""Articles under a headline that are looked at."""

OWN_WORDS, OWN_SHARE = 30, 0.4
"""An article of which no stretch between others' headlines has so many words beside their openings, or such a share of
all, is a digest, or has nothing else, and keeps them."""


@jit
def mark_teasers(first, last, counts, flags, scale, is_open, out):
    """Mark the sentences `first..last` of one article that look like furniture; return the words of the sentences left.

    `scale` is the words that count as one (1; 3 in scripts without spaces); `is_open` tells that the language marks no
    sentence's end, so that a line without one is a headline only where it is shorter than most; `out` uint8 gets 1 where
    a sentence looks like furniture, by these rules: a marker begins it, or is all of it; it is a line, of a headline's
    length, that does not end as a sentence does; it breaks off with an ellipsis; it is of a stretch of forty words and
    more in which no sentence ends. Pieces of fewer than SENTENCE_WORDS do not count as left.
    """
    left = 0
    for s in range(first, last):
        look = flags[s]
        is_short = counts[s] <= (OPEN_WORDS if is_open else HEADLINE_WORDS) * scale
        is_line = look & LINE_START and look & LINE_END
        is_marker = look & MARKER_LINE or (look & MARKER and (is_short or not is_line))
        is_headline = is_line and is_short and not look & TERMINATED
        is_stretch = not is_open and (look & CUT or (s > first and flags[s - 1] & CUT and not look & LINE_START))
        out[s] = 1 if is_marker or is_headline or look & ELLIPSIS or is_stretch else 0
        if not out[s] and counts[s] >= SENTENCE_WORDS * scale:
            left += counts[s]
    return left


@jit
def mark_articles(sentence_offsets, counts, flags, scales, is_open, most, out):
    """Mark every article's teasers (`mark_teasers`).

    One that would lose more than `most` of its words, and keep no sentence, loses none: a text without punctuation, a
    list.
    """
    for a in range(sentence_offsets.size - 1):
        first, last = sentence_offsets[a], sentence_offsets[a + 1]
        left = mark_teasers(first, last, counts, flags, scales[a], is_open[a], out)
        total = 0
        marked = 0
        for s in range(first, last):
            total += counts[s]
            marked += counts[s] * out[s]
        if left == 0 and marked > most * total:
            out[first:last] = 0


@jit
def keep_own_lines(sentence_offsets, counts, flags, scales, most_words, teaser, elsewhere, reasons):
    """Take the looks of teasers back where a short article is made of lines: results, tables, lists.

    In an article left with a sentence, but no more than `most_words` words, the pieces whose reason is `teaser` are its
    own between its first and its last sentence, and before the first one up to a marker or to furniture of the site; so
    are those whose reason is `elsewhere` and that have numbers, which every such list has in the same words. `reasons`
    uint8 is changed in place.
    """
    for a in range(sentence_offsets.size - 1):
        first, last = sentence_offsets[a], sentence_offsets[a + 1]
        left = 0
        begin = end = -1
        for s in range(first, last):
            if reasons[s] == 0:
                left += counts[s]
                if begin < 0:
                    begin = s
                end = s
        if begin < 0 or left > most_words * scales[a]:
            continue
        while begin > first and not flags[begin - 1] & (MARKER | MARKER_LINE | CUT):
            if reasons[begin - 1] != teaser and not (reasons[begin - 1] == elsewhere and flags[begin - 1] & DIGITS):
                break
            begin -= 1
        for s in range(begin, end):
            if reasons[s] == teaser or (reasons[s] == elsewhere and flags[s] & DIGITS):
                reasons[s] = 0


@jit
def _count_following(line, last, low, high, hashes):
    """Return how many of the sentences behind `line` stand among `low..high`, up to one more than OPENING_SENTENCES."""
    run = 0
    while line + 1 + run < last and run <= OPENING_SENTENCES:
        s = low
        while s < high and hashes[s] != hashes[line + 1 + run]:
            s += 1
        if s == high:
            break
        run += 1
    return run


@jit
def _mark_openings(lines, firsts, article, order, titles, sentence_offsets, hashes, counts, scale, reason, reasons):
    """Mark what follows those lines of an article that are another's headline; see `mark_headlines`.

    `lines` int64[k], ascending; `firsts` int64[k]: where the articles with that headline begin in `order`.
    """
    first, last = sentence_offsets[article], sentence_offsets[article + 1]
    runs = np.zeros(lines.size, np.int64)
    for k in range(lines.size):
        for j in range(firsts[k], min(firsts[k] + OPENING_COPIES, order.size)):
            if titles[order[j]] != hashes[lines[k]]:
                break
            low, high = sentence_offsets[order[j]], sentence_offsets[order[j] + 1]
            runs[k] = max(runs[k], _count_following(lines[k], last, low, high, hashes))
        if runs[k] > OPENING_SENTENCES:
            runs[k] = 0
    total = 0
    longest = 0
    for k in range(-1, lines.size):
        stretch = 0
        after = first if k < 0 else lines[k] + 1 + runs[k]
        for s in range(first if k < 0 else lines[k] + 1, lines[k + 1] if k + 1 < lines.size else last):
            if reasons[s] == 0 and counts[s] >= SENTENCE_WORDS * scale:
                total += counts[s]
                stretch += counts[s] if s >= after else 0
        longest = max(longest, stretch)
    if longest >= max(OWN_WORDS * scale, OWN_SHARE * total):
        for k in range(lines.size):
            for s in range(lines[k] + 1, lines[k] + 1 + runs[k]):
                if reasons[s] == 0:
                    reasons[s] = reason


@jit
def mark_headlines(
    sentence_offsets, hashes, counts, flags, scales, titles, order, least_words, reason, reasons
):  # fmt: skip
    """Mark the lines that are another article's headline, and what follows one as long as it stands in that article too.

    Nothing that follows is marked where it is more than OPENING_SENTENCES, nor in an article without a stretch of OWN_WORDS
    words and OWN_SHARE of all that are no furniture.

    Parameters
    ----------
    scales : int64[n], the words that count as one
    titles : uint64[n], hash of each article's headline, 0 for none; `order` int64[n]: the articles by it
    least_words : a shorter line is nobody's headline
    reason : what is written to `reasons` uint8, in place; 0 is not furniture
    """
    size = table_size(titles.size)
    keys, firsts = np.zeros(size, np.uint64), np.empty(size, np.int64)
    mask = np.uint64(size - 1)
    for j in range(order.size):
        title = titles[order[j]]
        slot = find_slot(title, keys, mask)
        if title != 0 and keys[slot] == 0:
            keys[slot], firsts[slot] = title, j
    most = 0
    for a in range(sentence_offsets.size - 1):
        most = max(most, sentence_offsets[a + 1] - sentence_offsets[a])
    lines, places = np.empty(most, np.int64), np.empty(most, np.int64)
    for a in range(sentence_offsets.size - 1):
        k = 0
        for s in range(sentence_offsets[a], sentence_offsets[a + 1]):
            is_line = flags[s] & LINE_START and flags[s] & LINE_END
            if not is_line or counts[s] < least_words or hashes[s] == titles[a]:
                continue
            slot = find_slot(hashes[s], keys, mask)
            if keys[slot] != 0:
                lines[k], places[k] = s, firsts[slot]
                reasons[s] = reason
                k += 1
        if k:
            _mark_openings(
                lines[:k], places[:k], a, order, titles, sentence_offsets, hashes, counts, scales[a], reason, reasons
            )
