"""Text → words: one pass over the bytes, folding as it goes; a word is a 64-bit hash and where it stands."""

from __future__ import annotations

import numpy as np

from dedup.kernels import jit

SEED = np.uint64(0xCBF29CE484222325)
PRIME = np.uint64(0x9E3779B97F4A7C15)
"""A word's hash: FNV-1a's scheme (Fowler, Noll, Vo) over folded code points, with the 64-bit golden ratio, which is odd
and has its bits spread, as the multiplier: FNV's own prime leaves the upper bits of short words nearly constant."""

_WORD, _ALONE, _EXTEND, _IGNORE, _EXPAND, _HANGUL = 1, 2, 3, 4, 5, 6  # classes of `dedup.clean.normalize`
_AMPERSAND, _SEMICOLON, _HASH = 38, 59, 35


@jit
def decode(data, i, end):
    """Return the code point at `data[i]` and its length in bytes; malformed bytes are a separator (0) one byte long."""
    b = np.int64(data[i])
    if b < 0x80:
        return b, 1
    if b < 0xC2 or i + 1 >= end:
        return np.int64(0), 1
    c = np.int64(data[i + 1]) & 0x3F
    if b < 0xE0:
        return (b & 0x1F) << 6 | c, 2
    if i + 2 >= end:
        return np.int64(0), 1
    d = np.int64(data[i + 2]) & 0x3F
    if b < 0xF0:
        return (b & 0x0F) << 12 | c << 6 | d, 3
    if b > 0xF4 or i + 3 >= end:
        return np.int64(0), 1
    point = (b & 0x07) << 18 | c << 12 | d << 6 | (np.int64(data[i + 3]) & 0x3F)
    if point > 0x10FFFF:
        return np.int64(0), 1
    return point, 4


@jit
def entry_of(point, fold):
    """Return the table entry of a code point: int32, class and flags in the low byte, payload above."""
    return fold.entries[np.int64(fold.pages[point >> 8]), point & 255]


@jit
def _feed(h, point):
    return (h ^ np.uint64(point)) * PRIME


