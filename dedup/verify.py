"""Candidate pairs → pairs with exact overlaps, and a verdict with its reason.

Nothing is estimated here: shingles, sentences and facts are counted on the sets themselves, and where the counts alone
leave a doubt, the text that two articles share is looked at as it stands in both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.arrow import read_only

if TYPE_CHECKING:
    from dedup.config import Settings
    from dedup.sign import Signed
    from dedup.stock import Stock

NEAR_SHARED = 16
"""Shingles that two articles must share to be alike: twenty words. Less is a line that a site shows on every video page;
a stub that short joins the story that holds it, not another stub."""

LEAST_SHARED = 20
"""Shingles that a cut copy must share for its containment to mean anything; a stub's few are judged by `opening`."""

PART = 0.35
"""The larger article must hold no more than the smaller one's story and about twice as much again, unless what they share
stands at its front: else the two have a passage in common, not a story."""

REVISED_JACCARD, REVISED_HELD, REVISED_SHARED, REVISED_SENTENCES = 0.18, 0.3, 50, 2
"""What two versions of a story share at least: Jaccard, share of either, shingles, sentences."""

HEADED_HELD, HEADED_SHARED, HEADED_SENTENCES = (0.2, 0.25), 30, 2
"""… and under one headline: share of the longer and of the shorter, shingles, sentences."""

BODY_BEGIN = 0.35
"""The body that two versions share begins before this share of one of the two: background stands at the end of both."""

SAME_FACTS = 0.65
"""Share of the fewer numbers that must be the same."""

SAME_SENTENCES = 0.6
"""So large a share of identical sentences no template has, whatever its facts …"""

MANY_SENTENCES = 4
"""… and so many no template has between its facts."""

MANY_FACTS = 8
"""Where both have so many, the facts decide: a table of results may have more fixed sentences than others."""

OTHER_FACTS, TEMPLATE_SENTENCES = (4, 0.3), 8
"""So many numbers of which so few are shared are other facts under another headline, though sentences are shared: a
template has up to so many that stay."""

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

SLIGHT_WORDS = 40
"""An article of fewer words is its story's under its headline, or where LEAST_SHARED shingles are shared …"""

LEAD_HELD, LEAD_BEGIN = 0.9, 4
"""… or where so much of it is what the other begins with, but for a dateline of so many shingles."""

STUB_WORDS = 160
"""A stub's own words and what is left of its page's furniture are no more than this."""


def compare(pairs: npt.NDArray[np.int64], signed: Signed, stock: Stock | None = None) -> pl.DataFrame:
    """Count what each pair of `pairs` int64[k, 2] shares; `stock` are the articles' stock sentences, by default none.

    Returns
    -------
    One row a pair in the order given: `left`, `right` (Int64, articles), `left_size`, `right_size`, `shared` (Int64,
    shingles), `left_sentences`, `right_sentences`, `shared_sentences`, `left_facts`, `right_facts`, `shared_facts`,
    `shared_stock` (of the shared sentences, those that are stock), `jaccard`, `left_in_right`, `right_in_left` (Float64).
    """
    from dedup.kernels.overlap import count_shared

    left, right = np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1])
    columns: dict[str, npt.NDArray[np.int64]] = {"left": left, "right": right}
    for name, values, bounds in (
        ("size", signed.shingles, signed.shingle_bounds),
        ("sentences", signed.sentences, signed.sentence_bounds),
        ("facts", signed.facts, signed.fact_bounds),
    ):
        sizes = np.diff(bounds)[:, 0]
        shared = np.empty(left.size, np.int64)
        count_shared(left, right, values, bounds, shared)
        columns[f"left_{name}"] = sizes[left]
        columns[f"right_{name}"] = sizes[right]
        columns["shared" if name == "size" else f"shared_{name}"] = shared
    columns["shared_stock"] = np.zeros(left.size, np.int64)
    if stock is not None and stock.sentences.size:
        count_shared(left, right, stock.sentences, stock.bounds, columns["shared_stock"])
    joint, own_left, own_right = pl.col("shared"), pl.col("left_size"), pl.col("right_size")
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Int64)).with_columns(
        jaccard=pl.when(own_left + own_right > 0).then(joint / (own_left + own_right - joint)).otherwise(0.0),
        left_in_right=pl.when(own_left > 0).then(joint / own_left).otherwise(0.0),
        right_in_left=pl.when(own_right > 0).then(joint / own_right).otherwise(0.0),
    )


