"""The committed sample crawl is what its script makes, and its truth names exactly what lies in it."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import xxhash
from warcio.archiveiterator import ArchiveIterator

SAMPLE = Path(__file__).parents[1] / "sample_data"
TRUTH = [line.split("\t") for line in (SAMPLE / "truth.tsv").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    subprocess.run([sys.executable, str(SAMPLE / "make.py"), "--to", str(folder)], check=True)
    return folder


def _urls(path: Path) -> list[str]:
    with path.open("rb") as file:
        return [
            record.rec_headers["WARC-Target-URI"]
            for record in ArchiveIterator(file)
            if record.rec_type == "response" and "html" in record.http_headers["Content-Type"]
        ]


def test_script_makes_the_committed_files(made: Path) -> None:
    committed = sorted(path.name for path in (SAMPLE / "crawl").iterdir())
    assert committed == sorted(path.name for path in (made / "crawl").iterdir())
    for name in committed:
        old, new = SAMPLE / "crawl" / name, made / "crawl" / name
        if name.endswith(".gz"):
            # Compressed bytes may differ between versions of zlib, what they hold may not.
            assert gzip.decompress(old.read_bytes()) == gzip.decompress(new.read_bytes()), name
        else:
            assert pq.read_table(old).equals(pq.read_table(new)), name
    assert (made / "truth.tsv").read_bytes() == (SAMPLE / "truth.tsv").read_bytes()


def test_truth_names_every_readable_article_once() -> None:
    ids = [
        xxhash.xxh3_128_hexdigest(url.encode()) for path in SAMPLE.glob("crawl/*.warc.gz") for url in set(_urls(path))
    ]
    ids += pq.read_table(SAMPLE / "crawl" / "partner.parquet")["id"].to_pylist()
    for name in ("feeds", "scraper"):
        for line in gzip.decompress((SAMPLE / "crawl" / f"{name}.jsonl.gz").read_bytes()).decode().splitlines():
            if line.endswith("}"):
                record = json.loads(line)
                ids.append(record.get("id") or xxhash.xxh3_128_hexdigest(record["url"].encode()))
    assert sorted(ids) == sorted(row[0] for row in TRUTH[1:])


def test_truth_is_consistent() -> None:
    assert TRUTH[0] == ["article_id", "story_id", "kind", "copy", "is_origin", "agency", "language"]
    rows = [dict(zip(TRUTH[0], row, strict=True)) for row in TRUTH[1:]]
    origins = [row["story_id"] for row in rows if row["is_origin"] == "true"]
    assert len(origins) == len(set(origins))
    for column in ("agency", "language"):
        assert len({(row["story_id"], row[column]) for row in rows}) == len({row["story_id"] for row in rows})


def test_sample_stays_small() -> None:
    assert sum(path.stat().st_size for path in (SAMPLE / "crawl").iterdir()) < 2_000_000
