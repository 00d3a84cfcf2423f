"""Extraction in processes that may be killed: a page that hangs, crashes or eats memory costs that page alone.

Workers are plain subprocesses of `jobs.read.worker`, not of `multiprocessing`: they import only what extraction needs
(a forked Polars hangs, a spawned one takes a second), and it does not matter what the main module of the program is.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Self

import msgspec
import polars as pl

from dedup import schema
from dedup.errors import DedupError
from jobs.read.answers import Answer, decode, frame_of, merged
from jobs.read.worker import FRAME

if TYPE_CHECKING:
    from types import TracebackType

CHUNK_ROWS = 16
CHUNK_BYTES = 2 * 2**20
START_SECONDS = 120.0
"""Longest a worker may take to import its libraries, on a disk as cold and a machine as busy as they come."""

Request = tuple[bytes, str | None, str | None]


class Extractor:
    """Extract articles from pages in processes of their own; a context manager.

    Parameters
    ----------
    extractor
        auto, resiliparse or trafilatura; or any function as ``module:function``, called with the page's bytes, its
        charset and ``url=``.
    processes
        Number of workers, started when the first page arrives.
    seconds
        Longest one page may take.
    memory_bytes
        Memory one worker may take on top of its libraries.
    """

    def __init__(self, extractor: str, processes: int, seconds: float = 5.0, memory_bytes: int = 2**30) -> None:
        self._arguments = [extractor, str(seconds), str(memory_bytes), os.pathsep.join(sys.path)]
        self._processes = max(1, processes)
        self._seconds = seconds
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.close()
        self._workers.clear()

    def extract(self, records: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the records with the articles of their pages, and the pages that could not be extracted.

        Parameters
        ----------
        records
            Columns of `jobs.read.batch.RAW`.

        Returns
        -------
        tuple
            Columns of `dedup.schema.RECORD` and of `dedup.schema.QUARANTINE`, each in the order of `records`. What a
            record states of itself wins over what its page says, except the text.

        Raises
        ------
        DedupError
            A worker cannot be started at all.
        """
        raw = records.with_row_index("row")
        pages = raw.filter(pl.col("html").is_not_null())
        if pages.is_empty():
            return records.select(list(schema.RECORD.dtypes)), schema.QUARANTINE.empty()
        answers = self._ask(list(pages.select("html", "charset", "url").iter_rows()))
        joined = raw.join(frame_of(pages["row"].to_list(), answers), on="row", how="left", maintain_order="left")
        is_lost = pl.col("reason").is_not_null()
        lost = joined.filter(is_lost).select(
            "source_file", "source_offset", "reason", "detail", pl.lit("record").alias("reach")
        )
        return joined.filter(~is_lost).select(merged()), lost

    def _ask(self, requests: list[Request]) -> list[Answer]:
        """Have every page extracted, in whatever order workers come free; answers are in the order of requests."""
        answers: list[Answer | None] = [None] * len(requests)
        chunks = deque(_chunks(requests))
        wanted = min(self._processes, len(chunks))
        while len(self._workers) < wanted:
            self._workers.append(_Worker(self._arguments))
        with selectors.DefaultSelector() as selector:
            for worker in self._workers[:wanted]:
                selector.register(worker.stdout, selectors.EVENT_READ, worker)
            while True:
                self._feed(chunks, requests, selector)
                busy = [worker for worker in self._workers if worker.waiting]
                if not busy:
                    break
                soonest = min(worker.deadline for worker in busy)
                for key, _ in selector.select(max(0.0, soonest - time.monotonic())):
                    self._collect(key.data, answers)
                looked = time.monotonic()  # burying takes time, in which another's answer may come and wait
                for worker in busy:
                    if worker.waiting and (worker.is_dead or looked > worker.deadline):
                        self._bury(worker, answers, chunks, selector)
        return [answer if answer is not None else Answer(None, "worker-died", "no answer") for answer in answers]

    def _feed(self, chunks: deque[list[int]], requests: list[Request], selector: selectors.BaseSelector) -> None:
        for key in list(selector.get_map().values()):
            worker: _Worker = key.data
            if not chunks or worker.waiting:
                continue
            if worker.is_gone:
                worker = self._replace(worker, selector)
            chunk = chunks.popleft()
            worker.send(chunk, [requests[i] for i in chunk], self._seconds)

    def _collect(self, worker: _Worker, answers: list[Answer | None]) -> None:
        for answer in worker.receive():
            answers[worker.waiting.popleft()] = answer
            worker.deadline = time.monotonic() + self._seconds

    def _bury(
        self,
        worker: _Worker,
        answers: list[Answer | None],
        chunks: deque[list[int]],
        selector: selectors.BaseSelector,
    ) -> None:
        """Lay the failure to the page in hand, give the chunk's other pages to a new worker."""
        culprit, *others = worker.waiting
        answers[culprit] = worker.obituary(self._seconds)
        if others:
            chunks.appendleft(others)
        self._replace(worker, selector)

    def _replace(self, worker: _Worker, selector: selectors.BaseSelector) -> _Worker:
        selector.unregister(worker.stdout)
        worker.close()
        new = _Worker(self._arguments)
        self._workers[self._workers.index(worker)] = new
        selector.register(new.stdout, selectors.EVENT_READ, new)
        return new


