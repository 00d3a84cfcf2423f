"""A text against a result: copies found however cut or framed, strangers left alone, stated by exact scores."""

from __future__ import annotations

import io
import json
import sys

import polars as pl
import pytest

import dedup
from dedup.errors import NoResultError, UsageError
from jobs.cli import exit_code_of
from tests import cli_crawl
from tests.cli_crawl import FURNITURE, sentence, text


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("match")
    crawl = cli_crawl.write(folder / "crawl.jsonl")
    assert exit_code_of(["run", str(crawl), "--out", str(folder / "out"), "-q"]) == 0
    return folder / "out"


def story_of(out, article_id):
    frame = pl.read_parquet(out / "current" / "assignments" / "*.parquet")
    return frame.filter(pl.col("article_id") == article_id)["story_id"].item()


@pytest.mark.parametrize("topic", ["alpha", "bravo", "charlie"])
@pytest.mark.parametrize("framed", [True, False])
def test_every_known_text_finds_its_story(out, topic, framed):
    known = "alone" if topic == "charlie" else f"{topic}-0"
    given = text(topic) if framed else text(topic).replace(FURNITURE, "Read on below, dear reader of another site!")
    found = dedup.match(out, given)
    assert found.story_id == story_of(out, known)
    assert found.nearest["jaccard"][0] > 0.9
    assert found.nearest["is_same_story"].to_list()[0]
    assert found.nearest["story_id"].is_unique().all()
    assert found.nearest.height <= 3


def test_a_cut_copy_is_held_by_its_story(out):
    found = dedup.match(out, " ".join(sentence("alpha", number) for number in range(6)))
    assert found.story_id == story_of(out, "alpha-0")
    assert found.nearest["containment_in_known"][0] == pytest.approx(1.0, abs=0.01)
    assert found.nearest["jaccard"][0] < 0.7


def test_a_stranger_is_of_no_story(out):
    found = dedup.match(out, " ".join(sentence("zulu", number) for number in range(12)))
    assert found.story_id is None
    assert not found.nearest["is_same_story"].any()


def test_furniture_alone_is_of_no_story(out):
    assert dedup.match(out, FURNITURE).story_id is None


def test_a_saved_page_is_extracted(out, tmp_path):
    body = "".join(f"<p>{sentence('bravo', number)}</p>" for number in range(12))
    menu = "<nav><a href='/'>Home</a><a href='/s'>Sport</a></nav>"
    page = tmp_path / "saved"
    page.write_text(
        f"<!doctype html><html><head><title>B</title></head><body>{menu}<article>{body}</article></body></html>"
    )
    assert exit_code_of(["match", str(out), str(page), "--json"]) == 0


def test_the_command_reads_standard_input(out, monkeypatch, capsys):
    stream = io.TextIOWrapper(io.BytesIO(text("alpha").encode()))
    monkeypatch.setattr(sys, "stdin", stream)
    assert exit_code_of(["match", str(out), "-", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["story_id"] == story_of(out, "alpha-0")
    assert told["nearest"][0]["article_id"].startswith("alpha")


def test_the_command_tells_a_person(out, tmp_path, capsys):
    given = tmp_path / "a.txt"
    given.write_text(text("alpha"))
    assert exit_code_of(["match", str(out), str(given)]) == 0
    assert f"Story {story_of(out, 'alpha-0')}" in capsys.readouterr().out


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02" * 50, b"   \n"])
def test_what_is_no_text_is_the_users_mistake(out, tmp_path, content, capsys):
    given = tmp_path / "a.txt"
    given.write_bytes(content)
    assert exit_code_of(["match", str(out), str(given)]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_what_is_not_there_is_told(out, tmp_path):
    assert exit_code_of(["match", str(out), str(tmp_path / "gone.txt")]) == 2
    with pytest.raises(NoResultError):
        dedup.match(tmp_path / "nothing", "a text")
    with pytest.raises(UsageError, match="no word"):
        dedup.match(out, " ")


def test_no_text_needs_to_be_kept(out, tmp_path):
    crawl = cli_crawl.write(tmp_path / "crawl.jsonl")
    assert exit_code_of(["run", str(crawl), "--out", str(tmp_path / "out"), "-q", "--no-keep-text"]) == 0
    for given in (text("alpha"), " ".join(sentence("bravo", number) for number in range(6))):
        found, again = dedup.match(tmp_path / "out", given), dedup.match(out, given)
        assert found.story_id == again.story_id is not None
        assert found.nearest.equals(again.nearest)
