"""The peers, and an environment for each: made by venv and pip from the versions pinned in peers/NAME.txt."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PEERS = Path(__file__).parent / "peers"
FOLDER = ROOT / ".venv-peers"


class Peer(NamedTuple):
    """A program to compare with.

    `library`: whose environment and script (peers/with_NAME.py) it takes; `variant`: the script's third argument;
    `limits`: what it does less than `dedup run`, or other than its fellows.
    """

    library: str
    variant: str
    limits: str

    @property
    def script(self) -> Path:
        """The script that runs it."""
        return PEERS / f"with_{self.library.replace('-', '_')}.py"


COMPARED = {
    "daft": Peer("daft", "", "nothing verified"),
    "daft, tutorial": Peer("daft", "tutorial", "64 hashes, bands for Jaccard 0.7; nothing verified"),
    "gaoya": Peer("gaoya", "", "pairs verified by their signatures"),
    "rensa": Peer("rensa", "", "full sets; pairs verified by their signatures"),
    "rensa, rho": Peer("rensa", "rho", "samples token positions; tells which are duplicates, not whose"),
    "datasketch": Peer("datasketch", "", "one core; nothing verified"),
    "text-dedup": Peer("text-dedup", "", "nothing verified"),
    "datatrove": Peer("datatrove", "", "four stages; nothing verified"),
}


def python_of(library: str) -> Path:
    """Return the interpreter of a library's environment, which may not be there."""
    return FOLDER / library / "bin" / "python"


def is_installed(library: str) -> bool:
    """Tell whether the environment is there and holds what is pinned now."""
    stamp = FOLDER / library / "installed"
    return stamp.exists() and stamp.read_text() == _pins(library)


def versions(library: str) -> str:
    """Return the pinned version of a library."""
    lines = (PEERS / f"{library}.txt").read_text().splitlines()
    return next(line.partition("==")[2].partition(" ")[0] for line in lines if line.startswith(f"{library}=="))


def install(library: str) -> str | None:
    """Make the environment unless it is there; return None, or in one line why it cannot be made."""
    if is_installed(library):
        return None
    place = FOLDER / library
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(place)],
        [str(python_of(library)), *pip, "-r", str(PEERS / f"{library}.txt")],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or [
                f"exit {done.returncode}"
            ]
            return lines[0]
    (place / "installed").write_text(_pins(library))
    return None


def _pins(library: str) -> str:
    pinned = (PEERS / f"{library}.txt").read_bytes() + sys.version.encode()
    return hashlib.sha256(pinned).hexdigest()
