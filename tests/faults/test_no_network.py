"""Nothing an input says makes the program or its workers reach for the network, run anything, or read other files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.faults import inputs
from tests.jobs.test_run import CRAWL, ROOT

WATCH = """
import os, sys

def watch(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg",
                 "urllib.Request", "os.system", "os.exec", "os.posix_spawn"):
        with open(os.environ["WATCHED"], "a") as note:
            print(event, args, file=note)
        raise OSError(f"{event} {args}")

sys.addaudithook(watch)
"""
SECRET = "the words that no page may bring in"
LURES = {
    "an entity of the network": '<!DOCTYPE html [<!ENTITY x SYSTEM "http://192.0.2.1/x">]><html><body><p>&x;',
    "an entity of a file": '<!DOCTYPE html [<!ENTITY x SYSTEM "file://{secret}">]><html><body><p>&x;',
    "a type of the network": '<!DOCTYPE html SYSTEM "http://192.0.2.1/x.dtd"><html><body>',
    "XHTML with an entity": '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "{secret}">]>'
    '<html xmlns="http://www.w3.org/1999/xhtml"><body><p>&x;',
    "an inclusion": '<html xmlns:xi="http://www.w3.org/2001/XInclude"><body><xi:include parse="text" href="{secret}"/>',
    "a base and a refresh": '<html><head><base href="http://192.0.2.1/"><meta http-equiv="refresh" content="0;/x"></head>',
    "frames and images": '<html><body><iframe src="http://192.0.2.1/"></iframe><img src="//192.0.2.1/a.png">',
    "scripts": '<html><body><script src="http://192.0.2.1/x.js"></script><script>fetch("http://192.0.2.1/")</script>',
    "a style sheet": '<html><head><?xml-stylesheet href="http://192.0.2.1/x.xsl"?><link rel="stylesheet" href="http://h/">',
    "a linked document": '<html><head><link rel="canonical" href="http://192.0.2.1/a"><link rel="amphtml" href="file://{secret}">',
    "data to fetch": '<html><head><script type="application/ld+json">{{"@context": "http://192.0.2.1/c", "url": "file://{secret}"}}'
    "</script>",
    "server-side code": '<html><body><!--#exec cmd="touch owned" --><?php system("touch owned"); ?>',
}  # fmt: skip


def lures(folder):
    secret = folder / "secret"
    secret.write_text(SECRET)
    rows = [inputs.article(number) for number in range(len(LURES))]
    pages = [
        text.format(secret=secret).encode() + inputs.page(row) for text, row in zip(LURES.values(), rows, strict=True)
    ]
    (folder / "in").mkdir()
    (folder / "in" / "lures.warc").write_bytes(
        b"".join(inputs.response(row["url"], page) for row, page in zip(rows, pages, strict=True))
    )
    for number, page in enumerate(pages):
        (folder / "in" / f"{number}.html").write_bytes(page)
    return folder / "in"


def run(folder, extractor, wrapper=()):
    """Run over the lures and the sample in a process whose every reach for the outside is written down and refused."""
    (folder / "site").mkdir()
    (folder / "site" / "sitecustomize.py").write_text(WATCH)
    for name in ("work", "home"):
        (folder / name).mkdir()
    noted = folder / "noted"
    place = {"HOME": str(folder / "home"), "TMPDIR": str(folder / "home"), "WATCHED": str(noted)}
    done = subprocess.run(
        [*wrapper, sys.executable, "-m", "jobs.cli", "run", lures(folder), CRAWL, "--out", folder / "out",
         "--extractor", extractor, "--json", "--quiet", "--threads", "1"],
        env={**os.environ, **place, "PYTHONPATH": f"{folder / 'site'}{os.pathsep}{ROOT}"},
        cwd=folder / "work", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not noted.exists(), noted.read_text()
    told = json.loads(done.stdout)
    assert told["read"] == told["kept"] + sum(told["dropped"].values()) + sum(told["quarantined"].values())
    assert list((folder / "work").iterdir()) == []
    assert list((folder / "home").iterdir()) == []
    for path in (folder / "out").rglob("*.parquet"):
        assert SECRET.encode() not in path.read_bytes()
    return told


def is_allowed(*command):
    return (
        shutil.which(command[0]) is not None
        and not subprocess.run(command, check=False, capture_output=True).returncode
    )


@pytest.mark.fault("no network")
@pytest.mark.parametrize("extractor", ["auto", pytest.param("trafilatura", marks=pytest.mark.full), "resiliparse"])
def test_no_page_makes_the_program_reach_out(tmp_path, extractor):
    run(tmp_path, extractor)


@pytest.mark.fault("no network")
@pytest.mark.full
def test_without_a_network_all_is_the_same(tmp_path):
    if not is_allowed("unshare", "--net", "true"):
        pytest.skip("a network namespace needs root")
    for name in ("with", "without"):
        (tmp_path / name).mkdir()
    told = run(tmp_path / "with", "auto")
    alone = run(tmp_path / "without", "auto", ("unshare", "--net"))
    assert {key: told[key] for key in ("read", "kept", "stories")} == {
        key: alone[key] for key in ("read", "kept", "stories")
    }


@pytest.mark.fault("no network")
@pytest.mark.full
def test_no_system_call_asks_for_the_network(tmp_path):
    """What C and Rust do is seen by the kernel alone."""
    trace = tmp_path / "trace"
    command = ("strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg", "-e", "signal=none", "-o", str(trace))
    if not is_allowed(*command, "true"):
        pytest.skip("strace is not here or not allowed")
    run(tmp_path, "auto", command)
    assert [line for line in trace.read_text().splitlines() if "AF_INET" in line] == []


def test_the_watch_is_not_blind(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(WATCH)
    code = (
        "import socket, contextlib\nwith contextlib.suppress(OSError): socket.create_connection(('192.0.2.1', 80), 1)"
    )
    watched = {"WATCHED": str(tmp_path / "noted"), "PYTHONPATH": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], env={**os.environ, **watched}, check=True)
    assert "192.0.2.1" in (tmp_path / "noted").read_text()
