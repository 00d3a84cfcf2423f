"""Which field means what, and what values of every kind become."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import UsageError
from jobs.read.fields import Fault, recognise, to_record
from jobs.read.times import parse_time, parse_times

SHAPES: dict[str, tuple[list[str], dict[str, str]]] = {
    "news-please": (
        ["authors", "date_download", "date_modify", "date_publish", "description", "filename", "language", "maintext",
         "source_domain", "title", "title_page", "title_rss", "url"],
        {"author": "authors", "crawled_at": "date_download", "published_at": "date_publish", "language": "language",
         "text": "maintext", "site": "source_domain", "title": "title", "url": "url"},
    ),
    "Media Cloud": (
        ["id", "indexed_date", "language", "media_name", "media_url", "publish_date", "text", "title", "url"],
        {"id": "id", "crawled_at": "indexed_date", "language": "language", "site": "media_url",
         "published_at": "publish_date", "text": "text", "title": "title", "url": "url"},
    ),
    "made of Common Crawl: its date is the crawl's": (
        ["text", "id", "dump", "url", "date", "file_path", "language"],
        {"text": "text", "id": "id", "url": "url", "crawled_at": "date", "language": "language"},
    ),
    "cc-news": (
        ["plain_text", "requested_url", "published_date", "publisher", "author", "title"],
        {"text": "plain_text", "url": "requested_url", "published_at": "published_date", "site": "publisher",
         "author": "author", "title": "title"},
    ),
    "spelt otherwise": (
        ["Article Text", "Published-At", "HeadLine", "URL"],
        {"text": "Article Text", "published_at": "Published-At", "title": "HeadLine", "url": "URL"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("names", "expected"), SHAPES.values(), ids=SHAPES.keys())
def test_usual_shapes_are_recognised_in_any_order(names: list[str], expected: dict[str, str]) -> None:
    assert recognise(names, {}).columns == expected
    assert recognise(names[::-1], {}) == recognise(names, {})


def test_the_mapping_beats_the_usual_names() -> None:
    assert recognise(["text", "body"], {"text": "body"}).columns["text"] == "body"
    assert recognise(["text", "Body"], {"text": "body"}).columns["text"] == "Body"
    assert recognise(["text", "html", "raw"], {"html": "raw"}).columns == {"html": "raw"}
    assert not recognise(["text", "html"], {"text": "missing"}).is_readable


def test_an_unknown_meaning_is_an_error_with_a_hint() -> None:
    with pytest.raises(UsageError, match="did you mean text"):
        recognise(["a"], {"txt": "a"})
    with pytest.raises(UsageError, match="use one of"):
        recognise(["a"], {"qqqq": "a"})


def record(**values: Any) -> dict[str, Any]:
    made = to_record({"text": "t", **values}, recognise(["text", *values], {}))
    assert not isinstance(made, Fault)
    return made


@pytest.mark.parametrize(
    ("values", "name", "expected"),
    [
        ({"id": 17}, "id", "17"),
        ({"id": True}, "id", None),
        ({"id": 10**5000}, "id", None),
        ({"id": " "}, "id", None),
        ({"url": ""}, "url", None),
        ({"url": " http://x/ "}, "url", " http://x/ "),
        ({"title": 5}, "title", None),
        ({"site": {"name": "x"}}, "site", None),
        ({"authors": []}, "author", None),
        ({"authors": ["A", None, " ", "B", 3]}, "author", "A, B"),
        ({"author": {"name": "A"}}, "author", "A"),
        ({"authors": [{"name": "A"}, {"x": 1}]}, "author", "A"),
        ({"canonical_url": "c", "url": "u", "agency": "AP", "source": "s", "site": "x"}, "page",
         ["canonical=c", "field:agency=AP", "field:source=s"]),
        ({"agency": "x" * 1000}, "page", []),
        ({"published": "2020-01-02"}, "published_at_source", "field:published"),
        ({"published": "soon"}, "published_at_source", None),
    ],
)  # fmt: skip
def test_values_of_all_types(values: dict[str, Any], name: str, expected: object) -> None:
    assert record(**values).get(name) == expected


NOON = datetime(2019, 5, 30, 12, tzinfo=UTC)
TIMES: list[tuple[object, datetime | None]] = [
    ("2019-05-30T12:00:00", NOON),
    ("2019-05-30 12:00:00", NOON),
    ("2019-05-30T12:00:00Z", NOON),
    (" 2019-05-30T14:00:00+02:00 ", NOON),
    ("2019-05-30T14:00:00+0200", NOON),
    ("2019-05-30 12:00:00 UTC", NOON),
    ("2019-05-30 14:00:00 +0200", NOON),
    ("2019-05-30T12:00:00.1234567Z", NOON.replace(microsecond=123456)),
    ("2019-05-30T12:00", NOON),
    ("20190530120000", NOON),
    ("Thu, 30 May 2019 08:00:00 -0400", NOON),
    ("Thu, 30 May 2019 12:00:00 GMT", NOON),
    ("1559217600", NOON),
    ("1559217600000", NOON),
    (1559217600, NOON),
    (1559217600.5, NOON.replace(microsecond=500000)),
    (1559217600000, NOON),
    (1559217600000000, NOON),
    (1559217600000000000, NOON),
    ("2019-05-30", NOON.replace(hour=0)),
    ("20190530", NOON.replace(hour=0)),
    (date(2019, 5, 30), NOON.replace(hour=0)),
    (datetime(2019, 5, 30, 12), NOON),  # noqa: DTZ001 - a time without a zone is the case
    (NOON.astimezone(timezone(timedelta(hours=5))), NOON),
    ("2100-12-31T23:59:59Z", datetime(2100, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ("2101-01-01", None),
    ("1989-12-31T23:59:59Z", None),
    ("2019-02-30", None),
    ("2019-05-30T25:00:00", None),
    ("0001-01-01T00:00:00+14:00", None),
    ("9999-12-31T23:59:59-14:00", None),
    ("yesterday", None),
    ("", None),
    ("9" * 400, None),
    (True, None),
    (0, None),
    (-1, None),
    (10**400, None),
    (float("nan"), None),
    (float("inf"), None),
    ([], None),
    (None, None),
]


@pytest.mark.parametrize(("value", "expected"), TIMES)
def test_times(value: object, expected: datetime | None) -> None:
    assert parse_time(value) == expected


def test_columns_of_times_read_as_single_values_do() -> None:
    strings = [value for value, _ in TIMES if isinstance(value, str)]
    assert parse_times(pl.Series(strings)).to_list() == [parse_time(text) for text in strings]
    whole = [0, -5, 1559217600, 1559217600000, 1559217600000000, 1559217600000000000, None]
    assert parse_times(pl.Series(whole, dtype=pl.Int64)).to_list() == [parse_time(number) for number in whole]
    floats = [1559217600.5, float("nan"), float("inf"), 0.0, None]
    assert parse_times(pl.Series(floats)).to_list() == [parse_time(number) for number in floats]
    for unit in ("ms", "us", "ns"):
        for zone in (None, "UTC", "Asia/Tokyo"):
            column = pl.Series([NOON]).dt.convert_time_zone("UTC").cast(pl.Datetime(unit, "UTC"))
            column = column.dt.replace_time_zone(None) if zone is None else column.dt.convert_time_zone(zone)
            assert parse_times(column).to_list() == [NOON]
    assert parse_times(pl.Series([date(2019, 5, 30), date(1980, 1, 1)])).to_list() == [NOON.replace(hour=0), None]
    assert parse_times(pl.Series([[1]])).to_list() == [None]


@given(
    st.lists(
        st.one_of(st.none(), st.text(max_size=30), st.datetimes().map(str), st.datetimes().map(datetime.isoformat))
    )
)
def test_any_strings_read_alike_alone_and_in_a_column(values: list[str | None]) -> None:
    column = pl.Series(values, dtype=pl.String)
    assert parse_times(column).to_list() == [parse_time(value) for value in values]
