"""What operators are given is sound: unit files, crontab line, exit codes, links."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from jobs.cli import app
from jobs.console.exit_codes import EXIT_CODES

ROOT = Path(__file__).parents[1]
UNITS = ROOT / "docs" / "systemd"
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")


def options_of(command: str) -> set[str]:
    import typer

    found = typer.main.get_command(app).commands[command]
    return {name for parameter in found.params for name in parameter.opts}


def test_units_say_what_they_must():
    service = configparser.ConfigParser(strict=False, interpolation=None)
    service.optionxform = str
    service.read(UNITS / "dedup.service")
    unit = service["Service"]
    assert (unit["Type"], unit["ProtectSystem"], unit["SuccessExitStatus"]) == ("oneshot", "strict", "3")
    assert unit["ReadWritePaths"] in unit["ExecStart"]
    timer = configparser.ConfigParser(strict=False, interpolation=None)
    timer.optionxform = str
    timer.read(UNITS / "dedup.timer")
    assert timer["Timer"]["Persistent"] == "true"
    assert "RandomizedDelaySec" in timer["Timer"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_takes_the_units(tmp_path):
    for name in ("dedup.service", "dedup.timer"):
        text = (UNITS / name).read_text().replace("/usr/local/bin/dedup", "/bin/true")
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "dedup.timer"), str(tmp_path / "dedup.service")],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert not [line for line in done.stderr.splitlines() if "dedup." in line], done.stderr


def test_commands_in_units_and_crontab_are_commands():
    line = next(line for line in (UNITS / "dedup.cron").read_text().splitlines() if not line.startswith("#"))
    assert re.fullmatch(r"(?:[\d*,/-]+ ){5}[a-z]+ /\S.*", line)
    assert line in OPERATIONS
    for text in (line, (UNITS / "dedup.service").read_text()):
        command, given = re.search(r"/dedup (\w+) (.*)", text).groups()
        assert set(re.findall(r"--[a-z-]+", given)) <= options_of(command)


def test_every_exit_code_tells_what_to_do():
    told = {int(code) for row in re.findall(r"^\| ([\d, ]+) \|", OPERATIONS, re.MULTILINE) for code in row.split(",")}
    assert told == set(EXIT_CODES)


@pytest.mark.parametrize("name", ["docs/operations.md", "SECURITY.md"])
def test_links_lead_somewhere(name):
    page = ROOT / name
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target
