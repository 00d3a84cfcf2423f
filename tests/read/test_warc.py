"""Reading WARC files: every record told, no damage raising, each fault costing one record."""

import bz2
import gzip
import io
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import lz4.frame
import pytest
import zstandard
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from jobs.read import warc
from jobs.read.codec import codec_of
from jobs.read.frames import MAX_RECORD, Record, read_records
from jobs.read.source import Source

REAL = Path(__file__).parents[3] / "shared/data/crawl/warc"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="the real WARC files are not here")


def page(name: str) -> bytes:
    return f"<html><body><p>The story of {name}. {name * 40}</p></body></html>".encode()


def response(
    url: str = "http://a.example/",
    body: bytes = b"",
    *,
    length: str | None = None,
    head: str = "Content-Type: text/html",
) -> bytes:
    block = f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode() + (body or page(url))
    return record(block, url=url, length=length)


def record(block: bytes, *, kind: str = "response", url: str = "http://a.example/", length: str | None = None) -> bytes:
    stated = str(len(block)) if length is None else length
    lines = [f"WARC-Type: {kind}", f"WARC-Target-URI: {url}", "WARC-Date: 2020-01-02T03:04:05Z"]
    lines += ["Content-Type: application/http; msgtype=response"] + ([f"Content-Length: {stated}"] if stated else [])
    return b"WARC/1.0\r\n" + "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def source(tmp_path: Path, data: bytes, name: str = "x.warc") -> Source:
    path = tmp_path / name
    path.write_bytes(data)
    return Source(path, name, "warc", codec_of(data[:4]), len(data))


def read(tmp_path: Path, data: bytes) -> tuple[list[dict], list[dict], Counter]:
    records, quarantine, dropped = [], [], Counter()
    for batch in warc.read(source(tmp_path, data)):
        records += batch.records.to_dicts()
        quarantine += batch.quarantine.to_dicts()
        dropped.update(batch.dropped)
    return records, quarantine, dropped


def urls(records: list[dict]) -> list[str]:
    return [row["url"] for row in records]


def written_by_warcio(count: int, *, is_packed: bool) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=is_packed)
    writer._create_temp_file = io.BytesIO  # its own are left for the garbage collector to close
    writer.write_record(writer.create_warcinfo_record("x.warc", {"software": "test"}))
    for i in range(count):
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=latin-1")], protocol="HTTP/1.1")
        dated = {"WARC-Date": "2021-02-03T04:05:06Z"}
        for kind in ("request", "response"):
            status = StatusAndHeaders("GET / HTTP/1.1", []) if kind == "request" else headers
            url = f"http://site{i}.example/"
            body = b"" if kind == "request" else page(str(i))
            writer.write_record(
                writer.create_warc_record(
                    url, kind, payload=io.BytesIO(body), http_headers=status, warc_headers_dict=dated
                )
            )
    return out.getvalue()


