"""Nights in any order: updates, kills, full disks, reruns, removals and replacements never cost a result or an id."""

from __future__ import annotations

import errno
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import ClassVar
from unittest import mock

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from benchmarks.corpus.rows import Plan
from dedup.config import Settings
from dedup.errors import DedupError
from dedup.lineage import today
from jobs import check, disk, manifest, nightly, publish
from jobs.progress import Progress
from tests.faults import harness, night
from tests.publish import sample

PLAN, A_NIGHT = Plan(articles=120, sites=12, seed=11, is_hard=True), 10


def batch_of(files, made):
    """Return the partition of one run over `files`, kept in `made`."""
    key = frozenset(files)
    if key not in made:
        with tempfile.TemporaryDirectory() as folder:
            result = nightly.run(sorted(files), Path(folder), Settings(threads=1), {}, Progress()).result
            made[key] = partition(homes(result))
    return made[key]


def homes(result):
    return dict(result.table("assignments").select("article_id", "story_id").collect().iter_rows())


def partition(home):
    members = {}
    for article, story in home.items():
        members.setdefault(story, set()).add(article)
    return {frozenset(some) for some in members.values()}


def led_to(name, told):
    """Return the ids that the lineage leads to from one."""
    found, new = set(), {name}
    while new:
        found |= new
        new = {after for before, after in told if before in new} - found
    return found


class Nights(RuleBasedStateMachine):
    """One result folder; `files` holds the inputs of nights to come, `read` those of the nights that were."""

    made: ClassVar = {}

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.out = self.folder / "out"
        rows = night.rows(PLAN)
        self.files = [
            night.write(self.folder / f"{start}.jsonl", rows[start :: len(rows) // A_NIGHT]) for start in range(12)
        ]
        self.read, self.day, self.before, self.ever, self.trees = [], 1, {}, set(), {}

    def teardown(self):
        shutil.rmtree(self.folder)

    def update(self, path):
        self.day += 1
        return night.update(path, self.out, self.day, window=60)

    @precondition(lambda self: self.files)
    @rule(place=st.integers(0, 11))
    def a_night(self, place):
        path = self.files.pop(place % len(self.files))
        result = self.update(path)
        self.read.append(path)
        self.published(result)

    @precondition(lambda self: self.files)
    @rule(at=st.integers(0, 200), is_full=st.booleans())
    def a_night_that_fails(self, at, is_full):
        hook = harness.FailAt(None, at, errno.ENOSPC, for_ever=True) if is_full else harness.KillAt(at)
        with mock.patch.object(disk, "hook", hook), suppress(harness.Killed, DedupError):
            self.update(self.files[0])
        result = self.current()
        if result and result.run_id not in self.trees:  # it had published before it failed
            self.read.append(self.files.pop(0))
            self.published(result)
        else:
            self.stands()

    @precondition(lambda self: self.read)
    @rule(place=st.integers(0, 11))
    def a_file_again(self, place):
        result = self.update(self.read[place % len(self.read)])
        assert result.run_id in self.trees
        self.stands()

    @precondition(lambda self: self.read)
    @rule(keep=st.integers(1, 4), at=st.integers(0, 60))
    def old_runs_removed(self, keep, at):
        with mock.patch.object(disk, "hook", harness.KillAt(at)), suppress(harness.Killed):
            publish.gc(self.out, keep, 0, sample.EPOCH)
        self.stands()
        publish.gc(self.out, keep, 0, sample.EPOCH)
        assert len(manifest.run_ids(self.out)) <= keep
        self.stands()

    @precondition(lambda self: self.read)
    @rule()
    def all_anew(self):
        paths, some = sorted(self.read), Settings(threads=1)
        result = nightly.run(paths, self.out, some, {}, Progress(), replaces_updates=True).result
        self.before, self.ever = {}, set()  # a run names its stories anew
        self.published(result)

    def current(self):
        return manifest.open_result(self.out) if (self.out / "current").is_symlink() else None

    def published(self, result):
        """Look at a result that is new, or was left by a night that failed after it had published."""
        home = homes(result)
        assert partition(home) == batch_of(self.read, self.made)
        assignments = result.table("assignments").collect()
        told = result.table("lineage").select("old_story_id", "new_story_id").collect().rows()
        moved = {(story, home[article]) for article, story in self.before.items() if home[article] != story}
        assert moved <= set(told)
        self.ever |= set(self.before.values())
        names = pl.Series("id", sorted(self.ever), pl.String)
        for name, story in zip(names, today(names, assignments), strict=True):
            assert story == name if name in home.values() else story in led_to(name, told)
        self.before = home
        self.trees[result.run_id] = sample.tree(result.path)
        self.stands()

    def stands(self):
        """No published run has changed, and the current one with its state is whole."""
        result = self.current()
        assert (result is None) == (not self.read)
        for run_id in manifest.run_ids(self.out):
            assert run_id not in self.trees or sample.tree(self.out / manifest.RUNS / run_id) == self.trees[run_id]
        if result:
            assert result.run_id in self.trees
            assert check.check(self.out) == []


def run_nights(examples, steps):
    # Nothing is shrunk: each step takes half a second.
    run_state_machine_as_test(
        Nights,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.fault("nights in any order", cases=18)
def test_a_few_nights_in_any_order():
    run_nights(3, 6)


@pytest.mark.fault("nights in any order", cases=200)
@pytest.mark.full
def test_nights_in_any_order():
    run_nights(20, 10)


@pytest.mark.fault("nights in any order", cases=4_000)
@pytest.mark.long
def test_many_nights_in_any_order():
    run_nights(200, 20)
