"""Cutting texts into sentences: where, what pieces hash to, what they look like."""

from __future__ import annotations

import textwrap
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.clean.normalize import fold
from dedup.clean.sentences import Sentences, gather, hash_runs, markers, read, split, take
from dedup.kernels.sentences import (
    CUT,
    DIGITS,
    ELLIPSIS,
    LINE_END,
    LINE_START,
    MARKER,
    MARKER_LINE,
    TERMINATED,
    split_articles,
)
from dedup.sign import read_words
from tests.kernels import twins

WORDS = (
    "The",
    "minister",
    "Vote",
    "rose",
    "2024",
    "3.5",
    "U.S.",
    "Mr.",
    "said",
    "後",
    "ข่าว",
    "нет",
    "…",
    "Read",
    "more",
)
texts = st.one_of(
    st.text(max_size=50),
    st.lists(
        st.tuples(
            st.sampled_from(WORDS), st.sampled_from([" ", ". ", ".\n", "\n", "。", "! ", "... ", "\u2028", ": "])
        ),
        max_size=60,
    ).map(lambda parts: "".join(word + gap for word, gap in parts)),
)
PROSE = (
    "The city council voted on Tuesday to close the old harbour bridge for repairs this winter. Engineers found cracks "
    "in four of its pillars during an inspection that ended last week. Mayor Jane Whitfield said the work would cost "
    "about 12.5 million dollars and take until spring. “We cannot wait any longer,” she told reporters at the site. "
    "Traffic will be led over the new crossing to the north, which opened in 2019. Shop owners nearby fear for their "
    "business and asked for help from the state. A spokesman for the U.S. Department of Transportation said the request "
    "was under review. Nobody was hurt when parts of the railing fell into the river in October. The council will meet "
    "again next month to choose a builder from three offers. Residents may send their questions until Friday evening."
)


def pieces(text: str) -> list[str]:
    found = split(pl.Series([text]))
    raw = text.encode()
    return [raw[a:b].decode() for a, b in pairwise([*found.starts.tolist(), len(raw)])]


def looks(text: str) -> list[int]:
    return split(pl.Series([text])).flags.tolist()


@settings(max_examples=500, deadline=None)
@given(st.lists(texts, max_size=4))
def test_pieces_ascend_cover_the_text_and_hold_all_words(given_: list[str]) -> None:
    found = split(pl.Series(given_, dtype=pl.String))
    assert found.offsets[0] == 0
    assert found.offsets[-1] == found.hashes.size
    for i, text in enumerate(given_):
        low, high = found.offsets[i : i + 2]
        starts = found.starts[low:high].tolist()
        words = twins.words_of(text)
        assert (high > low) == bool(words)
        assert int(found.counts[low:high].sum()) == len(words)
        if starts:
            assert starts[0] == 0
            assert all(a < b for a, b in pairwise(starts))
            raw = text.encode()
            parts = [raw[a:b].decode() for a, b in pairwise([*starts, len(raw)])]  # decodes: cut between characters
            assert "".join(parts) == text
            counts = [len(twins.words_of(part)) for part in parts]
            assert counts == found.counts[low:high].tolist()


@settings(max_examples=100, deadline=None)
@given(st.lists(texts, max_size=5), st.integers(1, 3))
def test_too_little_room_stops_before_an_article(given_: list[str], room: int) -> None:
    """`split` starts again with more room; what was done before is the same."""
    from dedup.arrow import text_buffers

    whole = split(pl.Series(given_, dtype=pl.String), pl.Series(given_, dtype=pl.String))
    text = text_buffers(pl.Series(given_, dtype=pl.String))
    hashes, starts = np.zeros(room, np.uint64), np.zeros(room, np.uint32)
    counts, flags = np.zeros(room, np.uint16), np.zeros(room, np.uint16)
    offsets = np.zeros(len(given_) + 1, np.int64)
    words, word_offsets = np.zeros(2 * text.data.size + 2, np.uint32), np.zeros_like(offsets)
    done = split_articles(
        text.data, text.offsets, text.data, text.offsets, fold(), *markers(), hashes, starts, counts, flags, offsets,
        words, word_offsets,
    )  # fmt: skip
    assert done == np.searchsorted(whole.offsets, room, side="right") - 1
    assert (offsets[: done + 1] == whole.offsets[: done + 1]).all()
    assert (hashes[: offsets[done]] == whole.hashes[: offsets[done]]).all()


