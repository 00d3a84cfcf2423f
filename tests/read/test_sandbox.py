"""Extraction in processes that may be killed: a bad page costs itself, never its neighbours or the run."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from dedup import schema
from dedup.errors import DedupError
from jobs.read.batch import RAW
from jobs.read.sandbox import Extractor

ROOT = Path(__file__).parents[2]

HOSTILE = """
import os, signal, sys, time
from dedup.clean.extract import Page

def extract(html, charset, url=None):
    if html == b"hang":
        time.sleep(600)
    if html == b"spin":
        sum(range(10**12))  # holds the interpreter, as a parser in C does
    if html == b"exit":
        os._exit(3)
    if html.startswith(b"signal "):
        os.kill(os.getpid(), int(html[7:]))
    if html == b"close":
        os.closerange(3, 100)
        time.sleep(600)
    if html == b"deep":
        extract(html, charset, url)
    if html == b"leave":
        sys.exit(0)
    if html == b"interrupt":
        raise KeyboardInterrupt
    if html == b"oom":
        os.kill(os.getpid(), signal.SIGKILL)
    if html == b"eat":
        bytearray(4 * 2**30)
    if html == b"raise":
        raise ValueError("\\udcff no such page")
    if html == b"print":
        print("x" * 100_000, flush=True)
    if html.startswith(b"pid "):
        open(html[4:].decode(), "w").write(str(os.getpid()))
        time.sleep(600)
    return Page(text=html.decode(), title=f"{charset} {url}")
