"""Two texts in two columns: nothing lost, nothing moved, and what decided told for every rule there is."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from dedup.config import Settings
from jobs.cli import exit_code_of
from jobs.console.decided import decided
from jobs.console.sides import rows
from tests import cli_crawl

ROOT = Path(__file__).parents[2]
WORDS = st.lists(st.sampled_from(("the", "bridge", "was", "closed", "on", "Monday", "a")), min_size=1, max_size=9)
PIECES = st.lists(
    st.tuples(st.sampled_from(["both", "a", "b", "furniture-a", "furniture-b"]), WORDS.map(" ".join)).map(
        lambda piece: (*piece, "repeated" if piece[0].startswith("furniture") else "")
    ),
    max_size=30,
)


@given(PIECES)
def test_every_piece_stands_in_its_column_in_its_order(pieces):
    told = rows(pieces)
    for side, name in enumerate("ab"):
        cells = [row[side] for row in told if row[side] is not None]
        shown = [(" ".join(text for text, _ in cell.runs), cell.why) for cell in cells]
        assert shown == [(text, why) for mark, text, why in pieces if mark == "both" or mark.endswith(name)]
        assert [cell.mark == "furniture" for cell in cells] == [bool(why) for _, why in shown]


def test_versions_of_a_sentence_stand_beside_each_other_with_their_words_marked():
    pieces = [
        ("a", "Only here.", ""),
        ("a", "The bridge was closed on Monday after a crack", ""),
        ("b", "The bridge was shut on Monday after a crack", ""),
        ("b", "More of it.", ""),
    ]
    told = rows(pieces)
    assert [tuple(cell and cell.mark for cell in row) for row in told] == [
        ("own", None), ("edited", "edited"), (None, "own"),
    ]  # fmt: skip
    assert told[1][0].runs == (("The bridge was", True), ("closed", False), ("on Monday after a crack", True))
    assert told[1][1].runs[1] == ("shut", False)


def reasons():
    code = "".join((ROOT / name).read_text("utf-8") for name in ("dedup/verify.py", "jobs/link.py"))
    return sorted(set(re.findall(r'(?:reason=.*?|then\(|otherwise\()pl\.lit\("([a-z ]+)"\)', code)))


@pytest.mark.parametrize("reason", reasons())
def test_every_rule_has_its_sentence(reason):
    scores = {"jaccard": 0.281, "containment_a_in_b": 0.3, "containment_b_in_a": 0.816, "shared_sentences": 1}
    told = decided({**scores, "reason": reason}, Settings())
    assert len(told) > len(reason) + 5
    assert "identical sentences," not in told or "1 identical sentences" not in told
    assert "bridge two stories" in decided({**scores, "reason": f"bridge: {reason}"}, Settings())


def test_the_sentence_names_the_side_that_is_held():
    scores = {"jaccard": 0.281, "containment_a_in_b": 0.3, "containment_b_in_a": 0.816, "shared_sentences": 5}
    told = decided({**scores, "reason": "one holds the other"}, Settings())
    assert told == "82% of B stands in A, where 60% is asked, with 5 identical sentences."
    assert decided(None, Settings()) == ""


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sides")
    crawl = cli_crawl.write(folder / "crawl.jsonl")
    assert exit_code_of(["run", str(crawl), "--out", str(folder / "out"), "--quiet", "--json"]) == 0
    assert exit_code_of(["run", str(crawl), "--out", str(folder / "bare"), "--quiet", "--json", "--no-keep-text"]) == 0
    return folder / "out"


def test_a_wide_terminal_shows_both_texts_side_by_side(out):
    try:
        parent, child = pty.openpty()
    except OSError:
        pytest.skip("no pseudo-terminal here")
    env = {**os.environ, "COLUMNS": "400", "TERM": "xterm", "LANG": "C.UTF-8"}
    args = [sys.executable, "-m", "jobs.cli", "explain", str(out), "alpha-0", "alpha-2"]
    with subprocess.Popen(args, stdout=child, env=env) as process:
        os.close(child)
        seen = b""
        while True:
            try:
                more = os.read(parent, 1 << 16)
            except OSError:  # how Linux tells that the other end is closed
                break
            if not more:
                break
            seen += more
    os.close(parent)
    assert process.returncode == 0
    lines = re.sub(r"\x1b\[[0-9;]*m", "", seen.decode()).splitlines()
    sentence = cli_crawl.sentence("alpha", 0)
    shared = next(line for line in lines if sentence in line)
    assert shared.count(sentence) == 2
    assert shared.startswith("= ")


def test_the_page_has_both_texts_and_the_numbers(out, tmp_path, capsys):
    capsys.readouterr()
    page = tmp_path / "page.html"
    assert exit_code_of(["explain", str(out), "alpha-0", "alpha-2", "--html", str(page)]) == 0
    assert capsys.readouterr().out == ""
    tree = html.fromstring(page.read_bytes())
    assert "Same story" in tree.xpath("string(//h1)")
    texts = {row["id"]: row["text"] for row in cli_crawl.rows()}
    for side, article in (("A", "alpha-0"), ("B", "alpha-2")):
        shown = " ".join(tree.xpath(f"//td[@data-side='{side}']//bdi/text()"))
        assert shown.split() == texts[article].split()
    assert tree.xpath("//dt[.='Jaccard']/following-sibling::dd/text()")


def test_the_page_says_that_no_texts_were_kept(out, tmp_path):
    page = tmp_path / "page.html"
    assert exit_code_of(["explain", str(out.parent / "bare"), "alpha-0", "alone", "--html", str(page)]) == 0
    assert "were not kept" in page.read_text("utf-8")


def test_the_page_is_not_written_into_a_result(out, capsys):
    assert exit_code_of(["explain", str(out), "alpha-0", "alone", "--html", str(out / "x.html")]) == 2
    assert "nothing is altered" in capsys.readouterr().err
