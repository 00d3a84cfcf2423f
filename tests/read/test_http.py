"""Undoing what HTTP did to a body."""

import gzip
import random
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from jobs.read import http


def chunked(*parts: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


PAGE = b"<html><body><p>" + b"The council said so. " * 40 + b"</p></body></html>"
RAW_DEFLATE = zlib.compressobj(wbits=-15)
BODIES = {
    "gzip": ("Content-Encoding: gzip", gzip.compress(PAGE)),
    "x-gzip": ("Content-Encoding: x-gzip", gzip.compress(PAGE)),
    "gzip, two members": ("Content-Encoding: gzip", gzip.compress(PAGE[:30]) + gzip.compress(PAGE[30:])),
    "gzip already undone": ("Content-Encoding: gzip", PAGE),
    "deflate": ("Content-Encoding: deflate", zlib.compress(PAGE)),
    "raw deflate": ("Content-Encoding: deflate", RAW_DEFLATE.compress(PAGE) + RAW_DEFLATE.flush()),
    "deflate already undone": ("Content-Encoding: deflate", PAGE),
    "br": ("Content-Encoding: br", brotli.compress(PAGE)),
    "br already undone": ("Content-Encoding: br", PAGE),
    "zstd": ("Content-Encoding: zstd", zstandard.compress(PAGE)),
    "two encodings": ("Content-Encoding: gzip, br", brotli.compress(gzip.compress(PAGE))),
    "an encoding no one knows": ("Content-Encoding: aws-chunked", PAGE),
    "chunked": ("Transfer-Encoding: chunked", chunked(PAGE[:50], PAGE[50:])),
    "chunked already undone": ("Transfer-Encoding: chunked", PAGE),
    "chunked and gzip": ("Transfer-Encoding: chunked\r\nContent-Encoding: gzip", chunked(gzip.compress(PAGE))),
    "chunked with an extension": ("Transfer-Encoding: chunked", b"%x;a=b\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE)),
    "chunked without its end": ("Transfer-Encoding: chunked", chunked(PAGE)[:-5]),
}


@pytest.mark.parametrize("body", BODIES)
def test_encodings_are_undone(body):
    head, data = BODIES[body]
    response = http.parse_response(f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{head}\r\n\r\n".encode() + data)
    assert response is not None
    assert http.decode_body(response) == PAGE


CUT = {
    "gzip": gzip.compress(random.Random(1).randbytes(5000).hex().encode()),
    "br": brotli.compress(random.Random(1).randbytes(5000).hex().encode()),
    "zstd": zstandard.compress(random.Random(1).randbytes(500_000).hex().encode()),
}


@pytest.mark.parametrize("name", CUT)
def test_of_a_body_cut_off_the_beginning_is_kept(name):
    body = http.decode_body(http.Response(200, {"content-encoding": name}, CUT[name][: len(CUT[name]) * 3 // 4]))
    assert len(body) > 1000
    assert body.isalnum()


def test_a_broken_chunk_keeps_what_came_before():
    good = chunked(PAGE[:60], PAGE[60:90])[:-5]
    body = http.decode_body(http.Response(200, {"transfer-encoding": "chunked"}, good + b"zz\r\nrest"))
    assert body == PAGE[:90]


BOMB = bytes(40 * 2**20)
BOMBS = {
    "gzip": gzip.compress(BOMB),
    "deflate": zlib.compress(BOMB),
    "br": brotli.compress(BOMB, quality=1),
    "zstd": zstandard.compress(BOMB),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused(name):
    with pytest.raises(http.BombError, match="unpacks to more"):
        http.decode_body(http.Response(200, {"content-encoding": name}, BOMBS[name]))


STATUS = {
    b"HTTP/1.1 200 OK\r\n\r\n": 200,
    b"HTTP/2 404\r\n\r\n": 404,
    b"HTTP/1.0 301\n\n": 301,
    b"ICY 200 OK\r\n\r\n": 200,
    b"HTTP/1.1 200": 200,
    b"HTTP/1.1 2000 OK\r\n\r\n": None,
    b"<html>HTTP/1.1 200 OK": None,
    b"": None,
}


@pytest.mark.parametrize("block", STATUS)
def test_status_lines(block):
    response = http.parse_response(block)
    assert (response.status if response else None) == STATUS[block]


@given(st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip, gzip", "x"]), st.booleans(), st.binary(max_size=300))
def test_any_body_is_survived(encoding, is_chunked, body):
    headers = {"content-encoding": encoding, **({"transfer-encoding": "chunked"} if is_chunked else {})}
    assert isinstance(http.decode_body(http.Response(200, headers, body)), bytes)


@pytest.mark.parametrize(
    ("stated", "charset"),
    [
        ("text/html; charset=UTF-8", "UTF-8"),
        ('text/html;CHARSET = "x-sjis"', "x-sjis"),
        ("text/html", None),
        ("charset=", None),
    ],
)
def test_charsets(stated, charset):
    assert http.charset_of(stated) == charset
