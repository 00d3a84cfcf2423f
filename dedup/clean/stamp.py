"""When an article says in its text that it was published: the line of date and time that pages print under a headline.

Owns the reading of such lines. Judges no time: `dedup.timing` does.
"""

from __future__ import annotations

import polars as pl

from dedup.clean.match import EDGE

_CLOCK = r"\s?[,|–—\-]?\s{0,2}(?:at\s|T)?(\d{1,2}:\d\d)(?:\s?([aApP])\.?[mM]" + EDGE + ")?"
_MONTH = r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_FORMS = (
    (rf"{EDGE}{_MONTH}\s(\d{{1,2}}),?\s((?:19|20)\d\d){_CLOCK}", (3, 1, 2, 4, 5), "%Y %b %d %H:%M"),
    (rf"{EDGE}(\d{{1,2}})\s{_MONTH}\s((?:19|20)\d\d){_CLOCK}", (3, 2, 1, 4, 5), "%Y %b %d %H:%M"),
    (rf"{EDGE}((?:19|20)\d\d)-(\d\d)-(\d\d){_CLOCK}", (1, 2, 3, 4, 5), "%Y %m %d %H:%M"),
)
"""A date with a time, the places of year, month, day, clock and half of the day in it, and how they read."""

_UPDATED = (
    rf"(?i){EDGE}(?:updated|modified|edited){EDGE}[^\d\n]{{0,20}}(?:\d{{1,2}}\s)?(?:[a-z]+\.?\s)?"
    r"[\d,\s\-]{4,14}[^\d\n]{0,4}\d{1,2}:\d\d"
)


def stamps(heads: pl.Series) -> pl.Series:
    """Return the time that each article prints: Datetime us, null where none is found.

    Parameters
    ----------
    heads
        String: the beginning of each article, with what stands above it.

    Notes
    -----
    As printed, in the site's own zone; without am or pm, an hour up to twelve may be of either half of the day. When an
    article was updated does not count.
    """
    shown = heads.alias("head").to_frame().lazy().with_columns(pl.col("head").str.replace_all(_UPDATED, ""))
    groups = [pl.col("head").str.extract_groups(form).alias(str(i)) for i, (form, _, _) in enumerate(_FORMS)]
    found = [_read(str(i), order, layout) for i, (_, order, layout) in enumerate(_FORMS)]
    return shown.select(groups).select(pl.coalesce(found)).collect().to_series()


def _read(groups: str, order: tuple[int, ...], layout: str) -> pl.Expr:
    *parts, half = (pl.col(groups).struct[place - 1] for place in order)
    read = pl.concat_str(parts, separator=" ").str.to_datetime(layout, strict=False, time_unit="us")
    half, hour = half.str.to_lowercase(), read.dt.hour()
    added = pl.when((half == "p") & (hour < 12)).then(12).when((half == "a") & (hour == 12)).then(-12).otherwise(0)
    return read + pl.duration(hours=added)
