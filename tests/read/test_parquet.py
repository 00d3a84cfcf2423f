"""Parquet: every kind of string column, and a zoo of damaged and lying files."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dedup.errors import UsageError
from jobs.read import RAW, Source, jsonl, parquet, read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def load(path: Path, mapping: Mapping[str, str] | None = None) -> tuple[pl.DataFrame, list[tuple[Any, ...]]]:
    batches = list(read(Source(path, path.name, "parquet", "", path.stat().st_size), mapping or {}))
    assert all(batch.records.schema == RAW.empty().schema for batch in batches)
    records = pl.concat([RAW.empty(), *(batch.records for batch in batches)])
    return records, [
        row for batch in batches for row in batch.quarantine.select("source_offset", "reason", "reach").rows()
    ]


def write(path: Path, columns: Mapping[str, Any], **options: Any) -> Path:
    pq.write_table(pa.table(dict(columns)), path, **options)
    return path


TEXTS = ["a", "", None, "é “ü”", "a"]


@pytest.mark.parametrize(
    "kind",
    [
        pa.string(),
        pa.large_string(),
        pa.binary(),
        pa.large_binary(),
        pa.string_view(),
        pa.dictionary(pa.int32(), pa.string()),
    ],
    ids=str,
)
def test_every_kind_of_string_column(tmp_path: Path, kind: pa.DataType) -> None:
    path = write(tmp_path / "a.parquet", {"text": pa.array(TEXTS).cast(kind), "url": pa.array(TEXTS).cast(kind)})
    records, bad = load(path)
    assert records.select("text", "url", "source_offset").rows() == [
        ("a", "a", 0), ("", None, 1), ("é “ü”", "é “ü”", 3), ("a", "a", 4),
    ]  # fmt: skip
    assert bad == [(2, "no-text", "record")]


def test_polars_categories_and_columns_of_all_types(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    frame = pl.DataFrame(
        {
            "Content": ["x", "y"],
            "id": [1, None],
            "site": pl.Series(["s", " "], dtype=pl.Categorical),
            "authors": [["A", "B"], []],
            "date": [date(2020, 1, 2), date(1970, 1, 1)],
            "crawled_at": [datetime(2020, 1, 2), None],  # noqa: DTZ001 - a column without a zone is the case
            "title": [1.5, 2.5],
            "language": [{"a": "b"}, {"a": "c"}],
            "canonical_url": ["c", None],
            "url": ["u", "v"],
            "agency": ["AP", "z" * 1000],
        }
    )
    frame.write_parquet(path)
    records, bad = load(path)
    assert bad == []
    first, second = records.drop("html", "charset", "source_file", "source_offset").rows(named=True)
    day = datetime(2020, 1, 2, tzinfo=UTC)
    assert first == {
        "id": "1", "url": "u", "title": None, "text": "x", "published_at": day, "published_at_source": "field:date",
        "crawled_at": day, "site": "s", "language": None, "author": "A, B", "page": ["canonical=c", "field:agency=AP"],
    }  # fmt: skip
    assert (second["id"], second["published_at_source"], second["author"], second["page"]) == (None, None, None, [])


def test_the_same_rows_as_parquet_and_as_json_lines_give_the_same_records(tmp_path: Path) -> None:
    columns = {
        "id": ["1", " ", None, "4"], "text": ["a", "b", "", "d"], "html": [None, "<p>", "<p>é", ""],
        "date": ["2020-01-01", "2020-01-01T10:00:00+02:00", "x", "1577836800"], "source": ["s", None, "", "t"],
        "domain": ["d", "e", None, ""], "byline": ["A", "", None, "B"], "canonical": ["c", None, " ", "d"],
    }  # fmt: skip
    path = write(tmp_path / "a", columns)
    lines = tmp_path / "b"
    pl.DataFrame(columns).write_ndjson(lines)
    from_lines = pl.concat(batch.records for batch in jsonl.read(Source(lines, "a", "jsonl", "", 1), {}))
    assert load(path)[0].equals(from_lines)


def test_strings_that_are_no_utf8_cost_their_row(tmp_path: Path) -> None:
    broken = pa.array([b"a", b"\xff\xfe", b"c"]).view(pa.string())
    names = pa.array([[b"\xff"], [b"b"], [b"c"]]).cast(pa.list_(pa.binary()))
    path = write(tmp_path / "a.parquet", {"text": broken, "url": broken, "authors": names})
    records, bad = load(path)
    assert records.select("text", "url", "author").rows() == [("a", "a", None), ("c", "c", "c")]
    assert bad == [(1, "bad-utf8", "record")]


def test_columns_missing_retyped_or_named_twice(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", {"story": ["x"], "headline": ["y"]})
    with pytest.raises(UsageError, match=r"a\.parquet.*headline, story.*--map text="):
        load(path)
    assert load(path, {"text": "story"})[0]["text"].to_list() == ["x"]
    for values in ([1, 2], [[1], [2]], [["a"], []], [{"a": "b"}], [1.5]):
        assert load(write(path, {"text": values}))[1] == [(-1, "wrong-type", "file")]
    pq.write_table(pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["text", "text"]), path)
    assert load(path)[1] == [(-1, "corrupt", "file")]


def test_files_without_rows_or_row_groups(tmp_path: Path) -> None:
    assert load(write(tmp_path / "a.parquet", {"text": pa.array([], pa.string())}))[1] == []
    assert load(write(tmp_path / "a.parquet", {"text": pa.nulls(3)}))[1] == [(n, "no-text", "record") for n in range(3)]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1PAR1", b"PAR1" + b"\xff" * 50 + b"PAR1", b"garbage" * 100])
def test_a_file_that_is_no_parquet_costs_itself(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(content)
    records, bad = load(path)
    assert records.is_empty()
    assert bad == [(-1, "corrupt", "file")]


def test_a_damaged_row_group_costs_itself(tmp_path: Path) -> None:
    texts = [f"{number} " + random.Random(number).randbytes(300).hex() for number in range(300)]
    path = write(tmp_path / "a.parquet", {"text": texts}, row_group_size=100, use_dictionary=False, compression="zstd")
    chunk = pq.ParquetFile(path).metadata.row_group(1).column(0)
    data = bytearray(path.read_bytes())
    start = chunk.data_page_offset
    data[start : start + 60] = bytes(60)
    path.write_bytes(data)
    records, bad = load(path)
    assert records["source_offset"].to_list() == [*range(100), *range(200, 300)]
    assert records["text"].to_list() == texts[:100] + texts[200:]
    assert bad == [(100, "corrupt", "file")]


@pytest.mark.parametrize("compression", ["zstd", "snappy", "none"])
def test_flipped_bits_and_cuts_never_raise(tmp_path: Path, compression: str) -> None:
    rng = random.Random(5)
    columns = {
        "text": [rng.randbytes(50).hex() for _ in range(400)],
        "title": ["same"] * 400,
        "authors": [["a", "b"]] * 400,
        "date": [datetime(2020, 1, 1, tzinfo=UTC)] * 400,
    }
    path = write(tmp_path / "a.parquet", columns, row_group_size=150, compression=compression)
    whole = path.read_bytes()
    for trial in range(60):
        data = bytearray(whole)
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        path.write_bytes(data if trial % 4 else data[: rng.randrange(len(data))])
        try:
            load(path)
        except UsageError:  # a column's name was hit
            continue


def test_run_lengths_that_state_millions_of_rows_are_refused(tmp_path: Path) -> None:
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 3_000_000, pa.int32()), pa.array(["abc"]))
    path = write(tmp_path / "a.parquet", {"text": text}, row_group_size=3_000_000)
    assert load(path)[1] == [(-1, "bomb", "file")]


def test_a_long_value_repeated_is_read_in_small_batches_and_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "MAX_EXPANDED", 4_000_000)
    monkeypatch.setattr(parquet, "RATIO_MATTERS_FROM", 20_000_000)
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 500, pa.int32()), pa.array(["x" * 1_000_000]))
    path = write(tmp_path / "a.parquet", {"text": text})
    source = Source(path, "a", "parquet", "", path.stat().st_size)
    heights = [batch.records.height for batch in read(source, {})]
    assert max(heights) <= 4
    assert sum(heights) < 50
