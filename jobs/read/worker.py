"""The process that extracts pages, run as a script by `jobs.read.sandbox`: pages in on stdin, articles out on stdout.

Imports what extraction needs and nothing else. Ends when its input ends, so that it never outlives its parent by more
than the page in hand; a page that hangs is ended by the kernel's alarm even when no parent is left to do it.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import struct
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedup.clean.extract import ExtractorName

FRAME = struct.Struct("<I")


def main() -> None:
    """Serve pages until the input ends: argv holds the extractor, seconds, memory in bytes and the parent's path."""
    extractor, seconds, memory = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    sys.path[:] = sys.argv[4].split(os.pathsep)
    import msgspec

    # What a library prints must not end up among the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests = os.fdopen(os.dup(0), "rb")
    extract = _resolve(extractor)
    _volunteer(memory)
    decode = msgspec.msgpack.Decoder().decode
    _send(answers, b"ready")
    while (frame := _receive(requests)) is not None:
        for html, charset, url in decode(frame):
            signal.setitimer(signal.ITIMER_REAL, 2 * seconds + 1)
            answer = _answer(extract, html, charset, url)
            signal.setitimer(signal.ITIMER_REAL, 0)
            _send(answers, answer)


def _answer(extract: Callable[..., object], html: bytes, charset: str | None, url: str | None) -> bytes:
    """Return the encoded answer: the article, or null with a reason and a detail."""
    from msgspec import msgpack

    from dedup.clean.markup import BadPageError

    try:
        return msgpack.encode((extract(html, charset, url=url), "", ""))
    except BadPageError as error:
        reason, detail = error.reason, str(error)
    except MemoryError:
        reason, detail = "memory", "extraction needed more memory than one page may take"
    except Exception as error:  # noqa: BLE001 - whatever a parser raises costs the page, never the run
        reason, detail = "extractor-failed", f"{type(error).__name__}: {error}"
    return msgpack.encode((None, reason, detail.encode("utf-8", "backslashreplace").decode()))


def _resolve(extractor: str) -> Callable[..., object]:
    """Return the function of an extractor: one of the library's, or another one named ``module:function``."""
    module, _, function = extractor.partition(":")
    if function:
        found: Callable[..., object] = getattr(import_module(module), function)
        return found
    from functools import partial

    from dedup.clean.extract import extract, preload

    name = cast("ExtractorName", extractor)
    preload(name)
    return partial(extract, extractor=name)


def _volunteer(memory: int) -> None:
    """Bound this process's memory, and be the first to go when the machine runs out of it."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    in_use = 0
    with contextlib.suppress(OSError):
        in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = in_use + memory
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _receive(stream: BinaryIO) -> bytes | None:
    head = stream.read(FRAME.size)
    return stream.read(FRAME.unpack(head)[0]) if len(head) == FRAME.size else None


def _send(stream: BinaryIO, data: bytes) -> None:
    stream.write(FRAME.pack(len(data)))
    stream.write(data)
    stream.flush()


if __name__ == "__main__":
    # The alarm's default action ends the process from within any C code; a closed pipe means that nobody waits.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        main()
