"""What the stated times of a story's members say about which was first.

Owns the judgement on times; `dedup.canonical` weighs it.
"""

from __future__ import annotations

import polars as pl

OF_TIME = ("earliest", "delay", "no_time", "untimed", "midnight")
"""What `time_evidence` returns to be weighed."""

EARLY_MINUTES = 10.0
"""Delay that halves the worth of being early: aggregators copy within minutes."""

DELAY_UNIT_MINUTES = 15.0
ZONE_MINUTES = 15
"""Time zones differ by multiples of it, so a time printed in any zone agrees in what is left."""
OUTLIER_DAYS = 7
LEAST_ZONE, MOST_ZONE = -14 * 60, 10 * 60
"""Minutes from a site's clock to UTC, of all inhabited time zones."""

_HALF = pl.duration(hours=12)
_DAY = pl.duration(days=1)
_FILED = r"/((?:19|20)\d\d/\d\d/\d\d)/"
UNSET_YEAR = 1970
"""Times up to here are clocks that were never set."""


def time_evidence() -> list[pl.Expr]:
    """Return who is first, how late the others are, and which times cannot be believed.

    Returns
    -------
    list
        Expressions over rows of members with the columns story, believed_at and believed_until, Float64 each: earliest
        (1 for the first, falling with the delay behind it; 0 without a time), delay (log of the delay in quarters of an
        hour), no_time and midnight (1 where no time is stated, or a day or its half alone), untimed (log of the number
        of members that state a time, where this one does not), lead_minutes (null: no second time).
    """
    time, until = pl.col("believed_at"), pl.col("believed_until")
    future = (time > pl.col("crawled_at") + pl.duration(hours=1)).fill_null(value=False)
    # Of two times far apart none can be told to be the wrong one.
    far = (time - time.median().over("story")).dt.total_days().abs() > OUTLIER_DAYS
    off = (far & (time.count().over("story") > 2)) | (time.dt.year() <= UNSET_YEAR)
    crawl = pl.col("published_at_source").fill_null("").str.contains("(?i)crawl|fetch")
    no_time = time.is_null() | future | off.fill_null(value=False) | crawl
    exact = pl.when(~no_time & (time == until)).then(time).min().over("story")
    # A date alone tells nothing of the day on which the first exact time falls, but all of the days around it.
    stated = (
        pl.when(no_time).then(None)
        .when((time == until) | exact.is_null() | (time >= exact)).then(time)
        .when(until <= exact).then(until)
    )  # fmt: skip
    first = stated.min().over("story")
    second = pl.when(stated > first).then(stated).min().over("story")
    delay = (stated - first).dt.total_seconds() / 60.0
    among = stated.is_not_null().sum().over("story").clip(1).cast(pl.Float64).log()
    return [
        (1.0 / (1.0 + delay / EARLY_MINUTES)).fill_null(0.0).alias("earliest"),
        (delay / DELAY_UNIT_MINUTES + 1.0).log().fill_null(0.0).alias("delay"),
        no_time.cast(pl.Float64).alias("no_time"),
        (stated.is_null() & ~no_time).cast(pl.Float64).alias("midnight"),
        pl.when(stated.is_null()).then(among).otherwise(0.0).alias("untimed"),
        ((second - first).dt.total_seconds() / 60.0).alias("lead_minutes"),
    ]


def believed(rows: pl.DataFrame) -> pl.DataFrame:
    """Add when each member was published: its stated time, or what address and text show where they contradict it.

    Parameters
    ----------
    rows
        Members of stories: site, url (String), published_at (Datetime us UTC), printed_at (Datetime us), null where
        unknown.

    Returns
    -------
    pl.DataFrame
        The rows with believed_at and believed_until (Datetime us UTC): the first and the last moment it may be, equal
        where the time is exact, a day apart where a date alone is known.
    """
    stated, printed = pl.col("published_at"), pl.col("printed_at")
    filed = pl.col("url").str.extract(_FILED, 1).str.to_date("%Y/%m/%d", strict=False)
    naive = stated.dt.replace_time_zone(None)
    # A day apart is a time zone's doing.
    is_elsewhere = pl.any_horizontal(
        (naive.dt.date() - day).dt.total_days().abs() > 1 for day in (filed, printed.dt.date())
    )
    is_date = naive.dt.time() == pl.time(0, 0, 0)
    is_off = is_elsewhere | (~_agrees(naive, printed) & ~is_date)
    rows = rows.with_columns(is_off=is_off.fill_null(value=False) | stated.is_null(), is_date=is_date)
    rows = rows.join(_zones(rows), on="site", how="left", maintain_order="left")
    clock = (_morning(printed) + pl.duration(minutes="zone")).dt.replace_time_zone("UTC")
    later = pl.when(_is_halved(printed)).then(clock + _HALF).otherwise(clock)
    is_clocked = pl.col("is_off") & clock.is_not_null()
    is_near = stated.is_not_null() & ~is_elsewhere.fill_null(value=False)
    is_later = (later - stated).dt.total_seconds().abs() < (clock - stated).dt.total_seconds().abs()
    day = pl.coalesce(filed, printed.dt.date()).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    # Of the two halves of the day, the one that the stated time is nearer to; either, where none is stated.
    first = pl.when(is_near & is_later).then(later).otherwise(clock)
    last = pl.when(is_near & ~is_later).then(clock).otherwise(later)
    is_off, is_day = pl.col("is_off"), pl.col("is_date")
    return rows.with_columns(
        believed_at=pl.when(is_clocked).then(first).when(is_off).then(day).otherwise(stated),
        believed_until=pl.when(is_clocked).then(last).when(is_off).then(day + _DAY).when(is_day).then(stated + _DAY)
        .otherwise(stated),
    ).drop("is_off", "is_date", "zone")  # fmt: skip


def _agrees(naive: pl.Expr, printed: pl.Expr) -> pl.Expr:
    """Tell whether a stated time ends in the minutes that are printed, as it does in any zone and half of the day."""
    return (naive.dt.minute().cast(pl.Int16) - printed.dt.minute()) % ZONE_MINUTES == 0


def _is_halved(printed: pl.Expr) -> pl.Expr:
    """Tell whether a printed hour may be of either half of the day."""
    return printed.dt.hour().is_between(1, 12)


def _morning(printed: pl.Expr) -> pl.Expr:
    return pl.when(printed.dt.hour() == 12).then(printed - _HALF).otherwise(printed)


def _zones(rows: pl.DataFrame) -> pl.DataFrame:
    """Learn how far each site's printed clock is from UTC: site, zone (minutes, Int64).

    Of sites most of whose stated times agree with what they print; others state when they were crawled.
    """
    both = rows.filter(~pl.col("is_date") & pl.col("printed_at").is_not_null() & pl.col("site").is_not_null())
    behind = (pl.col("published_at").dt.replace_time_zone(None) - _morning(pl.col("printed_at"))).dt.total_minutes()
    # An hour printed in the afternoon is read as one of the morning.
    zone = pl.when((behind > MOST_ZONE) & _is_halved(pl.col("printed_at"))).then(behind - 12 * 60).otherwise(behind)
    return (
        both.select("site", "is_off", zone=zone, all=pl.len().over("site"))
        .filter(~pl.col("is_off") & pl.col("zone").is_between(LEAST_ZONE, MOST_ZONE))
        .group_by("site", "all", other=pl.col("zone") % (12 * 60))
        .agg(pl.col("zone").min(), seen=pl.len())
        .filter(2 * pl.col("seen") > pl.col("all"))
        .select("site", "zone")
    )