class _Worker:
    """One worker process and the pages it has not answered yet, the one in hand first."""

    def __init__(self, arguments: list[str]) -> None:
        script = Path(__file__).with_name("worker.py")
        # A session of its own: Ctrl-C reaches the parent alone, which ends its workers in good order.
        # -P: the script's folder, where a module is called html, must not shadow the standard library.
        self._process = subprocess.Popen(  # noqa: S603 - this program's own script
            [sys.executable, "-P", str(script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert self._process.stdin
        assert self._process.stdout
        self._stdin, self.stdout = self._process.stdin, self._process.stdout
        self._buffer = bytearray()
        self._is_ready = False
        self.waiting: deque[int] = deque()
        self.deadline = float("inf")
        self.is_dead = False

    @property
    def is_gone(self) -> bool:
        """Whether the process ended while nobody asked it for anything."""
        return self._process.poll() is not None and self._is_ready

    def send(self, chunk: list[int], requests: list[Request], seconds: float) -> None:
        """Hand over a chunk of pages."""
        if not self._is_ready:
            self._await_start()
        self.waiting = deque(chunk)
        frame = msgspec.msgpack.encode(requests)
        try:
            self._stdin.write(FRAME.pack(len(frame)))
            self._stdin.write(frame)
            self._stdin.flush()
        except BrokenPipeError:
            self.is_dead = True
        self.deadline = time.monotonic() + seconds

    def _await_start(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self.stdout, selectors.EVENT_READ)
            is_heard = selector.select(START_SECONDS)
        greeting = os.read(self.stdout.fileno(), FRAME.size + len(b"ready")) if is_heard else b""
        if not greeting.endswith(b"ready"):
            self.close()
            raise DedupError(
                f"the extraction process {sys.executable} cannot be started; try `--extractor resiliparse`, "
                "and see whether `pip check` finds the installation complete"
            )
        self._is_ready = True

    def receive(self) -> list[Answer]:
        """Return the answers that have arrived whole."""
        data = os.read(self.stdout.fileno(), 2**20)
        self.is_dead = self.is_dead or not data
        self._buffer += data
        answers = []
        while len(self._buffer) >= FRAME.size:
            end = FRAME.size + FRAME.unpack_from(self._buffer)[0]
            if len(self._buffer) < end:
                break
            answers.append(decode(self._buffer[FRAME.size : end]))
            del self._buffer[:end]
        return answers

    def obituary(self, seconds: float) -> Answer:
        """Say what ended the worker, killing it if it lives."""
        if not self.is_dead:
            return Answer(None, "timeout", f"extraction took longer than {seconds:g} seconds")
        try:
            code = self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            return Answer(None, "worker-died", "the extraction process closed its output")
        if code == -signal.SIGKILL:
            return Answer(None, "memory", "the extraction process was killed, most likely for want of memory")
        cause = f"ended by {signal.Signals(-code).name}" if code < 0 else f"exited with {code}"
        return Answer(None, "worker-died", f"the extraction process {cause} on this page")

    def close(self) -> None:
        """End the process and wait until it is gone."""
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(BrokenPipeError):
            self._stdin.close()
        self.stdout.close()


def _chunks(requests: list[Request]) -> list[list[int]]:
    """Cut the requests into runs small enough that workers end together, big enough that pipes are not the cost."""
    chunks: list[list[int]] = []
    size = 0
    for i, (html, _, _) in enumerate(requests):
        if not chunks or len(chunks[-1]) >= CHUNK_ROWS or size + len(html) > CHUNK_BYTES:
            chunks.append([])
            size = 0
        chunks[-1].append(i)
        size += len(html)
    return chunks
