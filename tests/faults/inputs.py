"""Small dumps in every format, nights that read them, and what must hold after any night whatever was read."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
from typing import TYPE_CHECKING, Any, NamedTuple

import lz4.frame
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from dedup.config import Settings
from dedup.errors import DedupError, NothingReadError, UsageError
from jobs import check, nightly
from jobs.manifest import open_result
from jobs.progress import Progress
from tests import cli_crawl
from tests.publish import sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

PACK: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "gz": lambda data: gzip.compress(data, mtime=0),
    "zst": lambda data: zstandard.ZstdCompressor(write_checksum=True).compress(data),
    "bz2": bz2.compress,
    "lz4": lambda data: lz4.frame.compress(data, content_checksum=True),
}


def article(number: int) -> dict[str, str]:
    """Return an article that no other number shares a sentence with."""
    name = f"{number:x}".translate(str.maketrans("0123456789abcdef", "ghijklmnopqrstuv")) * 3
    return {
        "url": f"https://site{number}.example/{name}",
        "title": f"All about {name}",
        "text": "\n".join(cli_crawl.sentence(name, line) for line in range(8)),
    }


def jsonl(rows: Sequence[dict[str, str]]) -> list[bytes]:
    return [json.dumps(row).encode() + b"\n" for row in rows]


def separated(rows: Sequence[dict[str, str]]) -> list[bytes]:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return [out.getvalue().encode()]


def html(rows: Sequence[dict[str, str]]) -> list[bytes]:
    return [page(row) for row in rows]


def page(row: dict[str, str]) -> bytes:
    paragraphs = "".join(f"<p>{line}</p>\n" for line in row["text"].splitlines())
    head = f'<title>{row["title"]}</title><link rel="canonical" href="{row["url"]}">'
    return f"<!doctype html><html><head>{head}</head><body><article>{paragraphs}</article></body></html>".encode()


def record(kind: str, url: str, block: bytes) -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2025-05-05T05:05:05Z\r\n"
    return f"{head}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


def response(url: str, body: bytes, head: str = "Content-Type: text/html") -> bytes:
    return record("response", url, f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode() + body)


def warc(rows: Sequence[dict[str, str]]) -> list[bytes]:
    return [response(row["url"], page(row)) for row in rows]


def wet(rows: Sequence[dict[str, str]]) -> list[bytes]:
    return [record("conversion", row["url"], f"{row['title']}\n{row['text']}".encode()) for row in rows]


def text(rows: Sequence[dict[str, str]]) -> list[bytes]:
    return [f"{row['title']}\n{row['text']}".encode() for row in rows]


def parquet(rows: Sequence[dict[str, str]], **options: Any) -> list[bytes]:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows)), out, row_group_size=4, write_page_checksum=True, **options)
    return [out.getvalue()]


FORMATS: dict[str, Callable[[Sequence[dict[str, str]]], list[bytes]]] = {
    "jsonl": jsonl,
    "csv": separated,
    "warc": warc,
    "wet": wet,
    "html": html,
    "txt": text,
    "parquet": parquet,
}
SINGLE = ("html", "txt")
"""Formats of one article a file."""


def dump(kind: str, codec: str, rows: Sequence[dict[str, str]]) -> bytes:
    """Return a file of a format, packed record by record where crawlers pack it so."""
    parts = FORMATS[kind](rows)
    is_by_record = kind in ("warc", "wet") and codec in ("gz", "zst")
    return b"".join(map(PACK[codec], parts)) if is_by_record else PACK[codec](b"".join(parts))


class Night(NamedTuple):
    """What a night over damaged inputs came to; without a result where it published nothing."""

    error: DedupError | None
    articles: pl.DataFrame
    quarantine: pl.DataFrame
    dropped: dict[str, int]

    def of(self, name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the articles and the quarantine of one source."""
        own = pl.col("source_file") == name
        return self.articles.filter(own), self.quarantine.filter(own)


def night(inputs: Iterable[Path], out: Path, **settings: Any) -> Night:
    """Run over the inputs, and prove that the last result is byte for byte there and that nothing read is lost."""
    before = sample.tree(out)
    last = open_result(out).run_id
    try:
        outcome = nightly.run(list(inputs), out, Settings(**{"threads": 1, **settings}), {}, Progress())
    except (NothingReadError, UsageError) as error:
        assert sample.tree(out) == before
        return Night(error, pl.DataFrame(), pl.DataFrame(), {})
    after = sample.tree(out)
    kept = {path: digest for path, digest in before.items() if path.startswith(f"runs/{last}/")}
    assert kept
    assert kept.items() <= after.items()
    assert check.check(out) == []
    result, counts = outcome.result, outcome.result.manifest.counts
    lost = result.table("quarantine").collect()
    assert counts.read == counts.kept + sum(counts.dropped.values()) + sum(counts.quarantined.values())
    assert counts.kept == result.manifest.rows["assignments"]
    assert sum(counts.quarantined.values()) == lost.filter(pl.col("reach") == "record").height
    assert outcome.is_partial == (lost["reach"] == "file").any()
    return Night(None, result.table("assignments").collect(), lost, dict(counts.dropped))


GOOD = [article(number) for number in range(1_000, 1_003)]
"""The articles of the neighbour that lies beside every damaged file."""


def beside_a_neighbour(folder: Path, name: str, data: bytes, out: Path) -> Night:
    """Have a night over a file and a whole one beside it, which nothing may harm."""
    source = folder / "in"
    source.mkdir(exist_ok=True)
    (source / "neighbour.jsonl").write_bytes(b"".join(jsonl(GOOD)))
    (source / name).write_bytes(data)
    had = night([source], out)
    if had.error is None:
        spared, _ = had.of("neighbour.jsonl")
        assert sorted(spared["url"]) == [row["url"] for row in GOOD]
    return had


def earlier(out: Path) -> Path:
    """Publish a result of one article in `out`."""
    source = out.parent / "earlier.jsonl"
    source.write_bytes(b"".join(jsonl([article(999)])))
    nightly.run([source], out, Settings(threads=1), {}, Progress())
    return out


def sampled(cases: Iterable[tuple[Any, ...]], every: int) -> list[Any]:
    """Return pytest parameters, of which all but one in `every` carry the marker `full`."""
    return [
        pytest.param(*case, id="-".join(map(str, case)), marks=[] if number % every == 0 else [pytest.mark.full])
        for number, case in enumerate(cases)
    ]
