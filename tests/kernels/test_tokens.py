"""Words: the table-driven pass over bytes against folding with unicodedata."""

from __future__ import annotations

import html
import unicodedata

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedup.clean.normalize import build_fold, fold
from dedup.kernels.tokens import hash_words, tokenize
from tests.kernels import twins

ALPHABETS = (
    "abcXYZ019 \n.,&;#-_'",
    "éÉßſŒœĳﬁﬀ½²ªâ€œ™\u00ad\u200b\u200d\ufeff\u0301\u0345\u0308",
    "ΑΣςσᾳἈιİıІа́я",
    "กำน้ำໍາຳເປັນ\u0e4dកម្ពុជាမြန်မာ",
    "ガｶﾞパﾊﾟ漢字々〇ー、。・㌀㍻㈱①龍\U00020000",
    "한국어ᄀ각ㄱ가",
    "العـرَبيّةﷺﻻ",
    "हिन्दी।কোமொക്ഷ",
    "\u2028\u2029\u00a0\u3000\t\r\x00|@—–“”‘’«»…",
)
texts = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=st.sampled_from("".join(ALPHABETS)), max_size=80),
    *(st.text(alphabet=st.sampled_from(alphabet), max_size=40) for alphabet in ALPHABETS),
)


def words_of(text: str) -> list[int]:
    data = np.frombuffer(text.encode(), np.uint8)
    words, ends = np.zeros(2 * data.size + 2, np.uint64), np.zeros(2 * data.size + 2, np.int32)
    n = tokenize(data, 0, data.size, fold(), words, ends)
    assert (np.diff(ends[:n]) >= 0).all()
    assert n == 0 or (ends[0] >= 0 and ends[n - 1] <= data.size)
    return words[:n].tolist()


@settings(max_examples=1500, deadline=None)
@given(texts)
@example("&&amp;b")
@example("â€")
@example("aâ€œb â€™ ââ€")
@example("น้ำ กำ้า")
@example("&#123456789;")
@example("日\u0301\u3099ー\u200d本x")
def test_words_equal_the_slow_twin(text: str) -> None:
    assert words_of(text) == [twins.hash_word(word) for word in twins.words_of(text)]


def test_every_code_point_folds_as_unicodedata_says() -> None:
    if unicodedata.unidata_version != "14.0.0":
        pytest.skip(f"the packaged table is of Unicode 14.0, this Python's data of {unicodedata.unidata_version}")
    assert all(np.array_equal(ours, built) for ours, built in zip(fold(), build_fold(), strict=True))


@settings(max_examples=600, deadline=None)
@given(st.one_of(*(st.text(alphabet=st.sampled_from(alphabet), max_size=40) for alphabet in ALPHABETS)))
@example("한국어 뉴스 각")
@example("ᾳ ᾼ")
@example("Việt Nam, Łódź, Ærø")
def test_composed_and_decomposed_text_have_the_same_words(text: str) -> None:
    if "â" in unicodedata.normalize("NFC", text):
        text = unicodedata.normalize("NFC", text).replace("â", "a")  # mojibake is known in its composed form only
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert words_of(composed) == words_of(decomposed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("STRASSE der Wörter", "straße DER woerter".replace("oe", "ö")),
        ("co\u00adoperate zero\u200bwidth", "cooperate zerowidth"),
        ("“Quoted” – said ‘he’ — so", "\"Quoted\" - said 'he' -- so"),
        ("ＦＵＬＬ ｗｉｄｔｈ １２", "full width 12"),
        ("ﬁnance oﬃce №5", "finance office No5"),
        ("AT&amp;T profit&nbsp;rose", "AT T profit rose"),
        ("itâ€™s â€œoverâ€\x9d now", "it’s “over” now"),
        ("кириллиця Ї", "КИРИЛЛИЦЯ Ї"),
        ("العـــربية", "العربية"),
        ("ガス", "ｶﾞｽ"),
        ("한국", "한국"),
        ("น้ำ", "น้\u0e4dา"),
        (html.unescape("caf&eacute;"), "cafe"),
    ],
)
def test_spellings_of_one_text_have_the_same_words(one: str, other: str) -> None:
    assert words_of(one) == words_of(other)


@pytest.mark.parametrize(
    ("text", "count"),
    [("東京で", 3), ("がぎ", 2), ("สวัสดี", 4), ("ភាសា", 2), ("မြန်မာ", 3), ("ສະບາຍ", 5), ("서울 시", 2), ("हिन्दी", 1)],
)
def test_scripts_without_spaces_give_a_word_a_character(text: str, count: int) -> None:
    assert len(words_of(text)) == count == len(twins.words_of(text))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab é漢&;", max_size=20), st.integers(0, 20), st.integers(0, 20))
def test_a_slice_gives_the_words_of_the_slice_alone(text: str, low: int, length: int) -> None:
    data = np.frombuffer(text.encode(), np.uint8)
    low = min(low, data.size)
    high = min(low + length, data.size)
    found, alone = np.zeros(64, np.uint64), np.zeros(64, np.uint64)
    ends = np.zeros(64, np.int32)
    n = tokenize(data, low, high, fold(), found, ends)
    part = data[low:high].copy()
    assert n == tokenize(part, 0, part.size, fold(), alone, np.zeros(64, np.int32))
    assert (found[:n] == alone[:n]).all()
    assert ((ends[:n] >= low) & (ends[:n] <= high)).all()


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 2**64 - 1), max_size=8))
def test_a_run_hashes_as_the_slow_twin(words: list[int]) -> None:
    assert int(hash_words(np.array(words, np.uint64), 0, len(words))) == twins.hash_run(words)
