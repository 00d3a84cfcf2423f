"""Readers: bytes of a source to bounded batches of raw records, surviving damage, one file a format."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import polars as pl

from dedup.errors import UnreadableFileError
from dedup.schema import QUARANTINE
from jobs.read.batch import RAW, Batch, BatchBuilder
from jobs.read.source import Skipped, Source, discover

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
__all__ = ["RAW", "Batch", "BatchBuilder", "Skipped", "Source", "describe", "discover", "read", "unreadable"]

_WITH_FIELDS = frozenset({"jsonl", "parquet", "csv"})


def read(source: Source, mapping: Mapping[str, str]) -> Iterator[Batch]:
    """Yield the records of a source in its order, in bounded batches.

    Parameters
    ----------
    source
        One of those that `discover` returns.
    mapping
        Meaning (a key of `fields.NAMES`) to the field that holds it; unused where the format has no fields.

    Yields
    ------
    Batch
        Records, and what could not be read. A file that fails as a whole ends with a quarantine row of reach `file`,
        after the batches that could be read.

    Raises
    ------
    UsageError
        The source has no text column, or `mapping` names an unknown meaning.
    """
    reader = import_module(f"jobs.read.{source.format}")
    try:
        yield from reader.read(source, mapping) if source.format in _WITH_FIELDS else reader.read(source)
    except PermissionError:
        yield _lost(source, "no-permission", "the file may not be read by this user")
    except OSError as error:
        yield _lost(source, "unreadable", f"the file cannot be read: {error.strerror or error}")
    except UnreadableFileError as error:
        yield _lost(source, "unreadable", str(error))


def unreadable(skipped: Iterable[Skipped]) -> pl.DataFrame:
    """Return the skipped files that a user may miss as rows of `schema.QUARANTINE`, in the order given."""
    rows = [(one.name, -1, one.reason, one.detail, "file") for one in skipped if one.is_unreadable]
    return pl.DataFrame(rows, schema=QUARANTINE.dtypes, orient="row")


def _lost(source: Source, reason: str, detail: str) -> Batch:
    builder = BatchBuilder(source.name)
    builder.quarantine(-1, reason, detail, "file")
    return builder.take()


def describe(source: Source, mapping: Mapping[str, str]) -> dict[str, Any]:
    """Return what a source is taken for, reading no more than its first record.

    Returns
    -------
    dict
        ``file``, ``format``, ``codec``, ``size`` (bytes); for formats with fields also ``columns`` (meaning to
        field), ``unused`` (fields without a meaning, sorted) and, for Parquet, ``rows``.

    Raises
    ------
    UsageError
        `mapping` names an unknown meaning.
    OSError
        The file cannot be opened.
    """
    from jobs.read.fields import recognise

    about: dict[str, Any] = {
        "file": source.name, "format": source.format, "codec": source.codec, "size": source.size,
    }  # fmt: skip
    if source.format not in _WITH_FIELDS:
        return about
    found = import_module(f"jobs.read.{source.format}").first_fields(source)
    if source.format == "parquet":
        found, about["rows"] = found
    fields = recognise(found, mapping)
    about["columns"] = fields.columns
    about["unused"] = sorted(set(found) - set(fields.wanted))
    return about