@pytest.mark.parametrize("is_packed", [True, False])
def test_what_warcio_writes_is_read(tmp_path, is_packed):
    records, quarantine, dropped = read(tmp_path, written_by_warcio(9, is_packed=is_packed))
    assert urls(records) == [f"http://site{i}.example/" for i in range(9)]
    assert records[3]["html"] == page("3")
    assert records[3]["charset"] == "latin-1"
    assert records[3]["crawled_at"] == datetime(2021, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert records[3]["published_at"] is None
    assert dropped == {"warcinfo": 1, "request": 9}
    assert not quarantine


@pytest.mark.parametrize(
    "pack", [bytes, gzip.compress, bz2.compress, lz4.frame.compress, zstandard.ZstdCompressor().compress]
)
def test_a_file_packed_as_one_is_read(tmp_path, pack):
    data = b"".join(response(f"http://s{i}.example/") for i in range(20))
    records, quarantine, _ = read(tmp_path, pack(data))
    assert len(records) == 20
    assert not quarantine
    offsets = [row["source_offset"] for row in records]
    assert offsets == sorted(set(offsets))


@pytest.mark.parametrize("compress", [lz4.frame.compress, zstandard.ZstdCompressor().compress, gzip.compress])
def test_offsets_lead_to_the_record(tmp_path, compress):
    packed = [compress(response(f"http://s{i}.example/")) for i in range(5)]
    data = b"".join(packed)
    records, _, _ = read(tmp_path, data)
    assert len(records) == 5
    if compress is gzip.compress:
        starts = [sum(map(len, packed[:i])) for i in range(5)]
        assert [row["source_offset"] for row in records] == starts


def test_offsets_are_unique_even_where_members_hold_several_records(tmp_path):
    two = response("http://a.example/") + response("http://b.example/")
    records, _, _ = read(tmp_path, gzip.compress(two) * 6)
    offsets = [row["source_offset"] for row in records]
    assert len(records) == 12
    assert offsets == sorted(set(offsets))


LIES = {
    "too long by 1000": lambda n: str(n + 1000),
    "swallows the rest": lambda n: str(n + 10_000_000),
    "too short by ten": lambda n: str(n - 10),
    "zero": lambda n: "0",
    "negative": lambda n: "-5",
    "ten to the ten": lambda n: str(10**10),
    "longer than any integer": lambda n: "9" * 400,
    "missing": lambda n: "",
    "a word": lambda n: "many",
    "hexadecimal": lambda n: hex(n),
    "a fraction": lambda n: f"{n}.0",
    "other digits": lambda n: "١٢",
}


@pytest.mark.fault("WARC records that lie")
@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("lie", LIES)
def test_a_length_that_lies_costs_its_record(tmp_path, lie, is_packed):
    pack = gzip.compress if is_packed else bytes
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page("liar")
    liar = record(block, url="http://liar.example/", length=LIES[lie](len(block)))
    whole = [response(f"http://s{i}.example/") for i in range(6)]
    records, quarantine, _ = read(tmp_path, b"".join(map(pack, [*whole[:3], liar, *whole[3:]])))
    assert urls(records) == [f"http://s{i}.example/" for i in range(6)]
    assert [row["reason"] for row in quarantine] == ["bad-length"]
    assert quarantine[0]["reach"] == "record"


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_length_that_runs_to_the_end_exactly_is_no_lie_but_one_beyond_it_is_cut_short(tmp_path, is_packed):
    pack = gzip.compress if is_packed else bytes
    last = response("http://last.example/", length="5000")
    records, quarantine, _ = read(tmp_path, pack(response()) + pack(last))
    assert len(records) == 1
    assert [(row["reason"], row["reach"]) for row in quarantine] == [("truncated", "file")]


def test_a_record_too_large_costs_itself_and_is_never_held(tmp_path):
    big = record(b"HTTP/1.1 200 OK\r\n\r\n" + b"x\n" * (MAX_RECORD // 2 + 1), url="http://big.example/")
    records, quarantine, _ = read(tmp_path, response("http://a.example/") + big + response("http://b.example/"))
    assert urls(records) == ["http://a.example/", "http://b.example/"]
    assert [row["reason"] for row in quarantine] == ["record-too-large"]


ODD = {
    "no blank line after": response("http://odd.example/")[:-4],
    "one line end after": response("http://odd.example/")[:-2],
    "five line ends after": response("http://odd.example/") + b"\r\n\n\n",
    "bare line feeds": response("http://odd.example/").replace(b"\r\n", b"\n", 6),
    "version 0.17": response("http://odd.example/").replace(b"WARC/1.0", b"WARC/0.17"),
    "version 1.1": response("http://odd.example/").replace(b"WARC/1.0", b"WARC/1.1"),
    "angle brackets": response("< http://odd.example/ >"),
    "names in capitals": response("http://odd.example/").replace(b"Content-Length", b"CONTENT-LENGTH"),
    "a header no one knows": response("http://odd.example/").replace(b"WARC-Date", b"X-\xff\xfe: \x00\r\nWARC-Date"),
    "a wrong block digest": response("http://odd.example/").replace(
        b"WARC-Date", b"WARC-Block-Digest: sha1:A\r\nWARC-Date"
    ),
}


@pytest.mark.parametrize("odd", ODD)
def test_what_is_merely_odd_is_read(tmp_path, odd):
    records, quarantine, _ = read(tmp_path, response("http://a.example/") + ODD[odd] + response("http://b.example/"))
    assert urls(records) == ["http://a.example/", "http://odd.example/", "http://b.example/"]
    assert not quarantine


BROKEN = {
    "garbage between": b"\x00\x01garbage\nmore garbage\n",
    "a header without end": b"WARC/1.0\r\nWARC-Type: response\r\nX: " + b"y" * 100_000 + b"\r\n",
    "an http header of a megabyte": response("http://x.example/", head="X: " + "y" * 2**20),
    "no status line": record(b"\x16\x03\x01\x02\x00\x01", url="http://x.example/"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_what_is_broken_harms_no_neighbour(tmp_path, broken):
    records, quarantine, dropped = read(
        tmp_path, response("http://a.example/") + BROKEN[broken] + response("http://b.example/")
    )
    assert [url for url in urls(records) if "x.example" not in url] == ["http://a.example/", "http://b.example/"]
    assert len(quarantine) + len(records) - 2 + dropped.total() == 1


def test_a_file_without_a_record_is_unreadable_as_a_whole(tmp_path):
    _, quarantine, _ = read(tmp_path, b"Once upon a time\n" * 50)
    assert [(row["source_offset"], row["reach"]) for row in quarantine] == [(0, "record"), (-1, "file")]


def test_arc_is_named_as_what_it_is(tmp_path):
    records, quarantine, _ = read(tmp_path, b"filedesc://x.arc 0.0.0.0 20200101000000 text/plain 76\n1 0 X\n" * 3)
    assert not records
    assert [(row["reason"], row["reach"]) for row in quarantine] == [("arc", "file")]


def test_encodings_are_undone_and_a_bomb_harms_no_neighbour(tmp_path):
    head = "Content-Type: text/html\r\nContent-Encoding: gzip"
    packed = response("http://packed.example/", gzip.compress(page("packed")), head=head)
    bomb = response("http://bomb.example/", gzip.compress(bytes(40 * 2**20)), head=head)
    records, quarantine, _ = read(tmp_path, packed + bomb + response())
    assert urls(records) == ["http://packed.example/", "http://a.example/"]
    assert records[0]["html"] == page("packed")
    assert [row["reason"] for row in quarantine] == ["bomb"]


def test_what_is_no_article_is_dropped_by_reason(tmp_path):
    html = "Content-Type: text/html"
    data = b"".join(
        [
            *(record(b"HTTP/1.1 %d X\r\n\r\n" % status) for status in (301, 304, 404, 503, 206)),
            *(record(b"x", kind=kind) for kind in ("request", "revisit", "metadata", "warcinfo", "conversion", "odd")),
            response(head="Content-Type: image/png"),
            response(head="Content-Type: application/json", body=b'{"html": "<p>"}'),
            response(head="X: y", body=b"\x89PNG"),
            record(b"20200101\nexample. 300 IN A 1.2.3.4\n", url="dns:example"),
            response(head=html),
        ]
    )
    records, quarantine, dropped = read(tmp_path, data)
    assert len(records) == 1
    assert not quarantine
    assert dropped == {
        "http-3xx": 2, "http-4xx": 1, "http-5xx": 1, "http-2xx": 1, "request": 1, "revisit": 1, "metadata": 1,
        "warcinfo": 1, "conversion": 1, "unknown-type": 1, "not-a-page": 4,
    }  # fmt: skip


def test_type_is_sniffed_where_missing_and_plain_text_is_text(tmp_path):
    data = response(head="X: y") + response(
        head="Content-Type: text/plain; charset=latin-1", body=b"Title\nCaf\xe9 text."
    )
    records, _, _ = read(tmp_path, data)
    assert records[0]["html"] == page("http://a.example/")
    assert (records[1]["title"], records[1]["text"], records[1]["html"]) == ("Title", "Title\nCafé text.", None)


@needs_real
@pytest.mark.parametrize("path", sorted(p for p in REAL.rglob("*") if p.is_file()), ids=lambda p: p.name)
def test_real_files_are_read_and_their_counts_add_up(path):
    codec = codec_of(path.read_bytes()[:4])
    told = Source(path, path.name, "warc", codec, path.stat().st_size)
    framed = list(read_records(told))
    batches = list(warc.read(told))
    rows = sum(len(b.records) + len(b.quarantine) + sum(b.dropped.values()) for b in batches)
    assert rows == len(framed)
    records = sum(isinstance(item, Record) for item in framed)
    if any(not isinstance(item, Record) for item in framed):
        return
    try:
        with path.open("rb") as file:
            assert records == sum(1 for _ in ArchiveIterator(file))
    except Exception as error:
        if type(error).__name__ != "ArchiveLoadFailed":
            raise
