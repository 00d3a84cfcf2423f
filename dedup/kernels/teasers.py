"""What furniture looks like where nothing can be learned: markers, headlines, cut openings, lone short lines."""

from __future__ import annotations

from dedup.kernels import jit
from dedup.kernels.sentences import CUT, DIGITS, ELLIPSIS, LINE_END, LINE_START, MARKER, MARKER_LINE, TERMINATED

HEADLINE_WORDS = 22
"""A headline or teaser is rarely longer (in words; characters count threefold less where the script has no spaces)."""


SENTENCE_WORDS = 8
"""A piece of fewer words is no proof that an article has a text."""


@jit
def mark_teasers(first, last, counts, flags, scale, out):
    """Mark the sentences `first..last` of one article that look like furniture; return the words of the sentences left.

    `scale` is the words that count as one (1; 3 in scripts without spaces); `out` uint8 gets 1 where a sentence looks
    like furniture, by these rules: a marker begins it, or is all of it; it is a line, of a headline's length, that does
    not end as a sentence does; it breaks off with an ellipsis; it is of a stretch of forty words and more in which no
    sentence ends. Pieces of fewer than SENTENCE_WORDS do not count as left.
    """
    left = 0
    for s in range(first, last):
        look = flags[s]
        is_short = counts[s] <= HEADLINE_WORDS * scale
        is_line = look & LINE_START and look & LINE_END
        is_marker = look & MARKER_LINE or (look & MARKER and (is_short or not is_line))
        is_headline = is_line and is_short and not look & TERMINATED
        is_stretch = look & CUT or (s > first and flags[s - 1] & CUT and not look & LINE_START)
        out[s] = 1 if is_marker or is_headline or look & ELLIPSIS or is_stretch else 0
        if not out[s] and counts[s] >= SENTENCE_WORDS * scale:
            left += counts[s]
    return left


@jit
def mark_articles(sentence_offsets, counts, flags, scales, most, out):
    """Mark every article's teasers (`mark_teasers`).

    One that would lose more than `most` of its words, and keep no sentence, loses none: a text without punctuation, a
    list.
    """
    for a in range(sentence_offsets.size - 1):
        first, last = sentence_offsets[a], sentence_offsets[a + 1]
        left = mark_teasers(first, last, counts, flags, scales[a], out)
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
