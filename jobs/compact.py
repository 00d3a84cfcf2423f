"""Batches of the state of which few articles are left, written again without the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from dedup.arrow import text_buffers
from dedup.clean.sentences import Words, take_ranges
from dedup.identify import rows_by_batch
from jobs import words
from jobs.texts import read_part

if TYPE_CHECKING:
    from pathlib import Path

    from jobs.known import Known
    from jobs.texts import Texts

LEAST_LEFT = 0.5
"""Share of its articles that a batch must still have to stay as it is: what is written again is at most what it frees."""


def compact(known: Known, articles: pl.DataFrame, texts: Texts, words_folder: Path) -> tuple[pl.DataFrame, set[int]]:
    """Write the known batches that lost most of their articles again, into `words_folder` and the folder of `texts`.

    Parameters
    ----------
    articles
        Those of the next state, with their batch and place_in_batch (Int64).

    Returns
    -------
    `articles` with the places they have from now on, and the numbers of the batches written again.

    Raises
    ------
    StorageError
        The disk refuses.
    """
    places, done = articles["place_in_batch"].to_numpy().copy(), set()
    for batch, rows in rows_by_batch(articles).items():
        if batch >= known.batches:
            continue
        held = words.read(known.words_path(batch))
        if rows.size >= LEAST_LEFT * (held.offsets.size - 1):
            continue
        # Copied, for machine code is made anew for arrays that are mapped.
        hashes, offsets = take_ranges(np.array(held.hashes), np.array(held.offsets), places[rows])
        words.write(words_folder, batch, Words(hashes, offsets))
        if (path := known.texts_path(batch)) is not None:
            texts.write(batch, text_buffers(read_part(path).gather(places[rows])))
        places[rows] = np.arange(rows.size)
        done.add(batch)
    return articles.with_columns(place_in_batch=pl.Series(places)), done
