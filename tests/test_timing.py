"""Which times are believed, where pages print one thing and state another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from dedup.timing import believed

NOON = datetime(2024, 3, 5, 12, 7, tzinfo=UTC)
SCHEMA = {
    "site": pl.String, "url": pl.String, "published_at": pl.Datetime("us", "UTC"), "printed_at": pl.Datetime("us"),
}  # fmt: skip
Row = tuple[str, str | None, datetime | None, datetime | None]


def printed(hour: int, minute: int, day: int = 5) -> datetime:
    return datetime(2024, 3, day, hour, minute)  # noqa: DTZ001 - pages print their own zone's time


def times(*rows: Row) -> list[tuple[datetime, datetime]]:
    """Return the first and the last moment believed of each row."""
    found = believed(pl.DataFrame(rows, schema=SCHEMA, orient="row"))
    return found.select("believed_at", "believed_until").rows()


def honest(hours_ahead: int, count: int = 3) -> list[Row]:
    """Return articles of a.com that state in UTC what they print in a zone behind it, on a clock of twelve hours."""
    return [
        ("a.com", None, NOON + timedelta(days=i), printed((12 - hours_ahead) % 12 or 12, 7, 5 + i))
        for i in range(count)
    ]


def test_a_stated_time_that_agrees_is_taken() -> None:
    assert times(*honest(5))[:1] == [(NOON, NOON)]


def test_a_date_alone_is_a_day() -> None:
    day = datetime(2024, 3, 5, tzinfo=UTC)
    assert times(("a.com", None, day, None)) == [(day, day + timedelta(days=1))]


def test_a_contradicted_time_gives_way_to_the_printed_clock_in_the_sites_zone() -> None:
    liar = ("a.com", None, NOON - timedelta(minutes=100), printed(8, 22))
    late = datetime(2024, 3, 5, 13, 22, tzinfo=UTC)
    assert times(*honest(5), liar)[-1] == (late, late)


def test_without_a_stated_time_either_half_of_the_day_may_be_meant() -> None:
    found = times(*honest(5), ("a.com", None, None, printed(8, 22)))[-1]
    assert found == (datetime(2024, 3, 5, 13, 22, tzinfo=UTC), datetime(2024, 3, 6, 1, 22, tzinfo=UTC))
    whole = times(*honest(5), ("a.com", None, None, printed(20, 22)))[-1]
    assert whole == (datetime(2024, 3, 6, 1, 22, tzinfo=UTC),) * 2


def test_where_the_zone_is_not_known_the_printed_day_counts() -> None:
    day = datetime(2024, 3, 5, tzinfo=UTC)
    unknown = ("b.com", None, NOON - timedelta(minutes=100), printed(8, 22))
    assert times(*honest(5), unknown)[-1] == (day, day + timedelta(days=1))


def test_a_site_that_states_when_it_was_crawled_teaches_no_zone() -> None:
    crawled: list[Row] = [("a.com", None, NOON + timedelta(minutes=m), printed(8, 22)) for m in (0, 1, 2, 3)]
    by_chance = [("a.com", None, NOON, printed(9, 7))]
    day = datetime(2024, 3, 5, tzinfo=UTC)
    assert times(*by_chance, *crawled)[-1] == (day, day + timedelta(days=1))


def test_an_address_of_another_day_is_believed() -> None:
    found = times(("a.com", "https://a.com/2024/03/09/bridge", NOON, None))
    assert found == [(datetime(2024, 3, 9, tzinfo=UTC), datetime(2024, 3, 10, tzinfo=UTC))]


def test_order_of_rows_does_not_matter() -> None:
    rows = [*honest(5), ("a.com", None, None, printed(8, 22)), ("b.com", None, NOON, None)]
    assert times(*rows) == times(*rows[::-1])[::-1]