@settings(max_examples=100, deadline=None)
@given(st.lists(texts, max_size=5))
def test_the_words_of_the_sentences_are_those_of_the_texts(given_: list[str]) -> None:
    column = pl.Series(given_, dtype=pl.String)
    pieces, words = read(column)
    for mine, theirs in zip(words, read_words(column, pieces), strict=True):
        assert mine.tolist() == theirs.tolist()


def test_a_page_of_very_many_short_lines_outgrows_the_first_room() -> None:
    found = split(pl.Series(["a\n" * 5000, None, "", "b"]))
    assert np.diff(found.offsets).tolist() == [5000, 0, 0, 1]


def test_batches_put_together_and_taken_apart_are_the_same() -> None:
    given_ = [PROSE, "", "One line\nanother", "東京。大阪。", PROSE[:200]]
    whole = split(pl.Series(given_))
    parts = [split(pl.Series(given_[:2])), split(pl.Series(["One more.", *given_[2:]]))]
    joined = take(gather(parts, np.array([4, 0, 5, 1, 3])), np.array([1, 3, 4, 0, 2]))
    back = take(take(whole, np.array([4, 2, 0, 1, 3])), np.array([2, 3, 1, 4, 0]))
    for other in (joined, back):
        assert all((a == b).all() for a, b in zip(whole, other, strict=True))
    assert gather([], np.zeros(0, np.int64)).offsets.tolist() == [0]


def test_flattened_prose_keeps_its_sentences() -> None:
    lined = "\n\n".join(pieces(PROSE))
    assert (split(pl.Series([lined])).hashes == split(pl.Series([PROSE])).hashes).all()
    assert len(pieces(PROSE)) == 10


@pytest.mark.parametrize("width", [50, 60, 72, 80, 100])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_hard_wrapped_prose_has_the_sentences_of_unwrapped_prose(width: int, ending: str) -> None:
    paragraphs = [PROSE, "Later the weather turned. " + PROSE.replace("Tuesday", "Monday")]
    wrapped = ending.join(textwrap.fill(p, width) for p in paragraphs)
    assert split(pl.Series([wrapped])).hashes.tolist() == split(pl.Series(["\n".join(paragraphs)])).hashes.tolist()


def test_entities_written_out_after_wrapping_do_not_hide_it() -> None:
    quoted = PROSE.replace("the ", "“the” ")
    written = textwrap.fill(quoted, 72).replace("“", "&ldquo;").replace("”", "&rdquo;")
    assert split(pl.Series([written])).hashes.tolist() == split(pl.Series([quoted])).hashes.tolist()


def test_abbreviations_and_numbers_do_not_end_sentences() -> None:
    text = "J. R. Smith of the U.S. Navy met Mr. Brown at 3.30 p.m. on Friday. They paid $4.5 million."
    assert [part.strip() for part in pieces(text)] == [
        "J. R. Smith of the U.S. Navy met Mr. Brown at 3.30 p.m. on Friday.",
        "They paid $4.5 million.",
    ]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["The vote is on Monday.", "“Nobody knows why,” she said.", "Is it over?", "No!"]),
        ("de", ["Der Rat tagt am Montag.", "Älteste Bürger kamen zuerst.", "Öffnet die Brücke wieder?", "Ja!"]),
        ("es", ["El consejo votó ayer.", "¿Quién pagará las obras?", "Nadie lo sabe todavía.", "¡Basta ya!"]),
        ("ru", ["Совет голосовал вчера.", "Мост закрыт до весны.", "Кто заплатит за это?", "Никто!"]),
        ("ar", ["صوت المجلس أمس.", "من يدفع ثمن ذلك؟", "لا أحد يعرف حتى الآن."]),
        ("hi", ["परिषद ने कल मतदान किया।", "पुल वसंत तक बंद है।", "कौन भुगतान करेगा?"]),
        ("zh", ["市议会昨天投票。", "大桥将关闭到春天！", "谁来付钱？", "没人知道。"]),
        ("ja", ["市議会は昨日投票した。", "橋は春まで閉鎖される。", "誰が払うのか？"]),
        ("th", ["สภาเมืองลงมติเมื่อวานนี้", "สะพานจะปิดจนถึงฤดูใบไม้ผลิ", "ไม่มีใครรู้ว่าใครจะจ่ายเงิน"]),
        ("ko", ["시의회는 어제 표결했다.", "다리는 봄까지 폐쇄된다.", "누가 비용을 낼 것인가?"]),
    ],
)
def test_each_language_is_cut_at_its_own_full_stops(language: str, sentences: list[str]) -> None:
    joint = "" if language in ("zh", "ja") else " "
    flat = joint.join(sentences)
    assert [part.strip() for part in pieces(flat)] == sentences
    assert (split(pl.Series(["\n".join(sentences)])).hashes == split(pl.Series([flat])).hashes).all()
    if language != "th":  # Thai has no full stop
        assert all(look & TERMINATED for look in looks(flat))


