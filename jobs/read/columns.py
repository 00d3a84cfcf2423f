"""Columns as files hold them, turned to the columns of a record: what `fields.to_record` does, for all rows at once.

String columns come as Binary, since nothing has checked yet that they are UTF-8.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from jobs.read.fields import MAX_EVIDENCE

if TYPE_CHECKING:
    from jobs.read.fields import Fields


def decoded(column: pl.Series) -> pl.Series:
    """Return Binary as String, null where it is not UTF-8, and any other column as it is."""
    if column.dtype != pl.Binary:
        return column
    try:
        return column.cast(pl.String)
    except pl.exceptions.PolarsError:  # rare: one value that is not UTF-8 fails the whole column
        return pl.Series(column.name, [_utf8(value) for value in column], dtype=pl.String)


def _utf8(value: bytes | None) -> str | None:
    try:
        return value if value is None else value.decode()
    except UnicodeDecodeError:
        return None


def phrase(column: pl.Series) -> pl.Series:
    """Return a column as strings that say something: lists joined, whole numbers written out, blanks null."""
    if isinstance(column.dtype, pl.List):
        column = _joined(column)
    elif column.dtype.is_integer():
        column = column.cast(pl.String)
    column = decoded(column)
    if column.dtype != pl.String:
        return pl.Series(column.name, [None], dtype=pl.String).new_from_index(0, len(column))
    return column.set(column.str.strip_chars() == "", None)


def _joined(column: pl.Series) -> pl.Series:
    """Return lists of Binary as one String each, without what is blank or not UTF-8."""
    parts = pl.DataFrame({"row": pl.int_range(len(column), eager=True), "part": column}).explode("part")
    parts = parts.with_columns(phrase(parts["part"]).alias("part")).drop_nulls()
    joined = parts.group_by("row", maintain_order=True).agg(pl.col("part").str.join(", "))
    rows = pl.DataFrame({"row": pl.int_range(len(column), eager=True)})
    return rows.join(joined, on="row", how="left", maintain_order="left")["part"].rename(column.name)


def evidence(frame: pl.DataFrame, fields: Fields) -> pl.Series:
    """Return the `page` column."""
    if not fields.evidence:
        return pl.Series("page", [[]], dtype=pl.List(pl.String)).new_from_index(0, frame.height)
    pieces = pl.DataFrame([phrase(frame[name]).alias(key) for key, name in fields.evidence])
    named = (
        pl.when(pl.col(key).str.len_chars() <= MAX_EVIDENCE).then(pl.lit(f"{key}=") + pl.col(key))
        for key in pieces.columns
    )
    return pieces.select(pl.concat_list(named).list.drop_nulls().alias("page")).to_series()
