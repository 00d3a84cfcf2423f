"""Candidate pairs → pairs with exact overlaps, and a verdict with its reason.

Nothing is estimated here: shingles, sentences and facts are counted on the sets themselves, and where the counts alone
leave a doubt, the text that two articles share is looked at as it stands in both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

if TYPE_CHECKING:
    from dedup.config import Settings
    from dedup.sign import Signed

NEAR_SHARED = 16
"""Shingles that two articles must share to be alike: twenty words. Less is a line that a site shows on every video page;
a stub that short joins the story that holds it, not another stub."""

LEAST_SHARED = 20
"""Shingles that a cut copy must share for its containment to mean anything; a stub's few are judged by `opening`."""

PART = 0.35
"""The larger article must hold no more than the smaller one's story and about twice as much again, unless what they share
stands at its front: else the two have a passage in common, not a story."""

REVISED_JACCARD, REVISED_HELD, REVISED_SHARED, REVISED_SENTENCES = 0.18, 0.3, 50, 3
"""What two versions of a story share at least: Jaccard, share of either, shingles, sentences."""

SAME_FACTS = 0.6
"""Share of the fewer numbers that must be the same."""

MANY_SENTENCES = 4
"""So many identical sentences no template has between its facts."""

FEW_FACTS = 3
"""Fewer numbers than this in one of the two say nothing."""

STRETCHED = 0.5
"""Share of the shared shingles that must stand in long stretches to be a witness without identical sentences."""

OPENING_HELD = 0.35
"""Share of the smaller article that a common opening must make up: furniture that was not known as such may follow it."""

OPENING_DENSITY = 0.75
"""Share of what stands before the end of the common opening that must be shared, in the smaller article …"""

OPENING_DENSITY_LONGER = 0.4
"""… and in the longer one."""

OPENING_SHARED = 40
"""Shingles a common opening must have."""

STUB_SHARED = 8
"""Shingles that a stub must share: two sentences, or one long one."""

HEADLINE_SHARED = 3
"""Shingles that a short article must share with the one story that has its headline."""

STUB_WORDS = 160
"""A stub's own words and what is left of its page's furniture are no more than this."""


def compare(pairs: npt.NDArray[np.int64], signed: Signed) -> pl.DataFrame:
    """Count what each pair of `pairs` int64[k, 2] shares.

    Returns
    -------
    One row a pair in the order given: `left`, `right` (Int64, articles), `left_size`, `right_size`, `shared` (Int64,
    shingles), `left_sentences`, `right_sentences`, `shared_sentences`, `left_facts`, `right_facts`, `shared_facts`,
    `jaccard`, `left_in_right`, `right_in_left` (Float64).
    """
    from dedup.kernels.overlap import count_shared

    left, right = np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1])
    columns: dict[str, npt.NDArray[np.int64]] = {"left": left, "right": right}
    for name, values, offsets in (
        ("size", signed.shingles, signed.shingle_offsets),
        ("sentences", signed.sentences, signed.sentence_offsets),
        ("facts", signed.facts, signed.fact_offsets),
    ):
        sizes = np.diff(offsets)
        shared = np.empty(left.size, np.int64)
        count_shared(left, right, values, offsets, shared)
        columns[f"left_{name}"] = sizes[left]
        columns[f"right_{name}"] = sizes[right]
        columns["shared" if name == "size" else f"shared_{name}"] = shared
    joint, own_left, own_right = pl.col("shared"), pl.col("left_size"), pl.col("right_size")
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Int64)).with_columns(
        jaccard=pl.when(own_left + own_right > 0).then(joint / (own_left + own_right - joint)).otherwise(0.0),
        left_in_right=pl.when(own_left > 0).then(joint / own_left).otherwise(0.0),
        right_in_left=pl.when(own_right > 0).then(joint / own_right).otherwise(0.0),
    )


