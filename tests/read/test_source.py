"""Which files are found, what they are told to be, and what is passed over."""

from __future__ import annotations

import gzip
import itertools
import os
import socket
from pathlib import Path

import polars as pl
import pytest

from dedup.errors import UsageError
from jobs.read import discover, unreadable

LINE = b'{"text": "a"}\n'


def make(root: Path, *names: str, content: bytes = LINE) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def names_of(*inputs: str | Path) -> list[str]:
    return [source.name for source in discover(inputs)[0]]


def reasons_of(*inputs: str | Path) -> dict[str, tuple[str, bool]]:
    return {one.name: (one.reason, one.is_unreadable) for one in discover(inputs)[1]}


def test_a_folder_is_walked_in_order_and_the_rest_is_listed(tmp_path: Path) -> None:
    make(
        tmp_path, "b/z.jsonl", "a.jsonl", "b/c/d.JSONL.GZ", "notes.md", ".hidden.jsonl", ".git/x.jsonl", "x.wat.gz", "e"
    )
    assert names_of(tmp_path) == ["a.jsonl", "b/c/d.JSONL.GZ", "b/z.jsonl"]
    assert reasons_of(tmp_path) == {
        "notes.md": ("unknown-extension", False),
        "e": ("unknown-extension", False),
        ".hidden.jsonl": ("hidden", False),
        ".git": ("hidden", False),
        "x.wat.gz": ("wat", False),
    }


def test_inputs_in_any_order_or_twice_give_the_same_sources(tmp_path: Path) -> None:
    make(tmp_path, "a/1.jsonl", "a/2.jsonl", "b/1.jsonl")
    inputs = [tmp_path / "a", tmp_path / "b", tmp_path / "a/1.jsonl", tmp_path / "a/../a/2.jsonl", f"{tmp_path}/*/1.*"]
    results = [discover(order) for order in itertools.permutations(inputs)]
    assert all(result == results[0] for result in results)
    assert len(results[0][0]) == 3


def test_files_of_one_name_carry_the_folders_that_tell_them_apart(tmp_path: Path) -> None:
    make(tmp_path, "x/day/part.jsonl", "y/day/part.jsonl", "y/night/part.jsonl", "other.jsonl")
    assert names_of(f"{tmp_path}/*/*/part.jsonl", tmp_path / "other.jsonl") == [
        "night/part.jsonl",
        "other.jsonl",
        "x/day/part.jsonl",
        "y/day/part.jsonl",
    ]


@pytest.mark.parametrize("name", ["nothing.jsonl", "*.nothing", "empty", "unknown", "nul\0byte", "x" * 300])
def test_an_input_that_is_not_there_is_a_usage_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    make(tmp_path, "unknown/readme.md")
    with pytest.raises(UsageError):
        discover([f"{tmp_path}/{name}"])


def test_links_and_special_files_are_neither_followed_out_nor_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "in"
    make(root, "real.jsonl", "blobs/0123")
    make(tmp_path, "outside.jsonl")
    (root / "loop").symlink_to(root)
    (root / "self.jsonl").symlink_to(root / "self.jsonl")
    (root / "out.jsonl").symlink_to(tmp_path / "outside.jsonl")
    (root / "inside.jsonl").symlink_to(Path("blobs/0123"))
    (root / "device.jsonl").symlink_to("/dev/zero")
    os.mkfifo(root / "pipe.jsonl")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(root)  # a socket's whole path may be too long to bind
        server.bind("socket.jsonl")
        assert names_of(root) == ["inside.jsonl", "real.jsonl"]
        reasons = reasons_of(root)
    assert (
        reasons["loop"] == reasons["self.jsonl"] == reasons["out.jsonl"] == reasons["device.jsonl"] == ("link", False)
    )
    assert reasons["pipe.jsonl"] == reasons["socket.jsonl"] == ("not-a-file", False)
    assert reasons_of(root / "pipe.jsonl") == {"pipe.jsonl": ("not-a-file", True)}
    assert reasons_of("/dev/null") == {"null": ("not-a-file", True)}


