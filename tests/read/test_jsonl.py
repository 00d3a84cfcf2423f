"""JSON lines: damage costs its line and no other, nothing is lost uncounted."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dedup.errors import UsageError
from jobs.read import RAW, Source, jsonl, read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

GOOD = b'{"id": "g", "text": "good"}'


def load(
    path: Path, data: bytes, mapping: Mapping[str, str] | None = None, codec: str = ""
) -> tuple[pl.DataFrame, pl.DataFrame]:
    path.write_bytes(data)
    batches = list(read(Source(path, path.name, "jsonl", codec, len(data)), mapping or {}))
    if not batches:
        return RAW.empty(), pl.DataFrame()
    return pl.concat(batch.records for batch in batches), pl.concat(batch.quarantine for batch in batches)


BAD = {
    "bad UTF-8": (b'{"text": "\xff"}', "bad-utf8"),
    "bad UTF-8 in a key": (b'{"text": "a", "\xc3": 1}', "bad-utf8"),
    "bad UTF-8 in a field nobody wants": (b'{"text": "a", "zzz": "\xed\xa0\x80"}', "bad-utf8"),
    "NUL": (b'{"text": "a\0b"}', "bad-json"),
    "only NULs": (bytes(100), "bad-json"),
    "UTF-16": ('{"text": "a"}'.encode("utf-16-le"), "bad-json"),
    "brackets": (b'{"text": ' + b"[" * 100_000, "bad-json"),
    "closed brackets": (b'{"text": "a", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "bad-json"),
    "text of brackets": (b'{"text": ' + b"[" * 500 + b"]" * 500 + b"}", "wrong-type"),
    "text is a number": (b'{"text": 5}', "wrong-type"),
    "text is a bool": (b'{"text": true}', "wrong-type"),
    "text is a huge float": (b'{"text": 1e999}', "wrong-type"),
    "text is a list": (b'{"text": ["a", "b"]}', "wrong-type"),
    "text is an object": (b'{"text": {"a": "b"}}', "wrong-type"),
    "text is NaN": (b'{"text": NaN}', "no-text"),
    "text is null": (b'{"text": null}', "no-text"),
    "no text": (b'{"id": "x"}', "no-text"),
    "empty object": (b"{}", "no-text"),
    "array": (b'[{"text": "a"}]', "not-an-object"),
    "string": (b'"text"', "not-an-object"),
    "number": (b"7", "not-an-object"),
    "null": (b"null", "not-an-object"),
    "two objects": (GOOD + GOOD, "bad-json"),
    "a comma at the end": (b'{"text": "a",}', "bad-json"),
    "single quotes": (b"{'text': 'a'}", "bad-json"),
    "cut": (b'{"id": "x", "text": "half a tex', "bad-json"),
    "garbage": (b"\x89PNG not json", "bad-utf8"),
}


@pytest.mark.fault("JSON lines that are none")
@pytest.mark.parametrize(("line", "reason"), BAD.values(), ids=BAD.keys())
@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_bad_line_costs_that_line(tmp_path: Path, line: bytes, reason: str, at: int) -> None:
    lines = [GOOD, GOOD]
    lines.insert(at, line)
    records, quarantine = load(tmp_path / "a.jsonl", b"\n".join(lines))
    assert records["source_offset"].to_list() == [number for number in range(3) if number != at]
    assert quarantine.select("source_offset", "reason", "reach").rows() == [(at, reason, "record")]


def test_a_line_too_long_costs_that_line(tmp_path: Path) -> None:
    long = b'{"text": "' + b"x" * jsonl.MAX_LINE + b'"}'
    records, quarantine = load(tmp_path / "a.jsonl", b"\n".join([GOOD, long, GOOD]))
    assert records["source_offset"].to_list() == [0, 2]
    assert quarantine["reason"].to_list() == ["line-too-long"]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (b"\xef\xbb\xbf" + GOOD, "good"),
        (b"  " + GOOD + b" \t\r", "good"),
        (b'{"text": "first", "text": "last"}', "last"),
        (b'{"text": ""}', ""),
        (b'{"text": "a\\u0000b"}', "a\0b"),
        (b'{"text": "cut \\ud83d"}', "cut \ufffd"),
        (b'{"text": "whole \\ud83d\\ude00"}', "whole \U0001f600"),
        (b'{"text": "a", "score": NaN, "other": -Infinity}', "a"),
        (b'{"text": "a", "big": 1e999, "id": ' + b"9" * 5000 + b"}", "a"),
        (b'{"text": "a", "author": ' + b"[" * 5000 + b"}", None),
    ],
)
def test_oddities_that_cost_nothing(tmp_path: Path, line: bytes, text: str | None) -> None:
    records, quarantine = load(tmp_path / "a.jsonl", line + b"\n\n\r\n" + GOOD + b"\r\n")
    assert records["text"].to_list() == ([] if text is None else [text]) + ["good"]
    assert quarantine.height == (text is None)
    assert records["source_offset"][-1] == 3


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_random_damage_never_costs_another_line(tmp_path: Path, data: st.DataObject) -> None:
    lines = [json.dumps({"id": str(n), "text": f"text “{n}” \U0001f600", "n": [n]}).encode() for n in range(12)]
    hurt = data.draw(st.sets(st.integers(0, 11), max_size=5))
    for number in hurt:
        start, length = data.draw(st.integers(0, len(lines[number]))), data.draw(st.integers(0, 6))
        junk = data.draw(st.binary(max_size=6)).replace(b"\n", b"")
        lines[number] = lines[number][:start] + junk + lines[number][start + length :]
    records, quarantine = load(tmp_path / "a.jsonl", b"\n".join(lines) + b"\n")
    blank = sum(not line.strip() for line in lines)
    assert records.height + quarantine.height + blank == 12
    assert set(range(12)) - hurt <= set(records["source_offset"].to_list())


@pytest.mark.parametrize("name", ["a.json", "export"])
@pytest.mark.parametrize("indent", [None, 1])
def test_a_document_is_read_as_its_objects(tmp_path: Path, name: str, indent: int | None) -> None:
    documents = [{"text": "one"}, {"text": 2}, {"text": "three"}]
    records, quarantine = load(tmp_path / name, json.dumps(documents, indent=indent).encode())
    assert records.select("text", "source_offset").rows() == [("one", 0), ("three", 2)]
    assert quarantine.select("source_offset", "reason").rows() == [(1, "wrong-type")]
    records, _ = load(tmp_path / name, json.dumps(documents[0], indent=indent).encode())
    assert records["text"].to_list() == ["one"]


def test_a_document_too_large_to_hold_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "MAX_DOCUMENT", 100)
    records, quarantine = load(tmp_path / "a.json", b"[\n" + b",\n".join([GOOD] * 9) + b"]")
    assert records.is_empty()
    assert quarantine.select("source_offset", "reason", "reach").rows() == [(-1, "document-too-large", "file")]


def test_json_lines_under_the_name_json_are_lines_even_if_the_first_is_damaged(tmp_path: Path) -> None:
    records, quarantine = load(tmp_path / "a.json", b"{\n" + GOOD + b"\n" + GOOD)
    assert records["source_offset"].to_list() == [1, 2]
    assert quarantine["source_offset"].to_list() == [0]


@pytest.mark.parametrize("mapping", [{}, {"text": "missing"}])
def test_no_text_field_anywhere_is_a_usage_error_that_names_the_fields(tmp_path: Path, mapping: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=r"a\.jsonl.*headline, story.*--map text="):
        load(tmp_path / "a.jsonl", b'{"story": "x", "headline": "y"}\n' * 3, mapping)


def test_a_cut_file_keeps_what_came_before_and_says_so(tmp_path: Path) -> None:
    lines = [json.dumps({"id": str(n), "text": f"{n * 7919 % 10007:x}" * 40}) for n in range(500)]
    packed = gzip.compress("\n".join(lines).encode())
    for cut in range(20, len(packed), len(packed) // 40):
        records, quarantine = load(tmp_path / "a.jsonl.gz", packed[:cut], codec="gz")
        assert records["id"].to_list() == [str(n) for n in range(records.height)]
        assert (-1, "truncated", "file") in quarantine.select("source_offset", "reason", "reach").rows()
        assert quarantine.height <= 2


def test_html_is_kept_as_bytes_and_gives_way_to_text(tmp_path: Path) -> None:
    lines = [{"html": "<p>é"}, {"html": "<p>x", "text": "x"}, {"html": "<p>y", "text": ""}, {"html": "", "text": None}]
    records, _ = load(tmp_path / "a.jsonl", "\n".join(map(json.dumps, lines)).encode())
    assert records.select("text", "html", "charset").rows() == [
        (None, "<p>é".encode(), "utf-8"),
        ("x", None, None),
        (None, b"<p>y", "utf-8"),
        ("", None, None),
    ]


def test_batches_are_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes((GOOD + b"\nbroken\n") * 10_000)
    batches = list(read(Source(path, "a.jsonl", "jsonl", "", 0), {}))
    assert max(batch.records.height + batch.quarantine.height for batch in batches) <= 8192
    assert sum(batch.records.height for batch in batches) == 10_000
    path.write_bytes((b'{"text": "' + b"x" * 2**20 + b'"}\n') * 40)
    assert len(list(read(Source(path, "a.jsonl", "jsonl", "", 0), {}))) == 3
