"""Article → signature: MinHash over the shingles of its story, furniture left out.

Signatures equal datasketch 2.0's (scheme affine32) bit for bit over the same shingle hashes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.arrow import read_only, text_buffers
from dedup.clean.normalize import fold
from dedup.clean.sentences import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from datasketch import LeanMinHash

    from dedup.arrow import Text
    from dedup.clean.sentences import Sentences
    from dedup.config import Settings

WITNESS_WORDS = 5
"""A sentence of fewer words ("He declined to comment.") is no witness that two articles are one story."""


class Signed(NamedTuple):
    """What matching needs of n articles.

    `signatures` uint32[n, permutations]; `shingles` uint32: each article's distinct shingle hashes, those of article i from
    `shingle_bounds[i, 0]` to `shingle_bounds[i, 1]` (int64[n, 2]), the articles in any order; `sentences` and `facts`
    likewise: its distinct exact hashes of sentences of at least WITNESS_WORDS words, and its distinct numbers, each with the
    word before it; `contents` uint64[n]: hash of the whole cleaned text; `words` int64[n]: words that are not furniture.
    """

    signatures: npt.NDArray[np.uint32]
    shingles: npt.NDArray[np.uint32]
    shingle_bounds: npt.NDArray[np.int64]
    sentences: npt.NDArray[np.uint64]
    sentence_bounds: npt.NDArray[np.int64]
    facts: npt.NDArray[np.uint64]
    fact_bounds: npt.NDArray[np.int64]
    contents: npt.NDArray[np.uint64]
    words: npt.NDArray[np.int64]


class Room(NamedTuple):
    """Where a batch of n articles writes: its shingles from `at` on, in an array of several batches, and its signatures.

    `concat` copies none of the shingles. `signatures` uint32[n, permutations].
    """

    shingles: npt.NDArray[np.uint32]
    at: int
    signatures: npt.NDArray[np.uint32]


@lru_cache(maxsize=8)
def permutations(count: int, seed: int) -> npt.NDArray[np.uint32]:
    """Return affine32's parameters a, b: uint32[2, count], drawn as datasketch 2.0 draws them (MinHash._init_permutations)."""
    generator = np.random.RandomState(seed)
    a = generator.randint(0, 1 << 31, count, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    b = generator.randint(0, 1 << 32, count, dtype=np.uint32)
    return np.array([a, b])


def read_words(texts: pl.Series | Text, sentences: Sentences) -> Words:
    """Return the words of the articles `texts`, of which `sentences` are the sentences, as `clean.sentences.read` does."""
    from dedup.kernels.shingles import read_words as run

    text = text_buffers(texts)
    n = text.offsets.size - 1
    room = int(sentences.counts.sum(dtype=np.int64)) + n
    offsets = np.zeros(n + 1, np.int64)
    while True:
        hashes = np.empty(room, np.uint32)
        done = run(text.data, text.offsets, sentences.offsets, sentences.starts, fold(), hashes, offsets[1:])
        if done == n:
            return Words(hashes[: offsets[-1]], offsets)
        room = 2 * room + 1024


def sign(texts: pl.Series, sentences: Sentences, is_kept: npt.NDArray[np.bool_], settings: Settings) -> Signed:
    """Sign the articles `texts`, of which `sentences` are the sentences and `is_kept` says which are no furniture."""
    return sign_words(read_words(texts, sentences), np.arange(len(texts)), sentences, is_kept, settings)


def sign_words(
    words: Words,
    places: npt.NDArray[np.int64],
    sentences: Sentences,
    is_kept: npt.NDArray[np.bool_],
    settings: Settings,
    room: Room | None = None,
) -> Signed:
    """Sign the articles at `places` int64[n] of `words`; their sentences come in that order.

    Shingles and signatures are written into `room`, which has place for all words, or into arrays of their own.
    """
    from dedup.kernels.shingles import sign_words as run

    n = places.size
    total = int(np.diff(words.offsets)[places].sum())
    a, b = permutations(settings.permutations, settings.seed)
    shingles, at, signatures = room or Room(
        np.empty(total, np.uint32), 0, np.empty((n, settings.permutations), np.uint32)
    )
    witnesses, facts = np.empty(sentences.hashes.size, np.uint64), np.empty(total, np.uint64)
    bounds = np.empty((3, n, 2), np.int64)
    contents, kept = np.empty(n, np.uint64), np.empty(n, np.int64)
    run(
        *read_only(*words, places), sentences.offsets, sentences.counts, is_kept,
        settings.shingle_words, WITNESS_WORDS, a, b, at,
        shingles, bounds[0], witnesses, bounds[1], facts, bounds[2], signatures, contents, kept,
    )  # fmt: skip
    if room is None:
        shingles = shingles[: bounds[0].max(initial=0)]
    witnesses, facts = witnesses[: bounds[1].max(initial=0)], facts[: bounds[2].max(initial=0)].copy()
    return Signed(signatures, shingles, bounds[0], witnesses, bounds[1], facts, bounds[2], contents, kept)


def concat(
    parts: Sequence[Signed],
    rows: Sequence[npt.NDArray[np.int64]],
    signatures: npt.NDArray[np.uint32] | None = None,
) -> Signed:
    """Put the articles of several batches together; `rows[k]` int64 says which article each row of `parts[k]` is.

    Shingles that were written into one room stay there. The signatures come into `signatures` uint32[n, permutations], or
    into an array of their own.
    """
    order = np.argsort(np.concatenate(rows), kind="stable")
    out: dict[str, npt.NDArray[Any]] = {}
    for name in ("shingles", "sentences", "facts"):
        values = [getattr(part, name) for part in parts]
        bounds = [getattr(part, f"{name[:-1]}_bounds") for part in parts]
        if all(one is values[0] for one in values):
            out[name] = values[0]
        else:
            out[name] = np.concatenate(values)
            shifts = np.cumsum([0, *(one.size for one in values[:-1])])
            bounds = [one + shift for one, shift in zip(bounds, shifts, strict=True)]
        out[f"{name[:-1]}_bounds"] = np.concatenate(bounds)[order]
    flat = {name: np.concatenate([getattr(part, name) for part in parts])[order] for name in ("contents", "words")}
    if signatures is None:
        signatures = np.empty((order.size, parts[0].signatures.shape[1]), np.uint32)
    for part, own in zip(parts, rows, strict=True):
        signatures[own] = part.signatures
    return Signed(**out, **flat, signatures=signatures)


def shingle_hashes(text: str, shingle_words: int = 5) -> npt.NDArray[np.uint32]:
    """Return the distinct 32-bit shingle hashes of a text, in order of first appearance, nothing taken for furniture.

    >>> shingle_hashes("The quick brown fox jumps. Over it.").size
    3
    >>> (shingle_hashes("ONE two – three") == shingle_hashes("one “two” three")).all()
    np.True_
    """
    from dedup.kernels.shingles import keep_first
    from dedup.kernels.shingles import shingle_words as run
    from dedup.kernels.tokens import narrow_words, tokenize

    data = np.frombuffer(text.encode("utf-8", "replace"), np.uint8)
    words, ends = np.empty(2 * data.size + 2, np.uint64), np.empty(2 * data.size + 2, np.int32)
    out = np.empty(2 * data.size + 2, np.uint32)
    found = tokenize(data, 0, data.size, fold(), words, ends)
    narrow = np.empty(found, np.uint32)
    narrow_words(words, ends, found, data, narrow)
    n = run((narrow >> 1).astype(np.uint64), found, shingle_words, out)
    return out[: keep_first(out, n, np.empty(4 * n + 32, np.uint64))].copy()


def to_datasketch(text: str, num_perm: int = 128, seed: int = 1) -> LeanMinHash:
    """Return a text's signature as datasketch's own object, ready for its MinHashLSH.

    It equals `datasketch.MinHash(num_perm, seed, hashfunc=int, scheme="affine32")` updated with `shingle_hashes(text)`.
    """
    from datasketch import LeanMinHash

    from dedup.kernels.shingles import sign_shingles

    a, b = permutations(num_perm, seed)
    out = np.empty(num_perm, np.uint32)
    hashes = shingle_hashes(text)
    sign_shingles(hashes, hashes.size, a, b, np.empty(hashes.size + 8, np.uint32), out)
    return LeanMinHash(seed=seed, hashvalues=out, scheme="affine32")
