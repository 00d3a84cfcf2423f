"""A dump that was cut off or hit by flipped bits, in every format and packing, costs what was hit and is told."""

from __future__ import annotations

import random
import re

import polars as pl
import pytest

from dedup.errors import UsageError
from jobs.read import Source, read
from jobs.read.codec import codec_of
from tests.faults import inputs

ROWS = [inputs.article(number) for number in range(12)]
KINDS = [(kind, codec) for kind in inputs.FORMATS if kind != "parquet" for codec in inputs.PACK]
KINDS += [("parquet", ""), ("parquet", "page by page")]
CASES = [(*kind, damage, number) for number in range(3) for kind in KINDS for damage in ("cut", "flip")]


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return inputs.earlier(tmp_path_factory.mktemp("damaged") / "out")


def whole(kind, codec):
    rows = ROWS[:1] if kind in inputs.SINGLE else ROWS
    if codec == "page by page":
        return inputs.parquet(rows, use_dictionary=False, compression="zstd", data_page_size=1)[0], rows
    return inputs.dump(kind, codec, rows), rows


def damaged(data, damage, chance):
    if damage == "cut":
        return data[: chance.randrange(1, len(data))]
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def texts(path, kind):
    """What the reader alone makes of a file: the words of each record, and whether it told of a fault."""
    data = path.read_bytes()
    reader = {"txt": "text"}.get(kind, kind)
    source = Source(path, path.name, reader, codec_of(data[:4]) if kind != "parquet" else "", len(data))
    found, is_told = [], False
    for batch in read(source, {}):
        is_told = is_told or not batch.quarantine.is_empty()
        bodies = batch.records.select(pl.col("text").fill_null(""), pl.col("html").fill_null(b""))
        found += [
            re.sub(r"<[^>]*>", " ", text or page.decode(errors="replace")).split() for text, page in bodies.rows()
        ]
    return found, is_told


@pytest.mark.fault("truncated and bit-flipped inputs")
@pytest.mark.parametrize(("kind", "codec", "damage", "number"), inputs.sampled(CASES, 7))
def test_damage_costs_what_it_hit(tmp_path, out, kind, codec, damage, number):
    data, rows = whole(kind, codec)
    chance = random.Random(f"{kind} {codec} {damage} {number}")
    hurt = damaged(data, damage, chance)
    name = f"dump.{kind}.{codec}".rstrip(".") if kind != "parquet" else "dump.parquet"
    had = inputs.beside_a_neighbour(tmp_path, name, hurt, out)
    if had.error is not None:
        assert isinstance(had.error, UsageError)  # a flipped bit in the name of the text column
        assert (codec, damage) == ("", "flip")
        return
    articles, lost = had.of(name)
    path = tmp_path / "whole"
    path.write_bytes(data)
    want, _ = texts(path, kind)
    assert len(want) == len(rows)
    (tmp_path / name).write_bytes(hurt)
    found, is_told = texts(tmp_path / name, kind)
    assert is_told == (lost.height > 0) or kind == "html"
    intact = [words for words in found if words in want]
    if codec in inputs.PACK and codec:
        # The packing carries a checksum: what came through without a word said is what was packed.
        assert lost.height > 0 or found == want
        assert articles.height == len(found)
    if damage == "cut":
        assert intact == want[: len(intact)]
        assert len(found) - len(intact) <= 1
        assert lost.height > 0 or codec == ""
    elif codec == "" and kind != "parquet" and kind not in inputs.SINGLE:
        assert len(intact) >= len(want) - 2  # a line end that is hit takes two lines with it
        assert articles.height + sum(lost["reach"] == "record") >= len(want) - 1
    elif kind in ("warc", "wet") and codec in ("gz", "zst"):
        assert len(intact) >= len(want) - 1
    elif kind == "parquet":
        assert lost.height > 0 or found == want
