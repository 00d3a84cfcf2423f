"""What furniture looks like where nothing can be learned: markers, headlines, cut openings, lone short lines."""

from __future__ import annotations

import numpy as np

from dedup.kernels import jit
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
def mark_openings(rows, owners, firsts, order, titles, sentence_offsets, hashes, counts, scales, reason, reasons):
    """Mark what follows a line that is another article's headline as long as it stands in that article too.

    Nothing is marked where more than OPENING_SENTENCES follow, nor in an article without a stretch of OWN_WORDS words and
    OWN_SHARE of all that are no furniture.

    Parameters
    ----------
    rows, owners : int64[k], such lines, ascending, and the articles they stand in
    firsts : int64[k], where the articles with that headline begin in `order` int64[n], the articles by `titles` uint64[n]
    scales : int64[n], the words that count as one
    reason : what is written to `reasons` uint8, in place; 0 is not furniture
    """
    begin = 0
    while begin < rows.size:
        end = begin
        while end < rows.size and owners[end] == owners[begin]:
            end += 1
        first, last = sentence_offsets[owners[begin]], sentence_offsets[owners[begin] + 1]
        scale = scales[owners[begin]]
        runs = np.zeros(end - begin, np.int64)
        for k in range(begin, end):
            line = rows[k]
            for j in range(firsts[k], min(firsts[k] + OPENING_COPIES, order.size)):
                if titles[order[j]] != hashes[line]:
                    break
                low, high = sentence_offsets[order[j]], sentence_offsets[order[j] + 1]
                run = _count_following(line, last, low, high, hashes)
                runs[k - begin] = max(runs[k - begin], run)
            if runs[k - begin] > OPENING_SENTENCES:
                runs[k - begin] = 0
        total = 0
        longest = 0
        for k in range(begin - 1, end):
            stretch = 0
            after = first if k < begin else rows[k] + 1 + runs[k - begin]
            for s in range(first if k < begin else rows[k] + 1, rows[k + 1] if k + 1 < end else last):
                if reasons[s] == 0 and counts[s] >= SENTENCE_WORDS * scale:
                    total += counts[s]
                    stretch += counts[s] if s >= after else 0
            longest = max(longest, stretch)
        if longest >= max(OWN_WORDS * scale, OWN_SHARE * total):
            for k in range(begin, end):
                for s in range(rows[k] + 1, rows[k] + 1 + runs[k - begin]):
                    if reasons[s] == 0:
                        reasons[s] = reason
        begin = end
