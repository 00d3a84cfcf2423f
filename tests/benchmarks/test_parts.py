"""What the parts feed on: corpora, floors, the log of a run, speeds; and that each peer's script groups articles."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from benchmarks import corpora, environments, floors, speeds
from benchmarks.extractors import score
from benchmarks.measure import Figure, timed
from benchmarks.parts import dedup
from benchmarks.parts.history import deal
from benchmarks.parts.peers import command
from benchmarks.parts.stages import seconds_of
from benchmarks.peers.common import joined, shingles
from benchmarks.scoring import f1

ARTICLES, SITES = 240, 30


@pytest.fixture(scope="module", autouse=True)
def _own_data(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpora, "HERE", Path(tmp_path_factory.mktemp("benchmarks")) / "benchmarks")
        patch.setattr(corpora, "HOT_SITES", SITES)
        patch.setattr(corpora, "ROOT", environments.ROOT)
        yield


def test_a_corpus_is_made_once_and_knows_its_bytes():
    corpus = corpora.plain(ARTICLES)
    made = corpus.truth.stat().st_mtime_ns
    assert corpora.plain(ARTICLES) == corpus
    assert corpus.truth.stat().st_mtime_ns == made
    texts = pl.read_parquet(corpus.articles / "*.parquet")["text"]
    (corpus.truth.with_name("made-by")).write_text("another generator")
    assert corpora.plain(ARTICLES) == corpus
    assert corpus.truth.stat().st_mtime_ns > made
    assert corpus.text_bytes == sum(len(text.encode()) for text in texts)
    assert corpora.count(corpus) == ARTICLES


def test_the_hot_corpus_has_one_story_on_every_site_and_a_page_for_every_fourth_article():
    base, hot = corpora.plain(ARTICLES, sites=SITES), corpora.hot(ARTICLES)
    before, after = (pl.read_parquet(one.articles / "*.parquet") for one in (base, hot))
    truth = pl.read_parquet(hot.truth)
    assert before["id"].equals(after["id"])
    story = after.join(truth.filter(story_id="hot").select("id"), on="id")
    assert story["site"].is_unique().all()
    assert story.height == before["site"].n_unique()
    body = max(before["text"][0].split("\n"), key=len)
    assert story["text"].str.contains(body, literal=True).all()
    assert story["text"].n_unique() > 1, "the copies stand in the furniture of their sites"
    pages = after.filter(text=corpora.INTERSTITIAL)
    assert ARTICLES / 4 - SITES <= pages.height <= ARTICLES / 4
    assert truth.join(pages, on="id")["story_id"].is_unique().all(), "a page is nobody's copy"


def test_every_so_many_th_article_of_a_night_is_new_after_the_files_that_retired(tmp_path):
    corpus = corpora.plain(ARTICLES)
    articles = pl.read_parquet(corpus.articles / "*.parquet")
    (tmp_path / "files").mkdir()
    for i in range(4):
        articles.slice(i * 60, 60).write_parquet(tmp_path / "files" / f"{i}.parquet")
    parts = deal(tmp_path / "files", tmp_path / "dealt", 60, 6)
    dealt = {name: pl.read_parquet(part / "*.parquet")["id"] for name, part in parts.items()}
    assert {name: len(ids) for name, ids in dealt.items()} == {"retired": 60, "known": 150, "new": 30}
    assert sorted(pl.concat(dealt.values())) == sorted(articles["id"])
    assert dealt["retired"].to_list() == articles["id"].head(60).to_list()


def test_the_floor_writes_as_much_as_it_is_told(tmp_path):
    corpus = corpora.plain(ARTICLES)
    held = sum(path.stat().st_size for path in corpus.articles.glob("*.parquet"))
    floors.copy(corpus.articles, tmp_path / "copied", int(2.5 * held))
    written = sum(path.stat().st_size for path in (tmp_path / "copied").iterdir())
    assert written == pytest.approx(2.5 * held, rel=0.2)
    floors.digest(corpus.articles)


def test_the_stages_of_a_run_are_those_that_it_logs(tmp_path):
    corpus = corpora.plain(ARTICLES)
    found = seconds_of(timed(dedup(corpus, tmp_path / "out", "--log-format", "json")))
    assert list(found) == [
        "start",
        "read",
        "furniture",
        "sign",
        "candidates",
        "verify",
        "cluster",
        "canonical",
        "publish",
    ]
    assert all(seconds >= 0 for seconds in found.values())
    assert f1(tmp_path / "out" / "current" / "assignments" / "*.parquet", corpus.truth) > 0.9


def test_what_no_stage_accounts_for_is_the_start():
    said = '{"event": "stage", "stage": "read", "seconds": 1.5}\n{"event": "other"}\n'
    assert seconds_of(Figure(4.0, 1.0, 1.0, said * 2)) == {"start": 1.0, "read": 3.0}


def test_speeds_are_of_the_bytes_given():
    texts = pl.Series(["The mayor said on Monday that the bridge would open again in the spring of next year. "] * 200)
    found = speeds.of_texts(texts)
    assert list(found) == ["texts → sentences", "texts and sentences → 128-permutation signatures", "both"]
    cut, signed, both = found.values()
    assert both == pytest.approx(1 / (1 / cut + 1 / signed))
    assert np.isfinite(both)


def test_extractors_are_scored_by_shingles():
    bodies = {"a": "one two three four five", "b": "six seven eight nine"}
    assert score(bodies, bodies) == (1.0, 1.0, 1.0)
    f1, precision, recall = score(bodies, bodies | {"b": ""})
    assert (precision, recall) == (1.0, 0.5)
    assert f1 == pytest.approx(2 / 3)


def test_pairs_are_joined_into_components():
    assert joined(6, [(4, 1), (1, 0), (5, 3), (2, 2)]) == [0, 0, 2, 3, 0, 3]


def test_shingles_are_five_words_and_a_short_text_is_one():
    assert shingles("A b c d e F") == ["a b c d e", "b c d e f"]
    assert shingles("Short text") == ["short text"]
    assert shingles("") == [""]


@pytest.mark.long
@pytest.mark.parametrize("name", environments.COMPARED)
def test_a_peer_groups_articles(name, tmp_path):
    library = environments.COMPARED[name].library
    if not environments.is_installed(library):
        pytest.skip(f"{library} has no environment; python -m benchmarks peers --only {library} makes one")
    corpus, answer = corpora.plain(200), tmp_path / "answer.parquet"
    timed(command(name, corpus, answer))
    told = pl.read_parquet(answer)
    assert sorted(told["article_id"]) == sorted(pl.read_parquet(corpus.truth)["id"])
    if "story_id" in told.columns:
        assert told["story_id"].null_count() == 0
        assert f1(answer, corpus.truth) > (0.3 if name != "daft, tutorial" else 0.01)
    else:
        assert told["is_duplicate"].dtype == pl.Boolean
