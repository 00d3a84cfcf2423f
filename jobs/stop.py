"""Stopping a run: a signal, or the program itself, ends the main thread at the next step and the process soon after.

The exception `Stopped` unwinds the main thread, so that every `with` block cleans up. A thread beside it sees to it
that the process ends within `GRACE` seconds even where the main thread waits for others or runs a long kernel.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GRACE = 3.0
"""Seconds the main thread has to unwind."""


class Stopped(BaseException):
    """Raised in the main thread where the run is to end now; carries the exit code and what to tell the user."""

    def __init__(self, text: str, exit_code: int) -> None:
        super().__init__(text)
        self.exit_code = exit_code


class _Request:
    """What the program itself asked for, None where a signal is all there is."""

    stopped: Stopped | None = None


def request(text: str, exit_code: int) -> None:
    """Ask from any thread that the main thread stops with `Stopped(text, exit_code)`; only inside `stoppable`."""
    _Request.stopped = Stopped(text, exit_code)
    os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def stoppable(clean_up: Callable[[], None] = lambda: None, grace: float = GRACE) -> Iterator[None]:
    """Turn SIGINT, SIGTERM and SIGHUP into `Stopped` for the length of the `with` block; only in the main thread.

    Parameters
    ----------
    clean_up
        Called by the thread beside before it ends the process, where the main thread did not unwind in time.
    grace
        Seconds the main thread has for that.
    """
    _Request.stopped = None
    is_stopping, ended = threading.Event(), threading.Event()

    def raise_stopped(number: int, _frame: FrameType | None) -> None:
        if not is_stopping.is_set():  # a second signal must not break the cleaning up after the first
            is_stopping.set()
            raise _wanted(number)

    reader, writer = socket.socketpair()
    writer.settimeout(0)
    # Signals a nohup or a shell's background job has turned off stay off.
    caught = [number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, raise_stopped) for number in caught}
    wakeup = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    watcher = threading.Thread(target=_see_to_it, args=(reader, ended, clean_up, grace), name="stop", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        signal.set_wakeup_fd(wakeup)
        for number, handler in before.items():
            signal.signal(number, handler)
        writer.close()
        watcher.join()
        reader.close()


def leave(exit_code: int) -> NoReturn:
    """End the process at once: threads of a stopped run would hold it up, and so would taking the libraries down."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(exit_code)


def _see_to_it(reader: socket.socket, ended: threading.Event, clean_up: Callable[[], None], grace: float) -> None:
    # The system writes the signal's number into the socket at once, also while the main thread runs machine code.
    while number := reader.recv(1):
        if number[0] in SIGNALS and not ended.wait(grace):
            stopped = _wanted(number[0])
            with suppress(Exception):
                clean_up()
            with suppress(OSError):
                os.write(2, f"dedup: {stopped}\n".encode())
            os._exit(stopped.exit_code)


def _wanted(number: int) -> Stopped:
    if _Request.stopped is not None:
        return _Request.stopped
    return Stopped(f"stopped by {signal.Signals(number).name}; the last published result stands", 128 + number)