@jit
def _feed_hangul(h, point):
    """Feed a syllable as its conjoining letters (Unicode Standard 3.12), so that both spellings agree."""
    index = point - 0xAC00
    h = _feed(h, 0x1100 + index // 588)
    h = _feed(h, 0x1161 + index % 588 // 28)
    tail = index % 28
    return _feed(h, 0x11A7 + tail) if tail else h


@jit
def skip_entity(data, i, end):
    """Return the index behind an HTML entity that starts at `data[i] == '&'`, or i + 1 where none does."""
    j = i + 1
    limit = min(end, i + 10)
    while j < limit:
        b = data[j]
        if b == _SEMICOLON:
            return j + 1 if j > i + 1 else i + 1
        if not (48 <= b <= 57 or 65 <= b <= 90 or 97 <= b <= 122 or b == _HASH):
            break
        j += 1
    return i + 1


@jit
def garbled(data, i, end):
    """Return the bytes of a quote or dash read as Windows-1252 (`â€œ` for `“`) that begins at `data[i]` (`â`), else 2.

    The commonest damage of crawled text: three characters that stand for one mark, and would glue to the next word.
    """
    point, size = decode(data, i + 2, end) if i + 2 < end else (np.int64(0), 1)
    if point != 0x20AC:
        return 2
    if i + 2 + size >= end:
        return 2 + size
    _, last = decode(data, i + 2 + size, end)
    return 2 + size + last


@jit
def tokenize(data, low, high, fold, words, ends):
    """Split `data[low:high]` into words; return how many, n.

    Writes `words` uint64 (hashes of the folded words) and `ends` int32 (the byte behind each word); each must hold
    `2 * (high - low) + 2`. Scripts without spaces give one word a character. HTML entities left in a text separate
    words. ASCII goes branch-free: the hash is written at every byte and the index moves only at a separator; indices
    are unsigned, which spares a test for negative ones (317 to 533 MB/s together with leaving out the starts).
    """
    one = np.uint64(1)
    k = np.uint64(0)
    h = SEED
    i = np.uint64(low)
    end = np.uint64(high)
    while i < end:
        b = data[i]
        if b < 128:
            c = fold.ascii[b]
            is_separator = c == 0
            words[k] = h
            ends[k] = i
            k += np.uint64(is_separator & (h != SEED))
            h = SEED if is_separator else (h ^ np.uint64(c)) * PRIME
            i += one
            if b == _AMPERSAND:
                i = np.uint64(skip_entity(data, np.int64(i) - 1, high))
            continue
        point, size = decode(data, np.int64(i), high)
        if point == 0xE2:
            size = garbled(data, np.int64(i), high)
            if size > 2:
                k, h = _close(words, ends, k, h, i)
                i += np.uint64(size)
                continue
        entry = entry_of(point, fold)
        kind = entry & 7
        if kind == _HANGUL:
            h = _feed_hangul(h, point)
        elif kind in (_WORD, _EXTEND):
            h = _feed(h, point + (entry >> 8))
        elif kind == _EXPAND:
            k, h = _expand(entry >> 8, i, fold, words, ends, k, h)
            if h != SEED and _ends_alone(entry >> 8, fold):
                k, i = _finish_alone(data, np.int64(i) + size, high, fold, words, ends, k, h)
                h = SEED
                continue
        elif kind != _IGNORE:
            k, h = _close(words, ends, k, h, i)
            if kind == _ALONE:
                h = _feed(SEED, point + (entry >> 8))
                k, i = _finish_alone(data, np.int64(i) + size, high, fold, words, ends, k, h)
                h = SEED
                continue
        i += np.uint64(size)
    k, h = _close(words, ends, k, h, end)
    return np.int64(k)


@jit
def _close(words, ends, k, h, i):
    """Write the word under way, if any; return the next index and the hash to start from."""
    if h != SEED:
        words[k] = h
        ends[k] = i
        k += np.uint64(1)
    return k, SEED


@jit
def _expand(payload, i, fold, words, ends, k, h):
    """Feed the code points that one code point folds to."""
    first = payload >> 5
    for p in range(first, first + (payload & 31)):
        part = fold.pool[p]
        kind = part & 7
        if kind in (_WORD, _EXTEND):
            h = _feed(h, part >> 8)
        else:
            k, h = _close(words, ends, k, h, i)
            if kind == _ALONE:
                h = _feed(SEED, part >> 8)
    return k, h


@jit
def _ends_alone(payload, fold):
    """Tell whether the last word of an expansion is a character that is a word by itself."""
    first = payload >> 5
    p = first + (payload & 31) - 1
    while p > first and fold.pool[p] & 7 == _EXTEND:
        p -= 1
    return fold.pool[p] & 7 == _ALONE


@jit
def _finish_alone(data, i, end, fold, words, ends, k, h):
    """Feed the vowel signs and marks from `data[i]` on to the character that is a word by itself, and write it.

    Returns the next index of `words` and the byte behind. Thai and Lao SARA AM folds to a mark of the character before it
    and a vowel that is a word of its own, to which what follows belongs.
    """
    while i < end and data[i] >= 128:
        point, size = decode(data, i, end)
        entry = entry_of(point, fold)
        kind = entry & 7
        if kind == _EXTEND:
            h = _feed(h, point + (entry >> 8))
        elif kind == _EXPAND and fold.pool[(entry >> 8) >> 5] & 7 == _EXTEND:
            k, h = _expand(entry >> 8, i, fold, words, ends, k, h)
        elif kind != _IGNORE:
            break
        i += size
    k, h = _close(words, ends, k, h, i)
    return k, np.uint64(i)


@jit
def mix(h):
    """Return the MurmurHash3 64-bit finaliser of `h`: every bit of the input reaches every bit of the output."""
    h ^= h >> np.uint64(33)
    h *= np.uint64(0xFF51AFD7ED558CCD)
    h ^= h >> np.uint64(33)
    h *= np.uint64(0xC4CEB9FE1A85EC53)
    return h ^ (h >> np.uint64(33))


@jit
def narrow_words(words, ends, n, data, out):
    """Write the upper 31 bits of the hashes `words[:n]` to `out` uint32, and as lowest bit if the word ends in a digit.

    `ends` and `data` are those of `tokenize`. Half is enough to tell a word from another in its place (one in 2^31 is
    taken for it), and halves what is kept of every article.
    """
    for w in range(n):
        is_number = ends[w] > 0 and 48 <= data[ends[w] - 1] <= 57
        out[w] = np.uint32(words[w] >> np.uint64(33)) << np.uint32(1) | np.uint32(is_number)


@jit
def hash_words(words, first, last):
    """Return one 64-bit hash of the run `words[first:last]`, in order."""
    h = SEED
    for w in range(first, last):
        h = (h ^ words[w]) * PRIME
        h ^= h >> np.uint64(29)
    return mix(h)
