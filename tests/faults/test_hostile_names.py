"""Names and ids that strangers choose are text: none leads a path, a process or a terminal anywhere."""

from __future__ import annotations

import contextlib
import json
import os
import socket
from pathlib import Path

import pytest

from dedup.errors import UsageError
from jobs.cli import exit_code_of
from tests.faults import inputs
from tests.publish import sample

FILES = [
    "..jsonl", "...jsonl", "-rf.jsonl", "--out=.jsonl", "~.jsonl", "$(touch owned).jsonl", "`touch owned`.jsonl",
    "a;touch owned;.jsonl", "a|b.jsonl", "a&b.jsonl", "..\\..\\owned.jsonl", "%2e%2e%2fowned.jsonl", "CON.jsonl",
    "nul.jsonl", "new\nline.jsonl", "tab\t.jsonl", "\x1b[2Jclear.jsonl", "\u202egnp.jsonl", "\u200b.jsonl", " .jsonl",
    "[a]*?.jsonl", "{a,b}.jsonl", "'quote\".jsonl", "<script>.jsonl", "e\u0301.jsonl", "😀.jsonl", "n" * 249 + ".jsonl",
]  # fmt: skip
IDS = [
    "../../owned", "/etc/passwd", "..", ".", "a/b", "a\\b", "nul\0byte", "x" * 300, "x" * 100_000, "CON", "\u202eid",
    "new\nline", "\x1b]0;owned\x07", "current", "story_id", "", " ", "\ufeff", "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "javascript:alert(1)", "file:///etc/passwd", "${HOME}", "{0.__class__}", "%s%n", "[bold]red[/bold]", "\ud800", "null",
]  # fmt: skip


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return inputs.earlier(tmp_path_factory.mktemp("names") / "out")


def elsewhere(folder, out):
    """Everything outside of a result, with its content."""
    return {path: digest for path, digest in sample.tree(folder).items() if not path.startswith(f"{out.name}/")}


@pytest.mark.fault("hostile names")
@pytest.mark.parametrize("name", inputs.sampled([(name,) for name in FILES], 9))
def test_a_file_of_any_name_is_read_and_none_is_run(tmp_path, out, name, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = b"".join(inputs.jsonl([inputs.article(FILES.index(name))]))
    had = inputs.beside_a_neighbour(tmp_path, name, data, out)
    files = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {name, "neighbour.jsonl"}
    if name.startswith("."):
        assert had.articles.height == len(inputs.GOOD)
    else:
        articles, lost = had.of(name)
        assert articles.height == 1
        assert lost.is_empty()


def not_files(folder):
    (folder / "secret").write_bytes(b"".join(inputs.jsonl([inputs.article(7)])))
    there = folder / "in"
    there.mkdir()
    (there / "out.jsonl").symlink_to(folder / "secret")
    (there / "up.jsonl").symlink_to("../secret")
    (there / "loop.jsonl").symlink_to("loop.jsonl")
    (there / "gone.jsonl").symlink_to("nowhere")
    (there / "zero.jsonl").symlink_to("/dev/zero")
    (there / "memory.jsonl").symlink_to("/proc/self/mem")
    (there / "folder").symlink_to(folder)
    (there / "again").symlink_to(there)
    (there / "named.jsonl").mkdir()
    os.mkfifo(there / "pipe.jsonl")
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as server:
        at = Path.cwd()
        os.chdir(there)
        server.bind("socket.jsonl")
        os.chdir(at)
    os.close(os.open(os.fsencode(there) + b"/\xff.bin", os.O_CREAT))
    return there


@pytest.mark.fault("hostile names", cases=12)
def test_links_pipes_and_devices_in_a_folder_lead_nowhere(tmp_path, out):
    there = not_files(tmp_path)
    had = inputs.beside_a_neighbour(there.parent, "real.jsonl", b"".join(inputs.jsonl([inputs.article(2)])), out)
    assert set(had.articles["source_file"]) == {"neighbour.jsonl", "real.jsonl"}
    assert had.quarantine.is_empty()


@pytest.mark.fault("hostile names")
@pytest.mark.parametrize("name", ["nul\0byte", "x" * 300, "\ud800"])
def test_a_path_that_cannot_be_is_a_mistake_told(tmp_path, out, name):
    had = inputs.night([tmp_path / "in" / name], out)
    assert isinstance(had.error, UsageError)


@pytest.mark.fault("hostile names", cases=2 * len(IDS))
def test_ids_sites_and_urls_of_any_kind_are_kept_as_text(tmp_path, out, capfd):
    rows = [{**inputs.article(number), "id": text, "site": text} for number, text in enumerate(IDS)]
    rows += [{**inputs.article(100 + number), "url": text, "title": text} for number, text in enumerate(IDS)]
    before = elsewhere(out.parent, out)
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    had = inputs.beside_a_neighbour(tmp_path, "ids.jsonl", data, out)
    articles, lost = had.of("ids.jsonl")
    assert articles.height + lost.height + sum(had.dropped.values()) == len(rows)
    assert elsewhere(out.parent, out) == before
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["ids.jsonl", "neighbour.jsonl"]
    for given in IDS:
        code = exit_code_of(["show", str(out), "--", given.replace("\0", "").encode("utf-8", "replace").decode()])
        told = capfd.readouterr()
        assert code in (0, 2)
        assert not set("\x1b\x07\u202e") & set(told.out + told.err)
