"""Words → sentences: where a text is cut, what each piece hashes to, and what it looks like."""

from __future__ import annotations

import numpy as np

from dedup.kernels import jit
from dedup.kernels.tokens import PRIME, SEED, decode, entry_of, garbled, hash_words, mix, skip_entity, tokenize

LINE_START, LINE_END, TERMINATED, ELLIPSIS, DIGITS, MARKER, MARKER_LINE, CUT = (1 << bit for bit in range(8))
"""What a sentence looks like: it begins or ends its line; it ends with a full stop or its like, or with an ellipsis; it
has digits; it begins with, or is, a furniture marker; it was cut by length, not by punctuation."""

MASKED_WORDS = 12
"""A piece of at most this many words is hashed with its numbers masked, so that dates and counts in furniture do not
hide that it repeats."""

LONG_WORDS = 40
"""From this many words on a piece may be cut where the content says so, so that pages without punctuation have pieces
too; the cut moves with the text, not with the page (content-defined chunking, as in LBFS, SOSP 2001)."""

MARKER_WORDS = 12
"""The longest marker, in words (characters where the script has no spaces)."""

TITLE_WORDS = 4
"""A shorter headline may stand anywhere in a text."""

MOST_WIDTH = 110
"""Characters of the longest line of a hard-wrapped text; paragraphs on lines of their own are longer."""

_GAP_LINE, _GAP_STOP, _GAP_ELLIPSIS, _GAP_SPACE, _GAP_WIDE_STOP, _GAP_WIDE = (1 << bit for bit in range(6))
_MASK = np.uint64(0xA5A5A5A5A5A5A5A5)


@jit
def wrap_width(data, low, high):
    """Return the width (characters) that `data[low:high]` is hard-wrapped to, 0 where its lines are whole paragraphs.

    Wrapped is a text of at least twelve lines, none longer than MOST_WIDTH, of which two in five nearly reach the
    longest.
    """
    longest = 0
    length = 0
    lines = 0
    for i in range(low, high):
        if data[i] == 10:
            lines += 1
            longest = max(longest, length)
            length = 0
        else:
            length += data[i] & 0xC0 != 0x80
        if length > MOST_WIDTH:
            return 0
    longest = max(longest, length)
    if lines < 11 or longest < 40:
        return 0
    near = filled = length = 0
    for i in range(low, high + 1):
        if i == high or data[i] == 10:
            filled += length > 0
            near += length >= longest - 10
            length = 0
        else:
            length += data[i] & 0xC0 != 0x80
    return longest if 5 * near >= 2 * filled else 0


@jit
def _is_wrap(data, i, low, high, width):
    """Tell whether the line break at `data[i]` only wraps: the next line's first word would not have fitted."""
    if data[i] == 13 and i + 1 < high and data[i + 1] == 10:
        i += 1
    if i + 1 >= high or data[i + 1] <= 32:
        return False
    length = 1
    j = i
    while j > low and data[j - 1] != 10:
        j -= 1
        length += data[j] & 0xC0 != 0x80
    j = i + 1
    while j < high and data[j] > 32:
        length += data[j] & 0xC0 != 0x80
        j += 1
    return length > width


@jit
def _scan_gap(data, i, low, end, fold, width):  # noqa: C901 - a switch over punctuation
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
                if not seen & _GAP_LINE:
                    cut = i + 1
                seen |= _GAP_LINE
            elif b == 32 or b == 9:
                if cut < 0 and seen & (_GAP_STOP | _GAP_WIDE_STOP | _GAP_ELLIPSIS):
                    cut = i + 1
                seen |= _GAP_WIDE if seen & _GAP_SPACE else _GAP_SPACE
            elif b == 46:
                dots += 1
                if dots >= 3:
                    seen |= _GAP_ELLIPSIS
                seen |= _GAP_STOP
            elif b == 33 or b == 63:
                seen |= _GAP_WIDE_STOP
            elif b == 38:
                i = skip_entity(data, i, end)
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
        if kind != 0 and kind != 4:
            break
        i += size
        if point == 0x3002 or point == 0xFF01 or point == 0xFF1F or point == 0xFF0E:  # 。！？．
            seen |= _GAP_WIDE_STOP
            cut = i
        elif point == 0x0964 or point == 0x0965 or point == 0x061F or point == 0x06D4:  # । ॥ ؟ ۔
            seen |= _GAP_WIDE_STOP
        elif point == 0x2026:  # …
            seen |= _GAP_ELLIPSIS
        elif point == 0xA0 or point == 0x3000:
            if cut < 0 and seen & (_GAP_STOP | _GAP_WIDE_STOP | _GAP_ELLIPSIS):
                cut = i
            seen |= _GAP_SPACE
        elif point == 0x2028 or point == 0x2029 or point == 0x85:
            cut = i
            seen |= _GAP_LINE
    return i, (cut if cut >= 0 else i), seen


