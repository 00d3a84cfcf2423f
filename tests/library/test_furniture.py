"""Furniture is what a site repeats over different stories, and what looks like it; a story is not."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from dedup.clean.furniture import REASONS, learn, share_of_text
from dedup.clean.sentences import split
from tests.library.articles import sentence, story

Article = tuple[str | None, str | None, str]  # site, title, text


def reasons(articles: list[Article]) -> list[dict[str, str]]:
    """Return, for each article, the stripped pieces of its text and why each is furniture."""
    sites, titles, texts = (pl.Series([a[k] for a in articles], dtype=pl.String) for k in range(3))
    pieces = split(texts)
    sizes = texts.str.len_bytes().cast(pl.Int64).to_numpy()
    learned = learn(pieces, sites, titles, sizes)
    share = share_of_text(pieces, learned.reasons, sizes)
    assert ((share >= 0) & (share <= 1)).all()
    out = []
    for i, (_, _, text) in enumerate(articles):
        low, high = pieces.offsets[i : i + 2]
        bounds = [*pieces.starts[low:high].tolist(), len(text.encode())]
        parts = [text.encode()[a:b].decode().strip() for a, b in pairwise(bounds)]
        out.append(dict(zip(parts, (REASONS[code] for code in learned.reasons[low:high]), strict=True)))
    return out


def page(body: list[str], *around: str) -> str:
    return "\n".join([*around[: len(around) // 2], *body, *around[len(around) // 2 :]])


NOTICE = "All material on this site belongs to its publisher and may not be passed on."
ADDRESS = "Write to the editors at the old mill on River Road for corrections."


def test_a_site_that_runs_one_story_five_times_keeps_it() -> None:
    body = story(1)
    found = reasons([("a.org", None, page(body[: 12 - k] + story(50 + k, k), NOTICE)) for k in range(5)])
    assert all(found[k][line] == "story" for k in range(5) for line in body[: 12 - k])


def test_text_repeated_over_different_stories_goes() -> None:
    articles: list[Article] = [("a.org", None, page(story(seed), NOTICE, ADDRESS)) for seed in range(6)]
    for seed, found in enumerate(reasons(articles)):
        assert found[NOTICE] == found[ADDRESS] == "repeated"
        assert all(found[line] == "story" for line in story(seed))


def test_one_story_on_many_sites_is_nobodys_furniture() -> None:
    found = reasons([(f"s{k}.org", None, page(story(1))) for k in range(10)])
    assert {reason for one in found for reason in one.values()} == {"story"}


def test_what_two_other_sites_repeat_is_furniture_elsewhere() -> None:
    articles: list[Article] = [
        (f"{site}.org", None, page(story(10 * k + n), NOTICE)) for k, site in enumerate("ab") for n in range(5)
    ]
    articles.append(("lone.org", None, page(story(99), NOTICE)))
    assert reasons(articles)[-1][NOTICE] == "elsewhere"
    assert reasons([*articles[:5], articles[-1]])[-1][NOTICE] == "story"


def test_a_line_that_is_another_articles_headline_goes_but_not_its_own() -> None:
    headline = "Council closes old harbour bridge until spring"
    found = reasons(
        [("a.org", headline, page([headline + ".", *story(1)])), ("b.org", "Other", page([*story(2), headline + "."]))]
    )
    assert found[0][headline + "."] == "story"
    assert found[1][headline + "."] == "headline"


@pytest.mark.parametrize(
    "line",
    ["You may also like", "Read more: how the bridge was built", "Advertisement", "Ten bridges to see before winter",
     "The mayor said on Monday that the work would not begin before..."],
)  # fmt: skip
def test_pieces_that_look_like_furniture_go_unlearned(line: str) -> None:
    (found,) = reasons([("a.org", None, page(story(1), "", line))])
    assert found[line] == "teaser"
    assert [reason for text, reason in found.items() if text != line] == ["story"] * 12


def test_articles_without_a_site_share_no_furniture() -> None:
    found = reasons([(None, None, page(story(seed), NOTICE)) for seed in range(6)])
    assert {one[NOTICE] for one in found} == {"story"}


def test_an_article_of_short_lines_is_not_emptied() -> None:
    lines = [sentence(random.Random(k), 7).rstrip(".") for k in range(20)]
    (found,) = reasons([("a.org", None, "\n".join(lines))])
    assert set(found.values()) == {"story"}


def test_order_of_articles_does_not_matter() -> None:
    rng = random.Random(8)
    articles: list[Article] = []
    for k in range(24):
        body = story(k % 9)
        site = f"s{k % 3}.org" if k % 8 else None
        around = [NOTICE if k % 3 else ADDRESS, "You may also like", sentence(random.Random(k % 4), 6).rstrip(".")]
        articles.append((site, " ".join(body[0].split()[:6]), page(body[: rng.randint(3, 12)], *around)))
    plain = reasons(articles)
    for _ in range(3):
        order = rng.sample(range(24), 24)
        again = reasons([articles[i] for i in order])
        assert [again[order.index(i)] for i in range(24)] == plain


def test_the_share_of_text_is_of_bytes() -> None:
    texts = pl.Series(["漢字。\nab\n", "", "xyz."])
    pieces = split(texts)
    sizes = texts.str.len_bytes().cast(pl.Int64).to_numpy()
    assert pieces.hashes.size == 3
    share = share_of_text(pieces, np.array([1, 0, 0], np.uint8), sizes)
    assert share.tolist() == pytest.approx([10 / 13, 0, 0])


def test_nothing_to_learn_from() -> None:
    assert reasons([]) == []
    assert reasons([("a.org", None, ""), (None, None, " – ")]) == [{}, {}]


def test_a_short_article_keeps_its_own_lines_but_not_what_follows_a_marker() -> None:
    results = ["Lottery results for Larn on 12 March", "Pick 3: 4-7-1", "Pick 4: 9-2-2-8", "Cash 5: 11-19-23-30-38"]
    prose = "Tickets must be claimed within 180 days of the drawing."
    teasers = ["Read more", "Council closes old harbour bridge", "Storm tears roof off the station"]
    found = reasons([("a.org", "Other", "\n".join([*teasers, *results, prose]))])[0]
    assert {found[line] for line in results[1:]} == {"story"}
    found = reasons([("a.org", "Other", "\n".join([*results, prose, *teasers]))])[0]
    assert {found[line] for line in [*results, prose]} == {"story"}
    assert {found[line] for line in teasers} == {"teaser"}


def teased(seed: int, sentences: int = 2) -> list[str]:
    """Return the lines of a teaser: a headline, and the first sentences under it."""
    return [headline(seed), *story(seed)[:sentences]]


def headline(seed: int) -> str:
    return " ".join(story(seed + 5000, 1)[0].split()[:7])


TEASED: list[Article] = [(f"of{seed}.org", headline(seed), "\n".join(story(seed))) for seed in range(60, 64)]


def test_openings_under_other_articles_headlines_are_teasers() -> None:
    body = story(70)
    page = "\n".join([*teased(60), *body, *teased(61), *teased(62, 3)])
    found = reasons([("new.org", headline(70), page), *TEASED])[0]
    assert all(found[line] == "story" for line in body)
    assert {found[line] for seed in (60, 61, 62) for line in teased(seed)} == {"headline"}
    assert found[story(62)[2]] == "headline"


def test_a_digest_keeps_what_it_quotes_and_a_framed_story_stays() -> None:
    digest = "\n".join(
        ["Good morning, here is what the day brings to all of us.", *(x for k in range(60, 64) for x in teased(k))]
    )
    framed = "\n".join([*story(71, 12), headline(63), *story(63)])
    found, other = reasons([("d.org", "Morning report", digest), ("f.org", headline(71), framed), *TEASED])[:2]
    assert all(found[line] == "story" for k in range(60, 64) for line in story(k)[:2])
    assert all(other[line] == "story" for line in story(63))


def thai(seed: int, pieces: int) -> list[str]:
    """Return lines of Thai syllables, as long as a sentence or two, without a mark at their ends."""
    rng = random.Random(seed)
    syllables = ("กา", "มา", "วัน", "คน", "น้ำ", "บ้าน", "เรือ", "ผล", "งาน", "ใจ", "ตา", "ทาง", "เมือง", "ลม")
    return ["".join(rng.choices(syllables, k=rng.randint(24, 50))) for _ in range(pieces)]


def test_a_language_that_marks_no_sentences_end_keeps_its_text() -> None:
    lines, flat = reasons([("a.th", "x", "\n\n".join(thai(80, 8))), ("b.th", "y", " ".join(thai(81, 8)))])
    assert set(lines.values()) == set(flat.values()) == {"story"}
