"""Article → sentences: the pieces that furniture is learned on and that copies share word for word."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.arrow import text_buffers
from dedup.clean.normalize import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup.arrow import Text


class Sentences(NamedTuple):
    """The sentences of n articles, in text order.

    `offsets` int64[n+1] delimits each article's rows in the others: `hashes` uint64 of the folded words (numbers masked
    in short pieces), `starts` uint32 bytes from the article's begin (a sentence ends where the next begins), `counts`
    uint16 words, `flags` uint16 of `dedup.kernels.sentences`.
    """

    offsets: npt.NDArray[np.int64]
    hashes: npt.NDArray[np.uint64]
    starts: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.uint16]
    flags: npt.NDArray[np.uint16]


class Words(NamedTuple):
    """The words of n articles, in text order, furniture too.

    `hashes` uint32 with `offsets` int64[n+1]: 31 bits, and as the lowest if the word ends in a digit. All that signing needs
    of a text: an article can be signed again, when other sentences of it are furniture, without it.
    """

    hashes: npt.NDArray[np.uint32]
    offsets: npt.NDArray[np.int64]


def split(texts: pl.Series | Text, titles: pl.Series | None = None) -> Sentences:
    """Cut each text of a String column, or of its buffers, into sentences; null counts as empty.

    `titles` String are the articles' headlines: where one stands in a page that lost its lines, the page is cut there.
    """
    return read(texts, titles)[0]


def read(texts: pl.Series | Text, titles: pl.Series | None = None) -> tuple[Sentences, Words]:
    """Return the sentences of texts, as `split` does, and the words they are made of."""
    from dedup.kernels.sentences import split_articles

    text = text_buffers(texts)
    n = text.offsets.size - 1
    heads = text_buffers(pl.Series([None], dtype=pl.String).new_from_index(0, n) if titles is None else titles)
    sizes = np.diff(text.offsets)
    size = int(sizes.sum())
    # Every character of three bytes may be a word, as in Chinese; what outgrows its room is cut once more from the start.
    room, word_room = size // 32 + n + 64, size // 3 + n + 64
    while True:
        hashes, starts = np.empty(room, np.uint64), np.empty(room, np.uint32)
        counts, flags = np.empty(room, np.uint16), np.empty(room, np.uint16)
        words = np.empty(word_room, np.uint32)
        offsets, word_offsets = np.empty(n + 1, np.int64), np.empty(n + 1, np.int64)
        done = split_articles(
            text.data, text.offsets, *heads, fold(), *markers(), hashes, starts, counts, flags, offsets,
            words, word_offsets,
        )  # fmt: skip
        if done == n:
            break
        room, word_room = 4 * room, 3 * word_room
    end, word_end = int(offsets[-1]), int(word_offsets[-1])
    pieces = Sentences(offsets, hashes[:end].copy(), starts[:end].copy(), counts[:end].copy(), flags[:end].copy())
    return pieces, Words(words[:word_end], word_offsets)


def gather(parts: Sequence[Sentences], rows: npt.NDArray[np.int64]) -> Sentences:
    """Return the sentences of the articles `rows` int64[m], all different, of several batches put one behind the other."""
    from dedup.kernels.ranges import spread_ranges

    counts = np.concatenate([np.zeros(0, np.int64), *(np.diff(part.offsets) for part in parts)])
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts[rows])])
    places = np.full(counts.size, -1)
    places[rows] = offsets[:-1]
    size = int(offsets[-1])
    out = Sentences(
        offsets,
        np.empty(size, np.uint64),
        np.empty(size, np.uint32),
        np.empty(size, np.uint16),
        np.empty(size, np.uint16),
    )
    first = 0
    for part in parts:
        last = first + part.offsets.size - 1
        for values, target in zip(part[1:], out[1:], strict=True):
            spread_ranges(values, part.offsets, places[first:last], target)
        first = last
    return out


def take(sentences: Sentences, rows: npt.NDArray[np.int64]) -> Sentences:
    """Return the sentences of the articles `rows` int64[m], in that order."""
    parts = [take_ranges(part, sentences.offsets, rows) for part in sentences[1:]]
    return Sentences(parts[0][1], *(values for values, _ in parts))


def take_ranges(
    values: npt.NDArray[Any], offsets: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
    """Return the ranges `rows` int64[m] of `values`, one behind the other, and their offsets int64[m+1]."""
    from dedup.kernels.ranges import copy_ranges

    new = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.diff(offsets)[rows])])
    out = np.empty(int(new[-1]), values.dtype)
    copy_ranges(values, offsets[rows], new, out)
    return out, new


@cache
def markers() -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Return the hash table of `markers.txt` that `split_sentences` looks phrases up in, and their opening words.

    The table is uint64[2^k], 0 is empty; the lowest bit of a key says whether the phrase may begin a piece (1) or must
    be all of a line (0). The opening words of the former are a bitmap uint64[64].
    """
    from dedup.kernels.markers import opening_bit
    from dedup.kernels.tokens import tokenize

    lines = resources.files("dedup.clean").joinpath("markers.txt").read_text("utf-8").splitlines()
    phrases = [line for line in lines if line and not line.startswith("#")]
    keys = hash_runs(pl.Series(phrases, dtype=pl.String)) & ~np.uint64(1)
    table = np.zeros(1 << (4 * len(phrases)).bit_length(), np.uint64)
    openings = np.zeros(64, np.uint64)
    mask = table.size - 1
    for phrase, key in zip(phrases, keys, strict=True):
        slot = int(key) >> 1 & mask
        while table[slot] != 0 and table[slot] & ~np.uint64(1) != key:
            slot = (slot + 1) & mask
        table[slot] = key | np.uint64(phrase.endswith("*"))
        if phrase.endswith("*"):
            data = np.frombuffer(phrase.encode(), np.uint8)
            words = np.empty(2 * data.size + 2, np.uint64)
            tokenize(data, 0, data.size, fold(), words, np.empty(words.size, np.int32))
            place, bit = opening_bit(words[0])
            openings[place] |= bit
    return table, openings


def hash_runs(texts: pl.Series) -> npt.NDArray[np.uint64]:
    """Return each text's hash as if it were one sentence, whatever its punctuation: uint64[n], 0 for no words."""
    from dedup.kernels.sentences import hash_articles

    text = text_buffers(texts)
    out = np.empty(text.offsets.size - 1, np.uint64)
    hash_articles(text.data, text.offsets, fold(), out)
    return out