@jit
def is_capital(data, i, end, fold):
    """Tell whether an upper-case letter stands at `data[i]`."""
    point, _ = decode(data, i, end)
    return entry_of(point, fold) & 8 != 0


@jit
def _ends_here(seen, word_bytes, words_so_far, is_next_upper, is_next_capital, is_alone, h, at_end):
    """Decide whether a sentence ends in a gap; return (ends, was cut by length)."""
    if at_end or seen & _GAP_LINE:
        return True, False
    if seen & _GAP_WIDE_STOP and (seen & _GAP_SPACE or is_alone):
        return True, False
    if seen & _GAP_ELLIPSIS and seen & _GAP_SPACE and is_next_upper:
        return True, False
    # A dot behind one or two letters is an initial or an abbreviation (U.S., J., Mr.) more often than an end.
    if seen & _GAP_STOP and seen & _GAP_SPACE and is_next_upper and word_bytes >= 3:
        return True, False
    # Lines lost in extraction: "… South Africa.Researchers say". Not "example.com", "Ph.D" or "3.5".
    if seen & (_GAP_STOP | _GAP_WIDE_STOP) and is_next_capital and word_bytes >= 3:
        return True, False
    # Thai, Lao, Khmer and Burmese end sentences with a space; flattened Chinese pages part their pieces by one.
    if is_alone and seen & _GAP_SPACE and words_so_far >= 12:
        return True, False
    is_cut = words_so_far >= LONG_WORDS and (h >> np.uint64(40)) & np.uint64(15) == 0
    return is_cut or words_so_far >= 8 * LONG_WORDS, True


@jit
def split_sentences(  # noqa: C901 - one pass over the words, its state in locals
    data, low, high, title, fold, markers, openings, words, ends, numbers, hashes, starts, counts, flags, room
):
    """Cut `data[low:high]` into sentences; return how many, or -1 where `room` is too little.

    Parameters
    ----------
    title : uint64, the words of the headline
    markers : uint64[2^k], a hash table by linear probing (0 is empty) of the run hashes of furniture markers; the
        lowest bit of a key says whether the marker may begin a piece (1) or must be all of a line (0)
    openings : uint64[64], a bitmap of the first words of the markers that may begin a piece
    words, ends : scratch for `tokenize`, at least `2 * (high - low) + 2` long; numbers : uint8, scratch of that length
    hashes : uint64, out: hash of the folded words, numbers masked in pieces of at most MASKED_WORDS words
    starts : uint32, out: first byte of the sentence relative to `low`; it ends where the next begins
    counts, flags : uint16, out: words (at most 65,535), and what it looks like
    """
    n = tokenize(data, low, high, fold, words, ends)
    out = 0
    first = 0
    part_end = 0
    begin = low
    look = LINE_START
    width = wrap_width(data, low, high)
    at, _, seen = _scan_gap(data, low, low, high, fold, width)
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
            elif is_upper and t > first and _opens(words[t], openings):
                part_end = t + _inner_marker(words, t, n, markers)
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
        at, cut, seen = _scan_gap(data, behind, low, high, fold, width)
        is_next_upper = is_next_capital = True
        if at < high:
            is_next_upper = data[at] < 97 or data[at] > 122
            is_next_capital = is_capital(data, at, high, fold)
        so_far = t + 1 - first
        if seen & _GAP_WIDE and is_next_upper and not width:
            # Flattened pages keep a trace of their lines: more than one space between two blocks.
            seen |= _GAP_LINE
        is_end, is_cut = _ends_here(
            seen, word_bytes, so_far, is_next_upper, is_next_capital, is_alone, words[t], t + 1 == n
        )
        if not (is_end or (is_part_end and is_next_upper)):
            continue
        is_cut = is_cut and is_end
        if out >= room:
            return -1
        if seen & _GAP_ELLIPSIS:
            look |= ELLIPSIS
        elif seen & (_GAP_STOP | _GAP_WIDE_STOP) and not is_cut:
            look |= TERMINATED
        if is_cut:
            look |= CUT
        if seen & _GAP_LINE or t + 1 == n:
            look |= LINE_END
        out = _put(
            words, numbers, first, t + 1, begin, look, markers, low, hashes, starts, counts, flags, out,
        )  # fmt: skip
        first = t + 1
        begin = cut
        look = LINE_START if seen & _GAP_LINE else 0
    return out


