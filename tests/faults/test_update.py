"""Updates that are killed, or whose disk fails: the last result stands, and the night after ends as if nothing had been."""

from __future__ import annotations

import errno
import json
import random
import shutil
from datetime import date

import polars as pl
import pytest

from benchmarks.corpus.generate import tables
from benchmarks.corpus.rows import Plan
from dedup.config import Settings
from dedup.errors import DedupError
from jobs import check, disk, manifest, nightly, report
from jobs.progress import Progress
from tests.faults import harness

PLAN = Plan(articles=60, sites=8, seed=9, is_hard=False)


@pytest.fixture(scope="module")
def nights(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nights")
    rows = tables(PLAN, (0, PLAN.articles))[0].to_pylist()
    for row in rows:
        row["published_at"] = row["published_at"] and row["published_at"].isoformat()
    paths = []
    for night in range(3):
        paths.append(folder / f"{night}.jsonl")
        paths[-1].write_text("".join(json.dumps(row) + "\n" for row in rows[night::3]))
    return paths


def update(path, out, day):
    return nightly.update([path], out, Settings(threads=1), {}, Progress(), window=2, as_of=date(2026, 11, day)).result


def put(nights, out):
    """What stands before the night that fails: stories of which some retire with it."""
    update(nights[0], out, 1)
    update(nights[1], out, 4)


def sums(result):
    """Return the digests of all files but the report, which tells the run's time."""
    files = result.manifest.files | result.manifest.state
    return {name: entry.sha256 for name, entry in files.items() if name != report.NAME}


def fail(nights, folder, monkeypatch, hooks):
    """Update once for each of the hooks, which must stop it; then without, and compare with an update undisturbed."""
    put(nights, folder / "before")
    golden = folder / "golden"
    shutil.copytree(folder / "before", golden, symlinks=True)
    counting = harness.Counting()
    with monkeypatch.context() as patch:
        patch.setattr(disk, "hook", counting)
        want = sums(update(nights[2], golden, 5))
    assert any("retired-" in name for name in want)
    for hook in hooks(counting):
        out = folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(folder / "before", out, symlinks=True)
        before = manifest.open_result(out).run_id
        is_over = False
        with monkeypatch.context() as patch:
            patch.setattr(disk, "hook", hook)
            try:
                update(nights[2], out, 5)
            except (harness.Killed, DedupError):
                is_over = True
        result = manifest.open_result(out)
        assert result.run_id == before or sums(result) == want
        assert is_over or sums(result) == want
        assert check.check(out) == []
        assert sums(update(nights[2], out, 5)) == want
        assert check.check(out) == []
        assert not (out / ".staging").exists()


def kills(count):
    def hooks(counting):
        places = sorted(random.Random(4).sample(range(counting.count), count))
        return [harness.KillAt(at) for at in places]

    return hooks


def errors(count):
    def hooks(counting):
        ops = [op for op, _, _ in counting.ops]
        places = [(op, at) for op in sorted(set(ops)) for at in range(ops.count(op))]
        codes = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EMFILE, errno.EACCES, errno.EDQUOT)
        chosen = random.Random(5).sample(places, count)
        return [harness.FailAt(op, at, codes[k % len(codes)]) for k, (op, at) in enumerate(chosen)]

    return hooks


@pytest.mark.parametrize("hooks", [kills(4), errors(4)], ids=["kill", "errno"])
def test_a_night_that_fails(nights, tmp_path, monkeypatch, hooks):
    fail(nights, tmp_path, monkeypatch, hooks)


@pytest.mark.full
@pytest.mark.parametrize("hooks", [kills(48), errors(36)], ids=["kill", "errno"])
def test_nights_that_fail(nights, tmp_path, monkeypatch, hooks):
    fail(nights, tmp_path, monkeypatch, hooks)


def test_damage_in_state_is_seen_before_anything_is_built_on_it(nights, tmp_path):
    put(nights, tmp_path / "out")
    result = manifest.open_result(tmp_path / "out")
    for name in sorted(result.manifest.state):
        path = result.state_path(name)
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 4
        path.write_bytes(data)
        with pytest.raises(DedupError, match=name.rpartition("/")[2]) as told:
            update(nights[2], tmp_path / "out", 5)
        assert told.value.exit_code == 12
        assert len(check.check(tmp_path / "out")) == 1
        data[len(data) // 2] ^= 4
        path.write_bytes(data)
    assert manifest.open_result(tmp_path / "out").run_id == result.run_id
    assert result.table("assignments").select(pl.len()).collect().item() == 40