"""


@pytest.fixture
def hostile(tmp_path, monkeypatch):
    (tmp_path / "hostile_pages.py").write_text(HOSTILE)
    monkeypatch.syspath_prepend(tmp_path)
    return "hostile_pages:extract"


def frame(*pages: bytes | None, **columns: object) -> pl.DataFrame:
    rows = [
        {
            "source_file": "f",
            "source_offset": i,
            "page": [],
            "html": html,
            "text": None if html else f"text {i}",
            **columns,
        }
        for i, html in enumerate(pages)
    ]
    return pl.DataFrame(rows, schema=RAW.dtypes)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


BAD = {
    "hang": "timeout",
    "spin": "timeout",
    "exit": "worker-died",
    "leave": "worker-died",
    "interrupt": "worker-died",
    "close": "worker-died",
    **{
        f"signal {number:d}": "worker-died"
        for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGTERM, signal.SIGBUS)
    },
    "deep": "extractor-failed",
    "oom": "memory",
    "eat": "memory",
    "raise": "extractor-failed",
}


@pytest.mark.fault("worker death")
@pytest.mark.parametrize("bad", BAD)
def test_a_bad_page_costs_itself_alone(hostile, bad):
    pages = [b"page %d" % i for i in range(40)]
    pages[0] = pages[17] = bad.encode()
    with Extractor(hostile, 2, seconds=0.7) as sandbox:
        records, quarantine = sandbox.extract(frame(*pages))
        again, none = sandbox.extract(frame(b"after", b"more"))
    assert quarantine.select("source_offset", "reason", "reach").rows() == [
        (0, BAD[bad], "record"),
        (17, BAD[bad], "record"),
    ]
    assert records["text"].to_list() == [page.decode() for page in pages if page != bad.encode()]
    assert again["text"].to_list() == ["after", "more"]
    assert none.is_empty()
    assert quarantine.schema == pl.Schema(schema.QUARANTINE.dtypes)
    assert records.schema == pl.Schema(schema.RECORD.dtypes)


def test_every_page_may_be_bad(hostile):
    with Extractor(hostile, 2, seconds=0.5) as sandbox:
        records, quarantine = sandbox.extract(frame(b"exit", b"signal 11", b"exit", b"raise"))
    assert records.is_empty()
    assert len(quarantine) == 4


def test_what_an_extractor_prints_does_not_mix_with_its_answers(hostile):
    with Extractor(hostile, 1) as sandbox:
        records, quarantine = sandbox.extract(frame(b"print", b"b"))
    assert records["text"].to_list() == ["print", "b"]
    assert quarantine.is_empty()


def test_rows_without_a_page_pass_in_place_and_start_no_process(hostile):
    with Extractor(hostile, 2) as sandbox:
        records, _ = sandbox.extract(frame(None, None))
        assert records["text"].to_list() == ["text 0", "text 1"]
        assert not sandbox._workers
        records, _ = sandbox.extract(frame(None, b"a", None, b"b", None))
        assert records["text"].to_list() == ["text 0", "a", "text 2", "b", "text 4"]
        records, quarantine = sandbox.extract(frame())
        assert records.is_empty()
        assert quarantine.is_empty()


def test_what_a_record_states_wins_over_its_page_except_the_text():
    html = (
        b'<html lang="fr"><head><title>Page title</title><link rel="canonical" href="http://page.example/a">'
        b'<meta property="article:published_time" content="2020-05-05T00:00:00Z"></head>'
        b"<body><article><p>A sentence that is long enough to be a paragraph of the article.</p></article></body>"
    )
    stated = {
        "url": "http://record.example/", "title": "Record title", "published_at": datetime(2019, 1, 1, tzinfo=UTC),
        "published_at_source": "field:date", "text": "old", "page": ["k=v"], "id": "7",
    }  # fmt: skip
    with Extractor("resiliparse", 1) as sandbox:
        records, _ = sandbox.extract(pl.concat([frame(html, **stated), frame(html)]))
    first, second = records.to_dicts()
    assert (first["id"], first["url"], first["title"]) == ("7", "http://record.example/", "Record title")
    assert (first["published_at"], first["published_at_source"]) == (datetime(2019, 1, 1, tzinfo=UTC), "field:date")
    assert first["text"] == "A sentence that is long enough to be a paragraph of the article."
    assert first["page"] == [
        "canonical=http://page.example/a",
        "k=v",
        "meta:article:published_time=2020-05-05T00:00:00Z",
    ]
    assert (second["url"], second["title"], second["language"]) == ("http://page.example/a", "Page title", "fr")
    assert second["published_at"] == datetime(2020, 5, 5, tzinfo=UTC)
    assert second["published_at_source"] == "meta:article:published_time"


GOOD = (
    b"<html><body><article>"
    + b"<p>The council said on Tuesday that the bridge would not be rebuilt before the spring.</p>" * 5
    + b"</article></body></html>"
)
ZOO = {
    "255 deep": b"<div>" * 255 + GOOD,
    "257 deep": b"<div>" * 257 + GOOD,
    "10,000 deep": b"<div>" * 10_000 + GOOD,
    "100,000 deep": b"<div>" * 100_000,
    "a million deep": b"<div>" * 1_000_000,
    "200,000 attributes": b"<div " + b" ".join(b"a%d" % i for i in range(200_000)) + b">" + GOOD,
    "200,000 p": b"<p>x" * 200_000,
    "unclosed b": b"<b>x" * 50_000,
    "unclosed a": b"<a href=x>x" * 50_000,
    "unclosed i and p": b"".join(b"<i id=%d><p>x" % i for i in range(2_000)),
    "nested tables": b"<table><tr><td>" * 20_000,
    "5 MB of text": b"<p>" + b"word " * 1_000_000,
    "NULs in markup": GOOD.replace(b"p", b"p\x00"),
    "NULs alone": bytes(100_000),
    "mixed charsets": GOOD + "é".encode() + "é".encode("latin-1"),
    "UTF-7": b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-" * 100,
    "a giant comment": b"<!--" + b"x" * 5_000_000 + b"-->" + GOOD,
    "unclosed comments": b"<!--" * 300_000,
    "CDATA": b"<![CDATA[" + b"x<" * 100_000 + b"]]>" + GOOD,
    "entities": b"<p>" + b"&amp;" * 500_000,
    "JSON-LD brackets": b'<script type="application/ld+json">' + b"[" * 500_000 + b"</script>" + GOOD,
    "unclosed scripts": b"<script>" * 100_000,
    "100,000 meta": b"<meta name=a content=b>" * 100_000 + GOOD,
    "a PDF": b"%PDF-1.7\n" + bytes(range(256)) * 50,
}


REFUSED = {
    "10,000 deep": "too-deep",
    "100,000 deep": "too-deep",
    "a million deep": "too-many-tags",
    "200,000 attributes": "too-many-attributes",
    "a PDF": "not-html",
    "NULs alone": "not-html",
}
READ = ("255 deep", "257 deep", "NULs in markup", "mixed charsets", "a giant comment")


@pytest.fixture(scope="module")
def keeper():
    """Extractors of five seconds and one GiB a page, used by all animals in turn."""
    with Extractor("auto", 1) as sandbox:
        yield sandbox


@pytest.mark.fault("HTML bombs")
@pytest.mark.parametrize("animal", ZOO)
def test_the_zoo_harms_no_neighbour(keeper, animal):
    records, quarantine = keeper.extract(frame(GOOD, ZOO[animal], GOOD))
    lost = dict(quarantine.select("source_offset", "reason").iter_rows())
    texts = dict(records.select("source_offset", "text").iter_rows())
    assert texts[0] == texts[2]
    assert texts[0].count("the bridge would not be rebuilt") == 5
    assert lost.keys() <= {1}
    assert lost.get(1) in {
        None, "too-deep", "too-many-tags", "too-many-attributes", "not-html", "too-large", "timeout", "memory",
    }  # fmt: skip
    assert animal not in REFUSED or lost[1] == REFUSED[animal]
    assert animal not in READ or "bridge would not be rebuilt" in texts[1]


def test_an_extractor_that_cannot_start_is_an_error():
    with Extractor("no_such_module:extract", 1) as sandbox, pytest.raises(DedupError, match="cannot be started"):
        sandbox.extract(frame(b"a"))


SCRIPT = """
import sys, polars as pl
from jobs.read.batch import RAW
from jobs.read.sandbox import Extractor
row = {"source_file": "f", "source_offset": 0, "page": [], "html": sys.argv[1].encode()}
with Extractor("hostile_pages:extract", 1, seconds=float(sys.argv[2])) as sandbox:
    records, quarantine = sandbox.extract(pl.DataFrame([row], schema=RAW.dtypes))
print(records["text"].to_list(), quarantine["reason"].to_list())
"""


def run_script(tmp_path: Path, page: str, seconds: float) -> subprocess.Popen:
    (tmp_path / "script.py").write_text(SCRIPT)
    return subprocess.Popen(
        [sys.executable, str(tmp_path / "script.py"), page, str(seconds)],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def test_a_script_without_a_main_guard_will_do(hostile, tmp_path):
    out, err = run_script(tmp_path, "a page", 5).communicate(timeout=60)
    assert out == b"['a page'] []\n"
    assert err == b""


@pytest.mark.parametrize("fatal", [signal.SIGKILL, signal.SIGINT])
def test_no_worker_outlives_its_parent(hostile, tmp_path, fatal):
    note = tmp_path / "pid"
    parent = run_script(tmp_path, f"pid {note}", 0.5 if fatal == signal.SIGKILL else 60)
    deadline = time.monotonic() + 60
    while not (note.exists() and note.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)
    worker = int(note.read_text())
    os.killpg(parent.pid, fatal)
    _, err = parent.communicate(timeout=60)
    if fatal == signal.SIGINT:
        assert err.count(b"Traceback") == 1  # the parent's own
    while alive(worker) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(worker)
