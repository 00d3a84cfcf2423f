"""The way in for notebooks: a frame in, tables out, the same as the command line gives."""

from __future__ import annotations

import polars as pl
import pytest

import dedup
from dedup import schema
from dedup.errors import NoResultError, UsageError
from jobs.cli import exit_code_of
from tests import cli_crawl


def frame():
    return pl.DataFrame(cli_crawl.rows())


def test_a_frame_gives_what_the_command_line_gives(tmp_path):
    crawl = cli_crawl.write(tmp_path / "crawl.jsonl")
    assert exit_code_of(["run", str(crawl), "--out", str(tmp_path / "out"), "-q"]) == 0
    here, there = dedup.run(frame()), dedup.load(tmp_path / "out")
    for table in schema.PUBLISHED:
        apart = [name for name in ("source_file", "source_offset") if name in table.dtypes]
        assert getattr(here, table.name).drop(apart).equals(getattr(there, table.name).drop(apart)), table.name


def test_columns_with_names_of_their_own(tmp_path):
    renamed = frame().rename({"text": "story", "id": "key"})
    found = dedup.run(renamed.lazy(), mapping={"text": "story", "id": "key"}, out=tmp_path / "kept")
    assert (tmp_path / "kept" / "current").is_dir()
    assert found.stories.height == 3


def test_settings_are_those_given():
    strict = dedup.run(frame(), settings=dedup.Settings(jaccard=0.99, containment=1.0))
    assert strict.stories.height >= dedup.run(frame()).stories.height


def test_a_run_prints_what_happened():
    found = dedup.run(frame())
    assert "7 articles are 3 stories: 2 on more than one page, 4 copies." in repr(found)
    assert "All about alpha" in repr(found)
    assert "<table" in found._repr_html_()
    matched = found.match(cli_crawl.text("alpha"))
    assert matched.story_id in found.stories["story_id"].to_list()
    assert "<table" in matched._repr_html_()


def test_titles_of_strangers_are_inert():
    rows = [row | {"title": "<script>alert(1)</script>"} for row in cli_crawl.rows()]
    found = dedup.run(pl.DataFrame(rows))
    assert "<script" not in found._repr_html_()
    assert "<script" not in found.match(cli_crawl.text("alpha"))._repr_html_()


def test_the_tables_of_a_run_outlive_nothing(tmp_path):
    found = dedup.run(frame())
    folder = found.path
    assert folder.is_dir()
    del found
    assert not folder.exists()


def test_mistakes_are_errors_of_the_library(tmp_path):
    with pytest.raises(UsageError, match="no rows"):
        dedup.run(frame().head(0))
    with pytest.raises(UsageError):
        dedup.run(pl.DataFrame({"number": [1]}))
    with pytest.raises(NoResultError):
        dedup.load(tmp_path)
    with pytest.raises(AttributeError, match="a run has no 'storeys'"):
        dedup.run(frame()).storeys  # noqa: B018
