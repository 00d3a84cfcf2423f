"""`dedup diff`: what it tells of two runs, and what it ends with."""

from __future__ import annotations

import json
import shutil

import pytest

from jobs.cli import exit_code_of
from jobs.manifest import run_ids
from tests import cli_crawl


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two runs: the second without `alone`, with one more copy of bravo and a story of its own."""
    folder = tmp_path_factory.mktemp("diff")
    rows = cli_crawl.rows()
    hostile = "\x1b[31mDelta\n[bold]x"
    more = [
        {
            "id": "bravo-9",
            "url": "https://nine.example/b",
            "title": "All about bravo",
            "text": cli_crawl.text("bravo", 11),
        },
        {"id": "delta", "url": "https://ten.example/d", "title": hostile, "text": cli_crawl.text("delta")},
    ]
    for name, lines in (("first", rows), ("second", [*rows[:-1], *more])):
        (folder / name).write_text("\n".join(map(json.dumps, lines)), "utf-8")
        extra = ["--threads", "1"] if name == "first" else ["--threads", "2", "--no-keep-text"]
        assert exit_code_of(["run", str(folder / name), "--out", str(folder / "out"), "--quiet", *extra]) == 0
    return folder / "out"


@pytest.fixture
def told(made, capfd):
    def run(*args, out=made):
        capfd.readouterr()
        code = exit_code_of(["diff", str(out), *args])
        seen = capfd.readouterr()
        assert "Traceback" not in seen.err
        return code, seen.out, seen.err

    return run


def test_what_changed_is_told_as_text(made, told):
    old, new = run_ids(made)
    code, out, _ = told(old, new)
    assert code == 0
    assert f"{old} (run): 7 articles, 3 stories" in out
    assert f"{new} (run): 8 articles, 3 stories" in out
    assert "Articles 2 came, 1 went, 0 moved" in out
    assert "Stories  1 unchanged, 1 grown, 1 new, 1 gone" in out
    assert "Setting  keep_text True, then False" in out
    assert "3 > 4" in out
    assert "Delta [bold]x" in out
    assert "\x1b" not in out


def test_what_changed_is_told_as_json(made, told):
    old, new = run_ids(made)
    code, out, _ = told(old, "current", "--json")
    assert code == 0
    found = json.loads(out)
    assert (found["old"]["run_id"], found["new"]["run_id"]) == (old, new)
    assert found["articles"] == {"came": 2, "went": 1, "moved": 0}
    assert {name: count for name, count in found["stories"].items() if count} == {
        "unchanged": 1, "grown": 1, "new": 1, "gone": 1,
    }  # fmt: skip
    assert [(row["old_story_id"], row["new_story_id"], row["change"]) for row in found["changed"]] == [
        ("bravo-0", "bravo-0", "grown"),
        (None, "delta", "new"),
        ("alone", None, "gone"),
    ]
    assert found["changed"][0]["title"] == "All about bravo"
    assert found["settings"] == {"keep_text": [True, False]}


def test_the_other_way_round_is_the_opposite(told, made):
    old, new = run_ids(made)
    found = json.loads(told(new, old, "--json")[1])
    assert found["articles"] == {"came": 1, "went": 2, "moved": 0}
    assert (found["stories"]["shrunk"], found["stories"]["grown"]) == (1, 0)


def test_the_beginning_of_an_id_will_do_unless_it_is_that_of_two(made, told):
    old, new = run_ids(made)
    length = next(n for n in range(1, len(old)) if old[:n] != new[:n])
    assert told(old[:length], new[:length], "--json")[0] == 0
    code, _, said = told(old[: length - 1], new)
    assert code == 2
    assert "may mean" in said
    assert "Articles 0 came, 0 went, 0 moved" in told(new, new)[1]


def test_what_is_not_there_is_told(told, made, tmp_path):
    code, _, said = told("20200101", "current")
    assert code == 10
    assert f"holds no run 20200101; it holds {run_ids(made)[0]}" in said
    assert told("current", "current", out=tmp_path)[0] == 10
    assert told("current")[0] == 2


def test_a_damaged_run_is_told(told, made, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(made, out, symlinks=True)
    old, new = run_ids(out)
    (out / "runs" / old / "assignments" / "part-00000.parquet").write_bytes(b"PAR1 broken")
    code, _, said = told(old, new, out=out)
    assert code == 12
    assert f"dedup check {out}" in said
    (out / "runs" / old / "manifest.json").write_bytes(b"{}")
    assert told(old, new, out=out)[0] == 12
