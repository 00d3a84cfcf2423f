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
_FILED = r"/((?:19|20)\d\d/\d\d/\d\d)/"
UNSET_YEAR = 1970
"""Times up to here are clocks that were never set."""


def time_evidence() -> list[pl.Expr]:
    """Return who is first, how late the others are, and which times cannot be believed.

    Returns
    -------
    list
        Expressions over rows of members with the columns story and believed_at, Float64 each: earliest (1 for the
        first, falling with the delay behind it; 0 without a time), delay (log of the delay in quarters of an hour),
        no_time and midnight (1 where no time, or a date alone, is stated), untimed (log of the number of members that
        state a time, where this one does not), lead_minutes (null: no second time).
    """
    time = pl.col("believed_at")
    midnight = ((time.dt.hour() == 0) & (time.dt.minute() == 0) & (time.dt.second() == 0)).fill_null(value=False)
    future = (time > pl.col("crawled_at") + pl.duration(hours=1)).fill_null(value=False)
    # Of two times far apart none can be told to be the wrong one.
    far = (time - time.median().over("story")).dt.total_days().abs() > OUTLIER_DAYS
    off = (far & (time.count().over("story") > 2)) | (time.dt.year() <= UNSET_YEAR)
    crawl = pl.col("published_at_source").fill_null("").str.contains("(?i)crawl|fetch")
    no_time = time.is_null() | future | off.fill_null(value=False) | crawl
    exact = pl.when(~no_time & ~midnight).then(time).min().over("story")
    day_end = time + pl.duration(days=1)
    # A date alone tells nothing of the day on which the first exact time falls, but all of the days around it.
    stated = (
        pl.when(no_time).then(None)
        .when(~midnight | exact.is_null() | (time >= exact)).then(time)
        .when(day_end <= exact).then(day_end)
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


def believed() -> pl.Expr:
    """Return `believed_at` over rows of members with the columns published_at, printed_at and url.

    The stated time; where address or text contradict it, or none is stated, the day that they show.
    """
    stated, printed = pl.col("published_at"), pl.col("printed_at")
    filed = pl.col("url").str.extract(_FILED, 1).str.to_date("%Y/%m/%d", strict=False)
    naive = stated.dt.replace_time_zone(None)
    # A day apart is a time zone's doing.
    is_elsewhere = pl.any_horizontal(
        (naive.dt.date() - day).dt.total_days().abs() > 1 for day in (filed, printed.dt.date())
    )
    # What is printed without am or pm, and in another zone, still ends in the same minutes.
    other_minute = (naive.dt.minute().cast(pl.Int16) - printed.dt.minute()) % ZONE_MINUTES != 0
    is_date = (naive.dt.hour() == 0) & (naive.dt.minute() == 0)
    is_off = (is_elsewhere | (other_minute & ~is_date)).fill_null(value=False)
    day = pl.coalesce(filed, printed.dt.date()).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return pl.when(is_off | stated.is_null()).then(day).otherwise(stated).alias("believed_at")