@jit
def _put(
    words, numbers, first, last, begin, look, markers, low, hashes, starts, counts, flags, out,
):  # fmt: skip
    """Write the piece `words[first:last]`; return the next index."""
    look |= _marker(words, first, last, markers)
    hashes[out] = _hash_masked(words, numbers, first, last, look)
    starts[out] = begin - low
    counts[out] = min(last - first, 65535)
    flags[out] = look
    return out + 1


@jit
def opening_bit(word):
    """Return where a word stands in the bitmap of openings: its place and its bit."""
    key = mix(word)
    return np.int64((key >> np.uint64(6)) & np.uint64(63)), np.uint64(1) << (key & np.uint64(63))


@jit
def _opens(word, openings):
    place, bit = opening_bit(word)
    return openings[place] & bit != 0


@jit
def _inner_marker(words, first, last, markers):
    """Return the words of the longest marker of two words or more that begins at `first`, 0 for none."""
    h = SEED
    mask = np.uint64(markers.size - 1)
    one = np.uint64(1)
    found = 0
    for w in range(first, min(last, first + MARKER_WORDS)):
        h = (h ^ words[w]) * PRIME
        h ^= h >> np.uint64(29)
        key = mix(h) & ~one
        slot = key >> one & mask
        while markers[slot] != 0:
            if markers[slot] & ~one == key:
                if markers[slot] & one and w > first:
                    found = w + 1 - first
                break
            slot = (slot + one) & mask
    return found


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
def _marker(words, first, last, markers):
    """Return MARKER where a marker begins the piece, MARKER_LINE where one is all of it."""
    h = SEED
    mask = np.uint64(markers.size - 1)
    one = np.uint64(1)
    look = 0
    for w in range(first, min(last, first + MARKER_WORDS)):
        h = (h ^ words[w]) * PRIME
        h ^= h >> np.uint64(29)
        key = mix(h) & ~one
        slot = key >> one & mask
        while markers[slot] != 0:
            if markers[slot] & ~one == key:
                if markers[slot] & one:
                    look |= MARKER
                if w + 1 == last:
                    look |= MARKER_LINE
                break
            slot = (slot + one) & mask
    return look


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
        n = tokenize(text, 0, text.size, fold, words, ends)
        at = 0
        for w in range(n):
            at, _, _ = _scan_gap(text, at, 0, text.size, fold, 0)
            point, _ = decode(text, at, text.size)
            numbers[w] = entry_of(point, fold) & 16 != 0
            at = np.int64(ends[w])
        out[a] = _hash_masked(words, numbers, 0, n, DIGITS) if n else np.uint64(0)


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
    data, offsets, titles, title_offsets, fold, markers, openings, hashes, starts, counts, flags, sentence_offsets
):
    """Cut every article of `data, offsets`; return how many were done before the outputs were full.

    `titles, title_offsets` are the headlines, as text. `sentence_offsets` int64[n+1] (out) delimits each article's rows
    in the four outputs of `split_sentences`.
    """
    longest = 0
    for a in range(offsets.size - 1):
        longest = max(longest, offsets[a + 1] - offsets[a], title_offsets[a + 1] - title_offsets[a])
    words = np.empty(2 * longest + 2, np.uint64)
    title = np.empty(2 * longest + 2, np.uint64)
    ends = np.empty(2 * longest + 2, np.int32)
    numbers = np.empty(2 * longest + 2, np.uint8)
    at = 0
    sentence_offsets[0] = 0
    for a in range(offsets.size - 1):
        # Positions are relative to the article, so that they fit 32 bits whatever the batch holds.
        text = data[offsets[a] : offsets[a + 1]]
        n_title = tokenize(titles, title_offsets[a], title_offsets[a + 1], fold, title, ends)
        n = split_sentences(
            text, 0, text.size, title[:n_title], fold, markers, openings, words, ends, numbers,
            hashes[at:], starts[at:], counts[at:], flags[at:], hashes.size - at,
        )  # fmt: skip
        if n < 0:
            return a
        at += n
        sentence_offsets[a + 1] = at
    return offsets.size - 1
