"""Signatures: datasketch's own, bit for bit, over exactly the text that is kept."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from datasketch import MinHash, MinHashLSH
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.clean.sentences import read, split
from dedup.config import Settings
from dedup.sign import WITNESS_WORDS, Room, Signed, concat, shingle_hashes, sign, sign_words, to_datasketch
from tests.kernels import twins
from tests.library.articles import SETTINGS, signed, story

texts = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(["the", "vote", "Straße", "2024", "後", "ข่", ". ", "\n", "No."]), max_size=40).map(
        " ".join
    ),
)


def theirs(hashes: list[int], num_perm: int, seed: int) -> np.ndarray:
    sketch = MinHash(num_perm=num_perm, seed=seed, hashfunc=int, scheme="affine32")
    if hashes:
        sketch.update_batch(hashes)
    return sketch.hashvalues


@settings(max_examples=150, deadline=None)
@given(texts, st.integers(16, 256), st.integers(0, 2**32 - 1))
def test_signatures_are_datasketchs_bit_for_bit(text: str, num_perm: int, seed: int) -> None:
    hashes = [int(h) for h in shingle_hashes(text)]
    expected = theirs(hashes, num_perm, seed)
    ours = to_datasketch(text, num_perm, seed)
    assert (ours.hashvalues == expected).all()
    assert ours.seed == seed
    articles = signed([text, "", text], Settings(permutations=num_perm, seed=seed))
    assert articles.signatures.dtype == np.uint32
    assert (articles.signatures == np.stack([expected, theirs([], num_perm, seed), expected])).all()


@settings(max_examples=300, deadline=None)
@given(texts, st.integers(2, 7))
def test_shingles_equal_the_slow_twin(text: str, length: int) -> None:
    expected = twins.shingles_of(text, length)
    assert shingle_hashes(text, length).tolist() == expected
    ours = signed([text], Settings(shingle_words=length))
    assert ours.shingles.tolist() == expected
    assert ours.words.tolist() == [len(twins.words_of(text))]


@settings(max_examples=200, deadline=None)
@given(st.lists(texts, min_size=1, max_size=4), st.data())
def test_kept_sentences_are_signed_as_a_text_of_them_alone(given_: list[str], data: st.DataObject) -> None:
    column = pl.Series(given_, dtype=pl.String)
    pieces = split(column)
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=pieces.hashes.size, max_size=pieces.hashes.size)), bool)
    ours = sign(column, pieces, kept, SETTINGS)
    for i, text in enumerate(given_):
        low, high = pieces.offsets[i : i + 2]
        raw = text.encode()
        bounds = [*pieces.starts[low:high].tolist(), len(raw)]
        parts = [raw[bounds[k] : bounds[k + 1]].decode() for k in range(high - low) if kept[low + k]]
        wide = [twins.hash_narrow(word) for part in parts for word in twins.words_of(part)]
        assert ours.words[i] == len(wide)
        assert ours.contents[i] == (twins.hash_run(wide) if wide else 0)
        found = ours.shingles[slice(*ours.shingle_bounds[i])].tolist()
        runs = [wide[k : k + 5] for k in range(max(1, len(wide) - 4))] if wide else []
        assert len(found) == len({tuple(run) for run in runs})
        exact = [[twins.hash_narrow(word) for word in twins.words_of(part)] for part in parts]
        witnesses = [twins.hash_run(words) for words in exact if len(words) >= WITNESS_WORDS]
        sentences = ours.sentences[slice(*ours.sentence_bounds[i])].tolist()
        assert sentences == list(dict.fromkeys(witnesses))


def test_shingles_tell_word_order_and_repeated_words_apart() -> None:
    texts = ["one two three four five", "two one three four five", "no no three four five", "so so three four five"]
    assert len({int(h) for text in texts for h in shingle_hashes(text + " six seven")}) == 4 + 4 + 1


def test_numbers_are_facts_with_the_word_before_them() -> None:
    found = signed(["Rose 5 percent to 80", "Fell to 80, rose 5 points", "½ year of 1990", ""])
    one, other, bare, _ = (set(part.tolist()) for part in (found.facts[slice(*bounds)] for bounds in found.fact_bounds))
    assert len(one) == len(other) == 2
    assert len(one & other) == 2
    assert len(bare) == 1


def test_empty_input_and_empty_texts() -> None:
    none = signed([])
    assert none.signatures.shape == (0, 128)
    assert none.shingles.size == none.shingle_bounds.size == 0
    empty = signed(["", None, " – "])
    assert (empty.signatures == 2**32 - 1).all()
    assert empty.contents.tolist() == empty.words.tolist() == [0, 0, 0]
    assert shingle_hashes("").tolist() == []


def test_sketches_work_in_datasketchs_lsh_and_find_a_near_copy() -> None:
    source = story(1, 30)
    lsh = MinHashLSH(threshold=0.5, num_perm=128)
    for seed in range(2, 30):
        lsh.insert(f"other-{seed}", to_datasketch(" ".join(story(seed, 30))))
    lsh.insert("source", to_datasketch(" ".join(source)))
    copy = to_datasketch(" ".join([*source[:20], "One sentence was put in here.", *source[20:28]]))
    assert lsh.query(copy) == ["source"]
    assert copy.jaccard(to_datasketch(" ".join(source))) == pytest.approx(0.9, abs=0.1)


def test_batches_put_together_are_what_one_batch_gives() -> None:
    given_ = [" ".join(story(seed, seed % 4)) for seed in range(9)]
    whole = signed(given_)
    rows = [np.array([8, 0, 3]), np.array([1, 2, 7]), np.array([], np.int64), np.array([6, 5, 4])]
    parts = [signed([given_[row] for row in part]) for part in rows]
    assert tells_the_same(concat(parts, rows), whole)
    texts = [pl.Series([given_[row] for row in part], dtype=pl.String) for part in rows]
    shingles = np.zeros(1000, np.uint32)
    signatures = np.zeros((9, SETTINGS.permutations), np.uint32)
    places = (300, 0, 3), (0, 3, 6), (900, 6, 6), (500, 6, 9)
    rooms = [Room(shingles, at, signatures[low:high]) for at, low, high in places]
    shared = [into(text, room) for text, room in zip(texts, rooms, strict=True)]
    put = np.zeros_like(signatures)
    assert concat(shared, rows, put).shingles is shingles
    assert tells_the_same(concat(shared, rows, put), whole)
    assert (put == whole.signatures).all()


def into(texts: pl.Series, room: Room) -> Signed:
    pieces, words = read(texts)
    return sign_words(words, np.arange(len(texts)), pieces, np.ones(pieces.hashes.size, bool), SETTINGS, room)


def tells_the_same(one: Signed, other: Signed) -> bool:
    sets = [
        [[values[low:high].tolist() for low, high in bounds] for values, bounds in (s[1:3], s[3:5], s[5:7])]
        for s in (one, other)
    ]
    flat = zip((one.signatures, one.contents, one.words), (other.signatures, other.contents, other.words), strict=True)
    return sets[0] == sets[1] and all((a == b).all() for a, b in flat)
