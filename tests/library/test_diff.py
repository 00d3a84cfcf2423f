"""What became of stories: by hand for each change, and against a slow twin over any two partitions."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.diff import ARTICLES, STORIES, diff


def run(stories):
    rows = [(article, story) for story, articles in stories.items() for article in articles]
    return pl.DataFrame(rows, schema={"article_id": pl.String, "story_id": pl.String}, orient="row")


CASES = {
    "unchanged": ({"a": "abc"}, {"a": "abc"}, [("a", "a", "unchanged")], []),
    "under another id": ({"a": "abc"}, {"c": "abc"}, [("a", "c", "unchanged")], []),
    "grown": ({"a": "abc"}, {"a": "abcd"}, [("a", "a", "grown")], []),
    "shrunk": ({"a": "abc"}, {"a": "ab"}, [("a", "a", "shrunk")], []),
    "changed": ({"a": "abc"}, {"a": "abd"}, [("a", "a", "changed")], []),
    "new": ({}, {"a": "a"}, [(None, "a", "new")], []),
    "gone": ({"a": "a"}, {}, [("a", None, "gone")], []),
    "replaced": ({"a": "ab"}, {"a": "cd"}, [(None, "a", "new"), ("a", None, "gone")], []),
    "merged": (
        {"a": "abc", "d": "de"}, {"a": "abcde"}, [("a", "a", "grown"), ("d", "a", "merged")],
        [("d", "d", "a", "merged"), ("e", "d", "a", "merged")],
    ),
    "the larger part gives the story": (
        {"a": "a", "b": "bcd"}, {"a": "abcd"}, [("a", "a", "merged"), ("b", "a", "grown")], [("a", "a", "a", "merged")],
    ),
    "the same id decides between equals": (
        {"a": "ab", "c": "cd"}, {"c": "abcd"}, [("a", "c", "merged"), ("c", "c", "grown")],
        [("a", "a", "c", "merged"), ("b", "a", "c", "merged")],
    ),
    "split": (
        {"a": "abcde"}, {"a": "abc", "d": "de"}, [("a", "a", "shrunk"), ("a", "d", "split")],
        [("d", "a", "d", "split"), ("e", "a", "d", "split")],
    ),
    "moved": (
        {"a": "abc", "d": "def"}, {"a": "ab", "d": "cdef"}, [("a", "a", "shrunk"), ("d", "d", "grown")],
        [("c", "a", "d", "moved")],
    ),
    "nothing at all": ({}, {}, [], []),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "stories", "articles"), CASES.values(), ids=CASES.keys())
def test_each_change_by_hand(old, new, stories, articles):
    found = diff(run(old), run(new))
    assert found.stories.schema == pl.Schema(STORIES)
    assert found.articles.schema == pl.Schema(ARTICLES)
    assert found.stories.select("old_story_id", "new_story_id", "change").rows() == stories
    assert found.articles.rows() == articles


def twin(old, new):
    """The same by dicts and sets, article by article: story rows and moved articles."""
    shared = Counter((old[a], new[a]) for a in old.keys() & new.keys())
    ranked = sorted(shared, key=lambda pair: (-shared[pair], pair[0] != pair[1], pair))
    heir, origin = {}, {}
    for o, n in ranked:
        heir.setdefault(o, n)
        origin.setdefault(n, o)
    lives = {(o, n) for o, n in heir.items() if origin[n] == o}
    rows = set()
    for o in set(old.values()):
        had = {a for a in old if old[a] == o}
        if o not in heir:
            rows.add((o, None, "gone", len(had), 0, 0))
            continue
        n = heir[o]
        has = {a for a in new if new[a] == n}
        kind = {(True, True): "unchanged", (True, False): "grown", (False, True): "shrunk", (False, False): "changed"}
        change = kind[had <= has, has <= had] if (o, n) in lives else "merged"
        rows.add((o, n, change, len(had), len(has), len(had & has)))
    for n in set(new.values()) - {n for _, n in lives}:
        has = {a for a in new if new[a] == n}
        had = {a for a in old if old[a] == origin.get(n)}
        rows.add((origin.get(n), n, "split" if n in origin else "new", len(had), len(has), len(had & has)))
    moved = {a for a in old.keys() & new.keys() if (old[a], new[a]) not in lives}
    return rows, moved


partition = st.dictionaries(st.sampled_from("abcdefghijkl"), st.sampled_from("abcdef"))


@given(partition, partition, st.randoms())
def test_any_two_runs_against_a_slow_twin(old, new, chance):
    def frame(stories):
        rows = chance.sample(sorted(stories.items()), len(stories))
        return pl.DataFrame(rows, schema={"article_id": pl.String, "story_id": pl.String}, orient="row")

    stories, articles = diff(frame(old), frame(new))
    rows, moved = twin(old, new)
    assert set(stories.rows()) == rows
    assert stories.height == len(rows)
    assert set(articles["article_id"]) == moved
    lasting = stories.filter(pl.col("change").is_in(["unchanged", "grown", "shrunk", "changed"]))
    ended = stories.filter(pl.col("change").is_in(["merged", "gone"]))
    begun = stories.filter(pl.col("change").is_in(["split", "new"]))
    assert sorted([*lasting["old_story_id"], *ended["old_story_id"]]) == sorted(set(old.values()))
    assert sorted([*lasting["new_story_id"], *begun["new_story_id"]]) == sorted(set(new.values()))
    for row in articles.iter_rows(named=True):
        assert row["change"] in ("merged", "split", "moved")
        assert (row["change"] == "split") == (row["new_story_id"] in set(begun["new_story_id"]))
        assert (row["change"] == "moved") == (
            row["new_story_id"] not in set(begun["new_story_id"])
            and row["old_story_id"] in set(lasting["old_story_id"])
        )


@given(partition)
def test_a_run_against_itself_changes_nothing(stories):
    frame = pl.DataFrame(list(stories.items()), schema={"article_id": pl.String, "story_id": pl.String}, orient="row")
    found = diff(frame, frame)
    assert (found.stories["change"] == "unchanged").all()
    assert found.articles.is_empty()
