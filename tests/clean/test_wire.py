"""Which agency an article credits: the forms of `bylines.tsv`, its counter-examples, and what is learned."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.clean import wire
from dedup.clean.agencies import Agency, built_in, known

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SCHEMA: dict[str, Any] = {
    "row": pl.UInt32,
    "head": pl.String,
    "tail": pl.String,
    "author": pl.String,
    "page": pl.List(pl.String),
    "site": pl.String,
    "url": pl.String,
}


def frame(*articles: Mapping[str, object]) -> pl.DataFrame:
    plain: dict[str, Any] = {
        "head": "",
        "tail": "",
        "author": None,
        "page": [],
        "site": "springfieldchronicle.com",
        "url": None,
    }
    return pl.DataFrame([{"row": i, **plain, **article} for i, article in enumerate(articles)], schema=SCHEMA)


def agencies(rows: pl.DataFrame, extra: Sequence[Agency | str] = ()) -> pl.DataFrame:
    return wire.agencies([rows], extra)


def article(where: str, text: str) -> Mapping[str, object]:
    if where == "page":
        return {"page": [text]}
    if where == "url":
        return {"url": text, "site": None}
    return {where: text}


@pytest.fixture(scope="module")
def cases() -> list[tuple[str, str, str | None]]:
    lines = (Path(__file__).parent / "bylines.tsv").read_text("utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return [(where, text.replace("\\n", "\n"), None if agency == "-" else agency) for where, text, agency in rows]


def test_every_form_is_found_and_no_mention_is(cases: list[tuple[str, str, str | None]]) -> None:
    assert len(cases) >= 300
    found = agencies(frame(*(article(where, text) for where, text, _ in cases)))
    wrong = [
        (case, got, evidence)
        for case, got, evidence in zip(cases, found["agency"], found["agency_evidence"], strict=True)
        if got != case[2]
    ]
    assert not wrong, "\n".join(map(str, wrong))


def test_output_has_one_row_an_article_in_its_order() -> None:
    rows = frame({"head": "ROME (AP) — The council voted."}, {}, {"author": "Reuters"}).reverse()
    found = agencies(rows)
    assert dict(found.schema) == wire.OUTPUT
    assert found["row"].to_list() == [2, 1, 0]
    assert found["agency"].to_list() == ["Reuters", None, "AP"]
    assert found["agency_strength"].is_null().to_list() == [False, True, False]


def test_no_articles() -> None:
    assert agencies(frame()).schema == wire.OUTPUT


def test_missing_text_and_fields_are_no_evidence() -> None:
    nothing = {"head": None, "tail": None, "author": None, "page": None, "site": None, "url": None}
    assert agencies(frame(nothing)).row(0) == (0, None, None, None, None)


def test_evidence_is_the_words_that_name_the_agency() -> None:
    found = agencies(
        frame({"head": "By Jane Doe\nOTTAWA, Ontario (AP) — The council"}, {"author": "Jane Doe, Reuters"})
    )
    assert found["agency_evidence"].to_list() == ["OTTAWA, Ontario (AP) —", "author: Jane Doe, Reuters"]


def test_dateline_outweighs_help_from_another_agency() -> None:
    found = agencies(frame({"head": "ROME (Reuters) - It", "tail": "The Associated Press contributed to this report."}))
    assert found.row(0)[1] == "Reuters"
    helped = agencies(frame({"tail": "It ended.\nThe Associated Press contributed to this report."}))
    assert helped["agency_strength"][0] < 0.5 < found["agency_strength"][0]


def test_wrapped_names_are_found() -> None:
    assert agencies(frame({"tail": "Copyright 2024 The Associated\nPress. All rights reserved."}))["agency"][0] == "AP"


def test_a_publisher_on_its_own_domain_is_no_wire() -> None:
    own = {"head": "By Jane Doe, CNN\n(CNN) - It", "url": "https://edition.cnn.com/a", "site": "cnn.com"}
    assert agencies(frame(own, {"head": "(CNN) - It"}))["agency"].to_list() == [None, "CNN"]


def test_unknown_agency_is_learned_from_three_sites_only() -> None:
    texts = [
        "By Jane Doe, Polar News Agency\nIt began.",
        "Polar News Agency\nIt began.",
        "OSLO (PNAX) — It",
        "By A Doe, Polar News Agency\nIt",
    ]
    sites = ["a.com", "b.com", "c.com", "d.com"]
    rows = [{"head": text, "site": site} for text, site in zip(texts, sites, strict=True)]
    assert agencies(frame(*rows))["agency"].to_list() == ["Polar News Agency"] * 2 + [None, "Polar News Agency"]
    assert agencies(frame(*rows[:2]))["agency"].to_list() == [None, None]


def test_learned_agency_brings_its_initials_and_its_own_site() -> None:
    rows = [{"head": "By Jane Doe, Meridian Ocean Wire\nIt began.", "site": f"{letter}.com"} for letter in "abc"]
    rows += [
        {"head": "OSLO (MOW) — It began.", "site": "d.com"},
        {"head": "It began.", "site": "meridianoceanwire.net"},
    ]
    rows[-1]["url"] = "https://meridianoceanwire.net/a"
    assert agencies(frame(*rows))["agency"].to_list() == ["Meridian Ocean Wire"] * 5


def test_extra_agencies_are_found() -> None:
    row = frame({"head": "OSLO (Polar Wire) — It began."}, {"head": "OSLO (PW) — It"})
    found = agencies(row, ["Polar Wire"])
    assert found["agency"].to_list() == ["Polar Wire", None]
    assert agencies(row, [Agency("Polar", ("Polar Wire",), ("PW",))])["agency"].to_list() == ["Polar", "Polar"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("This story was originally published by Springfield Herald.", "Springfield Herald"),
        (
            "This story was originally published by The Springfield Herald and is republished here.",
            "Springfield Herald",
        ),
        ("This article first appeared on springfieldherald.com.", "springfieldherald.com"),
        ("This article was originally published on Live Science.", "Live Science"),
        ("Originally published in the Springfield Herald.", "the Springfield Herald".removeprefix("the ")),
        ("Read the original article on Business Insider.", "Business Insider"),
        ("Reprinted with permission from Springfield Herald.", "Springfield Herald"),
        ("This article is republished from The Conversation under a Creative Commons license.", "Conversation"),
        ("Este artículo fue publicado originalmente en El Heraldo.", "El Heraldo"),
        ("Cet article a été initialement publié par Le Courrier.", "Le Courrier"),
        ("本文转载自《南方周末》。", "南方周末"),
        ("Впервые опубликовано".lower() + " изданием Вестник.", "Вестник"),
        ("This story was first published on May 31.", None),
        ("The virus first appeared in West Michigan at the end of August.", None),
        ("The closure was first reported by Reuters.", None),
    ],
)
def test_origin_hint_in_words(text: str, hint: str | None) -> None:
    assert agencies(frame({"tail": text}))["origin_hint"][0] == hint


@pytest.mark.parametrize(
    ("head", "hint"),
    [
        ("By Jane Doe, Houston Chronicle\nThe council voted.", "Houston Chronicle"),
        ("Lucas Roe, Bloomberg\nThe council voted. By", "Bloomberg"),
        ("By Jane Doe\nChronicle staff writer\nThe council voted.", "Chronicle"),
        ("By Jane Doe, professor of law\nThe council voted.", None),
        ("By Jane Doe\nThe council voted.", None),
    ],
)
def test_origin_hint_in_the_byline(head: str, hint: str | None) -> None:
    assert agencies(frame({"head": head}))["origin_hint"][0] == hint


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=80), st.text(max_size=80), st.none() | st.text(max_size=20)), max_size=6))
def test_any_text_gives_one_row_an_article(texts: list[tuple[str, str, str | None]]) -> None:
    rows = frame(*({"head": head, "tail": tail, "author": author} for head, tail, author in texts))
    found = agencies(rows)
    assert found["row"].to_list() == list(range(len(texts)))
    assert (found["agency"].is_null() == found["agency_strength"].is_null()).all()


def test_result_does_not_depend_on_the_order_of_articles(cases: list[tuple[str, str, str | None]]) -> None:
    rows = frame(*(article(where, text) for where, text, _ in cases))
    assert agencies(rows.reverse()).sort("row").equals(agencies(rows))


def test_no_alias_means_two_agencies() -> None:
    owner: dict[str, str] = {}
    for agency in built_in():
        for alias in {*agency.names, *agency.codes}:
            assert owner.setdefault(alias.lower(), agency.name) == agency.name
    assert len(known().by_domain) == sum(len(agency.domains) for agency in built_in())


def test_batches_tell_what_one_tells(cases: list[tuple[str, str, str | None]]) -> None:
    rows = [{"head": "(Polar News Agency) -", "site": f"{name}.com"} for name in ("one", "two", "three")]
    whole = frame(*(article(where, text) for where, text, _ in cases[:40]), *rows)
    parts = [whole[42:], whole[:0], whole[:41], whole[41:42]]
    found = wire.agencies(parts)
    assert found["row"].to_list() == [42, *range(42)]
    assert found.sort("row").equals(agencies(whole))
    assert found["agency"].to_list()[0] == "Polar News Agency"
