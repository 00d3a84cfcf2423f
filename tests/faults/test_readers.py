"""Readers that loop while results are published see no error and never two results at once."""

from __future__ import annotations

import threading

import duckdb
import polars as pl
import pytest

from jobs import manifest, publish
from tests.publish import sample


def read_polars(path, _):
    titles = pl.scan_parquet(path / "assignments").select("title", "story_id").collect()
    stories = pl.scan_parquet(path / "stories").select("story_id", "title").collect()
    return titles["title"].to_list() + stories["title"].to_list(), (titles["story_id"].n_unique(), stories.height)


def read_duckdb(path, connection):
    titles = connection.sql(f"select title, story_id from '{path}/assignments/*.parquet'").fetchall()
    stories = connection.sql(f"select title, story_id from '{path}/stories/*.parquet'").fetchall()
    return [row[0] for row in titles + stories], (len({row[1] for row in titles}), len(stories))


def watch(out, read, stop, seen, errors):
    connection = duckdb.connect()
    try:
        while not stop.is_set():
            titles, (named, there) = read((out / "current").resolve(), connection)
            marks = {title.partition("“")[2] for title in titles}
            assert len(marks) == 1, marks
            assert named == there
            seen.append(marks.pop())
    except Exception as error:  # noqa: BLE001 -- whatever a reader meets is what is looked for
        errors.append(error)
    finally:
        connection.close()


def publish_while_read(out, times):
    sample.put(out, "0", stories=5)
    stop, seen, errors = threading.Event(), [[] for _ in range(4)], []
    readers = (read_polars, read_polars, read_duckdb, read_duckdb)
    threads = [
        threading.Thread(target=watch, args=(out, read, stop, marks, errors))
        for read, marks in zip(readers, seen, strict=True)
    ]
    for thread in threads:
        thread.start()
    for number in range(1, times + 1):
        publish.recover(out)
        sample.put(out, str(number), stories=5 + number % 7, day=number)
        publish.gc(out, 3, 0, sample.EPOCH)
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert all(seen)
    assert sum(len(set(marks)) for marks in seen) > 4
    assert manifest.open_result(out).table("assignments").collect()["title"].str.contains(f"“{times}”").all()


@pytest.mark.fault("readers during publishing", cases=10)
def test_ten_publishes_under_four_readers(tmp_path):
    publish_while_read(tmp_path, 10)


@pytest.mark.fault("readers during publishing", cases=100)
@pytest.mark.full
def test_a_hundred_publishes_under_four_readers(tmp_path):
    publish_while_read(tmp_path, 100)
