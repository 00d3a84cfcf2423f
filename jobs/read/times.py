"""Times as inputs write them, turned to UTC; what cannot be read, or lies outside 1990 to 2100, becomes null.

A time without a zone is taken as UTC. Nothing here knows what day it is.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime

import polars as pl

from dedup.schema import TIME

FIRST_YEAR, LAST_YEAR = 1990, 2100

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_FROM, _EPOCH_TO = 631_152_000, 4_133_980_800  # seconds of 1990-01-01 and 2101-01-01
_UNITS = (1, 1_000, 1_000_000, 1_000_000_000)  # a second in seconds, milli-, micro- and nanoseconds

_DIGITS = re.compile(r"\d{9,19}(\.\d+)?")
_COMPACT = re.compile(r"(19|20)\d{12}")
_ZONE_APART = re.compile(r"\s+(UTC|GMT|Z|[+-]\d{2}:?\d{2})$", re.IGNORECASE)
_PLAIN = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(Z|\+00:00)?$"


def parse_time(value: object) -> datetime | None:
    """Return the time that a field's value states.

    Parameters
    ----------
    value
        ISO 8601 with or without zone, ``YYYY-MM-DD HH:MM:SS``, ``YYYYMMDDHHMMSS``, RFC 2822, a date, a datetime, or
        seconds (milli-, micro-, nanoseconds) since 1970 as number or digits.

    Returns
    -------
    datetime or None
        In UTC, microseconds; None where the value states no time from 1990 to 2100.
    """
    try:
        if isinstance(value, str):
            found = _parse_text(value.strip())
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            found = _parse_number(value)
        elif isinstance(value, datetime):
            found = value
        elif isinstance(value, date):
            found = datetime.combine(value, time(), UTC)
        else:
            return None
        if found is None:
            return None
        moment = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else None


def _parse_text(text: str) -> datetime | None:
    if len(text) > 64:
        return None
    if _COMPACT.fullmatch(text):
        return datetime.fromisoformat(f"{text[:8]}T{text[8:]}")
    if _DIGITS.fullmatch(text):
        return _parse_number(float(text) if "." in text else int(text))
    try:
        return datetime.fromisoformat(_ZONE_APART.sub(_zone, text))
    except ValueError:
        return parsedate_to_datetime(text)


def _zone(match: re.Match[str]) -> str:
    zone = match[1].upper()
    return "Z" if zone in {"UTC", "GMT"} else zone


def _parse_number(value: float) -> datetime | None:
    for unit in _UNITS:
        if _EPOCH_FROM * unit <= value < _EPOCH_TO * unit:
            return _EPOCH + timedelta(microseconds=int(value * 1_000_000 // unit))
    return None


def parse_times(values: pl.Series) -> pl.Series:
    """Return the times a column states, as `parse_time` reads each value.

    Parameters
    ----------
    values
        String, number, Date or Datetime; any other type gives nulls.

    Returns
    -------
    pl.Series
        `schema.TIME`, of the same length and name.
    """
    dtype = values.dtype
    if dtype == pl.String:
        return _parse_strings(values)
    if dtype.is_numeric():
        return _parse_numbers(values)
    if isinstance(dtype, pl.Datetime):
        zoned = values.dt.replace_time_zone("UTC") if dtype.time_zone is None else values.dt.convert_time_zone("UTC")
    elif dtype == pl.Date:
        zoned = values.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    else:
        return pl.Series(values.name, [None], dtype=TIME).new_from_index(0, len(values))
    return _in_range(zoned.cast(TIME))


def _parse_strings(values: pl.Series) -> pl.Series:
    """Read the commonest spelling at once, what is left value by value."""
    is_plain = values.str.contains(_PLAIN)
    plain = values.str.slice(0, 19).str.replace("T", " ", literal=True)
    found = plain.set(~is_plain, None).str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False)
    out = _in_range(found.dt.replace_time_zone("UTC"))
    left = values.filter(out.is_null() & values.is_not_null()).unique()
    if left.is_empty():
        return out
    parsed = pl.Series([parse_time(text) for text in left], dtype=TIME)
    rest = values.replace_strict(left, parsed, default=None, return_dtype=TIME)
    return out.zip_with(out.is_not_null(), rest)


def _parse_numbers(values: pl.Series) -> pl.Series:
    value = pl.col("value")
    per_unit = [
        pl.when(value.is_between(_EPOCH_FROM * unit, _EPOCH_TO * unit, closed="left")).then(
            (value * (1_000_000 // unit) if unit <= 1_000_000 else value // (unit // 1_000_000)).cast(pl.Int64)
        )
        for unit in _UNITS
    ]
    whole = pl.Int64 if values.dtype.is_integer() else pl.Float64
    frame = pl.DataFrame({"value": values.cast(whole, strict=False)})
    return frame.select(pl.coalesce(per_unit).cast(TIME)).to_series().rename(values.name)


def _in_range(times: pl.Series) -> pl.Series:
    return times.set(~times.dt.year().is_between(FIRST_YEAR, LAST_YEAR), None)
