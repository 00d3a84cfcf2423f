"""One way in for all formats: faults of a file, descriptions, and one result whatever the format."""

from __future__ import annotations

import bz2
import gzip
import json
from pathlib import Path

import lz4.frame
import polars as pl
import pytest
import zstandard

from dedup.errors import UnreadableFileError
from jobs.read import Batch, BatchBuilder, describe, discover, jsonl, read

PAIRS = Path(__file__).parents[3] / "shared" / "data" / "pairs"


def records_of(path: Path) -> pl.DataFrame:
    (source,), _ = discover([path])
    return pl.concat(batch.records for batch in read(source, {})).drop("source_file", "source_offset")


def test_one_result_whatever_the_format_and_codec(tmp_path: Path) -> None:
    rows = [
        {"id": f"i{n}", "url": f"http://x/{n}", "text": f"text “{n}”\nmore", "date": "2020-01-01"} for n in range(9)
    ]
    lines = "\n".join(map(json.dumps, rows)).encode()
    (tmp_path / "a.jsonl").write_bytes(lines)
    (tmp_path / "a.json").write_text(json.dumps(rows))
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines))
    (tmp_path / "a.jsonl.zst").write_bytes(zstandard.ZstdCompressor().compress(lines))
    (tmp_path / "a.jsonl.bz2").write_bytes(bz2.compress(lines))
    (tmp_path / "a.jsonl.lz4").write_bytes(lz4.frame.compress(lines))
    pl.DataFrame(rows).write_csv(tmp_path / "a.csv")
    pl.DataFrame(rows).write_csv(tmp_path / "a.tsv", separator="\t")
    pl.DataFrame(rows).write_parquet(tmp_path / "a.parquet")
    expected = records_of(tmp_path / "a.jsonl")
    assert expected.height == 9
    for path in sorted(tmp_path.iterdir()):
        assert records_of(path).equals(expected), path.name
        (source,), _ = discover([path])
        meanings = {"id": "id", "url": "url", "text": "text", "published_at": "date"}
        assert describe(source, {})["columns"] == meanings


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PermissionError(13, "no"), "no-permission"),
        (OSError(5, "Input/output error"), "unreadable"),
        (UnreadableFileError("x"), "unreadable"),
    ],
)
def test_a_file_that_fails_keeps_what_came_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    def fails(*_: object) -> object:
        builder = BatchBuilder("a.jsonl")
        builder.add({"text": "a", "source_offset": 0})
        yield builder.take()
        raise error

    (tmp_path / "a.jsonl").write_bytes(b"{}")
    (source,), _ = discover([tmp_path])
    monkeypatch.setattr(jsonl, "read", fails)
    first, last = read(source, {})
    assert first.records["text"].to_list() == ["a"]
    assert last.quarantine.select("source_offset", "reason", "reach").rows() == [(-1, reason, "file")]


def test_a_file_gone_since_it_was_found_is_quarantined(tmp_path: Path) -> None:
    for name in ("a.jsonl", "a.csv", "a.txt", "a.parquet"):
        (tmp_path / name).write_bytes(b'{"text": "a"}')
    sources, _ = discover([tmp_path])
    for source in sources:
        source.path.unlink()
        (batch,) = read(source, {})
        assert batch.quarantine["reason"].to_list() == ["unreadable"]


def test_a_builder_counts_and_starts_anew() -> None:
    builder = BatchBuilder("a")
    builder.drop("revisit")
    builder.drop("revisit")
    builder.add({"text": "cut \ud83d", "page": None, "source_offset": 1})
    builder.add({"text": "b", "page": ["k=\udc00"], "source_offset": 2})
    builder.quarantine(3, "bad", "\ud800" * 1000)
    batch = builder.take()
    assert isinstance(batch, Batch)
    assert batch.dropped == {"revisit": 2}
    assert batch.records.select("text", "page").rows() == [("cut \ufffd", []), ("b", ["k=\ufffd"])]
    assert builder.is_empty
    assert builder.take().records.is_empty()


@pytest.mark.skipif(not PAIRS.exists(), reason="the shared real articles are not here")
@pytest.mark.parametrize("name", ["oneday_dev", "newsplease_events"])
def test_real_articles_are_all_read(name: str) -> None:
    path = PAIRS / name / "articles.jsonl"
    with path.open() as lines:
        expected = [json.loads(line) for line in lines]
    records = records_of(path)
    assert records["id"].to_list() == [row["id"] for row in expected]
    assert records["text"].to_list() == [row["text"] for row in expected]
    assert records["published_at"].null_count() == sum(not row["published_at"] for row in expected)
