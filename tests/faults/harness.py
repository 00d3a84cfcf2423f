"""Ways to fail or stop the program at any operation of `jobs.disk`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup.config import Settings
from dedup.errors import NoResultError
from jobs import check, manifest, publish
from tests.faults import night
from tests.publish import sample

if TYPE_CHECKING:
    from pathlib import Path

UPDATE = "an update"
PUBLISHES = ("first run", "over an earlier result", "after a dead run")
SCENES = (*PUBLISHES, UPDATE)


class Killed(BaseException):
    """Stands for the death of the process: no handler of the program may do anything after it."""


class Counting:
    """Counts the operations, or those called `only`."""

    def __init__(self, only: str | None = None) -> None:
        self.count = 0
        self.ops: list[tuple[str, Path, object]] = []
        self._only = only

    def __call__(self, op: str, path: Path, detail: object) -> None:
        if self._only in (None, op):
            self.ops.append((op, path, bytes(detail) if isinstance(detail, memoryview) else detail))
            self.reached(path, self.count)
            self.count += 1

    @property
    def commit(self) -> int:
        """The number of the operation that made a run the current one."""
        return next(
            n for n, (op, path, to) in enumerate(self.ops) if op == "rename" and getattr(to, "name", "") == "current"
        )

    def places(self, stride: int) -> list[int]:
        """Every `stride`-th operation, and all around the commit."""
        return sorted({*range(0, self.count, stride), *range(self.commit - 10, min(self.count, self.commit + 8))})

    def reached(self, path: Path, number: int) -> None:
        """Do nothing at operation `number`, counted from 0."""


class KillAt(Counting):
    """Dies before operation `at`, and again before any later one: a dead process cleans nothing up."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self._at = at

    def reached(self, path: Path, number: int) -> None:
        if number >= self._at:
            raise Killed


class FailAt(Counting):
    """Fails operation `at` of those called `op` with an errno; with `for_ever`, all later ones too."""

    def __init__(self, op: str | None, at: int, code: int, *, for_ever: bool = False) -> None:
        super().__init__(op)
        self._at, self._code, self._for_ever = at, code, for_ever

    def reached(self, path: Path, number: int) -> None:
        if number == self._at or (self._for_ever and number > self._at):
            raise OSError(self._code, "injected", str(path))


def prepare(out: Path, scene: str) -> None:
    """Put into `out` what stands there before the run that is to fail."""
    if scene == UPDATE:
        night.prepare(out)
    elif scene != "first run":
        sample.put(out, "old")
    if scene == "after a dead run":
        (out / ".staging" / "run" / "assignments").mkdir(parents=True)
        (out / ".staging" / "run" / "assignments" / "part-00000.parquet").write_bytes(b"PAR1 half")
        (out / "state" / "gen-2").mkdir()
        (out / "state" / "gen-2" / "signatures.bin").write_bytes(b"dead")
        (out / ".staging" / "current").symlink_to("runs/20261108T000000.000000Z-deadbeef")
        (out / "runs" / "20261108T000000.000000Z-deadbeef").mkdir()


def run(out: Path, scene: str) -> manifest.Result:
    """What a job does once it holds the lock."""
    if scene == UPDATE:
        return night.run(out)
    publish.recover(out)
    return sample.put(out, "new", day=1)


def clean(out: Path, scene: str) -> None:
    """What is left to the next run where a dead one had published."""
    publish.recover(out)
    if scene == UPDATE:
        publish.gc(out, Settings().keep_runs, 0, sample.EPOCH)


def mark(out: Path) -> str | None:
    """Prove that the result in `out` is whole, and return its mark, "old" or "new"; None where there is no result."""
    try:
        result = manifest.open_result(out)
    except NoResultError:
        return None
    assert check.check(out) == []
    if result.manifest.plan.command == "update":
        return result.manifest.plan.inputs[0].name.removesuffix(".jsonl")
    titles = result.table("assignments").collect()["title"]
    found = titles.str.extract("“(.*)”").unique().to_list()
    assert len(found) == 1
    assert result.state_path("signatures.bin").read_bytes() == found[0].encode() * 100
    assert (result.path / "report.html").read_text() == f"<p>{found[0]}</p>"
    return found[0]