def test_numbers_are_masked_in_short_pieces_only() -> None:
    short = split(pl.Series(["Page 3 of 18", "Page 12 of 7", "Page three of 18"])).hashes
    assert short[0] == short[1] != short[2]
    long = "On page 3 of the report the council of the city says that it will"
    found = split(pl.Series([long, long.replace("3", "4"), long])).hashes
    assert found[0] == found[2] != found[1]
    arabic = split(pl.Series(["قبل ٣ ساعات", "قبل ٥ ساعات"])).hashes
    assert arabic[0] == arabic[1]


def test_a_line_hashes_like_the_headline_it_repeats() -> None:
    headline = "Council closes bridge after 4 cracks found"
    found = split(pl.Series([f"Intro text here.\n{headline}\nMore text here."]))
    assert hash_runs(pl.Series([headline, "Council: closes bridge. After 4 cracks found!", "", "–"])).tolist() == [
        found.hashes[1],
        found.hashes[1],
        0,
        0,
    ]


def test_markers_are_found_at_the_begin_alone_and_inside() -> None:
    begin, alone, other = looks("Read more: the full report on the bridge\nAdvertisement\nAn advertisement was seen.")
    assert begin & MARKER
    assert alone & MARKER_LINE
    assert not other & (MARKER | MARKER_LINE)
    flat = "The bridge is closed until spring You may also like Ten bridges to see before winter"
    assert pieces(flat) == [
        "The bridge is closed until spring ",
        "You may also like ",
        "Ten bridges to see before winter",
    ]
    assert [bool(look & MARKER) for look in looks(flat)] == [False, True, False]


def test_looks_of_lines_ends_and_ellipses() -> None:
    first, second, third, fourth = looks("Short headline\nIt ends. But here it 3 breaks... Next")
    assert first & LINE_START
    assert first & LINE_END
    assert not first & TERMINATED
    assert second & TERMINATED
    assert not second & LINE_END
    assert third & ELLIPSIS
    assert third & DIGITS
    assert fourth & LINE_END


def test_endless_text_is_cut_by_content_so_that_shared_stretches_have_equal_pieces() -> None:
    words = [f"word{i * 7919 % 1000}" for i in range(1500)]
    found = split(pl.Series([" ".join(words), "another opening of four " + " ".join(words[300:])]))
    ours, theirs = (set(found.hashes[a:b].tolist()) for a, b in pairwise(found.offsets))
    assert (found.counts <= 320).all()
    assert (found.flags[:-1] & CUT).any()
    assert len(ours & theirs) >= len(theirs) // 2


def test_a_sentence_of_more_words_than_a_count_holds_is_still_cut() -> None:
    found = split(pl.Series(["a " * 70_000]))
    assert isinstance(found, Sentences)
    assert int(found.counts.sum(dtype=np.int64)) == 70_000


def test_an_ampersand_parts_no_sentence() -> None:
    for sign in ("&", "&amp;"):
        pieces = split(pl.Series([f"Tests by Larn {sign} Larn faced four users in town. Nobody was hurt."]))
        assert pieces.counts.tolist() == [9, 3]
    assert split(pl.Series(["The Larn Herald | Subscribe | Log in"])).counts.tolist() == [3, 1, 2]


def test_an_ellipsis_on_a_line_of_its_own_breaks_off_no_sentence() -> None:
    from dedup.kernels.sentences import ELLIPSIS

    line = "The ferry across the bay stopped on Tuesday."
    for dots in ("...", "…", "[…]"):
        assert not split(pl.Series([f"{line}\n{dots}\nMore"])).flags[0] & ELLIPSIS
        assert split(pl.Series([f"{line[:-1]} {dots}\nMore"])).flags[0] & ELLIPSIS
