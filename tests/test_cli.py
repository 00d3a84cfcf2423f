"""`dedup run`: what it prints, what it ends with, and that mistakes cost nothing but a sentence."""

from __future__ import annotations

import gzip
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from dedup.errors import StorageError
from jobs import lock
from jobs.cli import app, exit_code_of
from tests import cli_crawl

QUIET = ("--quiet", "--threads", "1")


@pytest.fixture
def crawl(tmp_path):
    return cli_crawl.write(tmp_path / "crawl.jsonl")


@pytest.fixture
def result(crawl, tmp_path, capfd):
    out = tmp_path / "out"
    assert exit_code_of(["run", str(crawl), "--out", str(out), *QUIET]) == 0
    capfd.readouterr()
    return out


def failing(capfd, *args):
    """Run a command that must fail; return its exit code and its one sentence."""
    code = exit_code_of([str(arg) for arg in args])
    told = capfd.readouterr()
    assert told.out == ""
    assert "Traceback" not in told.err
    assert told.err.startswith("dedup: ")
    assert told.err.count("\n") == 1
    return code, told.err


def test_help_loads_nothing_heavy():
    code = """
import sys
from jobs.cli import exit_code_of
assert exit_code_of(["--help"]) == 0 and exit_code_of(["run", "--help"]) == 0
heavy = {"polars", "numba", "numpy", "pyarrow", "scipy", "rich", "trafilatura", "datasketch"} & sys.modules.keys()
assert not heavy, heavy
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "explain" in done.stdout


def test_the_lock_is_taken_before_anything_heavy_is_loaded(crawl, tmp_path):
    code = f"""
import sys
from pathlib import Path
from jobs import lock
from jobs.cli import exit_code_of
with lock.locked(Path({str(tmp_path / "out")!r})):
    assert exit_code_of(["run", {str(crawl)!r}, "--out", {str(tmp_path / "out")!r}]) == 11
assert not {{"polars", "numba", "pyarrow"}} & sys.modules.keys()
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_run_tells_what_it_found(crawl, tmp_path, capfd):
    out = tmp_path / "out"
    assert exit_code_of(["run", str(crawl), "--out", str(out), "-v"]) == 0
    told = capfd.readouterr()
    assert "7 articles from 4 sites are 3 stories" in told.out
    assert "All about alpha" in told.out
    assert "7 records = 7 kept" in told.out
    assert f"dedup show {out}" in told.out
    assert "Seconds" in told.out
    assert "sign" in told.err
    assert "\x1b" not in told.out


def test_json_is_one_object_whose_counts_add_up(crawl, tmp_path, capfd):
    (tmp_path / "more.jsonl").write_text('{"id": "x", "text": "short"}\n{broken\n' * 2)
    args = ["run", str(crawl), str(tmp_path / "more.jsonl"), "--out", str(tmp_path / "out"), "--json"]
    assert exit_code_of([*args, "--log-format", "json"]) == 0
    first = capfd.readouterr()
    told = json.loads(first.out)
    assert told["read"] == told["kept"] + sum(told["dropped"].values()) + sum(told["quarantined"].values()) == 11
    assert told["quarantined"] == {"bad-json": 2}
    assert told["articles"] == sum(told["kinds"].values()) == told["kept"]
    assert told["biggest"][0]["article_count"] == 3
    assert {json.loads(line)["event"] for line in first.err.splitlines()} == {"stage"}
    assert exit_code_of([*args, "--quiet"]) == 0
    again = json.loads(capfd.readouterr().out)
    assert not again["is_new"]
    assert set(again) == set(told)
    assert again["run_id"] == told["run_id"]


def test_a_rerun_says_there_was_nothing_to_do(result, crawl, capfd):
    before = cli_crawl.tree(result)
    assert exit_code_of(["run", str(crawl), "--out", str(result), *QUIET]) == 0
    assert capfd.readouterr().out.startswith("Nothing to do")
    assert cli_crawl.tree(result) == before


def test_a_file_cut_short_is_published_with_3_and_named(crawl, tmp_path, capfd):
    packed = gzip.compress(crawl.read_bytes())
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "cut.jsonl.gz").write_bytes(packed[:-200])
    crawl.rename(folder / "whole.jsonl")
    (folder / "notes.xyz").write_text("no article")
    for _ in range(2):
        assert exit_code_of(["run", str(folder), "--out", str(tmp_path / "out"), *QUIET]) == 3
        told = capfd.readouterr().out
        assert "cut.jsonl.gz" in told
        assert "truncated" in told
        assert "notes.xyz" in told


