"""Reading HTML files."""

import gzip

import pytest

from jobs.read import html
from jobs.read.codec import codec_of
from jobs.read.source import Source

PAGE = b"<html><body><p>\xff a page</p></body></html>"


def read(tmp_path, data):
    path = tmp_path / "x.html"
    path.write_bytes(data)
    (batch,) = html.read(Source(path, "sub/x.html", "html", codec_of(data[:4]), len(data)))
    return batch


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_file_is_a_page_without_identity(tmp_path, pack):
    batch = read(tmp_path, pack(PAGE))
    (row,) = batch.records.to_dicts()
    assert (row["html"], row["id"], row["url"], row["text"], row["charset"]) == (PAGE, None, None, None, None)
    assert (row["source_file"], row["source_offset"]) == ("sub/x.html", 0)
    assert batch.quarantine.is_empty()


def test_a_page_cut_short_is_kept_and_told(tmp_path):
    batch = read(tmp_path, gzip.compress(PAGE * 2000, 0)[:-5000])
    assert batch.records["html"][0].startswith(PAGE)
    assert batch.quarantine.select("reason", "reach").rows() == [("truncated", "file")]


def test_a_page_too_large_is_refused(tmp_path):
    batch = read(tmp_path, gzip.compress(PAGE + b"x" * 17_000_000))
    assert batch.records.is_empty()
    assert batch.quarantine["reason"].to_list() == ["too-large"]
