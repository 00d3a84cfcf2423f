"""The report: the same bytes for the same run, bounded, whole for odd tables, and readable for machines that read aloud."""

from __future__ import annotations

import itertools
import os
import re
import threading
from datetime import timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from dedup import schema
from jobs import publish, report
from jobs.cli import exit_code_of
from jobs.manifest import open_result
from jobs.pages import when
from tests import cli_crawl
from tests.publish import sample
from tests.report import pages

LIMIT = 3_000_000


def render(built, out, before=None):
    lazy = {name: schema_of(name).conform(frame).lazy() for name, frame in built.items()}
    return report.render(lazy, sample.draft(out, built["assignments"].height), before)


def schema_of(name):
    return next(table for table in schema.PUBLISHED if table.name == name)


def run(crawl, out, *more):
    assert exit_code_of(["run", str(crawl), "--out", str(out), "--quiet", "--json", *more]) in {0, 3}
    return open_result(out)


def test_a_run_leaves_its_report_and_the_command_writes_the_same_bytes(tmp_path, capsys):
    result = run(cli_crawl.write(tmp_path / "crawl.jsonl"), tmp_path / "out")
    published = (result.path / report.NAME).read_bytes()
    assert report.NAME in result.manifest.files
    assert exit_code_of(["report", str(tmp_path / "out"), "--to", str(tmp_path / "again.html")]) == 0
    assert (tmp_path / "again.html").read_bytes() == published
    capsys.readouterr()
    assert exit_code_of(["report", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out.encode() == published + b"\n"
    assert not list(tmp_path.glob(".*part"))


def test_a_link_stays_and_a_pipe_is_written_to(tmp_path):
    result = run(cli_crawl.write(tmp_path / "crawl.jsonl"), tmp_path / "out")
    published = (result.path / report.NAME).read_bytes()
    (tmp_path / "target.html").write_text("old")
    (tmp_path / "link.html").symlink_to("target.html")
    assert exit_code_of(["report", str(tmp_path / "out"), "--to", str(tmp_path / "link.html")]) == 0
    assert (tmp_path / "link.html").is_symlink()
    assert (tmp_path / "target.html").read_bytes() == published
    os.mkfifo(tmp_path / "pipe")
    taken = []
    reader = threading.Thread(target=lambda: taken.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    assert exit_code_of(["report", str(tmp_path / "out"), "--to", str(tmp_path / "pipe")]) == 0
    reader.join()
    assert taken == [published]


def test_check_finds_a_changed_report(tmp_path):
    result = run(cli_crawl.write(tmp_path / "crawl.jsonl"), tmp_path / "out")
    page = result.path / report.NAME
    page.write_bytes(page.read_bytes().replace(b"stories", b"storiez", 1))
    assert exit_code_of(["check", str(tmp_path / "out")]) == 12


@pytest.mark.parametrize("table", [table.name for table in schema.PUBLISHED if table.name not in {"pairs", "lineage"}])
def test_the_report_of_a_damaged_result_says_so(table, tmp_path, capfd):
    result = run(cli_crawl.write(tmp_path / "crawl.jsonl"), tmp_path / "out")
    for path in (result.path / table).iterdir():
        path.write_bytes(path.read_bytes()[:-30] + b"\0" * 30)
    assert exit_code_of(["report", str(tmp_path / "out"), "--to", str(tmp_path / "page.html")]) == 12
    assert "dedup check" in capfd.readouterr().err
    assert not (tmp_path / "page.html").exists()


@pytest.mark.parametrize("place", ["out/current/report.html", "out/mine.html", "out", "folder", "nowhere/x.html"])
def test_the_page_is_written_where_it_harms_nothing_or_not_at_all(place, tmp_path, capsys):
    run(cli_crawl.write(tmp_path / "crawl.jsonl"), tmp_path / "out")
    (tmp_path / "folder").mkdir()
    before = cli_crawl.tree(tmp_path / "out")
    assert exit_code_of(["report", str(tmp_path / "out"), "--to", str(tmp_path / place)]) in {1, 2}
    assert place.split("/")[0] in capsys.readouterr().err
    assert cli_crawl.tree(tmp_path / "out") == before


def test_only_id_and_time_differ_between_two_runs_of_the_same_inputs(tmp_path, monkeypatch):
    crawl = cli_crawl.write(tmp_path / "crawl.jsonl")
    texts = []
    for name in ("one", "two"):
        result = run(crawl, tmp_path / name, "--threads", "1" if name == "one" else "2")
        text = (result.path / report.NAME).read_text("utf-8")
        assert str(tmp_path) not in text
        texts.append(text.replace(result.run_id, "ID").replace(when(result.manifest.created_at), "TIME"))
    assert texts[0] == texts[1]


def test_it_says_what_changed_since_the_run_before(tmp_path):
    first = run(cli_crawl.write(tmp_path / "crawl.jsonl"), tmp_path / "out")
    assert "no run before" in (first.path / report.NAME).read_text("utf-8")
    second = run(pages.write_hostile(tmp_path / "other.jsonl"), tmp_path / "out")
    tree = html.fromstring((second.path / report.NAME).read_bytes())
    rows = {
        row.xpath("string(th)"): row.xpath("td/text()")[:2] for row in tree.xpath("//section[@id='before']//tbody/tr")
    }
    assert rows["articles"] == ["7", f"{len(pages.HOSTILE) * 2}"]
    assert rows["records read"] == ["7", f"{len(pages.HOSTILE) * 2}"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda part: part.write_bytes(b"no Parquet"),
        lambda part: part.write_bytes(part.read_bytes()[:-40] + b"\xff" * 40),
        lambda part: part.write_bytes(b"PAR1" + b"\xff" * 300 + part.read_bytes()[304:]),
        lambda part: part.unlink(),
    ],
)
def test_a_damaged_run_before_costs_the_next_run_nothing(damage, tmp_path):
    first = run(cli_crawl.write(tmp_path / "crawl.jsonl"), tmp_path / "out")
    for part in first.path.glob("s*/*.parquet"):
        damage(part)
    second = run(pages.write_hostile(tmp_path / "other.jsonl"), tmp_path / "out")
    assert "no run before" in (second.path / report.NAME).read_text("utf-8")


def test_sites_that_fall_silent_are_named(tmp_path):
    many, few = sample.tables(20), sample.tables(20)
    few["sites"] = schema.SITES.conform(site_rows({"here.example": 9}))
    many["sites"] = schema.SITES.conform(site_rows({"here.example": 9, "gone.example": 7, "small.example": 1}))
    publish.publish(tmp_path, many, {}, sample.draft(tmp_path, 60))
    page = render(few, tmp_path, open_result(tmp_path)).decode()
    silent = page[page.index("Fell silent") :]
    assert "gone.example" in silent
    assert "small.example" not in silent


def site_rows(articles):
    return pl.DataFrame({"site": list(articles), "articles": list(articles.values())}).with_columns(
        originates=pl.lit(1), carries=pl.lit(2), share=pl.lit(0.3)
    )


@pytest.mark.parametrize(("stories", "size"), [(0, 1), (1, 1), (5, 1), (5, 3), (200_000, 1), (300, 700)])
def test_it_is_bounded_and_well_formed_for_any_number_of_stories(stories, size, tmp_path):
    built = sample.tables(stories, size) if stories else {table.name: table.empty() for table in schema.PUBLISHED}
    page = render(built, tmp_path)
    assert len(page) < LIMIT
    tree = html.fromstring(page)
    assert len(tree.xpath("//article")) == (min(stories, 24) if size > 1 else 0)
    assert tree.xpath("string(//h1)").startswith(f"{stories * size:,} article")


def test_the_longest_strings_keep_it_bounded(tmp_path):
    built = sample.tables(60, 40)
    wide = pl.lit('"' * 5000)
    built["assignments"] = built["assignments"].with_columns(
        title=wide,
        site=pl.format("{}{}", "article_id", wide),
        url=pl.format("https://x.example/{}{}", "article_id", wide),
    )
    built["stories"] = built["stories"].with_columns(
        title=wide, canonical_site=wide, agency=pl.format("{}{}", "story_id", wide), agency_evidence=wide,
        canonical_url=pl.lit("https://x.example/" + "'" * 570), canonical_evidence=pl.concat_list([wide] * 50),
        is_suspect=pl.lit(value=True),
    )  # fmt: skip
    built["assignments"] = built["assignments"].with_columns(url=pl.lit("https://x.example/" + "'" * 570))
    built["furniture"] = pl.DataFrame({"site": ["'" * 9000] * 99, "text": ["&" * 9000] * 99}).with_columns(
        articles=pl.lit(3),
        stories=pl.lit(3),
        reason=pl.lit("repeated"),
        sentence_hash=pl.int_range(99, dtype=pl.UInt64),
    )
    assert len(render(built, tmp_path)) < LIMIT


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_odd_tables_make_a_whole_page(data, tmp_path):
    built = sample.tables(data.draw(st.integers(1, 6)), data.draw(st.integers(1, 5)))
    n = built["assignments"].height
    text = st.one_of(st.none(), st.text(max_size=40), st.sampled_from(pages.HOSTILE))
    moment = st.one_of(st.none(), st.integers(-(10**5), 10**5).map(lambda hours: sample.EPOCH + timedelta(hours=hours)))
    drawn = {name: data.draw(st.lists(text, min_size=n, max_size=n)) for name in ("title", "site", "url")}
    times = data.draw(st.lists(moment, min_size=n, max_size=n))
    built["assignments"] = built["assignments"].with_columns(
        *(pl.Series(name, values, pl.String) for name, values in drawn.items()),
        pl.Series("published_at", times, schema.TIME),
    )
    tree = html.fromstring(render(built, tmp_path))
    assert not tree.xpath("//script | //img | //iframe | //form | //object | //embed | //base | //link")
    assert not tree.xpath("//@*[starts-with(name(), 'on')]")
    assert all(re.match("#|https?://", href, re.IGNORECASE) for href in tree.xpath("//@href"))


def test_a_reader_that_reads_aloud_finds_its_way(tmp_path):
    tree = html.fromstring(render(sample.tables(30, 4), tmp_path))
    levels = [int(tag.tag[1]) for tag in tree.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert tree.get("lang") == "en"
    for picture in tree.xpath("//svg"):
        assert (
            picture.get("aria-hidden") == "true"
            or picture.get("role") == "img"
            or picture.xpath("ancestor::*[@aria-hidden='true']")
        )
    assert all(tree.xpath("//svg[@role='img']/@aria-label"))
    assert not tree.xpath("//th[not(@scope)]")
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {one[1:] for one in tree.xpath("//a/@href[starts-with(., '#')]")} <= set(ids)
    assert set(tree.xpath("//@aria-labelledby")) <= set(ids)


def test_stragglers_do_not_squeeze_the_timeline(tmp_path):
    built = sample.tables(1, 20)
    late = sample.EPOCH + timedelta(days=400)
    built["assignments"] = built["assignments"].with_columns(
        published_at=pl.when(pl.col("source_offset") == 19).then(pl.lit(late)).otherwise("published_at")
    )
    page = render(built, tmp_path).decode()
    assert "nine in ten within 17 min, the last after 400 days" in page
    columns = {
        float(x)
        for path in re.findall(r'<path class="\w+" d="([^"]+h8[^"]*)"', page)
        for x in re.findall(r"M([\d.]+)", path)
    }
    assert len(columns) > 10
