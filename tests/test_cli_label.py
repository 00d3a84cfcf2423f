"""Judging pairs at a terminal: what is asked, what each key does, what is on the disk after it."""

from __future__ import annotations

import io
import json

import polars as pl
import pytest

from jobs.cli import exit_code_of
from jobs.console.judging import doubtful
from jobs.labels import JUDGED
from jobs.manifest import open_result
from tests import cli_crawl

NONE = pl.DataFrame(schema=JUDGED)


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("label")
    crawl = cli_crawl.write(folder / "crawl.jsonl")
    assert exit_code_of(["run", str(crawl), "--out", str(folder / "out"), "-q"]) == 0
    return folder / "out"


@pytest.fixture
def sit(out, tmp_path, monkeypatch, capsys):
    def sit(keys, *options):
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{key}\n" for key in keys)))
        code = exit_code_of(["label", str(out), "--to", str(tmp_path / "labels.tsv"), "--json", *options])
        *_, last = capsys.readouterr().out.splitlines()
        return code, json.loads(last) if code == 0 else last

    return sit


def labels(tmp_path):
    return pl.read_csv(tmp_path / "labels.tsv", separator="\t").rows()


def test_every_answer_is_kept_and_scored(out, sit, tmp_path, capsys):
    asked = doubtful(open_result(out), NONE, 50)
    assert len(asked) >= 2
    code, told = sit("sq")
    assert (code, told["judged"], told["labels"]) == (0, 1, 1)
    assert labels(tmp_path) == [(*asked[0], True)]
    assert exit_code_of(["eval", str(out), str(tmp_path / "labels.tsv"), "--json"]) == 0
    scored = json.loads(capsys.readouterr().out)
    assert scored["pairwise"]["true_pairs"] + scored["pairwise"]["missed_pairs"] == 1


def test_a_second_sitting_goes_on_where_the_first_ended(out, sit, tmp_path):
    asked = doubtful(open_result(out), NONE, 50)
    sit("sq")
    again = pl.DataFrame([(*asked[0], True)], schema=JUDGED, orient="row")
    assert asked[0] not in doubtful(open_result(out), again, 50)
    _, told = sit("dq")
    assert told["labels"] == 2
    assert not (tmp_path / "labels.tsv.part").exists()


def test_back_takes_an_answer_back_and_unsure_gives_none(out, sit, tmp_path):
    asked = doubtful(open_result(out), NONE, 50)
    _, told = sit("sbduq")
    assert told["judged"] == 1
    assert labels(tmp_path) == [(*asked[0], False)]


def test_other_keys_are_asked_again_and_the_end_of_input_ends(sit):
    assert sit("xz")[1]["judged"] == 0
    assert sit("")[1]["judged"] == 0


def test_no_more_than_asked_for(out):
    assert len(doubtful(open_result(out), NONE, 1)) == 1


def test_the_least_alike_of_the_joined_come_first(out):
    pairs = pl.read_parquet(out / "current" / "pairs" / "*.parquet").filter("is_same_story")
    first = pairs.filter(pl.col("reason") != "same text").with_columns(
        shared=pl.max_horizontal("jaccard", "containment_a_in_b", "containment_b_in_a")
    )
    asked = set(doubtful(open_result(out), NONE, 2))
    least = first.sort("shared").row(0, named=True)
    shared = {(row["article_id_a"], row["article_id_b"]): row["shared"] for row in first.iter_rows(named=True)}
    assert any(shared.get(pair) == least["shared"] for pair in asked)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a\tb\n1\t2\n", "no table of judged pairs"),
        ("article_id_a\tarticle_id_b\tis_same_story\nx\ty\tmaybe\n", "true or false"),
        ("article_id_a\tarticle_id_b\tis_same_story\nx\ty\ttrue\ny\tx\tfalse\n", "twice"),
    ],
)
def test_another_table_is_not_written_over(out, tmp_path, content, said, capsys):
    file = tmp_path / "labels.tsv"
    file.write_text(content)
    assert exit_code_of(["label", str(out), "--to", str(file)]) == 2
    assert said in capsys.readouterr().err
    assert file.read_text() == content