def judge(
    compared: pl.DataFrame, signed: Signed, settings: Settings, titles: npt.NDArray[np.uint64] | None = None
) -> pl.DataFrame:
    """Add `is_alike`, `is_cut` (Boolean) and `reason` (String) to compared pairs.

    `titles` uint64[n] are hashes of the articles' headlines, 0 where there is none to go by.

    `is_alike`: the two are one story by their likeness. `is_cut`: the smaller one's story stands in the larger one, they
    begin alike, or they share the body of two versions, which makes them one story unless one of them holds several (that
    is for `cluster` to see). Asked of both:

    - identical sentences, as many as the setting says or the smaller one has, or long stretches of shared text: a
      template filled with other facts differs in every sentence, a copy at its edges;
    - the same facts (`same_facts`).

    Stock sentences are no witnesses.
    """
    least_sentences = pl.min_horizontal("left_sentences", "right_sentences")
    held = pl.max_horizontal("left_in_right", "right_in_left")
    both_held = pl.min_horizontal("left_in_right", "right_in_left")
    own_sentences = pl.col("shared_sentences") - pl.col("shared_stock")
    judged = compared.with_columns(_headlines(compared, signed, titles))
    judged = judged.with_columns(
        has_sentences=own_sentences >= pl.min_horizontal(least_sentences, pl.lit(settings.shared_sentences)),
        has_facts=same_facts(),
        is_near=(pl.col("jaccard") >= settings.jaccard) & (pl.col("shared") >= NEAR_SHARED),
        is_held=(held >= settings.containment) & (pl.col("shared") >= LEAST_SHARED),
        # Two versions share a body under different tops: neither holds the other, and yet it is no quote that they share.
        is_revised=(
            (pl.col("jaccard") >= REVISED_JACCARD)
            & (both_held >= REVISED_HELD)
            & (pl.col("shared") >= REVISED_SHARED)
            & (own_sentences >= REVISED_SENTENCES)
        )
        | (
            pl.col("has_headline")
            & (both_held >= HEADED_HELD[0])
            & (held >= HEADED_HELD[1])
            & (pl.col("shared") >= HEADED_SHARED)
            & (own_sentences >= HEADED_SENTENCES)
        ),
    )
    is_settled = pl.col("is_near") | (pl.col("is_held") & (both_held >= PART))
    judged = judged.with_columns(is_settled=is_settled & pl.col("has_sentences"))
    judged = judged.with_columns(_look(judged, signed))
    judged = judged.with_columns(
        is_held=pl.col("is_held") & ((both_held >= PART) | pl.col("is_front")),
        is_revised=pl.col("is_revised") & pl.col("is_body"),
        is_slight=pl.col("is_slight") & ~pl.col("is_lead"),
    )
    # Long stretches are a stock sentence's doing where one is shared, and no other.
    is_stock = (pl.col("shared_stock") > 0) & (own_sentences == 0)
    has_witnesses = (pl.col("has_sentences") | (pl.col("has_stretches") & ~is_stock)) & ~pl.col("is_slight")
    sound = has_witnesses & pl.col("has_facts")
    is_part = pl.col("is_held") | pl.col("has_opening") | pl.col("is_revised")
    return judged.with_columns(
        is_alike=pl.col("is_near") & sound,
        is_cut=is_part & sound,
        reason=pl.when(~pl.col("is_near") & ~is_part).then(pl.lit("too little shared"))
        .when(pl.col("is_slight")).then(pl.lit("little text, other headlines"))
        .when(~has_witnesses).then(pl.lit("too few identical sentences"))
        .when(~pl.col("has_facts")).then(pl.lit("other facts"))
        .when(pl.col("is_near")).then(pl.lit("alike"))
        .when(pl.col("is_held")).then(pl.lit("one holds the other"))
        .when(pl.col("has_opening")).then(pl.lit("same opening"))
        .otherwise(pl.lit("same body")),
    ).select(*compared.columns, "is_alike", "is_cut", "reason")  # fmt: skip


