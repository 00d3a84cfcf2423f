"""`show`, `explain`, `eval`, `check` and `gc` over one small result."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from jobs.cli import exit_code_of
from jobs.console.output import safe
from jobs.console.show import SPREAD, _spread
from tests import cli_crawl


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    crawl = cli_crawl.write(folder / "crawl.jsonl")
    assert exit_code_of(["run", str(crawl), "--out", str(folder / "out"), "--quiet"]) == 0
    assert exit_code_of(["run", str(crawl), "--out", str(folder / "bare"), "--quiet", "--no-keep-text"]) == 0
    return folder


@pytest.fixture
def told(made, capfd):
    """Run a command over the result; return its exit code, its output and its errors."""

    def run(*args, out="out"):
        capfd.readouterr()
        command, *rest = (str(arg) for arg in args)
        code = exit_code_of([command, str(made / out), *rest])
        seen = capfd.readouterr()
        assert "Traceback" not in seen.err
        return code, seen.out, seen.err

    return run


@pytest.mark.parametrize("given", ["alpha-0", "alpha-2"])
def test_show_tells_source_and_members(told, given):
    code, out, _ = told("show", given)
    assert code == 0
    assert "Story    alpha-0, article, 3 articles on 3 sites" in out
    for number, site in enumerate(("north", "south", "west")):
        assert f"alpha-{number}" in out
        assert f"{site}.example" in out
    assert "Why" in out
    assert "abridged" in out


def test_show_draws_how_a_story_spread(told):
    lines = dict(line.split(" ", 1) for line in told("show", "alpha-0")[1].splitlines() if " " in line)
    assert lines["Spread"].split() == [
        "█",
        "█",
        "█",
        *["half", "within", "1", "day,", "the", "last", "after", "2", "days"],
    ]
    assert lines["Copies"].strip() == "1 edited, 1 abridged"
    assert "Spread" not in told("show", "alone")[1]


@pytest.mark.parametrize(
    ("hours", "drawn"),
    [
        ([], ""),
        ([5], ""),
        ([0, 0], ""),
        ([0, 0, 0, 0, 1], "█"),
        ([0] + [1] * 18 + [900], "half within 1 h, the last after 37 days 12 h"),
    ],
)
def test_spread(hours, drawn):
    times = [datetime(2025, 5, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in hours]
    told = _spread(times)
    assert told.startswith(drawn) if len(drawn) < 2 else told.endswith(drawn)
    assert (told == "") == (drawn == "")
    assert len(told.partition("  half")[0]) <= SPREAD


def test_show_as_json_is_the_rows_of_the_tables(told, made):
    found = json.loads(told("show", "alpha-1", "--json")[1])
    assert found["story"]["story_id"] == "alpha-0"
    assert found["articles"][0]["is_canonical"]
    assert set(found["articles"][0]) == set(pl.read_parquet(made / "out/current/assignments/*.parquet").columns)
    assert found["articles"][0]["published_at"].endswith("+00:00")


@pytest.mark.parametrize("args", [("show", "alone"), ("explain", "alone", "alpha-0")])
def test_what_strangers_wrote_steers_no_terminal(told, args):
    _, out, _ = told(*args)
    assert "\x1b" not in out
    assert "‮" not in out
    assert "[bold]red[/bold] 日本語" in out


@pytest.mark.parametrize(
    ("args", "near"),
    [(("show", "alpha_0"), "alpha-0"), (("show", "alph"), "alpha-0"), (("explain", "alone", "alne"), "alone")],
)
def test_an_unknown_id_is_answered_with_the_nearest(told, args, near):
    code, out, err = told(*args)
    assert (code, out) == (2, "")
    assert "did you mean" in err
    assert near in err


@pytest.mark.parametrize("args", [("show", "x"), ("explain", "x", "y"), ("eval", "x.tsv"), ("check",), ("gc",)])
def test_no_result_there(told, args):
    code, _, err = told(*args, out="nowhere")
    assert code == 10
    assert "dedup run INPUT" in err


def test_explain_one_story(told):
    code, out, _ = told("explain", "alpha-0", "alpha-2")
    assert code == 0
    assert out.startswith("Same story")
    assert "as the run compared them" in out
    assert "32 bands of 4" in out
    assert f"= {cli_crawl.sentence('alpha', 0)}" in out
    assert f"A {cli_crawl.sentence('alpha', 11)}" in out
    assert "[" in next(line for line in out.splitlines() if "newsletter" in line)


def test_explain_two_stories_that_were_never_compared(told):
    found = json.loads(told("explain", "alpha-0", "alone", "--json")[1])
    assert not found["is_same_story"]
    assert not found["scores"]["is_compared"]
    assert found["scores"]["jaccard"] == 0.0
    assert found["bands"]["met"] == []
    assert found["path"] == []


def test_explain_sees_the_same_from_both_sides(told):
    ids = ["alpha-0", "alpha-2"]
    one, other = (json.loads(told("explain", *those, "--json")[1]) for those in (ids, ids[::-1]))
    assert one["scores"]["containment_a_in_b"] == other["scores"]["containment_b_in_a"]
    assert one["verdict"] == other["verdict"]
    assert one["path"] == other["path"][::-1]
    texts = [sorted(text for mark, text, _ in told["pieces"] if mark == "both") for told in (one, other)]
    assert texts[0] == texts[1]


def test_explain_gives_back_every_word_of_both_texts(told):
    found = json.loads(told("explain", "alpha-1", "bravo-1", "--json")[1])
    rows = {row["id"]: row["text"] for row in cli_crawl.rows()}
    for side, article in (("a", "alpha-1"), ("b", "bravo-1")):
        pieces = [text for mark, text, _ in found["pieces"] if mark in {"both", side, f"furniture-{side}"}]
        assert " ".join(pieces).split() == rows[article].split()


def test_what_explain_computes_is_what_the_run_wrote(made):
    from jobs.again import settings_of, sign_again
    from jobs.console import explain
    from jobs.manifest import open_result

    result = open_result(made / "out")
    pairs = result.table("pairs").filter(pl.col("reason") != "same text").collect().to_dicts()
    assert pairs
    for pair in pairs:
        ids = [pair["article_id_a"], pair["article_id_b"]]
        signed = sign_again(result, [explain._kept(result, one).row for one in ids])
        computed = explain._computed(signed, settings_of(result))
        for name in ("jaccard", "containment_a_in_b", "containment_b_in_a", "shared_sentences"):
            assert computed[name] == pytest.approx(pair[name], abs=1e-6)


def test_explain_without_texts_says_so(told):
    code, out, _ = told("explain", "alpha-0", "alpha-1", out="bare")
    assert code == 0
    assert "were not kept" in out
    assert "as the run compared them" in out
    assert "the run saw no reason to compare them" in told("explain", "alpha-0", "alone", out="bare")[1]


def test_explain_an_article_with_itself(told):
    code, _, err = told("explain", "alone", "alone")
    assert code == 2
    assert "twice" in err


LABELS = "article_id\tstory_id\tkind\tcopy\tis_origin\tagency\n" + "".join(
    f"{row['id']}\t{row['id'][:5]}\tarticle\t{'origin' if row['id'].endswith('0') else 'cut'}"
    f"\t{str(row['id'].endswith('0')).lower()}\t\n"
    for row in cli_crawl.rows()
)


def write_labels(folder, form):
    path = folder / f"labels.{form}"
    frame = pl.read_csv(LABELS.encode(), separator="\t", infer_schema=False)
    if form == "tsv":
        path.write_text(LABELS)
    elif form == "csv":
        frame.write_csv(path)
    elif form == "parquet":
        frame.rename({"article_id": "id"}).write_parquet(path)
    else:
        frame.with_columns(is_origin=pl.col("is_origin") == "true").write_ndjson(path)
    return path


@pytest.mark.parametrize("form", ["tsv", "csv", "parquet", "jsonl"])
def test_eval_against_a_table(told, tmp_path, form):
    path = write_labels(tmp_path, form)
    code, out, _ = told("eval", path)
    assert code == 0
    assert out.startswith("F1 1.0000 over pairs")
    scores = json.loads(told("eval", path, "--json")[1])
    assert scores["pairwise"]["true_pairs"] == 6
    assert scores["adjusted_rand"] == scores["b_cubed"]["f1"] == 1.0
    assert scores["canonical"]["stories"] == 2
    assert [row["copy"] for row in scores["by_copy"]] == ["cut", "origin"]
    assert scores["agency"]["labelled"] == 0


def test_eval_names_the_wrong_pairs(told, tmp_path):
    path = tmp_path / "labels.tsv"
    path.write_text("id\tstory_id\nalpha-0\ta\nalpha-1\tb\nbravo-0\tb\ngone\tb\n")
    scores = json.loads(told("eval", path, "--json")[1])
    assert scores["false_pairs"] == [["alpha-0", "alpha-1"]]
    assert ["alpha-1", "bravo-0"] in scores["missed_pairs"]
    assert scores["missing"] == 1
    assert "alpha-0 alpha-1" in told("eval", path)[1]


def test_eval_tells_the_kind_of_every_wrong_pair(told, tmp_path):
    path = tmp_path / "labels.tsv"
    path.write_text("id\tstory_id\tkind\nalpha-0\ta\tarticle\nalpha-1\tb\tdigest\nbravo-0\tb\tstub\n")
    scores = json.loads(told("eval", path, "--json")[1])
    assert scores["wrong_by_kind"] == [
        {"error": "false", "label_a": "article", "label_b": "digest", "pairs": 1},
        {"error": "missed", "label_a": "digest", "label_b": "stub", "pairs": 1},
    ]
    assert scores["kinds"] == {"alpha-0": "article", "alpha-1": "digest", "bravo-0": "stub"}
    assert "alpha-0 alpha-1  article, digest" in told("eval", path)[1]


def test_eval_against_listed_pairs(told, tmp_path):
    (tmp_path / "articles.jsonl").write_text("".join(json.dumps({"id": row["id"]}) + "\n" for row in cli_crawl.rows()))
    (tmp_path / "pairs_must.tsv").write_text("alpha-0\talpha-1\t0.9\nalpha-2\talpha-0\nalpha-1\talpha-2\n")
    (tmp_path / "pairs_ignore.tsv").write_text("bravo-0\tbravo-1\n")
    scores = json.loads(told("eval", tmp_path, "--json")[1])
    assert scores["pairwise"]["true_pairs"] == 3
    assert scores["false_pairs"] == [["bravo-0", "bravo-2"], ["bravo-1", "bravo-2"]]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.tsv", None, "do not exist"),
        ("l.tsv", "a\tb\n1\t2\n", "no column article_id or story_id"),
        ("l.txt", "x", "no table of labels by its name"),
        ("l.parquet", "noise", "cannot be read"),
        ("l.jsonl", "{noise", "cannot be read"),
        ("l.tsv", "", "cannot be read"),
        ("l.tsv", "id\tstory_id\na\tx\na\ty\n", "twice"),
        ("", None, "no pairs_must.tsv"),
    ],
)
def test_labels_that_cannot_be_used(told, tmp_path, name, content, said):
    if content is not None:
        (tmp_path / name).write_text(content)
    code, out, err = told("eval", tmp_path / name)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_check_says_ok_with_counts(told):
    code, out, _ = told("check")
    assert code == 0
    assert out.startswith("ok: ")
    assert "assignments 7" in out
    assert json.loads(told("check", "--json")[1])["is_ok"]


@pytest.mark.parametrize("table", ["assignments", "stories", "pairs"])
def test_a_damaged_result_is_never_shown_as_a_fault_of_the_program(made, tmp_path, capfd, table):
    out = tmp_path / "out"
    shutil.copytree(made / "out", out, symlinks=True)
    for path in (out / "current" / table).iterdir():
        data = bytearray(path.read_bytes())
        data[-30:] = b"\0" * 30
        path.write_bytes(data)
    assert exit_code_of(["check", str(out)]) == 12
    assert table in capfd.readouterr().out
    codes = {exit_code_of([*command, "--json"]) for command in (
        ["show", str(out), "alpha-0"], ["explain", str(out), "alpha-0", "alone"],
    )}  # fmt: skip
    assert codes <= {0, 12}
    assert 12 in codes
    assert "Traceback" not in capfd.readouterr().err


def test_gc_keeps_the_newest(made, tmp_path, capfd):
    out = tmp_path / "out"
    crawl = cli_crawl.write(tmp_path / "crawl.jsonl")
    for seed in ("1", "2", "3"):
        (tmp_path / "c.toml").write_text(f"seed = {seed}")
        assert exit_code_of(["run", str(crawl), "--out", str(out), "-q", "--config", str(tmp_path / "c.toml")]) == 0
    capfd.readouterr()
    assert exit_code_of(["gc", str(out), "--keep-runs", "1", "--keep-days", "1"]) == 0
    assert capfd.readouterr().out == "nothing to remove\n"
    assert exit_code_of(["gc", str(out), "--keep-runs", "1", "--json"]) == 0
    assert len(json.loads(capfd.readouterr().out)["removed"]) == 2
    assert exit_code_of(["check", str(out)]) == 0
    assert exit_code_of(["gc", str(out), "--keep-runs", "0"]) == 2


def test_safe_text():
    assert safe("a\x1b[0m\tb\r\n\u202ec\u2028d\x00\x9b") == "a[0m b cd"
    assert safe(None) == ""
    assert safe("می\u200cخواهم 👩\u200d🚀") == "می\u200cخواهم 👩\u200d🚀"


def test_a_terminal_gets_lines_no_wider_than_it_is(made):
    try:
        parent, child = pty.openpty()
    except OSError:
        pytest.skip("no pseudo-terminal here")
    env = {**os.environ, "COLUMNS": "70", "TERM": "xterm", "LANG": "C.UTF-8"}
    args = [sys.executable, "-m", "jobs.cli", "show", str(made / "out"), "alpha-0"]
    subprocess.run(args, stdout=child, env=env, check=True)
    os.close(child)
    seen = os.read(parent, 1 << 16).decode()
    os.close(parent)
    assert "\x1b[1m" in seen
    table = seen[seen.index("relation") :]
    assert max(len(re.sub(r"\x1b\[[0-9;]*m", "", line).strip()) for line in table.splitlines()) <= 70
