"""Settings tried on a sample: what is counted is what a run would give, and what is recommended follows from it."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest

from dedup.config import Settings
from jobs.cli import exit_code_of
from jobs.tune import _advice, _alike, _sampled
from tests import cli_crawl


@pytest.fixture(scope="module")
def crawl(tmp_path_factory):
    return cli_crawl.write(tmp_path_factory.mktemp("tune") / "crawl.jsonl")


def tuned(capsys, *args):
    assert exit_code_of(["tune", *map(str, args), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_each_trial_counts_what_a_run_with_its_settings_gives(crawl, tmp_path, capsys):
    told = tuned(capsys, crawl)
    assert (told["articles"], told["sample"]) == (7, 7)
    for number, row in enumerate(told["trials"]):
        config = tmp_path / "settings.toml"
        config.write_text(f"jaccard = {row['jaccard']}\nshingle_words = {row['shingle_words']}\n")
        out = tmp_path / str(number)
        assert exit_code_of(["run", str(crawl), "--out", str(out), "--config", str(config), "-q"]) == 0
        stories = pl.read_parquet(out / "current" / "stories" / "*.parquet")
        pairs = pl.read_parquet(out / "current" / "pairs" / "*.parquet")
        assert row["stories"] == stories.height
        assert row["largest"] == stories["article_count"].max()
        assert (row["pairs"], row["accepted"]) == (pairs.height, pairs["is_same_story"].sum())
        capsys.readouterr()


def test_labels_bring_scores_and_decide(crawl, tmp_path, capsys):
    labels = tmp_path / "labels.tsv"
    rows = [f"{row['id']}\t{row['id'].partition('-')[0]}" for row in cli_crawl.rows()]
    labels.write_text("article_id\tstory_id\n" + "\n".join(rows) + "\n")
    told = tuned(capsys, crawl, "--labels", labels)
    best = max(row["f1"] for row in told["trials"])
    (chosen,) = [
        row
        for row in told["trials"]
        if (row["jaccard"], row["shingle_words"]) == (told["advice"]["jaccard"], told["advice"]["shingle_words"])
    ]
    assert best - chosen["f1"] <= 0.002
    judged = tmp_path / "judged.tsv"
    judged.write_text("article_id_a\tarticle_id_b\tis_same_story\nalpha-0\talpha-1\ttrue\nalpha-0\tbravo-0\tfalse\n")
    assert all(row["precision"] == 1.0 for row in tuned(capsys, crawl, "--labels", judged)["trials"])


def test_a_person_is_told(crawl, capsys):
    assert exit_code_of(["tune", str(crawl)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Take jaccard = ")
    assert "agreement" in out


def test_nothing_is_left_behind(crawl, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    tuned(capsys, crawl)
    assert not any(tmp_path.iterdir())


def row(jaccard, words, **scores):
    return {"jaccard": jaccard, "shingle_words": words, "pairs": 10, "agreement": 0.9} | scores


def test_settings_in_force_are_kept_where_nothing_is_clearly_better():
    own, other = row(0.4, 5, f1=0.990), row(0.5, 5, f1=0.991)
    assert _advice([own, other], Settings())["is_change"] is False
    other["f1"] = 0.995
    assert _advice([own, other], Settings())["jaccard"] == 0.5


def test_without_labels_what_changes_least_is_recommended():
    rows = [row(0.4, 5), row(0.5, 5, agreement=0.95), row(0.6, 5, agreement=0.95)]
    assert _advice(rows, Settings())["jaccard"] == 0.5


def test_agreement_is_one_for_equal_stories_and_less_for_others():
    one, other = pl.Series(["a", "a", "b"]), pl.Series(["a", "b", "b"])
    assert _alike(one, one) == 1.0
    assert _alike(one, other) == 0.0


def test_a_sample_is_what_was_published_one_after_another(tmp_path):
    from jobs import known
    from jobs.ingest import Today, ingest
    from jobs.progress import Progress
    from jobs.read import discover
    from jobs.texts import Texts

    rows = [{"id": f"n{n}", "text": cli_crawl.text(f"t{n}"), "published_at": f"2025-05-{n + 1:02}"} for n in range(9)]
    file = tmp_path / "crawl.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows))
    sources, skipped = discover([str(file)])
    (tmp_path / "words").mkdir()
    today = Today(date.min, 0, tmp_path / "words")
    texts = Texts(tmp_path / "texts")
    every = ingest(sources, skipped, {}, texts, Settings(), 1, Progress(), known.nothing(), today)
    some = _sampled(every, 3)
    assert some.articles["article_id"].to_list() == ["n3", "n4", "n5"]
    assert some.sentences.offsets.size == 4
    assert _sampled(every, 9) is every


def test_the_page_shows_what_was_tried_and_runs_nothing(tmp_path):
    from tests.report import pages

    page = tmp_path / "tune.html"
    crawl = pages.write_hostile(tmp_path / "crawl.jsonl")
    assert exit_code_of(["tune", str(crawl), "--html", str(page)]) == 0
    html = page.read_text("utf-8")
    assert html.count("<polyline") == 6
    assert "default-src 'none'" in html
    assert "<script" not in html
    assert "javascript:" not in html.replace("&", "")


def test_examples_of_strangers_are_escaped():
    from jobs.console.tune_page import page_of

    hostile = "</td><script>window.hit=1</script>"
    facts = {"stories": 3, "shared_stories": 1, "largest": 2, "pairs": 4, "accepted": 2, "seconds": 1.0, "bytes": 9}
    rows = [row(jaccard, 5, **facts) for jaccard in (0.4, 0.5)]
    example = {"joined_at": 0.4, "apart_at": 0.5, "jaccard": 0.45, "article_id_a": hostile, "article_id_b": "b"}
    told = {"articles": 5, "sample": 5, "trials": rows, "examples": [example | {"title_a": hostile, "title_b": None}]}
    html = page_of(told | {"advice": _advice(rows, Settings())}).decode()
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 2
