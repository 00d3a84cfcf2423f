"""Articles of a published run, signed again from what its state holds: no text is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import polars as pl

from dedup.clean.sentences import Sentences
from dedup.config import Settings
from dedup.sign import concat, sign_words
from jobs import words
from jobs.known import ARTICLES, SENTENCES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup.sign import Signed
    from jobs.manifest import Result


def settings_of(result: Result) -> Settings:
    """Return the settings a run was made with."""
    return msgspec.convert(result.manifest.plan.settings, Settings)


def sign_again(result: Result, rows: Sequence[int]) -> Signed:
    """Sign the articles at `rows` of the state, at least one, as the run did; they come in that order."""
    settings = settings_of(result)
    places = pl.scan_ipc(result.state_path(ARTICLES)).select("batch", "place_in_batch").collect()[list(rows)]
    held = pl.scan_ipc(result.state_path(SENTENCES)).filter(pl.col("article").is_in(list(rows))).collect()
    spoken = {
        batch: words.read(result.state_path(f"words/{words.name(batch)}"))
        for batch in places["batch"].unique().to_list()
    }
    parts = []
    for row, (batch, place) in zip(rows, places.iter_rows(), strict=True):
        own = held.filter(pl.col("article") == row)
        columns = (own[name].to_numpy() for name in ("hash", "start", "words", "flags"))
        pieces = Sentences(np.array([0, own.height]), *columns)
        is_kept = own["reason"].to_numpy() == 0
        parts.append(sign_words(spoken[batch], np.array([place]), pieces, is_kept, settings))
    return concat(parts, [np.array([at]) for at in range(len(parts))])
