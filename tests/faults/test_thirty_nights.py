"""Thirty nights as they come: late copies, revisions, files again, killed nights, a full disk, a bad dump."""

from __future__ import annotations

import errno
import json
import random
from datetime import date, timedelta

import polars as pl
import pytest
from sklearn.metrics import adjusted_rand_score

from benchmarks.corpus.generate import tables
from benchmarks.corpus.rows import Plan
from dedup.config import Settings
from dedup.errors import DedupError
from jobs import check, disk, manifest, nightly
from jobs.progress import Progress
from tests.faults import harness

NIGHTS = 30
KILLED, FULL, BAD, AGAIN = (7, 19), 12, 15, (9, 22)
DAY = date(2026, 10, 1)


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def update(paths, out, night):
    return nightly.update(
        paths, out, Settings(threads=2), {}, Progress(), window=60, as_of=DAY + timedelta(days=night), is_forced=True
    ).result


def simulate(folder, monkeypatch, a_night):
    rng = random.Random(30)
    plan = Plan(articles=NIGHTS * a_night, sites=200, seed=30, is_hard=True)
    rows = tables(plan, (0, plan.articles))[0].to_pylist()
    for row in rows:
        row["published_at"] = row["published_at"] and row["published_at"].isoformat()
    # By time of publication, some a few nights late.
    rows.sort(key=lambda row: (row["published_at"] or "", row["id"]))
    nights = [[] for _ in range(NIGHTS)]
    for k, row in enumerate(rows):
        late = rng.randrange(1, 5) if rng.random() < 0.1 else 0
        nights[min(NIGHTS - 1, k // a_night + late)].append(row)
    for night in range(1, NIGHTS):
        for row in rng.sample(nights[night - 1], 5):
            nights[night].append({**row, "text": row["text"] + "\nThis was added later."})
    out, paths = folder / "out", [write(folder / f"{n}.jsonl", rows) for n, rows in enumerate(nights)]
    paths[BAD].write_bytes(paths[BAD].read_bytes() + b'{"id": "cut", "text": "no e\n' + b"\x00\xff not json\n" * 50)
    before = {}
    for night, path in enumerate(paths):
        hook = None
        if night in KILLED:
            hook = harness.KillAt(60 + night)
        elif night == FULL:
            hook = harness.FailAt("write", 9, errno.ENOSPC, for_ever=True)
        if hook:
            with monkeypatch.context() as patch:
                patch.setattr(disk, "hook", hook)
                with pytest.raises((harness.Killed, DedupError)):
                    update([path], out, night)
            assert check.check(out) == []
        again = [paths[night - 3]] if night in AGAIN else []
        result = update([path, *again], out, night)
        assert check.check(out) == []
        home = dict(result.table("assignments").select("article_id", "story_id").collect().iter_rows())
        told = set(result.table("lineage").select("old_story_id", "new_story_id").collect().iter_rows())
        assert {(story, home[one]) for one, story in before.items() if home[one] != story} <= told
        before = home
    batch = nightly.run(paths, folder / "batch", Settings(threads=2), {}, Progress()).result
    both = (
        batch.table("assignments").select("article_id", batch="story_id").collect()
        .join(pl.DataFrame({"article_id": list(before), "nightly": list(before.values())}), on="article_id", how="full")
    )  # fmt: skip
    assert both.null_count().sum_horizontal().item() == 0
    assert adjusted_rand_score(both["batch"], both["nightly"]) >= 0.995
    assert manifest.open_result(out).manifest.plan.command == "update"


@pytest.mark.full
def test_thirty_small_nights(tmp_path, monkeypatch):
    simulate(tmp_path, monkeypatch, 40)


@pytest.mark.long
def test_thirty_nights(tmp_path, monkeypatch):
    simulate(tmp_path, monkeypatch, 5_000)
