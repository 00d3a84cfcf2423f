"""The kernels' machine code: loaded while the first bytes are read; where none is kept yet, compiled by two processes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from jobs.warm import compile_half; compile_half()"


def load_kernels() -> None:
    """Call the kernels of a run on next to nothing, so that a run finds their machine code loaded.

    A first run, which compiles them, has a second process do half of it: numba compiles one kernel at a time in each.
    """
    from dedup.kernels import is_kept
    from dedup.kernels.stories import measure_stories

    if is_kept(measure_stories):
        load_reading()
    else:
        with _other_half():
            load_reading()
    load_linking()


@contextmanager
def _other_half() -> Iterator[None]:
    """Have the kernels of `compile_half` compiled and kept by another process meanwhile; it ends with this one."""
    # A session of its own: Ctrl-C reaches the one that started it alone, with which it ends.
    with subprocess.Popen(  # noqa: S603 - this program's own code
        [sys.executable, "-P", "-c", _PROGRAM, *sys.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as other:
        yield
        other.wait()  # whatever came of it: what it did not compile, this process does


def compile_half() -> None:
    """Be that other process: compile and keep what is needed later; end at once when the one that started this has ended."""

    def follow() -> None:
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=follow, daemon=True).start()
    load_counting()
    load_linking()
    os._exit(0)


def load_counting() -> None:
    """Load what counts the sentences that sites repeat, which `load_reading` comes to last."""
    from dedup.arrow import read_only
    from dedup.kernels.furniture import count_sites, find_elsewhere

    offsets, hashes = np.array([0, 1, 2]), np.ones(2, np.uint64)
    weights, counts, stories = np.ones(2, np.float32), np.ones(2, np.uint32), np.ones(2, np.uint32)
    (articles,) = read_only(np.arange(2))
    count_sites(offsets, articles, offsets, hashes, weights, 0.5, 1.0, np.empty(2, np.int64), counts, stories)
    find_elsewhere(offsets, articles, offsets, hashes, counts > 0, 2, 2)


def load_reading() -> None:
    """Load what reads, cleans and signs."""
    from dedup.arrow import slice_bytes, text_buffers
    from dedup.clean.furniture import learn, share_of_text
    from dedup.clean.language import by_words
    from dedup.clean.sentences import gather, read, take, take_ranges
    from dedup.config import Settings
    from dedup.sign import sign_words

    texts = pl.Series(["One small article. It says nothing."] * 2)
    pieces, words = read(texts, texts)
    rows, sizes = np.arange(2), np.full(2, 35)
    pieces = take(gather([pieces], rows), rows)
    learned = learn(pieces, pl.Series(["a", "b"]), texts, sizes)
    share_of_text(pieces, learned.reasons, sizes)
    reasons, _ = take_ranges(learned.reasons, pieces.offsets, rows)
    sign_words(words, rows, pieces, reasons == 0, Settings())
    slice_bytes(text_buffers(texts), rows, rows, sizes)
    by_words(texts)


def load_linking() -> None:
    """Load what compares and joins signed articles."""
    from dedup.candidates import candidates, index
    from dedup.cluster import find_digests, join_alike, join_cut, refuse_teasers
    from dedup.config import Settings
    from dedup.cores import find_cores, judge_cores
    from dedup.kernels.stories import measure_stories
    from dedup.sign import Signed
    from dedup.stock import find_stock
    from dedup.verify import compare, judge

    settings, rows = Settings(), np.arange(2)
    bounds = np.array([[0, 2], [2, 4]])
    hashes = np.array([8, 16, 8, 24], np.uint64)
    signatures = np.zeros((2, settings.permutations), np.uint32)
    signed = Signed(
        signatures, hashes.astype(np.uint32), bounds, hashes, bounds, hashes, bounds, hashes[:2], np.full(2, 30)
    )
    known = index(signed, rows, settings)
    stock = find_stock(known, signed, hashes[:2])
    judged = judge(compare(candidates(known, rows, rows, stock.is_stock), signed, stock), signed, settings)
    stories = join_alike(2, judged)
    refuse_teasers(judged, known, stories, hashes[:2], pl.Series(["a", "b"]))
    join_cut(stories, judged, find_digests(known, stories))
    cores = find_cores(np.zeros(2, np.int64), np.zeros(2, np.int64), np.zeros(3, np.int64), signed)
    judge_cores(pl.DataFrame({"core": [0], "article": [1], "has_headline": [False]}), cores, signed)
    measured = (np.empty(2) for _ in range(3))
    measure_stories(np.array([0, 2]), rows, signed.shingles, signed.shingle_bounds, 0.5, *measured)