def test_odd_names_are_kept_and_can_be_written_as_utf8(tmp_path: Path) -> None:
    odd = ["new\nline.jsonl", "\u202eright-to-left.jsonl", "n" * 249 + ".jsonl", "CON.jsonl", "[a]*?.jsonl", " .jsonl"]
    make(tmp_path, *odd)
    os.close(os.open(os.fsencode(tmp_path) + b"/\xff.jsonl", os.O_CREAT | os.O_WRONLY))
    found, skipped = discover([tmp_path])
    assert sorted(source.name for source in found) == sorted(odd)
    assert [one.name for one in skipped] == ["\\xff.jsonl"]
    assert names_of(tmp_path / "[a]*?.jsonl") == ["[a]*?.jsonl"]
    pl.Series([one.name for one in (*found, *skipped)])


def test_an_empty_or_forbidden_file_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "empty.jsonl", content=b"")
    make(tmp_path, "forbidden.jsonl")
    opened = Path.open

    def refuse(path: Path, *args: object, **kwargs: object) -> object:
        if path.name == "forbidden.jsonl":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refuse)
    found, skipped = discover([tmp_path])
    assert found == []
    assert unreadable(skipped).select("source_file", "source_offset", "reason", "reach").rows() == [
        ("empty.jsonl", -1, "empty-file", "file"),
        ("forbidden.jsonl", -1, "no-permission", "file"),
    ]
    assert reasons_of(tmp_path) == {"empty.jsonl": ("empty-file", True), "forbidden.jsonl": ("no-permission", True)}


WARC = b"WARC/1.0\r\nWARC-Type: %s\r\nContent-Length: 0\r\n\r\n\r\n\r\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (LINE, "jsonl"),
        (b"\xef\xbb\xbf" + LINE, "jsonl"),
        (b'[\n {"text": "a"}]', "jsonl"),
        (b"PAR1....", "parquet"),
        (b"id,text\n1,a\n", "csv"),
        (b"url\ttext\nu\ta\n", "csv"),
        (WARC % b"warcinfo" + WARC % b"response", "warc"),
        (WARC % b"warcinfo" + WARC % b"conversion", "wet"),
        (b"\n<!DOCTYPE html><p>x", "html"),
        (b"<!-- saved --><HTML lang=en>", "html"),
        (b"A headline\n\nA text, with a comma.", "text"),
        ("Überschrift\n\nText".encode() * 20_000, "text"),
    ],
)
@pytest.mark.parametrize("name", ["data", "data.bin", "data.gz"])
def test_a_named_file_is_told_by_its_content(tmp_path: Path, content: bytes, expected: str, name: str) -> None:
    make(tmp_path, name, content=gzip.compress(content) if expected != "parquet" else content)
    (source,) = discover([tmp_path / name])[0]
    assert (source.format, source.codec) == (expected, "" if expected == "parquet" else "gz")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("noise", bytes(range(256)) * 20, "unknown-format"),
        ("book.pdf", b"%PDF-1.7 text", "unknown-format"),
        ("feed.xml", b"<?xml version='1.0'?><rss/>", "unknown-format"),
        ("twice.gz", gzip.compress(gzip.compress(LINE)), "unknown-format"),
        ("cut.gz", gzip.compress(LINE)[:8], "unknown-format"),
        ("old.arc", b"filedesc://x 0.0.0.0 20000101000000 text/plain 1\n", "arc"),
        ("old.arc.gz", gzip.compress(b"filedesc://x"), "arc"),
        ("x.wat", WARC % b"warcinfo" + WARC % b"metadata" + b'\r\n{"Container":{}}', "wat"),
        ("x.parquet.gz", gzip.compress(b"PAR1"), "unknown-format"),
    ],
)
def test_a_named_file_that_cannot_be_read_is_unreadable(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    make(tmp_path, name, content=content)
    assert discover([tmp_path / name])[0] == []
    assert reasons_of(tmp_path / name) == {name: (reason, True)}


def test_in_a_folder_the_extension_says_the_format_and_the_content_the_codec(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "b.jsonl.gz")
    assert [(source.format, source.codec) for source in discover([tmp_path])[0]] == [("text", ""), ("jsonl", "")]
