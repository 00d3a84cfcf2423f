"""Readers that loop while results are published see no error and never two results at once."""

from __future__ import annotations

import threading
from collections import Counter

import duckdb
import polars as pl
import pytest

from jobs import manifest, publish
from tests.faults import night
from tests.publish import sample


def read_polars(path, _):
    homes = pl.scan_parquet(path / "assignments").select("title", "story_id").collect()
    stories = pl.scan_parquet(path / "stories").select("story_id", "title", "article_count").collect()
    return homes.rows(), stories.rows()


def read_duckdb(path, connection):
    homes = connection.sql(f"select title, story_id from '{path}/assignments/*.parquet'").fetchall()
    stories = connection.sql(f"select story_id, title, article_count from '{path}/stories/*.parquet'").fetchall()
    return homes, stories


def mark_of_sample(homes, stories):
    marks = {title.partition("“")[2] for title in [row[0] for row in homes] + [row[1] for row in stories]}
    assert len(marks) == 1, marks
    return marks.pop()


def mark_of_update(homes, stories):
    return len(homes)


def watch(out, read, mark, stop, seen, errors):
    connection = duckdb.connect()
    try:
        while not stop.is_set():
            homes, stories = read((out / "current").resolve(), connection)
            assert Counter(row[1] for row in homes) == {story: count for story, _, count in stories}
            seen.append(mark(homes, stories))
    except Exception as error:  # noqa: BLE001 -- whatever a reader meets is what is looked for
        errors.append(error)
    finally:
        connection.close()


def read_while(publish_next, out, mark):
    """Read `out` in four threads while `publish_next` publishes result after result; return the marks that each saw."""
    stop, seen, errors = threading.Event(), [[] for _ in range(4)], []
    readers = (read_polars, read_polars, read_duckdb, read_duckdb)
    threads = [
        threading.Thread(target=watch, args=(out, read, mark, stop, marks, errors))
        for read, marks in zip(readers, seen, strict=True)
    ]
    for thread in threads:
        thread.start()
    try:
        publish_next()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert errors == []
    assert all(seen)
    assert sum(len(set(marks)) for marks in seen) > 4
    return seen


def publish_while_read(out, times):
    def publish_all():
        for number in range(1, times + 1):
            publish.recover(out)
            sample.put(out, str(number), stories=5 + number % 7, day=number)
            publish.gc(out, 3, 0, sample.EPOCH)

    sample.put(out, "0", stories=5)
    read_while(publish_all, out, mark_of_sample)
    assert manifest.open_result(out).table("assignments").collect()["title"].str.contains(f"“{times}”").all()


def update_while_read(folder, times):
    rows = night.rows()
    out, sizes = folder / "out", [6]

    def update_next(number):
        some = night.write(folder / f"{number}.jsonl", rows[number * 6 % len(rows) :][:6], f"-{number}")
        result = night.update(some, out, 1 + number // 2, keep_runs=4)
        sizes.append(result.manifest.rows["assignments"])

    update_next(0)
    seen = read_while(lambda: [update_next(number) for number in range(1, times + 1)], out, mark_of_update)
    assert {mark for marks in seen for mark in marks} <= set(sizes)
    assert sizes[-1] == 6 * (times + 1)


@pytest.mark.fault("readers during publishing", cases=10)
def test_ten_publishes_under_four_readers(tmp_path):
    publish_while_read(tmp_path, 10)


@pytest.mark.fault("readers during publishing", cases=10)
def test_ten_updates_under_four_readers(tmp_path):
    update_while_read(tmp_path, 10)


@pytest.mark.fault("readers during publishing", cases=100)
@pytest.mark.full
def test_a_hundred_publishes_under_four_readers(tmp_path):
    publish_while_read(tmp_path, 100)


@pytest.mark.fault("readers during publishing", cases=20)
@pytest.mark.full
def test_twenty_updates_under_four_readers(tmp_path):
    update_while_read(tmp_path, 20)
