"""The cookbook: every block runs as it is pasted, and the three tools give the same rows."""

from __future__ import annotations

import math
import re
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest

from jobs.cli import exit_code_of

ROOT = Path(__file__).parents[1]
COOKBOOK = (ROOT / "docs" / "cookbook.md").read_text("utf-8")
TOOLS = ("polars", "duckdb", "pandas")
QUESTIONS = re.split(r"^## \d+\. ", COOKBOOK, flags=re.MULTILINE)[1:]
STARTS = dict(re.findall(r"^```python start=(\w+)\n(.*?)^```", COOKBOOK, re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cookbook")
    crawl, out = ROOT / "sample_data" / "crawl", folder / "outputs" / "sample"
    for night in (crawl / "monday.warc.gz", crawl):
        assert exit_code_of(["update", str(night), "--out", str(out), "--quiet"]) == 0
    return folder


def test_twenty_questions():
    assert len(QUESTIONS) == 20
    assert set(STARTS) == set(TOOLS)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.partition("\n")[0])
def test_the_three_answers_are_the_same(question, folder, monkeypatch):
    monkeypatch.chdir(folder)
    answers = {}
    for tool in TOOLS:
        (code,) = re.findall(rf"^```python {tool}\n(.*?)^```", question, re.MULTILINE | re.DOTALL)
        names = {}
        exec(compile(STARTS[tool] + code, f"cookbook.md ({tool})", "exec"), names)
        answers[tool] = rows(names["answer"])
    assert answers["polars"], "the sample has no answer to this question"
    assert answers["polars"] == answers["duckdb"] == answers["pandas"]


def rows(answer):
    """Return the rows of an answer in an order of their own, with plain values of one kind."""
    if isinstance(answer, pl.DataFrame):
        found = answer.rows()
    elif isinstance(answer, pd.DataFrame):
        found = answer.itertuples(index=False, name=None)
    else:
        assert isinstance(answer, duckdb.DuckDBPyRelation)
        found = answer.fetchall()
    return sorted(tuple(plain(value) for value in row) for row in found)


def plain(value):
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    return str(value) if isinstance(value, str) else f"{float(value):.4f}"
