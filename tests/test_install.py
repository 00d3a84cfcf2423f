"""The program as people install it: from a wheel without the checkout, and in a container."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BUILDERS = [name for name in ("docker", "podman") if shutil.which(name)]


def builds() -> bool:
    """Tell whether a builder is there and can work: docker without its daemon cannot."""
    return any(subprocess.run([name, "info"], capture_output=True, check=False).returncode == 0 for name in BUILDERS)


@pytest.mark.full
def test_a_wheel_holds_all_that_a_run_needs(tmp_path):
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"the build backend is not to be had: {made.stderr.strip().splitlines()[-1]}")
    (wheel,) = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    (tmp_path / "elsewhere").mkdir()
    start = "import sys; sys.path[:0] = [sys.argv.pop(1)]; import jobs.cli; print(jobs.cli.__file__); jobs.cli.main()"
    run = [sys.executable, "-P", "-c", start, str(tmp_path / "installed"), "run", str(ROOT / "sample_data" / "crawl")]
    done = subprocess.run(
        [*run, "--out", "out"], cwd=tmp_path / "elsewhere", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(tmp_path)), "the checkout's code ran, not the wheel's"
    assert (tmp_path / "elsewhere" / "out" / "current" / "report.html").exists()


@pytest.mark.full
@pytest.mark.skipif(not builds(), reason="no docker or podman that works")
@pytest.mark.timeout(900)
def test_the_image_builds_and_runs_as_nobody_without_a_network(tmp_path):
    builder = BUILDERS[0]
    subprocess.run([builder, "build", "--quiet", "--tag", "newswire-dedup-test", str(ROOT)], check=True)
    shutil.copytree(ROOT / "sample_data" / "crawl", tmp_path / "crawl")
    run = [builder, "run", "--rm", "--network", "none", "--user", f"{os.getuid()}:{os.getgid()}"]
    run += ["--volume", f"{tmp_path}:/work", "newswire-dedup-test", "run", "crawl", "--out", "out"]
    subprocess.run(run, check=True)
    assert (tmp_path / "out" / "current" / "report.html").exists()
