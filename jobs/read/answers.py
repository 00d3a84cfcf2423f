"""What workers answer → columns beside those of the raw records."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
import polars as pl

from dedup import schema
from dedup.clean.extract import Page
from jobs.read.batch import MAX_DETAIL, well_formed

if TYPE_CHECKING:
    from collections.abc import Sequence


class Answer(NamedTuple):
    """What became of one page: its article, or a reason and a detail."""

    page: Page | None
    reason: str
    detail: str


decode = msgspec.msgpack.Decoder(Answer).decode
"""Read one answer as a worker sends it."""

_FOUND: dict[str, pl.DataType] = {
    "row": pl.UInt32(),
    "reason": pl.String(),
    "detail": pl.String(),
    **{f"found_{name}": schema.RECORD.dtypes[name] for name in Page.__struct_fields__},
}


def frame_of(rows: Sequence[int], answers: Sequence[Answer]) -> pl.DataFrame:
    """Return the answers as a frame: row, reason and detail (null where the page was extracted), and found_<field>."""
    data = [(row, *_fields(answer)) for row, answer in zip(rows, answers, strict=True)]
    return pl.DataFrame(data, schema=_FOUND, orient="row")


def _fields(answer: Answer) -> tuple[object, ...]:
    """Return the columns of `_FOUND` after the row."""
    if answer.page is None:
        return (answer.reason, well_formed(answer.detail)[:MAX_DETAIL], *(None for _ in Page.__struct_fields__))
    return (None, None, *msgspec.structs.astuple(answer.page))


def merged() -> list[pl.Expr]:
    """Return the columns of a record: the text of the page if it has one, else what the record says, then the page."""
    has_page = pl.col("found_text").is_not_null()
    special = {
        "text": pl.when(has_page).then("found_text").otherwise("text"),
        "published_at_source": pl.when(pl.col("published_at").is_null())
        .then("found_published_at_source")
        .otherwise("published_at_source"),
        "page": pl.when(has_page)
        .then(pl.concat_list("page", "found_page").list.unique().list.sort())
        .otherwise("page"),
    }
    given = [name for name in schema.RECORD.dtypes if f"found_{name}" not in _FOUND]
    return [
        special[name].alias(name)
        if name in special
        else pl.col(name)
        if name in given
        else pl.coalesce(name, f"found_{name}").alias(name)
        for name in schema.RECORD.dtypes
    ]
