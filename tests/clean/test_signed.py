"""Persons who sign a text, and names where a publisher is credited, against names that are neither."""

from __future__ import annotations

import polars as pl
import pytest

from dedup.clean.signed import signed


def read(head: str = "", tail: str = "") -> tuple[str | None, list[str]]:
    """Return the signer and the credited names of one article."""
    found = signed(pl.DataFrame({"row": [0], "head": [head], "tail": [tail]}, schema_overrides={"row": pl.UInt32}))
    signer, credited = found.select("signer", "credited").rows()[0] if found.height else (None, None)
    return signer, credited.split("\n") if credited else []


@pytest.mark.parametrize(
    ("head", "signer"),
    [
        ("By Ann Lee\nThe council met.", "Ann Lee"),
        ("Council closes bridge\nBy ANN LEE\nThe council met.", "ANN LEE"),
        ("Council closes bridge\nBy Ann Lee, Staff Writer\nThe council met.", "Ann Lee"),
        ("Bridge\nBy Zo\u00eb M. O\u2019Neil-Smith\nThe", "Zo\u00eb M. O\u2019Neil-Smith"),
        ("Br\u00fccke\nVon Anna M\u00fcller\nDer Rat", "Anna M\u00fcller"),
        ("Bridge\nBy\u00a0Ann Lee\nThe", None),
        ("Bridge\nBy Ann\u00a0Lee\nThe", "Ann Lee"),
        ("Bridge\nBy Friday the council had met.\nThe", None),
        ("Bridge\nPhoto By Ann Lee\nThe", None),
        ("Bridge\nBy the council\nThe", None),
        ("Bridge\nBy Reuters\nThe", None),
        ("", None),
    ],
)
def test_signer(head: str, signer: str | None) -> None:
    assert read(head=head)[0] == signer


@pytest.mark.parametrize(
    ("head", "tail", "name"),
    [
        ("Bridge\nBy Ann Lee, Zed Herald\nThe", "", "Zed Herald"),
        ("Bridge By Ann Lee | The Zed Herald The council met", "", "Zed Herald"),
        ("Bridge\nBy Ann Lee For zed-herald24.co.za\nThe", "", "zed-herald24.co.za"),
        ("Bridge By Ann Lee, Zed Gazette Mar 5, 2024", "", "Zed Gazette"),
        ("", "met. \u00a9 2024 Zed Herald. All rights reserved.", "Zed Herald"),
        ("", "met.\nCopyright 2023-2024 by The Zed Herald", "Zed Herald"),
        ("", "met.\n(c) 2024 zedherald.com\nTags", "zedherald.com"),
        ("", "This story was originally published by The Zed Herald. 3 comments", "Zed Herald"),
        ("", "Read the original story at Zed Herald.", "Zed Herald"),
        ("", "Reprinted with permission from zedherald.com. Tags", "zedherald.com"),
        ("", "met.\nSource: Zed Herald\nTags", "Zed Herald"),
        ("", "met.\nQuelle: Zed Herald", "Zed Herald"),
        ("", "met.\n\u2014 Zed Herald\nTags", "Zed Herald"),
        ("", "met. \u2013 Ann Lee, The Zed Herald Tags", "Zed Herald"),
        ("", "the council said. (Zed Herald) 3 comments", "Zed Herald"),
    ],
)
def test_credited(head: str, tail: str, name: str) -> None:
    assert name in read(head, tail)[1]


@pytest.mark.parametrize(
    ("head", "tail"),
    [
        ("", "the mayor told the Zed Herald on Friday."),
        ("", "the bridge \u2014 Zed Herald calls it old \u2014 was closed."),
        ("", "the paper (Zed Herald) was sold"),
        ("Bridge\nBy the river, Zed Herald reporters stood", ""),
        ("", "\u00a9 2024"),
        ("", ""),
    ],
)
def test_what_credits_nobody(head: str, tail: str) -> None:
    assert read(head, tail)[1] == []


def test_names_are_sorted_and_stand_once() -> None:
    tail = "met.\nSource: Zed Herald\n\u00a9 2024 Zed Herald\n(c) 2024 Abc News"
    assert read(tail=tail)[1] == ["Abc News", "Zed Herald"]


def test_no_articles() -> None:
    empty = signed(pl.DataFrame(schema={"row": pl.UInt32, "head": pl.String, "tail": pl.String}))
    assert dict(empty.schema) == {"row": pl.UInt32, "signer": pl.String, "credited": pl.String}
    nothing = pl.DataFrame({"row": [0], "head": [None], "tail": [None]})
    nulls = signed(nothing.cast({"row": pl.UInt32, "head": pl.String, "tail": pl.String}))
    assert nulls.is_empty()
