"""What stands between two words, and whether a sentence ends there."""

from __future__ import annotations

import numpy as np

from dedup.kernels import jit
from dedup.kernels.tokens import decode, entry_of, garbled, skip_entity

LONG_WORDS = 40
"""From this many words on a piece may be cut where the content says so, so that pages without punctuation have pieces
too; the cut moves with the text, not with the page (content-defined chunking, as in LBFS, SOSP 2001)."""

MOST_WIDTH = 110
"""Characters of the longest line of a hard-wrapped text; paragraphs on lines of their own are longer."""

GAP_LINE, GAP_STOP, GAP_ELLIPSIS, GAP_SPACE, GAP_WIDE_STOP, GAP_WIDE = (1 << bit for bit in range(6))
"""What was seen in a gap: a line break; a full stop; an ellipsis; a space; another end of a sentence (! ? and those of
other scripts); more than one space."""


@jit
def wrap_width(data, low, high):
    """Return the width (characters) that `data[low:high]` is hard-wrapped to, 0 where its lines are whole paragraphs.

    Wrapped is a text of at least twelve lines, none longer than MOST_WIDTH, of which two in five nearly reach the
    longest.
    """
    longest = 0
    lines = 0
    i = low
    while i <= high:
        i, length = _line_length(data, i, high)
        if length > MOST_WIDTH:
            return 0
        lines += 1
        longest = max(longest, length)
    if lines < 12 or longest < 40:
        return 0
    near = filled = 0
    i = np.int64(low)
    while i <= high:
        i, length = _line_length(data, i, high)
        filled += length > 0
        near += length >= longest - 10
    return longest if 5 * near >= 2 * filled else 0


@jit
def _line_length(data, i, high):
    """Return where the line behind the one at `data[i]` begins, and the characters of this one, an entity being one.

    Reading stops past MOST_WIDTH, which is all that is asked of a longer line.
    """
    length = 0
    while i < high and data[i] != 10 and length <= MOST_WIDTH:
        i = skip_entity(data, i, high) if data[i] == 38 else i + 1
        length += i >= high or data[i] & 0xC0 != 0x80
    return i + 1, length


@jit
def _is_wrap(data, i, low, high, width):
    """Tell whether the line break at `data[i]` only wraps: the next line's first word would not have fitted."""
    if data[i] == 13 and i + 1 < high and data[i + 1] == 10:
        i += 1
    if i + 1 >= high or data[i + 1] <= 32:
        return False
    start = i
    while start > low and data[start - 1] != 10:
        start -= 1
    end = i + 1
    while end < high and data[end] > 32:
        end += 1
    _, before = _line_length(data, start, i)
    _, word = _line_length(data, i + 1, end)
    return before + 1 + word > width


@jit
def _is_last(data, i, end):
    """Tell whether nothing but closing marks stands on the line from `data[i]` on: an ellipsis folds to dots, no word."""
    while i < end and (data[i] == 32 or data[i] == 34 or data[i] == 41 or data[i] == 93):
        i += 1
    return i >= end or data[i] == 10 or data[i] == 13


@jit
def scan_gap(data, i, low, end, fold, width):  # noqa: C901 - a switch over punctuation
    """Read the separators from `data[i]` on; return the first byte of the next word, where to cut, and what was seen.

    `low` is where the text begins and `width` what `wrap_width` says of it.
    """
    seen = 0
    cut = -1
    dots = 0
    while i < end:
        b = data[i]
        if b < 128:
            if fold.ascii[b] != 0:
                break
            is_break = b == 10 or b == 13
            if is_break and width and _is_wrap(data, i, low, end, width):
                is_break = False
                b = 32
            if is_break:
                if not seen & GAP_LINE:
                    cut = i + 1
                seen |= GAP_LINE
            elif b == 32 or b == 9:
                if cut < 0 and seen & (GAP_STOP | GAP_WIDE_STOP | GAP_ELLIPSIS):
                    cut = i + 1
                seen |= GAP_WIDE if seen & GAP_SPACE else GAP_SPACE
            elif b == 46:
                dots += 1
                # On a line of its own it is a link to the rest, and breaks nothing off.
                if dots >= 3 and not seen & GAP_LINE:
                    seen |= GAP_ELLIPSIS
                seen |= GAP_STOP
            elif b == 33 or b == 63:
                seen |= GAP_WIDE_STOP
            elif b == 38:
                behind = skip_entity(data, i, end)
                # "Johnson & Johnson" is no wide gap.
                if behind == i + 1 or (behind == i + 5 and data[i + 2] == 109):
                    seen &= ~GAP_SPACE
                i = behind
                continue
            i += 1
            continue
        point, size = decode(data, i, end)
        if point == 0xE2:
            size = garbled(data, i, end)
            if size == 2:
                break
            i += size
            continue
        kind = entry_of(point, fold) & 7
        if kind != 0 and kind != 4 and not (point == 0x2026 and _is_last(data, i + size, end)):
            break
        i += size
        if point == 0x3002 or point == 0xFF01 or point == 0xFF1F or point == 0xFF0E:  # 。！？．
            seen |= GAP_WIDE_STOP
            cut = i
        elif point == 0x0964 or point == 0x0965 or point == 0x061F or point == 0x06D4:  # । ॥ ؟ ۔
            seen |= GAP_WIDE_STOP
        elif point == 0x2026:  # …
            if not seen & GAP_LINE:
                seen |= GAP_ELLIPSIS
        elif point == 0xA0 or point == 0x3000:
            if cut < 0 and seen & (GAP_STOP | GAP_WIDE_STOP | GAP_ELLIPSIS):
                cut = i
            seen |= GAP_SPACE
        elif point == 0x2028 or point == 0x2029 or point == 0x85:
            cut = i
            seen |= GAP_LINE
    return i, (cut if cut >= 0 else i), seen


@jit
def is_capital(data, i, end, fold):
    """Tell whether an upper-case letter stands at `data[i]`."""
    point, _ = decode(data, i, end)
    return entry_of(point, fold) & 8 != 0


@jit
def ends_here(seen, word_bytes, words_so_far, is_next_upper, is_next_capital, is_alone, h, at_end):
    """Decide whether a sentence ends in a gap; return (ends, was cut by length)."""
    if at_end or seen & GAP_LINE:
        return True, False
    if seen & GAP_WIDE_STOP and (seen & GAP_SPACE or is_alone):
        return True, False
    if seen & GAP_ELLIPSIS and seen & GAP_SPACE and is_next_upper:
        return True, False
    # A dot behind one or two letters is an initial or an abbreviation (U.S., J., Mr.) more often than an end.
    if seen & GAP_STOP and seen & GAP_SPACE and is_next_upper and word_bytes >= 3:
        return True, False
    # Lines lost in extraction: "… South Africa.Researchers say". Not "example.com", "Ph.D" or "3.5".
    if seen & (GAP_STOP | GAP_WIDE_STOP) and is_next_capital and word_bytes >= 3:
        return True, False
    # Thai, Lao, Khmer and Burmese end sentences with a space; flattened Chinese pages part their pieces by one.
    if is_alone and seen & GAP_SPACE and words_so_far >= 12:
        return True, False
    is_cut = words_so_far >= LONG_WORDS and (h >> np.uint64(40)) & np.uint64(15) == 0
    return is_cut or words_so_far >= 8 * LONG_WORDS, True
