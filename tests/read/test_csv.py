"""CSV: quotes over lines, and bad rows that cost themselves."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dedup.errors import UsageError
from jobs.read import RAW, Source, read
from jobs.read import csv as reader

if TYPE_CHECKING:
    from pathlib import Path


def load(path: Path, data: bytes) -> tuple[pl.DataFrame, list[tuple[int, str, str]]]:
    path.write_bytes(data)
    batches = list(read(Source(path, path.name, "csv", "", len(data)), {}))
    records = pl.concat([RAW.empty(), *(batch.records for batch in batches)])
    return records, [
        row for batch in batches for row in batch.quarantine.select("source_offset", "reason", "reach").rows()
    ]


@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_quoted_ends_of_lines_separators_and_quotes(tmp_path: Path, separator: str, end: str, bom: str) -> None:
    rows = [["id", "text"], ["1", f'a "b"{separator} c{end}{end}d'], ["2", ""], ["3", "é"]]
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=end).writerows(rows)
    records, bad = load(tmp_path / "a.csv", (bom + out.getvalue()).encode())
    assert records.select("id", "text").rows() == [tuple(row) for row in rows[1:]]
    assert records["source_offset"].to_list() == [1, 4, 5]
    assert bad == []


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"x", "wrong-field-count"),
        (b"x,y,z", "wrong-field-count"),
        (b"x,\xff", "bad-utf8"),
        (b'x,"open', "bad-csv"),
        (b'"x"y,z', "bad-csv"),
        (b'x,"\\"quoted\\""', "bad-csv"),
    ],
)
def test_a_bad_row_costs_that_row(tmp_path: Path, row: bytes, reason: str) -> None:
    for at in (1, 2, 3):
        lines = [b"id,text", b"a,first", b"b,second"]
        lines.insert(at, row)
        records, bad = load(tmp_path / "a.csv", b"\n".join(lines) + b"\n")
        assert records["id"].to_list() == ["a", "b"]
        assert bad == [(at, reason, "record")]


def test_an_article_longer_than_the_modules_own_limit_is_read(tmp_path: Path) -> None:
    records, bad = load(tmp_path / "a.csv", b'id,text\n1,"' + b"word \n" * 100_000 + b'"\n2,b\n')
    assert records["text"].str.len_bytes().to_list() == [600_000, 1]
    assert bad == []


def test_rows_of_open_quotes_are_given_up_after_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_REREAD", 1_000)
    records, bad = load(tmp_path / "a.csv", b'id,text\n1,ok\n2,"open\n' + b"3,text\n" * 1000)
    assert records["id"].to_list() == ["1"]
    assert bad[-1] == (-1, "bad-csv", "file")


@pytest.mark.parametrize("data", [b'"open,text\n1,2\n', b"\xff,text\n1,2\n"])
def test_a_header_that_cannot_be_read_costs_the_file(tmp_path: Path, data: bytes) -> None:
    records, bad = load(tmp_path / "a.csv", data)
    assert records.is_empty()
    assert bad[-1] == (-1, "bad-csv", "file")


def test_no_text_column_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="headline, story"):
        load(tmp_path / "a.csv", b"story,headline\n1,2\n")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")), max_size=20))
def test_any_text_survives(tmp_path: Path, texts: list[str]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([("id", "text"), *enumerate(texts)])
    records, bad = load(tmp_path / "a.csv", out.getvalue().encode())
    assert records["text"].to_list() == texts
    assert bad == []