def test_a_dry_run_tells_and_stops(crawl, tmp_path, capfd):
    before = sorted(tmp_path.iterdir())
    assert exit_code_of(["run", str(crawl), "--dry-run", "--map", "text=title"]) == 0
    told = capfd.readouterr().out
    assert "nothing was run" in told
    assert "text from title" in told
    assert exit_code_of(["run", str(crawl), "--dry-run", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["files"][0]["columns"]["text"] == "text"
    assert sorted(tmp_path.iterdir()) == before


def test_another_text_is_taken_where_the_user_says_so(tmp_path, capfd):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"id": "a", "prose": cli_crawl.text("delta")}))
    code, told = failing(capfd, "run", path, "--out", tmp_path / "out", *QUIET)
    assert code == 2
    assert "no text column" in told
    assert exit_code_of(["run", str(path), "--out", str(tmp_path / "out"), "--map", "text=prose", *QUIET]) == 0


MISTAKES = {
    "a path that is not there": (lambda tmp: ["missing.jsonl"], 2, "does not exist"),
    "a glob without a match": (lambda tmp: ["no*where.jsonl"], 2, "matches no file"),
    "an empty file": (lambda tmp: [made(tmp, "empty.jsonl", b"")], 1, "no article could be read"),
    "an empty folder": (lambda tmp: [made(tmp, "folder", None)], 2, "holds no file"),
    "noise": (lambda tmp: [made(tmp, "noise.bin", bytes(range(256)) * 40)], 1, "no article could be read"),
    "noise by a known name": (lambda tmp: [made(tmp, "noise.parquet", os.urandom(999))], 1, "no article"),
    "a column of the wrong type": (lambda tmp: [made(tmp, "w.jsonl", b'{"text": {"a": 1}}')], 1, "no article"),
    "no text column": (lambda tmp: [made(tmp, "n.csv", b"a,b\n1,2\n")], 2, "no text column"),
    "a gzip cut in its header": (lambda tmp: [made(tmp, "c.jsonl.gz", gzip.compress(b"x" * 99)[:12])], 1, "no article"),
    "an unknown option": (lambda tmp: ["x", "--thread", "3"], 2, "--threads"),
    "an unknown command": (None, 2, "Did you mean"),
    "a setting out of range": (lambda tmp: ["x", "--threads", "-3"], 2, "--threads: threads cannot be -3"),
    "no size": (lambda tmp: ["x", "--memory-limit", "lots"], 2, "500MB"),
    "an unknown extractor": (lambda tmp: ["x", "--extractor", "magic"], 2, "trafilatura"),
    "a mapping without =": (lambda tmp: ["x", "--map", "text"], 2, "text=body"),
    "a mapping to nothing known": (lambda tmp: [made(tmp, "m.jsonl", b"{}"), "--map", "txt=a"], 2, "did you"),
    "no settings file": (lambda tmp: ["x", "--config", "none.toml"], 2, "none.toml"),
    "a settings file that is no TOML": (lambda tmp: ["x", "--config", made(tmp, "c.toml", b"a = = 1")], 2, "no TOML"),
    "an unknown key": (lambda tmp: ["x", "--config", made(tmp, "c.toml", b"jacard = 1")], 2, "did you mean jaccard?"),
}  # fmt: skip


def made(folder: Path, name: str, data: bytes | None) -> str:
    path = folder / name
    path.mkdir() if data is None else path.write_bytes(data)
    return str(path)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_costs_one_sentence_and_nothing_else(mistake, result, tmp_path, capfd):
    make, code, told = MISTAKES[mistake]
    before = cli_crawl.tree(result)
    args = ["runn"] if make is None else ["run", "--quiet", "--out", result, *make(tmp_path)]
    found, sentence = failing(capfd, *args)
    assert found == code
    assert told in sentence
    assert cli_crawl.tree(result) == before
    assert exit_code_of(["check", str(result)]) == 0


def test_no_folder_for_the_result(crawl, capfd):
    code, told = failing(capfd, "run", crawl)
    assert code == 2
    assert "--out DIR" in told


