"""How far a run has come: a bar on a terminal, nothing elsewhere; stages and their seconds are kept for the summary."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Progress:
    """Keeps the stages of a run and their seconds; shows nothing.

    Parameters
    ----------
    log
        Called with an event's name and its fields at the end of each stage.
    """

    def __init__(self, log: Callable[..., None] | None = None) -> None:
        self.seconds: dict[str, float] = {}
        self._log = log
        self._stage = ""
        self._since = 0.0

    def start(self, stage: str, total: int | None = None, unit: str = "articles") -> None:
        """Begin a stage, ending the one under way; `total` is its size in `unit`, where known."""
        self.finish()
        self._stage, self._since = stage, time.perf_counter()
        self.show(stage, 0, total, unit)

    def advance(self, count: int) -> None:
        """Note that `count` more units of the stage are done."""

    def show(self, stage: str, done: int, total: int | None, unit: str) -> None:
        """Show a stage that begins."""

    def finish(self) -> None:
        """End the stage under way."""
        if self._stage:
            spent = time.perf_counter() - self._since
            self.seconds[self._stage] = self.seconds.get(self._stage, 0.0) + spent
            if self._log:
                self._log("stage", stage=self._stage, seconds=round(spent, 3))
            self._stage = ""


class BarProgress(Progress):
    """Shows a bar with stage, amount, rate and time left on standard error."""

    def __init__(self, log: Callable[..., None] | None = None) -> None:
        super().__init__(log)
        from rich.console import Console
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            SpinnerColumn(),
            TextColumn("{task.description:>10}"),
            BarColumn(),
            TextColumn("{task.fields[amount]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task: Any = None
        self._unit = ""

    def show(self, stage: str, done: int, total: int | None, unit: str) -> None:
        """Replace the bar by that of the stage that begins."""
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._unit = unit
        self._task = self._bar.add_task(stage, total=total, amount="")
        self.advance(done)

    def advance(self, count: int) -> None:
        """Move the bar and tell amount and rate; nothing of either in a stage that has not moved."""
        if self._task is None:
            return
        self._bar.update(self._task, advance=count)
        task = self._bar.tasks[-1]
        amount = _amount(task.completed, self._unit) if task.completed else ""
        rate = f" ({_amount(task.speed, self._unit)}/s)" if task.speed else ""
        self._bar.update(self._task, amount=amount + rate)

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show the bar for the length of the `with` block."""
        with self._bar:
            yield


def _amount(value: float, unit: str) -> str:
    if unit == "bytes":
        return f"{value / 1e6:,.1f} MB"
    return f"{value:,.0f} {unit}"