def judge(compared: pl.DataFrame, signed: Signed, settings: Settings) -> pl.DataFrame:
    """Add `is_alike`, `is_cut` (Boolean) and `reason` (String) to compared pairs.

    `is_alike`: the two are one story by their likeness. `is_cut`: the smaller one's story stands in the larger one, they
    begin alike, or they share the body of two versions, which makes them one story unless one of them holds several (that
    is for `cluster` to see). Asked of both:

    - identical sentences, as many as the setting says or the smaller one has, or long stretches of shared text: a
      template filled with other facts differs in every sentence, a copy at its edges;
    - the same facts: of the numbers in the one that has fewer, SAME_FACTS must be shared, unless half the sentences are,
      or MANY_SENTENCES.
    """
    least_sentences = pl.min_horizontal("left_sentences", "right_sentences")
    least_facts = pl.min_horizontal("left_facts", "right_facts")
    held = pl.max_horizontal("left_in_right", "right_in_left")
    both_held = pl.min_horizontal("left_in_right", "right_in_left")
    judged = compared.with_columns(
        has_sentences=pl.col("shared_sentences")
        >= pl.min_horizontal(least_sentences, pl.lit(settings.shared_sentences)),
        has_facts=(least_facts < FEW_FACTS)
        | (pl.col("shared_facts") >= SAME_FACTS * least_facts)
        | (pl.col("shared_sentences") >= 0.5 * least_sentences)
        | (pl.col("shared_sentences") >= MANY_SENTENCES),
        is_near=(pl.col("jaccard") >= settings.jaccard) & (pl.col("shared") >= NEAR_SHARED),
        is_held=(held >= settings.containment) & (pl.col("shared") >= LEAST_SHARED),
        # Two versions share a body under different tops: neither holds the other, and yet it is no quote that they share.
        is_revised=(pl.col("jaccard") >= REVISED_JACCARD)
        & (both_held >= REVISED_HELD)
        & (pl.col("shared") >= REVISED_SHARED)
        & (pl.col("shared_sentences") >= REVISED_SENTENCES),
    )
    is_settled = (
        pl.col("is_near") | (pl.col("is_held") & (both_held >= PART)) | (pl.col("is_revised") & ~pl.col("is_held"))
    )
    judged = judged.with_columns(is_settled=is_settled & pl.col("has_sentences"))
    judged = judged.with_columns(_look(judged, signed))
    judged = judged.with_columns(is_held=pl.col("is_held") & ((both_held >= PART) | pl.col("is_front")))
    has_witnesses = pl.col("has_sentences") | pl.col("has_stretches")
    sound = has_witnesses & pl.col("has_facts")
    is_part = pl.col("is_held") | pl.col("has_opening") | pl.col("is_revised")
    return judged.with_columns(
        is_alike=pl.col("is_near") & sound,
        is_cut=is_part & sound,
        reason=pl.when(~pl.col("is_near") & ~is_part).then(pl.lit("too little shared"))
        .when(~has_witnesses).then(pl.lit("too few identical sentences"))
        .when(~pl.col("has_facts")).then(pl.lit("other facts"))
        .when(pl.col("is_near")).then(pl.lit("alike"))
        .when(pl.col("is_held")).then(pl.lit("one holds the other"))
        .when(pl.col("has_opening")).then(pl.lit("same opening"))
        .otherwise(pl.lit("same body")),
    ).select(*compared.columns, "is_alike", "is_cut", "reason")  # fmt: skip


def judge_headlines(compared: pl.DataFrame) -> pl.DataFrame:
    """Add the columns of `judge` to compared pairs of a short article and a long one under the same headline.

    A stub shows a sentence or two of its story; with the headline, a little shared text is enough.
    """
    least_facts = pl.min_horizontal("left_facts", "right_facts")
    has_facts = (least_facts < FEW_FACTS) | (pl.col("shared_facts") >= SAME_FACTS * least_facts)
    is_cut = (pl.col("shared") >= HEADLINE_SHARED) & has_facts
    return compared.with_columns(
        is_alike=pl.lit(value=False),
        is_cut=is_cut,
        reason=pl.when(is_cut).then(pl.lit("same headline")).otherwise(pl.lit("too little shared")),
    )


def _look(judged: pl.DataFrame, signed: Signed) -> pl.DataFrame:
    """Look at the shared text of the pairs that the counts leave in doubt.

    Returns
    -------
    `has_stretches`: most of what is shared stands in long unbroken stretches, which is as good a witness as identical
    sentences where two sites cut their sentences differently. `has_opening`: the two begin alike, as a cut copy or a
    stub does on a page whose furniture nobody knows: what follows a story on its page is furniture more often than
    story, and no crawl shows enough of a small site to learn it, but what stands before the end of the shared text is
    the story's own. `is_front`: what is shared stands at the front of the larger one, as a cut copy's text does; a quote
    or a paragraph of background stands anywhere.
    """
    from dedup.kernels.blocks import find_blocks

    rows = judged.with_row_index("at").filter(~pl.col("is_settled") & (pl.col("shared") >= STUB_SHARED))
    left, right = rows["left"].to_numpy(), rows["right"].to_numpy()
    blocks = np.zeros((left.size, 10), np.int64)
    find_blocks(left, right, signed.shingles, signed.shingle_offsets, blocks)
    sizes = rows.select("left_size", "right_size").to_numpy()
    small = (sizes[:, 0] > sizes[:, 1]).astype(np.int64)
    at = np.arange(left.size)
    ends, shared, before, stretched = (blocks[:, k::5] for k in (1, 2, 3, 4))
    density = before / np.maximum(ends, 1)
    words = signed.words[np.where(small == 1, right, left)]
    sentences = rows["shared_sentences"].to_numpy()
    is_dense = (density[at, small] >= OPENING_DENSITY) & (density[at, 1 - small] >= OPENING_DENSITY_LONGER)
    is_cut = (shared[at, small] >= OPENING_SHARED) & (shared[at, small] >= OPENING_HELD * sizes[at, small])
    is_stub = (words <= STUB_WORDS) & (shared[at, small] >= STUB_SHARED)
    out = np.zeros((3, len(judged)), bool)
    out[0, rows["at"].to_numpy()] = stretched[at, small] >= np.maximum(
        LEAST_SHARED, STRETCHED * rows["shared"].to_numpy()
    )
    out[1, rows["at"].to_numpy()] = is_dense & (is_cut | is_stub) & (sentences > 0)
    out[2, rows["at"].to_numpy()] = density[at, 1 - small] >= OPENING_DENSITY_LONGER
    return pl.DataFrame({"has_stretches": out[0], "has_opening": out[1], "is_front": out[2]})
