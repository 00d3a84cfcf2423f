"""Labels in: a folder of listed pairs, a table of articles and their stories, or one of judged pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from dedup.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOT_ARTICLES = frozenset({"index_page"})
"""Kinds of labelled rows that are no articles and do not count."""

_KNOWN = {
    "kind": pl.String(), "copy": pl.String(), "is_origin": pl.Boolean(), "agency": pl.String(),
    "is_credited": pl.Boolean(),
}  # fmt: skip


JUDGED = {"article_id_a": pl.String(), "article_id_b": pl.String(), "is_same_story": pl.Boolean()}
"""A table of judged pairs, as `label` writes it: smaller id first."""


class Judged(NamedTuple):
    """Pairs someone judged, columns of `JUDGED`; nothing is said of any other."""

    pairs: pl.DataFrame


class Listed(NamedTuple):
    """Pairs that must be one story and pairs that do not count, among the articles `ids`: a, b (String)."""

    ids: pl.Series
    must: pl.DataFrame
    ignore: pl.DataFrame


def read_labels(path: Path) -> Listed | Judged | pl.DataFrame:
    """Return the labels at `path`.

    Returns
    -------
    Listed, Judged or pl.DataFrame
        Of a folder with pairs_must.tsv; of a table with the columns of `JUDGED`; else a frame with article_id, story_id
        (String) and those of kind, copy, agency (String), is_origin and is_credited (Boolean: an article of its story names
        the agency) that are there.

    Raises
    ------
    UsageError
        Nothing is there, it cannot be read, or it lacks a column.
    """
    if not path.exists():
        raise UsageError(f"the labels {path} do not exist; name a table with article_id and story_id")
    if path.is_dir():
        return _read_folder(path)
    frame = _read_table(path)
    if set(JUDGED) <= set(frame.columns):
        return Judged(_judged(frame, path))
    lacking = {"article_id", "story_id"} - set(frame.columns)
    if lacking:
        raise UsageError(
            f"{path} has no column {' or '.join(sorted(lacking))}, it has {', '.join(frame.columns)}; rename one"
        )
    if (twice := frame.filter(pl.col("article_id").is_duplicated())).height:
        raise UsageError(f"{path} labels the article {twice['article_id'][0]} twice; keep one row for it")
    return frame


def read_judged(path: Path) -> pl.DataFrame:
    """Return a table of judged pairs.

    Raises
    ------
    UsageError
        It cannot be read or is another table.
    """
    frame = _read_table(path)
    if not set(JUDGED) <= set(frame.columns):
        raise UsageError(f"{path} is no table of judged pairs ({', '.join(JUDGED)}); name another file")
    return _judged(frame, path)


def _judged(frame: pl.DataFrame, path: Path) -> pl.DataFrame:
    text = frame.select(pl.col(list(JUDGED)).cast(pl.String))
    known = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    answer = pl.col("is_same_story").str.to_lowercase().replace_strict(known, default=None, return_dtype=pl.Boolean)
    pairs = text.select(
        article_id_a=pl.min_horizontal("article_id_a", "article_id_b"),
        article_id_b=pl.max_horizontal("article_id_a", "article_id_b"),
        is_same_story=answer,
    )
    if (odd := pairs.filter(pl.any_horizontal(pl.all().is_null()))).height:
        raise UsageError(f"{path}: {odd.height} rows lack an id or a true or false in is_same_story; correct them")
    if (twice := pairs.filter(pl.struct("article_id_a", "article_id_b").is_duplicated())).height:
        pair = twice.row(0)[:2]
        raise UsageError(f"{path} judges the pair {pair[0]} {pair[1]} twice; keep one row for it")
    return pairs


def _read_folder(folder: Path) -> Listed:
    must, ignore = folder / "pairs_must.tsv", folder / "pairs_ignore.tsv"
    named = next((name for name in (folder / "articles.jsonl", folder / "labels.jsonl") if name.is_file()), None)
    if not must.is_file() or named is None:
        raise UsageError(
            f"{folder} has no pairs_must.tsv, or no articles.jsonl or labels.jsonl; name a folder that has"
        )
    ids = _read(named, pl.read_ndjson)
    labels = folder / "labels.jsonl"
    kinds = _read(labels, pl.read_ndjson) if labels.is_file() else ids
    if "id" not in ids.columns or "id" not in kinds.columns:
        raise UsageError(f"{named} has no column id; name a folder that has it")
    if "kind" in kinds.columns:
        ids = ids.join(kinds.filter(pl.col("kind").is_in(NOT_ARTICLES)).select("id"), on="id", how="anti")
    return Listed(ids["id"].cast(pl.String).unique().sort(), _read_pairs(must), _read_pairs(ignore))


def _read_pairs(path: Path) -> pl.DataFrame:
    if not path.is_file():
        return pl.DataFrame(schema={"a": pl.String(), "b": pl.String()})
    rows = [line.split("\t")[:2] for line in path.read_text("utf-8").splitlines() if line.strip()]
    if short := next((number for number, row in enumerate(rows) if len(row) < 2), None):
        raise UsageError(f"{path}, pair {short}: two ids with a tab between them are needed; correct it")
    return pl.DataFrame(rows, schema={"a": pl.String(), "b": pl.String()}, orient="row")


def _read_table(path: Path) -> pl.DataFrame:
    readers: dict[str, Callable[[Path], pl.DataFrame]] = {
        ".tsv": lambda file: pl.read_csv(file, separator="\t", infer_schema=False),
        ".csv": lambda file: pl.read_csv(file, infer_schema=False),
        ".parquet": pl.read_parquet,
        ".jsonl": lambda file: pl.read_ndjson(file, infer_schema_length=None),
    }
    if path.suffix not in readers:
        raise UsageError(f"{path} is no table of labels by its name; give a .tsv, .csv, .jsonl or .parquet file")
    frame = _read(path, readers[path.suffix])
    if "article_id" not in frame.columns and "id" in frame.columns:
        frame = frame.rename({"id": "article_id"})
    ids = [name for name in ("article_id", "story_id") if name in frame.columns]
    known = [name for name in _KNOWN if name in frame.columns]
    return (
        frame.select(
            pl.col(ids).cast(pl.String),
            *(_as(name, frame.schema[name]) for name in known),
        )
        if len(ids) == 2
        else frame
    )


def _as(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if _KNOWN[name] == pl.Boolean() and dtype == pl.String():
        return column.str.to_lowercase().is_in(["true", "1", "yes"]).alias(name)
    if _KNOWN[name] == pl.String():
        return pl.when(column.cast(pl.String) != "").then(column.cast(pl.String)).alias(name)
    return column.cast(_KNOWN[name])


def _read(path: Path, reader: Callable[[Path], pl.DataFrame]) -> pl.DataFrame:
    try:
        return reader(path)
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError) as error:
        raise UsageError(f"the labels {path} cannot be read: {str(error).splitlines()[0]}; correct the file") from None