def test_a_file_without_permission_is_told(crawl, result, monkeypatch, capfd):
    def refused(self, *args, **named):
        if self.name == crawl.name and "b" in (args[0] if args else named.get("mode", "r")):
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, *args, **named)

    opened = Path.open
    crawl.write_text(crawl.read_text() + "\n\n")
    before = cli_crawl.tree(result)
    monkeypatch.setattr(Path, "open", refused)
    code, told = failing(capfd, "run", crawl, "--out", result, *QUIET)
    monkeypatch.undo()
    assert code == 1
    assert "no-permission" in told or "permission" in told.lower()
    assert cli_crawl.tree(result) == before


@pytest.mark.parametrize("is_cold", [False, True], ids=["kernels kept", "no kernels kept yet"])
@pytest.mark.parametrize("size", [200, 3000])
def test_a_full_disk_leaves_the_earlier_result(size, is_cold, result, tmp_path):
    before = cli_crawl.tree(result)
    (tmp_path / "crawl.jsonl").write_text((tmp_path / "crawl.jsonl").read_text().replace("alone", "lonely"))
    args = [sys.executable, "-m", "jobs.cli", "run", tmp_path / "crawl.jsonl", "--out", result, *QUIET]
    done = subprocess.run(
        args,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache")} if is_cold else None,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "(ulimit -f)" in done.stderr
    assert cli_crawl.tree(result) == before


def test_a_result_folder_that_cannot_be_written(crawl, tmp_path, monkeypatch, capfd):
    out = made(tmp_path, "file", b"in the way")
    code, told = failing(capfd, "run", crawl, "--out", out, *QUIET)
    assert code == 1
    assert out in told


def test_a_fault_of_the_program_asks_for_a_report(crawl, tmp_path, monkeypatch, capfd):
    from jobs import nightly

    def broken(*_args, **_named):
        raise RuntimeError("inner\nworkings")

    monkeypatch.setattr(nightly, "run", broken)
    code, told = failing(capfd, "run", crawl, "--out", tmp_path / "out", *QUIET)
    assert code == 1
    assert "this is a fault of the program, please report it" in told
    assert exit_code_of(["run", str(crawl), "--out", str(tmp_path / "out"), "-v"]) == 1
    assert "Traceback" in capfd.readouterr().err


def test_errors_are_json_where_logs_are(tmp_path, capfd):
    name = "no\nsuch.jsonl"
    assert exit_code_of(["run", str(tmp_path / name), "--out", str(tmp_path / "out"), "--log-format", "json"]) == 2
    told = json.loads(capfd.readouterr().err)
    assert (told["event"], told["exit_code"]) == ("error", 2)
    assert "does not exist" in told["message"]
    assert "\n" not in told["message"]


def test_memory_that_is_used_up_is_told(crawl, tmp_path, monkeypatch, capfd):
    from jobs import nightly

    def hungry(*_args, **_named):
        raise MemoryError

    monkeypatch.setattr(nightly, "run", hungry)
    code, told = failing(capfd, "run", crawl, "--out", tmp_path / "out", *QUIET)
    assert code == 1
    assert "memory" in told


def test_a_reader_that_goes_away_is_no_error(result):
    command = f'{sys.executable} -m jobs.cli show "{result}" alone --json; echo "code $?" >&2'
    done = subprocess.run(["bash", "-c", f"({command}) | true"], capture_output=True, text=True, check=True)
    assert done.stderr == "code 0\n"


def test_standard_output_that_is_full_is_told(result):
    with Path("/dev/full").open("w") as full:
        args = [sys.executable, "-m", "jobs.cli", "check", result]
        done = subprocess.run(args, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == StorageError.exit_code
    assert done.stderr.startswith("dedup: standard output cannot be written")
    assert done.stderr.count("\n") == 1


def test_two_runs_never_overlap(crawl, result, capfd):
    with lock.locked(result):
        code, told = failing(capfd, "run", crawl, "--out", result, *QUIET)
        assert code == 11
        assert failing(capfd, "gc", result)[0] == 11
    assert "another run holds" in told


def test_every_command_and_option_has_help():
    import typer

    root = typer.main.get_command(app)
    for name, command in root.commands.items():
        assert command.help, name
        for parameter in command.params:
            assert parameter.help, (name, parameter.name)


def test_without_a_command_the_help_is_shown(capfd):
    assert exit_code_of([]) == 0
    assert capfd.readouterr().out.startswith("Usage: dedup")


@pytest.mark.parametrize("command", ["run", "show", "explain", "eval", "diff", "check", "gc"])
def test_a_missing_argument_is_named(command, capfd):
    code, told = failing(capfd, command)
    assert code == 2
    assert "Missing argument" in told
    assert f"see dedup {command} --help" in told
