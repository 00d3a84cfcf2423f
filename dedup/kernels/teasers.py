"""What furniture looks like where nothing can be learned: markers, headlines, cut openings, lone short lines."""

from __future__ import annotations

from dedup.kernels import jit
from dedup.kernels.sentences import CUT, ELLIPSIS, LINE_END, LINE_START, MARKER, MARKER_LINE, TERMINATED

HEADLINE_WORDS = 22
"""A headline or teaser is rarely longer (in words; characters count threefold less where the script has no spaces)."""


@jit
def mark_teasers(first, last, counts, flags, scale, out):
    """Mark the sentences `first..last` of one article that look like furniture; return how many words they have.

    `scale` is the words that count as one (1; 3 in scripts without spaces); `out` uint8 gets 1 where a sentence looks
    like furniture, by these rules: a marker begins it, or is all of it; it is a line, of a headline's length, that does
    not end as a sentence does; it breaks off with an ellipsis; it is of a stretch of forty words and more in which no
    sentence ends.
    """
    marked = 0
    for s in range(first, last):
        look = flags[s]
        is_short = counts[s] <= HEADLINE_WORDS * scale
        is_line = look & LINE_START and look & LINE_END
        is_marker = look & MARKER_LINE or (look & MARKER and (is_short or not is_line))
        is_headline = is_line and is_short and not look & TERMINATED
        is_stretch = look & CUT or (s > first and flags[s - 1] & CUT and not look & LINE_START)
        out[s] = 1 if is_marker or is_headline or look & ELLIPSIS or is_stretch else 0
        if out[s]:
            marked += counts[s]
    return marked


@jit
def mark_articles(sentence_offsets, counts, flags, scales, most, out):
    """Mark every article's teasers (`mark_teasers`); one that would lose more than `most` of its words loses none."""
    for a in range(sentence_offsets.size - 1):
        first, last = sentence_offsets[a], sentence_offsets[a + 1]
        total = 0
        for s in range(first, last):
            total += counts[s]
        if mark_teasers(first, last, counts, flags, scales[a], out) > most * total:
            out[first:last] = 0
