"""Damage to the bytes of a WARC file: what is whole is read, what is not is told."""

import gzip
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.read import members
from jobs.read.frames import Record, read_records
from jobs.read.members import Fault
from jobs.read.source import Source
from tests.read.test_codec import PACK


def response(url: str) -> bytes:
    block = f"HTTP/1.1 200 OK\r\n\r\n<p>The story of {url}. {url * 20}".encode()
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nContent-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


def read(folder: Path, data: bytes, codec: str) -> tuple[list[Record], list[Fault]]:
    path = folder / "x.warc"
    path.write_bytes(data)
    items = list(read_records(Source(path, "x.warc", "warc", codec, len(data))))
    return [i for i in items if isinstance(i, Record)], [i for i in items if isinstance(i, Fault)]


@pytest.mark.parametrize("is_packed", [False, True])
def test_truncation_is_told_at_every_offset_and_earlier_records_are_kept(tmp_path, is_packed):
    pack = gzip.compress if is_packed else bytes
    parts = [pack(response(f"http://s{i}.example/")) for i in range(4)]
    data = b"".join(parts)
    ends = [sum(map(len, parts[: i + 1])) for i in range(4)]
    # A plain record is whole without the two line ends behind it.
    slack = 0 if is_packed else 4
    for cut in range(4, len(data), 13):
        records, faults = read(tmp_path, data[:cut], "gz" if is_packed else "")
        assert len(records) == sum(end - slack <= cut for end in ends), cut
        if not any(end - slack <= cut <= end for end in ends):
            assert [(fault.reason, fault.reach) for fault in faults] == [("truncated", "file")], cut


@pytest.mark.parametrize("at", [0.3, 0.6, 0.95])
def test_what_lies_before_damage_in_a_file_of_one_member_is_read(tmp_path, at):
    count = 400
    data = bytearray(
        gzip.compress(b"".join(response(f"http://s{random.Random(i).random()}.example/") for i in range(count)))
    )
    place = int(len(data) * at)
    data[place : place + 40] = b"\xff" * 40
    records, faults = read(tmp_path, bytes(data), "gz")
    assert len(records) >= count * at - 60  # deflate tells damage late, but not more than a block of it
    assert faults[-1].reach == "file"


@pytest.mark.parametrize("codec", ["gz", "zst", "bz2", "lz4"])
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_flipped_bit_costs_one_member(tmp_path_factory, codec, seed):
    draw = random.Random(seed)
    count = 12
    data = bytearray(b"".join(PACK[codec](response(f"http://s{i}.example/")) for i in range(count)))
    data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    path = tmp_path_factory.mktemp("flip")
    records, faults = read(path, bytes(data), codec)
    assert len(records) >= count - 1
    assert faults or len(records) == count
    assert {record.header["warc-target-uri"] for record in records} <= {f"http://s{i}.example/" for i in range(count)}


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=2000), st.booleans())
def test_any_bytes_are_survived(tmp_path_factory, data, is_packed):
    path = tmp_path_factory.mktemp("any")
    data = b"WARC/1.0\r\n" + data
    assert any(read(path, gzip.compress(data) if is_packed else data, "gz" if is_packed else ""))


def test_a_gzip_bomb_is_left(tmp_path, monkeypatch):
    monkeypatch.setattr(members, "RATIO_MATTERS_FROM", 2**20)
    head = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 9000000\r\n\r\n"
    records, faults = read(tmp_path, gzip.compress(response("a")) + gzip.compress(head + bytes(9_000_000)), "gz")
    assert len(records) == 1
    assert [(fault.reason, fault.reach) for fault in faults] == [("bomb", "file")]
