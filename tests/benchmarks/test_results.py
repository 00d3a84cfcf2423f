"""The tables' arithmetic, and that the page is made from the kept figures and nothing else."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks import environments, page, results
from benchmarks.measure import Figure
from benchmarks.results import Part, Row, Table

ROOT = Path(__file__).parents[2]
OURS = Row("ours", [2.0, 4.0, 3.0], [5.0, 7.0, 6.0], [100.0, 300.0, 200.0], f1=0.99, note="all verified")
PEER = Row("peer", [8.0, 4.0, 9.0], [1.0, 1.0, 1.0], [50.0, 50.0, 50.0], f1=0.5)
SLOW = Row("slow", [70.0], [70.0], [10.0])
PEERS = Table("title", "processes", [OURS, PEER, SLOW], "ours", 1000, 10**7)


def cells(table: Table) -> dict[str, dict[str, str]]:
    head, *rows = results.lines(table)
    return {row[0]: dict(zip(head, row, strict=True)) for row in rows}


def test_ratios_are_formed_round_by_round_and_not_of_the_medians():
    assert results.ratios(PEER, OURS) == [4.0, 1.0, 3.0]
    assert results.ratios(SLOW, OURS) == [35.0]
    told = cells(PEERS)
    assert told["peer"]["× ours"] == "3.00 (1.00–4.00)"
    assert told["slow"]["× ours"] == "35.00"
    assert told["ours"]["× ours"] == "1"


def test_processes_tell_median_and_spread_and_a_dash_where_there_is_no_answer_to_score():
    told = cells(PEERS)
    assert told["ours"]["seconds"] == "3.00 (2.00–4.00)"
    assert told["ours"]["processor seconds"] == "6.00"
    assert told["ours"]["peak MiB"] == "200"
    assert [told[name]["F1"] for name in ("ours", "peer", "slow")] == ["0.9900", "0.5000", "–"]
    assert told["ours"][""] == "all verified"


def test_columns_that_no_row_has_are_left_out():
    head, row = results.lines(Table("title", "processes", [Row("one", [1.0], [1.0], [1.0])]))
    assert head == ["", "seconds", "processor seconds", "peak MiB"]
    assert row == ["one", "1.00", "1.00", "1"]


def test_speed_is_of_each_rows_own_articles():
    grown = [Row("small", [2.0], [1.0], [1.0], articles=100), Row("large", [40.0], [1.0], [1.0], articles=1000)]
    told = cells(Table("title", "processes", grown, "small"))
    assert (told["small"]["articles/s"], told["large"]["articles/s"]) == ("50", "25")
    assert told["large"]["× small"] == "20.00"


def test_shares_of_stages_are_of_the_sum_of_the_medians():
    stages = [Row("read", [1.0, 2.0, 3.0]), Row("sign", [6.0, 6.0, 6.0]), Row("idle", [0.0, 0.0, 0.0])]
    told = cells(Table("title", "stages", stages, articles=800, text_bytes=16_000_000))
    assert [told[name]["share"] for name in told] == ["25%", "75%", "0%", "100%"]
    assert (told["read"]["MB/s"], told["read"]["articles/s"]) == ("8", "400")
    assert (told["whole run"]["seconds"], told["whole run"]["MB/s"]) == ("8.00", "2")
    assert told["idle"]["MB/s"] == "–"


def test_values_of_different_rows_stand_under_one_head():
    rows = [Row("a", values={"F1": 0.96, "pages/s": 1234.56}), Row("b", values={"pages/s": 7.0, "more": 1.0})]
    assert results.lines(Table("title", "values", rows)) == [
        ["", "F1", "pages/s", "more"],
        ["a", "0.9600", "1,234.6", "–"],
        ["b", "–", "7.0", "1.0000"],
    ]


def test_figures_become_a_row_in_the_order_of_the_rounds():
    row = results.row_of("one", [Figure(1.23456, 2.0, 3.25, ""), Figure(0.5, 1.0, 9.0, "said")], f1=0.5)
    assert row == Row("one", [1.235, 0.5], [2.0, 1.0], [3.2, 9.0], f1=0.5)


def test_saving_keeps_the_other_parts(tmp_path):
    file = tmp_path / "results.json"
    first, second = (Part({"memory": "1 GiB"}, [table]) for table in (PEERS, Table("other", "stages", [OURS])))
    results.save({"peers-20000": first, "floors-20000": first}, file)
    results.save({"floors-20000": second}, file)
    assert results.load(file) == {"peers-20000": first, "floors-20000": second}
    assert results.load(tmp_path / "none.json") == {}


def test_the_machine_is_described_without_its_name():
    import platform

    told = results.machine()
    assert {"processors", "memory", "Python", "polars", "newswire-dedup"} <= set(told)
    assert platform.node() not in " ".join(told.values())


def test_the_page_shows_what_was_measured_by_size_and_says_what_was_not():
    here, there = {"processors": "2 × one"}, {"processors": "8 × other"}
    text = page.rendered(
        {
            "peers-200000": Part(here, [Table("large", "processes", [SLOW], missing=["datatrove is left out"])]),
            "peers-20000": Part(here, [PEERS]),
            "start": Part(there, [Table("help", "processes", [OURS])]),
        }
    )
    assert text.index("**title**") < text.index("**large**") < text.index("datatrove is left out")
    assert "| peer | 8.00 (4.00–9.00) | 1.00 | 50 | 0.5000 | 3.00 (1.00–4.00) |" in text
    assert text.count("Measured on 2 × one.") == 1, "the machine of most parts stands once, at the head"
    assert text.index("## Start") < text.index("Measured on 8 × other.")
    assert text.count("Not measured yet.") == len({"floors", "stages", "growth", "html", "history"})


def test_the_page_is_that_of_the_kept_figures():
    text = page.PAGE.read_text("utf-8")
    assert text == page.rendered(results.load()), "docs/benchmarks.md is old: python -m benchmarks page"


def test_every_part_can_be_measured_and_has_its_place_on_the_page():
    words = (ROOT / "benchmarks" / "page.md").read_text("utf-8")
    for part in command.PARTS:
        assert callable(importlib.import_module(f"benchmarks.parts.{part}").measure)
        assert f'tables("{part}")' in words
    assert {part for part, _ in command.ALL} == set(command.PARTS)


def test_an_unknown_part_is_refused():
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks", "speed"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2
    assert "no part is called speed; there are peers, floors" in ran.stderr


@pytest.mark.parametrize("library", sorted({peer.library for peer in environments.COMPARED.values()}))
def test_every_peer_has_a_script_and_exact_versions(library):
    lines = (environments.PEERS / f"{library}.txt").read_text().splitlines()
    pinned = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+( ; .+)?", line) for line in pinned)
    assert re.fullmatch(r"[\d.]+", environments.versions(library))
    assert (environments.PEERS / f"with_{library.replace('-', '_')}.py").is_file()
