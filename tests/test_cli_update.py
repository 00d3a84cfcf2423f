"""`dedup update` as cron calls it: exit codes, gates, quiet, a bare environment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from msgspec.structs import replace

from jobs import gates, publish
from jobs.check import check
from jobs.cli import exit_code_of
from jobs.manifest import open_result, run_ids
from tests.publish import sample

ROOT = Path(__file__).parents[1]


def articles(start, stop, site="site", text=None):
    for k in range(start, stop):
        words = " ".join(f"word{k}x{n}" for n in range(60))
        body = text or f"The council of town {k} met on Monday. {words}. It was said that {words[::-1]}."
        yield {"id": f"a{k}", "url": f"https://{site}{k % 40}.example/{k}", "text": body, "title": f"Town {k} meets"}


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def update(*args):
    return exit_code_of(["update", *map(str, args), "--threads", "1"])


def test_an_update_starts_grows_and_has_nothing_to_do(tmp_path, capsys):
    out = tmp_path / "out"
    a, b = write(tmp_path / "a.jsonl", articles(0, 30)), write(tmp_path / "b.jsonl", articles(20, 50))
    assert update(a, "--out", out, "--quiet") == 0
    assert capsys.readouterr() == ("", "")
    assert update(a, b, "--out", out, "-q", "--json") == 0
    told, err = capsys.readouterr()
    assert err == ""
    assert told.count("\n") == 1
    assert json.loads(told)["kept"] == 20
    assert update(a, b, "--out", out, "--json") == 0
    assert json.loads(capsys.readouterr().out)["is_new"] is False
    assert len(run_ids(out)) == 2
    assert check(out) == []


def test_a_run_does_not_replace_what_updates_gathered(tmp_path, capsys):
    out, a = tmp_path / "out", write(tmp_path / "a.jsonl", articles(0, 5))
    b = write(tmp_path / "b.jsonl", articles(5, 9))
    assert update(a, "--out", out, "-q") == 0
    assert exit_code_of(["run", b, "--out", str(out)]) == 2
    assert "--replace" in capsys.readouterr().err
    assert exit_code_of(["run", b, "--out", str(out), "--replace", "-q"]) == 0
    assert open_result(out).manifest.rows["assignments"] == 4


@pytest.mark.parametrize(
    ("options", "said"),
    [(["--window", "soon"], "--window"), (["--window", "0d"], "--window"), (["--as-of", "yesterday"], "--as-of")],
)
def test_odd_options_are_told(tmp_path, capsys, options, said):
    a = write(tmp_path / "a.jsonl", articles(0, 5))
    assert update(a, "--out", tmp_path / "out", *options) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def held_back(tmp_path, capsys, rows, said, out=None):
    """Update with rows that a gate must hold back, look at what is kept aside, then force them."""
    out = out or tmp_path / "out"
    before = open_result(out).run_id if (out / "current").exists() else None
    bad = write(tmp_path / "bad.jsonl", rows)
    assert update(bad, "--out", out, "-q") == 4
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert "--force" in err
    assert (open_result(out).run_id if (out / "current").exists() else None) == before
    assert list((out / "held" / "assignments").glob("*.parquet"))
    assert not (out / ".staging").exists()
    assert update(bad, "--out", out, "-q", "--force") == 0
    assert not (out / "held").exists()
    assert check(out) == []


def test_a_story_that_takes_too_much_of_a_crawl(tmp_path, capsys):
    text = next(articles(0, 1))["text"]
    copies = ({**row, "url": f"https://other{k}.example/"} for k, row in enumerate(articles(900, 1_100, text=text)))
    rows = [*articles(0, 900), *copies]
    held_back(tmp_path, capsys, rows, "took 201 of 1,100 articles")


def test_a_site_that_shows_one_page_for_all(tmp_path, capsys):
    text = next(articles(0, 1))["text"]
    rows = [{**row, "url": f"https://broken.example/{k}"} for k, row in enumerate(articles(0, 60, text=text))]
    held_back(tmp_path, capsys, [*articles(100, 200), *rows], "60 of the 60 articles of broken.example hold nothing")


def test_a_site_that_became_one_story():
    read = pl.DataFrame({"site": ["a"] * 60 + ["b"] * 60, "story_id": ["s"] * 55 + [f"s{k}" for k in range(65)]})
    assert list(gates.one_story(read)) == ["55 of the 60 articles of a became one story"]
    assert list(gates.one_story(read.filter(pl.col("story_id") == "s").head(49))) == []


def test_too_much_quarantine(tmp_path, capsys):
    rows = [*articles(0, 900), *({"id": f"b{k}", "text": 5} for k in range(300))]
    held_back(tmp_path, capsys, rows, "300 of 1,200 records could not be read")


def test_a_steep_fall_and_a_site_that_vanished(tmp_path, capsys):
    out = tmp_path / "out"
    for night in range(3):
        rows = [*articles(night * 2_000, night * 2_000 + 950)]
        steady = articles(night * 2_000 + 1_000, night * 2_000 + 1_060)
        rows += [{**row, "url": f"https://steady.example/{night}-{k}"} for k, row in enumerate(steady)]
        assert update(write(tmp_path / f"{night}.jsonl", rows), "--out", out, "-q") == 0
    held_back(tmp_path, capsys, articles(9_000, 10_000), "steady.example has 0 articles where 60 are usual", out)
    held_back(tmp_path, capsys, articles(20_000, 20_100), "100 records were read where 1,010 are usual", out)


def put_crawl(out, day, read, command="update"):
    """Publish a result that says it was made of so many records; `day` counts from 03:15 of the first."""
    draft = sample.draft(out, 60, day=day)
    draft = replace(draft, plan=sample.plan(command=command), counts=replace(draft.counts, read=read))
    publish.publish(out, sample.tables(), {}, draft)


def falls(out, day, read):
    now = sample.EPOCH + timedelta(days=day)
    counts = replace(sample.draft(out, 60).counts, read=read)
    return list(gates.fallen(gates.usual_runs(out, now), counts))


def test_crawls_are_compared_with_those_of_the_same_time_of_day(tmp_path):
    morning, evening = 0.0, 0.6
    for day in range(3):
        put_crawl(tmp_path, day + morning, 10_000)
        put_crawl(tmp_path, day + morning + 0.3, 50_000, "run")
        assert falls(tmp_path, day + evening, 1) == []
        put_crawl(tmp_path, day + evening, 3_000)
    assert falls(tmp_path, 3 + evening, 3_000) == []
    assert falls(tmp_path, 3 + evening, 1_500) == []
    assert falls(tmp_path, 3 + evening, 1_499) == ["1,499 records were read where 3,000 are usual"]
    assert falls(tmp_path, 3 + morning - 0.1, 4_000) == ["4,000 records were read where 10,000 are usual"]
    assert falls(tmp_path, 3 + morning + 0.3, 1) == []
    for day in range(4, 11):
        put_crawl(tmp_path, day + evening, 900)
    assert falls(tmp_path, 12 + evening, 1) == []


def test_a_site_is_missed_only_at_its_time_of_day(tmp_path):
    before = [manifest_of(tmp_path / str(generation), generation) for generation in (3, 5, 7)]
    old = pl.DataFrame({"site": ["a"] * 180, "seen": [3, 5, 7] * 60, "is_read": [False] * 180})
    other = pl.DataFrame({"site": ["a"] * 180, "seen": [4, 6, 8] * 60, "is_read": [False] * 180})
    new = pl.DataFrame({"site": ["a"] * 5, "seen": [9] * 5, "is_read": [True] * 5})
    said = ["a has 5 articles where 60 are usual"]
    assert list(gates._vanished(pl.concat([old, new]), before)) == said
    assert list(gates._vanished(pl.concat([other, new]), before)) == []
    assert list(gates._vanished(pl.concat([old, new]), [])) == []


def manifest_of(out, generation):
    put_crawl(out, 0, 1_000)
    return replace(open_result(out).manifest, generation=generation)


def test_a_night_without_home_environment_or_terminal(tmp_path):
    """As cron starts it: an empty environment, the root as working folder, code that cannot be written."""
    a = write(tmp_path / "a.jsonl", articles(0, 20))
    command = [sys.executable, "-m", "jobs.cli", "update", a, "--out", str(tmp_path / "out"), "--json"]
    command += ["--quiet", "--log-format", "json"]
    done = subprocess.run(
        command, cwd="/", env={}, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["kept"] == 20


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("setpriv") is None, reason="changing the user needs root")
def test_a_user_without_a_passwd_entry(tmp_path):
    folder = Path("/tmp") / f"dedup-other-{os.getpid()}"
    folder.mkdir(mode=0o777)
    try:
        folder.chmod(0o777)
        a = write(folder / "a.jsonl", articles(0, 20))
        command = [
            "setpriv",
            "--reuid",
            "54321",
            "--regid",
            "54321",
            "--clear-groups",
            sys.executable,
            "-m",
            "jobs.cli",
        ]
        command += ["update", a, "--out", str(folder / "out"), "--json", "-q"]
        done = subprocess.run(command, cwd="/", env={}, capture_output=True, text=True, check=False, timeout=120)
        if "ermission denied" in done.stderr and "jobs" not in done.stderr:
            pytest.skip("the interpreter is not readable for others here")
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout)["kept"] == 20
    finally:
        shutil.rmtree(folder)
