"""The same inputs give the same table bytes, whatever the order, threads, batches, hash seed, locale or time zone."""

from __future__ import annotations

import itertools
import json
import os
import random
import subprocess
import sys

import pytest

from tests.jobs.test_run import CRAWL, ROOT, run, sums

FILES = sorted(path for path in CRAWL.rglob("*") if path.is_file())
INSIDE = list(itertools.product(range(2), (1, 2, 5), (1, 37, 8192)))
"""Order of the files, threads, rows a batch."""
AROUND = [
    {"PYTHONHASHSEED": seed, "TZ": zone, "LANG": language, "LC_ALL": language, "POLARS_MAX_THREADS": polars}
    for seed, zone, language, polars in (
        ("1", "Asia/Tokyo", "C", "1"),
        ("2", "America/St_Johns", "tr_TR.UTF-8", "2"),
        ("3", "Pacific/Kiritimati", "de_DE.UTF-8", "3"),
        ("4", "Pacific/Pago_Pago", "ar_EG.UTF-8", "1"),
        ("5", "Europe/Berlin", "POSIX", "2"),
        ("77", "Asia/Kolkata", "zh_CN.GB18030", "4"),
        ("random", ":/no/such/zone", "no_SUCH.locale", "2"),
        ("4294967295", "UTC", "C.UTF-8", "1"),
    )
]


@pytest.fixture(scope="module")
def want(tmp_path_factory):
    return sums(run(FILES, tmp_path_factory.mktemp("want") / "out"))


def sampled(cases, every):
    return [
        pytest.param(case, marks=[] if number % every == 0 else [pytest.mark.full], id=str(number))
        for number, case in enumerate(cases)
    ]


@pytest.mark.fault("order, threads, batches, hash seed, locale, time zone")
@pytest.mark.parametrize("inside", sampled(INSIDE, 9))
def test_order_threads_and_batches_change_no_byte(tmp_path, want, monkeypatch, inside):
    order, threads, batch = inside
    monkeypatch.setattr("jobs.read.batch.MAX_ROWS", batch)
    monkeypatch.setattr("jobs.read.parquet.MAX_ROWS", batch)
    files = random.Random(order).sample(FILES, len(FILES))
    assert sums(run(files, tmp_path / "out", threads=threads)) == want


@pytest.mark.fault("order, threads, batches, hash seed, locale, time zone")
@pytest.mark.parametrize("around", sampled(AROUND, 5))
def test_the_process_around_a_run_changes_no_byte(tmp_path, want, around):
    code = (
        "import sys; from pathlib import Path; from tests.jobs.test_run import run, sums; import json\n"
        "print(json.dumps(sums(run([Path(p) for p in sys.argv[2:]], Path(sys.argv[1]), threads=2))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "out"), *map(str, reversed(FILES))],
        cwd=ROOT, env={**os.environ, **around}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == want
