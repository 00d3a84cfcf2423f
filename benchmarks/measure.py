"""Whole processes, timed in turn: wall seconds, processor seconds and peak memory of each with all its children."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ONCE_FROM = 60
"""Seconds from which on a command is not run again."""

LIMIT = 1_800
"""Seconds after which a command is ended."""

LOOK_EVERY = 0.02, 0.1
"""Seconds between two looks at a process and its children, in its first second and later."""


class Figure(NamedTuple):
    """What one run took: wall and processor seconds, MiB at the peak, and what it said on standard error."""

    wall: float
    cpu: float
    memory: float
    said: str


class FailedError(Exception):
    """A command ended with an error, or was ended for taking too long; the message tells which, and its last words."""


class Command(NamedTuple):
    """What to run: arguments, what is added to the environment, what is called before each run."""

    arguments: Sequence[str]
    environment: Mapping[str, str] = {}
    before: Callable[[], object] | None = None


def timed(command: Command, limit: float = LIMIT) -> Figure:
    """Run a command and return what it took.

    Memory is the larger of the peak of its largest process, as the kernel kept it, and the most that all its processes
    together held whenever looked at: its own peak where there is one, in proportion to what they share where there are more.
    The kernel's figure begins with what this process held when it started the command; below that, what was seen stands.
    Processor seconds likewise are the larger of what the kernel summed, which leaves out children that nobody waited for,
    and what was seen of each process.

    Raises
    ------
    FailedError
        It ended with an error, or ran for `limit` seconds.
    """
    if command.before:
        command.before()
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        child = subprocess.Popen(
            command.arguments, stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True,
            env={**os.environ, **command.environment},
        )  # fmt: skip
        watch = _Watch(child.pid, limit)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)  # waited for behind its back
        wall = time.perf_counter() - start
        watch.end()
        errors.seek(0)
        said = errors.read().decode("utf-8", "replace")
    if status:
        last = (said.strip().splitlines() or [f"exit {child.returncode}"])[-1]
        raise FailedError(f"ended after {limit:,.0f} s" if watch.is_over else f"failed: {last.strip()[:200]}")
    cpu = max(usage.ru_utime + usage.ru_stime, watch.cpu)
    held = usage.ru_maxrss if usage.ru_maxrss > resource.getrusage(resource.RUSAGE_SELF).ru_maxrss else 0
    return Figure(wall, cpu, max(held / 1024, watch.peak), said)


class _Watch:
    """Looks at a process and its children from a thread until told to end, and ends them after `limit` seconds."""

    def __init__(self, pid: int, limit: float) -> None:
        self.peak = 0.0
        self.is_over = False
        self._seen: dict[int, float] = {}
        self._pid, self._until = pid, time.monotonic() + limit
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    @property
    def cpu(self) -> float:
        """The processor seconds of every process when last seen."""
        return sum(self._seen.values())

    def end(self) -> None:
        """End looking."""
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        start = time.monotonic()
        while not self._ended.wait(LOOK_EVERY[time.monotonic() - start > 1]):
            pids = family(self._pid)
            self.peak = max(self.peak, memory_of(pids))
            self._seen |= cpu_of(pids)
            if time.monotonic() > self._until:
                self.is_over = True
                os.killpg(self._pid, signal.SIGKILL)
                return


def family(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    found = [pid]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found.extend(map(int, children.read_text().split()))
            except OSError:  # gone meanwhile
                continue
    return found


def memory_of(pids: Sequence[int]) -> float:
    """Return the MiB that these processes hold; pages that several share count once."""
    total = 0
    name, field = ("smaps_rollup", "Pss:") if len(pids) > 1 else ("status", "VmHWM:")
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/{name}").read_text().splitlines()
        except OSError:  # gone meanwhile
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith(field))
    return total / 1024


def cpu_of(pids: Sequence[int]) -> dict[int, float]:
    """Return the processor seconds of each of these processes that is there, without their children's."""
    out = {}
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:  # gone meanwhile
            continue
        out[pid] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return out


class Taken(NamedTuple):
    """What commands took: the figures of each that ran, in the order of the rounds, and in one line each why others did not."""

    figures: dict[str, list[Figure]]
    missing: list[str]


def interleaved(commands: Mapping[str, Command], runs: int, told: Callable[[str], None], limit: float = LIMIT) -> Taken:
    """Run the commands in turn, `runs` times each; one that takes more than `ONCE_FROM` seconds once, a failing one no more.

    `told` is called with a line on each run; one that runs for `limit` seconds is ended and counts as failing.
    """
    figures: dict[str, list[Figure]] = {name: [] for name in commands}
    missing: dict[str, str] = {}
    for number in range(runs):
        for name, command in commands.items():
            if name in missing or (number and figures[name][0].wall > ONCE_FROM):
                continue
            try:
                figure = timed(command, limit)
            except FailedError as fault:
                missing[name] = f"{name} is left out: {fault}"
                told(missing[name])
                continue
            told(f"{name}: {figure.wall:.2f} s, {figure.memory:.0f} MiB")
            figures[name].append(figure)
    return Taken({name: ran for name, ran in figures.items() if name not in missing}, list(missing.values()))
