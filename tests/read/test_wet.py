"""Reading WET files."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jobs.read import wet
from jobs.read.codec import codec_of
from jobs.read.source import Source

REAL = Path(__file__).parents[3] / "shared/data/crawl/warc"


def record(text: str, *extra: str, kind: str = "conversion") -> bytes:
    block = text.encode()
    head = [f"WARC-Type: {kind}", "WARC-Target-URI: http://a.example/", "WARC-Date: 2020-01-02T03:04:05.123456789Z"]
    return (
        "\r\n".join(["WARC/1.0", *head, *extra, f"Content-Length: {len(block)}", "", ""]).encode() + block + b"\r\n\r\n"
    )


def read(path: Path) -> tuple[list[dict], dict[str, int], int]:
    told = Source(path, path.name, "wet", codec_of(path.read_bytes()[:4]), path.stat().st_size)
    records, dropped, lost = [], {}, 0
    for batch in wet.read(told):
        records += batch.records.to_dicts()
        lost += len(batch.quarantine)
        for reason, count in batch.dropped.items():
            dropped[reason] = dropped.get(reason, 0) + count
    return records, dropped, lost


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_conversion_record_becomes_a_record(tmp_path, pack):
    path = tmp_path / "x.wet"
    languages = "WARC-Identified-Content-Language: deu,eng"
    path.write_bytes(
        pack(record("x", kind="warcinfo")) + pack(record("\n Überschrift \nErster Absatz.\n\nZweiter.\n", languages))
    )
    records, dropped, lost = read(path)
    assert dropped == {"warcinfo": 1}
    assert lost == 0
    (row,) = records
    assert row["title"] == "Überschrift"
    assert row["text"] == "Überschrift \nErster Absatz.\n\nZweiter."
    assert row["language"] == "de"
    assert row["url"] == "http://a.example/"
    assert row["crawled_at"] == datetime(2020, 1, 2, 3, 4, 5, 123456, tzinfo=UTC)
    assert row["published_at"] is None
    assert row["html"] is None


def test_an_empty_text_is_an_empty_article(tmp_path):
    path = tmp_path / "x.wet"
    path.write_bytes(record("") + record("\n\n"))
    records, _, lost = read(path)
    assert [(row["text"], row["title"], row["language"]) for row in records] == [("", None, None)] * 2
    assert lost == 0


@pytest.mark.skipif(not REAL.is_dir(), reason="the real WET files are not here")
def test_real_files():
    for name, count in (("news-aeb.warc.wet.gz", 181), ("whirlwind.warc.wet", 1), ("whirlwind.warc.wet.gz", 1)):
        records, _, lost = read(REAL / name)
        assert len(records) == count
        assert lost == 0
        assert all(row["text"] and row["title"] and row["url"] for row in records)
