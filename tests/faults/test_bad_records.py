"""Records that lie, lines that are no JSON, pages and bodies that blow up: each costs itself, listed, and nothing else."""

from __future__ import annotations

import bz2
import gzip
import zlib
from collections import Counter

import brotli
import lz4.frame
import pytest
import zstandard

from jobs.read import codec, members
from tests.faults import inputs
from tests.read.test_jsonl import BAD
from tests.read.test_sandbox import GOOD as PAGE
from tests.read.test_sandbox import ZOO
from tests.read.test_warc import BROKEN, LIES, record


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return inputs.earlier(tmp_path_factory.mktemp("records") / "out")


ROWS = [inputs.article(number) for number in range(4)]
URLS = sorted(row["url"] for row in ROWS)


def reasons(quarantine):
    return Counter(quarantine["reason"].to_list())


LIARS = {
    **{f"length {name}": record(b"HTTP/1.1 200 OK\r\n\r\n<p>liar", length=lie(23)) for name, lie in LIES.items()},
    **BROKEN,
    "no header at all": b"WARC/1.0\r\n\r\n\r\n\r\n",
    "a version of its own": b"WARC/x.y\r\nContent-Length: 2\r\n\r\nab\r\n\r\n",
    "two lengths": record(b"HTTP/1.1 200 OK\r\n\r\n<p>x", length="4\r\nContent-Length: 23"),
    "a chunk without end": inputs.response("http://x.example/", b"ffff\r\nshort", "Transfer-Encoding: chunked"),
    "a chunk of ten to the nine": inputs.response("http://x.example/", b"3b9aca00\r\nx", "Transfer-Encoding: chunked"),
}


@pytest.mark.fault("WARC records that lie")
@pytest.mark.parametrize(("packing", "liar"), inputs.sampled([(p, n) for p in ("", "gz") for n in LIARS], 5))
def test_a_record_that_lies_costs_itself(tmp_path, out, packing, liar):
    whole = inputs.warc(ROWS)
    data = b"".join(map(inputs.PACK[packing], [*whole[:2], LIARS[liar], *whole[2:]]))
    had = inputs.beside_a_neighbour(tmp_path, f"lies.warc.{packing}".rstrip("."), data, out)
    articles, lost = had.of(f"lies.warc.{packing}".rstrip("."))
    assert set(URLS) <= set(articles["url"])
    assert articles.height - 4 + lost.height + sum(had.dropped.values()) == 1
    assert not (lost["reach"] == "file").any()


@pytest.mark.fault("JSON lines that are none")
@pytest.mark.parametrize("packing", inputs.PACK)
def test_lines_that_are_no_record_cost_themselves(tmp_path, out, packing):
    good = inputs.jsonl(ROWS * 10)
    lines = [part for line, (bad, _) in zip(good, BAD.values(), strict=False) for part in (line, bad + b"\n")]
    name = f"lines.jsonl.{packing}".rstrip(".")
    had = inputs.beside_a_neighbour(tmp_path, name, inputs.PACK[packing](b"".join(lines)), out)
    articles, lost = had.of(name)
    assert sorted(articles["url"]) == URLS
    assert had.dropped == {"repeat": len(BAD) - 4}
    assert reasons(lost) == Counter(reason for _, reason in BAD.values())
    assert lost["source_offset"].to_list() == list(range(1, 2 * len(BAD), 2))


def test_html_bombs_in_a_dump_cost_themselves(tmp_path, out):
    neighbours = [inputs.response(f"http://n{number}.example/", PAGE) for number in range(len(ZOO))]
    bombs = [inputs.response(f"http://bomb{number}.example/", page) for number, page in enumerate(ZOO.values())]
    data = b"".join(part for pair in zip(bombs, neighbours, strict=True) for part in pair)
    had = inputs.beside_a_neighbour(tmp_path, "zoo.warc", data, out)
    articles, lost = had.of("zoo.warc")
    assert {f"http://n{number}.example/" for number in range(len(ZOO))} <= set(articles["url"])
    assert articles.height + lost.height + sum(had.dropped.values()) == 2 * len(ZOO)
    assert (lost["reach"] == "record").all()


ZEROS = bytes(24 * 2**20)
BLOWN = {
    "gzip": (zlib.compress(ZEROS, wbits=31), "gzip"),
    "deflate": (zlib.compress(ZEROS), "deflate"),
    "br": (brotli.compress(ZEROS, quality=5), "br"),
    "zstd": (zstandard.ZstdCompressor().compress(ZEROS), "zstd"),
    "gzip in gzip": (gzip.compress(gzip.compress(ZEROS)), "gzip, gzip"),
    "plain": (b"<html>" + ZEROS, "identity"),
}
FILES = {
    "dump.jsonl.gz": gzip.compress(b'{"text": "' + ZEROS),
    "dump.jsonl.zst": zstandard.ZstdCompressor().compress(ZEROS),
    "dump.csv.bz2": bz2.compress(b"url,text\n" + ZEROS),
    "dump.txt.lz4": lz4.frame.compress(ZEROS * 4),
    "dump.html.gz": gzip.compress(b"<html>" + ZEROS),
    "dump.warc.gz": gzip.compress(ZEROS) * 3,
    "twice.jsonl.gz": gzip.compress(gzip.compress(b"".join(inputs.jsonl(ROWS)))),
}


@pytest.mark.fault("decompression bombs")
@pytest.mark.parametrize("name", BLOWN)
def test_a_body_that_blows_up_costs_its_record(tmp_path, out, name):
    body, encoding = BLOWN[name]
    whole = inputs.warc(ROWS)
    bomb = inputs.response("http://bomb.example/", body, f"Content-Type: text/html\r\nContent-Encoding: {encoding}")
    had = inputs.beside_a_neighbour(tmp_path, "bomb.warc", b"".join([whole[0], bomb, *whole[1:]]), out)
    articles, lost = had.of("bomb.warc")
    assert sorted(articles["url"]) == URLS
    assert lost.select("reason", "reach").rows() == [("bomb", "record")]


@pytest.mark.fault("decompression bombs")
@pytest.mark.parametrize("name", FILES)
def test_a_file_that_blows_up_costs_itself(tmp_path, out, name, monkeypatch):
    monkeypatch.setattr(codec, "RATIO_MATTERS_FROM", 2**20)
    monkeypatch.setattr(members, "RATIO_MATTERS_FROM", 2**20)
    had = inputs.beside_a_neighbour(tmp_path, name, FILES[name], out)
    articles, lost = had.of(name)
    assert articles.is_empty()
    assert ("bomb" in reasons(lost)) == (name != "twice.jsonl.gz")
    assert not lost.is_empty()
