"""What the documents say is what the program does: pages made from code are fresh, examples run."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from dedup import errors
from jobs.cli import EXIT_CODES as EPILOG
from jobs.cli import app, exit_code_of
from jobs.console.exit_codes import EXIT_CODES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
GUIDES = {name: (ROOT / "docs" / name).read_text("utf-8") for name in ("tutorial.md", "how-it-works.md", "faq.md")}


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    folder = tmp_path_factory.mktemp("readme")
    out = folder / "outputs" / "sample"
    shutil.copytree(ROOT / "sample_data", folder / "sample_data")
    assert exit_code_of(["run", str(ROOT / "sample_data" / "crawl"), "--out", str(out), "--quiet"]) == 0
    return folder


def test_the_count_of_injected_faults_is_that_of_the_suite():
    command = [sys.executable, "-m", "tests.faults.reliability"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert (ROOT / "docs" / "reliability.md").read_text("utf-8") == told, "docs/reliability.md is old: make docs"


def test_the_limits_in_security_md_are_those_of_the_code():
    from dedup.clean import markup
    from jobs.read import codec, csv, frames, http, parquet, text

    said = (ROOT / "SECURITY.md").read_text("utf-8")
    assert {codec.MAX_LINE, frames.MAX_RECORD, text.MAX_TEXT, csv.MAX_ROW} == {32 * 2**20}
    assert {markup.MAX_BYTES, http.MAX_BODY} == {16 * 2**20}
    assert f"{markup.MAX_TAGS:,}, {markup.MAX_DEPTH:,}, {markup.MAX_ATTRIBUTES:,} |" in said
    assert f"| {codec.MAX_RATIO} times its size beyond {codec.RATIO_MATTERS_FROM // 2**20} MiB; " in said
    assert f"{codec.MAX_OUTPUT // 2**30} GiB | `bomb`" in said
    assert f"| {parquet.MAX_ROWS_PER_BYTE} a byte beyond a million |" in said
    assert f"faults in one WARC file | {frames.MAX_FAULTS:,} |" in said


def test_pages_made_from_code_are_fresh():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    for name, text in generate.pages().items():
        assert (ROOT / "docs" / name).read_text("utf-8") == text, f"docs/{name} is old: make docs"


@pytest.mark.parametrize("code", blocks("python"))
def test_python_in_the_readme_runs(code, sample, monkeypatch, capsys):
    monkeypatch.chdir(sample)
    exec(compile(code, "README.md", "exec"), {})


@pytest.mark.parametrize(
    "line",
    [line for block in blocks("sh") for line in block.splitlines() if line.startswith("dedup") and "sample" in line],
)
def test_commands_in_the_readme_run(line, sample, monkeypatch):
    monkeypatch.chdir(sample)
    assert exit_code_of(shlex.split(line)[1:]) == 0


@pytest.mark.parametrize("name", GUIDES)
def test_every_block_of_a_guide_runs_in_its_order(name, sample, monkeypatch):
    monkeypatch.chdir(sample)
    shown = re.findall(r"^```(sh|python)\n(.*?)^```", GUIDES[name], re.MULTILINE | re.DOTALL)
    assert shown or name == "faq.md"
    for language, code in shown:
        args = ["bash", "-euo", "pipefail", "-c", code] if language == "sh" else [sys.executable, "-c", code]
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            args, env=os.environ | {"PATH": path}, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (code, done.stderr)


def test_every_command_shows_an_example_that_is_one():
    root = typer.main.get_command(app)
    for name, command in root.commands.items():
        told = (command.epilog or "").partition("Example: ")[2]
        program, *args = shlex.split(told)
        assert (program, args[0]) == ("dedup", name)
        with command.make_context(name, args[1:]):
            pass  # parsing it is all: whether its files are there is another matter


def test_every_goal_in_the_documents_is_in_the_makefile():
    goals = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    texts = README + (ROOT / "CONTRIBUTING.md").read_text() + (ROOT / ".ci" / "run").read_text()
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", texts, re.MULTILINE))
    assert named
    assert named <= goals


def test_links_in_the_documents_lead_somewhere():
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), (page, target)


def test_every_exit_code_is_told():
    codes = {kind.exit_code for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "exit_code")}
    assert codes <= set(EXIT_CODES)
    in_readme = README.partition("## Exit codes")[2].partition("## Layout")[0]
    for code in EXIT_CODES:
        assert re.search(rf"\b{code}\b", in_readme), code
        assert code == 129 or re.search(rf"\b{code}\b", EPILOG), code


def test_lock_files_name_no_host_and_all_that_is_needed():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    locks = {name: (ROOT / name).read_text() for name in ("requirements.lock", "requirements-dev.lock")}
    for text in locks.values():
        assert "://" not in text
        assert "--index" not in text
    pinned = {name: set(re.findall(r"^([a-z0-9.-]+)==", text, re.MULTILINE)) for name, text in locks.items()}
    needed = {re.split(r"[>=<\[; ]", line)[0] for line in project["project"]["dependencies"]}
    tools = {re.split(r"[>=<\[; ]", line)[0] for line in project["dependency-groups"]["dev"]}
    assert needed <= pinned["requirements.lock"]
    assert needed | tools <= pinned["requirements-dev.lock"]
    assert pinned["requirements.lock"] <= pinned["requirements-dev.lock"]


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not here")
def test_without_a_fitting_python_make_says_so_in_one_sentence(tmp_path):
    for name in ("Makefile", "requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    for goal in ("run", "test"):
        args = ["make", "-s", "-C", str(tmp_path), "PYTHONS=no-such-python false", goal]
        done = subprocess.run(args, capture_output=True, text=True, check=False)
        assert done.returncode != 0
        said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
        assert len(said) == 1
        assert said[0].startswith("Python 3.11 or newer with its venv module is needed")
    assert not (tmp_path / ".venv").exists()
