"""Compressed streams: whole, of many members, cut at any byte, flipped at any bit, and bombs."""

from __future__ import annotations

import bz2
import gzip
import random
from typing import TYPE_CHECKING

import lz4.frame
import pytest
import zstandard

from jobs.read import codec
from jobs.read.codec import codec_of, open_path, read_lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PACK: dict[str, Callable[[bytes], bytes]] = {
    "gz": lambda data: gzip.compress(data, mtime=0),
    "zst": lambda data: zstandard.ZstdCompressor(write_checksum=True).compress(data),
    "bz2": bz2.compress,
    "lz4": lambda data: lz4.frame.compress(data, content_checksum=True),
}


def words(count: int, seed: int = 1) -> bytes:
    rng = random.Random(seed)
    return b"".join(b"%x %d\n" % (rng.getrandbits(40), number) for number in range(count))


def unpack(path: Path, name: str) -> tuple[bytes, list[str]]:
    faults: list[str] = []
    with open_path(path, name, lambda reason, _: faults.append(reason)) as stream:
        return stream.read(), faults


@pytest.mark.parametrize("name", PACK)
def test_members_of_all_sizes_are_read_to_the_end(tmp_path: Path, name: str) -> None:
    parts = [words(n, n) for n in (1, 50_000, 0, 3, 20_000)]
    path = tmp_path / "data"
    path.write_bytes(b"".join(map(PACK[name], parts)))
    assert unpack(path, name) == (b"".join(parts), [])
    assert codec_of(path.read_bytes()) == name


@pytest.mark.parametrize("name", PACK)
def test_a_cut_stream_is_told_and_delivers_what_it_can(tmp_path: Path, name: str) -> None:
    whole = words(30_000)
    packed = PACK[name](whole[:300_000]) + PACK[name](whole[300_000:])
    first_member = len(PACK[name](whole[:300_000]))
    rng = random.Random(7)
    path = tmp_path / "data"
    for cut in [1, 2, 3, len(packed) - 1, len(packed) - 4, *(rng.randrange(1, len(packed)) for _ in range(25))]:
        path.write_bytes(packed[:cut])
        out, faults = unpack(path, name)
        assert whole.startswith(out)
        assert faults == ([] if cut == first_member else ["truncated"])
        assert cut < first_member or len(out) >= 300_000


@pytest.mark.parametrize("name", PACK)
def test_a_flipped_bit_is_told_and_never_raises(tmp_path: Path, name: str) -> None:
    whole = words(5_000)
    packed = PACK[name](whole)
    rng = random.Random(11)
    path = tmp_path / "data"
    for _ in range(40):
        damaged = bytearray(packed)
        damaged[rng.randrange(len(packed))] ^= 1 << rng.randrange(8)
        path.write_bytes(damaged)
        out, faults = unpack(path, name)
        # some bits mean nothing (a gzip header's time, reserved flags); then nothing is lost
        assert faults or out == whole


def test_gzip_delivers_all_that_lies_before_damage(tmp_path: Path) -> None:
    whole = words(40_000)
    packed = bytearray(gzip.compress(whole, mtime=0))
    packed[-8] ^= 1  # the checksum, the very last thing that is looked at
    (tmp_path / "data").write_bytes(packed)
    assert unpack(tmp_path / "data", "gz") == (whole, ["corrupt"])


def test_zeros_after_a_gzip_member_are_padding_and_garbage_is_told(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(gzip.compress(b"one\n") + bytes(70_000) + gzip.compress(b"two\n") + bytes(9))
    assert unpack(path, "gz") == (b"one\ntwo\n", [])
    path.write_bytes(gzip.compress(b"one\n") + b"garbage")
    assert unpack(path, "gz") == (b"one\n", ["corrupt"])


@pytest.mark.fault("decompression bombs")
@pytest.mark.parametrize("name", PACK)
def test_a_bomb_is_stopped(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codec, "RATIO_MATTERS_FROM", 4 * 2**20)
    path = tmp_path / "data"
    path.write_bytes(PACK[name](bytes(200 * 2**20)))
    faults: list[str] = []
    size = 0
    with open_path(path, name, lambda reason, _: faults.append(reason)) as stream:
        while chunk := stream.read(2**20):
            size += len(chunk)
    assert faults == ["bomb"]
    assert size < 150 * 2**20


def test_a_zstd_window_beyond_the_cap_is_refused(tmp_path: Path) -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=28, enable_ldm=False)
    compressor = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    (tmp_path / "data").write_bytes(compressor.compress(b"x" * 1000) + compressor.flush())
    assert unpack(tmp_path / "data", "zst") == (b"", ["corrupt"])


def test_the_skippable_frames_of_zstd_tools_are_passed_over(tmp_path: Path) -> None:
    frame = b"\x50\x2a\x4d\x18" + (5).to_bytes(4, "little") + b"hello"
    (tmp_path / "data").write_bytes(frame + PACK["zst"](b"one\n") + frame)
    assert codec_of(frame) == "zst"
    assert unpack(tmp_path / "data", "zst") == (b"one\n", [])


def test_a_line_too_long_is_one_none_and_the_next_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "data"
    for length in (9, 10, 11, 300_000, 600_000):
        path.write_bytes(b"a\n" + b"x" * length + b"\nb\nlast")
        with open_path(path, "", lambda *_: None) as stream:
            middle = None if length > 10 else b"x" * length + b"\n"
            assert list(read_lines(stream, 10)) == [b"a\n", middle, b"b\n", b"last"]