def same_facts() -> pl.Expr:
    """Tell whether two articles have the same numbers: Boolean, over compared pairs with `has_headline`.

    Of the numbers in the one that has fewer, SAME_FACTS must be shared, unless SAME_SENTENCES of the sentences are and the
    numbers are fewer than MANY_FACTS, or MANY_SENTENCES are; fewer than TEMPLATE_SENTENCES do not stand for facts as
    different as OTHER_FACTS under another headline. Stock sentences do not count.
    """
    facts, same = pl.min_horizontal("left_facts", "right_facts"), pl.col("shared_facts")
    sentences = pl.col("shared_sentences") - pl.col("shared_stock")
    least_sentences = pl.min_horizontal("left_sentences", "right_sentences")
    is_other = ~pl.col("has_headline") & (facts >= OTHER_FACTS[0]) & (same <= OTHER_FACTS[1] * facts)
    is_other &= sentences < TEMPLATE_SENTENCES
    is_told = ((sentences >= SAME_SENTENCES * least_sentences) & (facts < MANY_FACTS)) | (sentences >= MANY_SENTENCES)
    return (facts < FEW_FACTS) | (same >= SAME_FACTS * facts) | (is_told & ~is_other)


def _headlines(compared: pl.DataFrame, signed: Signed, titles: npt.NDArray[np.uint64] | None) -> pl.DataFrame:
    """Return `has_headline`: the two have one; `is_slight`: one has few words, and the headlines differ (Boolean)."""
    left, right = (compared[side].to_numpy() for side in ("left", "right"))
    known = np.zeros(signed.words.size, np.uint64) if titles is None else titles
    is_same = known[left] == known[right]
    is_known = (known[left] != 0) & (known[right] != 0)
    is_short = np.minimum(signed.words[left], signed.words[right]) < SLIGHT_WORDS
    is_little = compared["shared"].to_numpy() < LEAST_SHARED
    return pl.DataFrame({"has_headline": is_same & is_known, "is_slight": ~is_same & is_known & is_short & is_little})


def _look(judged: pl.DataFrame, signed: Signed) -> pl.DataFrame:
    """Look at the shared text of the pairs that the counts leave in doubt.

    Returns
    -------
    `has_stretches`: most of what is shared stands in long unbroken stretches, which is as good a witness as identical
    sentences where two sites cut their sentences differently. `has_opening`: the two begin alike, as a cut copy or a
    stub does on a page whose furniture nobody knows: what follows a story on its page is furniture more often than
    story, and no crawl shows enough of a small site to learn it, but what stands before the end of the shared text is
    the story's own. `is_front`: what is shared stands at the front of the larger one, as a cut copy's text does; a quote
    or a paragraph of background stands anywhere. `is_body`: it begins early in one of the two, as an old body does under
    a new top. `is_lead`: hardly more than the first words of the larger one stands in the smaller one.
    """
    from dedup.kernels.blocks import find_blocks

    rows = judged.with_row_index("at").filter(~pl.col("is_settled") & (pl.col("shared") >= STUB_SHARED))
    left, right = read_only(rows["left"].to_numpy(), rows["right"].to_numpy())
    blocks = np.zeros((left.size, 10), np.int64)
    find_blocks(left, right, signed.shingles, signed.shingle_bounds, blocks)
    sizes = rows.select("left_size", "right_size").to_numpy()
    small = (sizes[:, 0] > sizes[:, 1]).astype(np.int64)
    at = np.arange(left.size)
    begins, ends, shared, before, stretched = (blocks[:, k::5] for k in range(5))
    density = before / np.maximum(ends, 1)
    words = signed.words[np.where(small == 1, right, left)]
    sentences = (rows["shared_sentences"] - rows["shared_stock"]).to_numpy()
    is_dense = (density[at, small] >= OPENING_DENSITY) & (density[at, 1 - small] >= OPENING_DENSITY_LONGER)
    is_cut = (shared[at, small] >= OPENING_SHARED) & (shared[at, small] >= OPENING_HELD * sizes[at, small])
    is_stub = (words <= STUB_WORDS) & (shared[at, small] >= STUB_SHARED)
    out = np.zeros((5, len(judged)), bool)
    out[0, rows["at"].to_numpy()] = stretched[at, small] >= np.maximum(
        LEAST_SHARED, STRETCHED * rows["shared"].to_numpy()
    )
    out[1, rows["at"].to_numpy()] = is_dense & (is_cut | is_stub) & (sentences > 0)
    out[2, rows["at"].to_numpy()] = density[at, 1 - small] >= OPENING_DENSITY_LONGER
    out[3, rows["at"].to_numpy()] = (begins <= BODY_BEGIN * sizes).any(axis=1)
    is_lead = (shared[at, small] >= LEAD_HELD * sizes[at, small]) & (begins[at, 1 - small] <= LEAD_BEGIN)
    out[4, rows["at"].to_numpy()] = is_lead
    names = ("has_stretches", "has_opening", "is_front", "is_body", "is_lead")
    return pl.DataFrame(dict(zip(names, out, strict=True)))
