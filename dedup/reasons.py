"""The words in which a pick is explained.

Owns the wording; `dedup.canonical` owns the weights.
"""

from __future__ import annotations

import polars as pl

ONLY = "the only article of its story"
LEAST = 0.05
"""A piece of evidence that moved the lead by less, in log odds, is not worth a sentence."""


def reasons(facts: pl.DataFrame, gains: pl.DataFrame) -> pl.Series:
    """Write why each pick stands before its runner-up, the weightiest reason first.

    Parameters
    ----------
    facts
        One row a pick: of the pick site, story_agency (String, null), lead_minutes (Float64, null), own_1, staff_1, of
        the runner-up own_2 and coverage_2 (Float64), and gap (Float64, its score behind).
    gains
        One column a piece of evidence (Float64, null: nothing): what it adds to the lead of the pick in that row.

    Returns
    -------
    pl.Series
        List[String], one a pick, never empty; gains up to `LEAST` are left out, equal gains keep the order of columns.
    """
    site = pl.col("site").fill_null("its site")
    shares = _percent(pl.col("own_1")) + " of its text is its own, of the runner-up's " + _percent(pl.col("own_2"))
    own = "pristine: " + shares
    fuller = "more complete: the runner-up lacks " + _percent(-pl.col("coverage_2")) + " of the common text"
    said = {
        "preferred": site + " is a preferred site",
        "never": pl.lit("the runner-up's site is never taken for a source"),
        "own_domain": site + " is " + pl.col("story_agency") + "'s own site",
        "linked_to": pl.lit("other copies link to it as the original"),
        "links_away": pl.lit("the runner-up links to another page as the original"),
        "named": pl.lit("other copies name it as their source"),
        "names_self": pl.lit("it signs with its own name"),
        "names_other": pl.lit("the runner-up names another publisher as its source"),
        "author_home": pl.lit("other copies name an author who writes for ") + site,
        "institution": site + " is an institution's own site",
        "by_person": pl.lit("a person signs it"),
        "desk": pl.lit("the runner-up signs with a desk's name"),
        "author_kept": pl.lit("other copies name the same author"),
        "staff": pl.when(pl.col("staff_1") > 0).then(pl.lit("its author writes for ") + site)
        .otherwise(pl.lit("the runner-up's author writes for other sites")),
        "retitled": pl.lit("the runner-up's headline is a copy's, made over"),
        "credits_wire": pl.lit("the runner-up credits an agency whose own page is here"),
        "earliest": pl.coalesce("first by " + _span(pl.col("lead_minutes")), pl.lit("alone in stating a time")),
        "delay": pl.lit("the runner-up states a later time"),
        "no_time": pl.lit("it states no time that can be believed, and the runner-up is not the first that does"),
        "untimed": pl.lit("the runner-up states no time, and others do"),
        "midnight": pl.lit("it states a date only, and the runner-up is not the first to state a time"),
        "headline": pl.lit("its headline is the one other copies carry"),
        "coverage": fuller,
        "wire_coverage": pl.lit("all carry an agency's copy, and it has the fullest"),
        "pushed_down": pl.lit("earlier version: the common text stands lower in the runner-up"),
        "own_share": own, "own_share_pair": own,
        "not_article": pl.lit("the runner-up is not a full article"),
        "site_habit": site + " is often the source of what others carry",
        "furniture": pl.lit("less furniture around the text"),
    }  # fmt: skip
    texts = facts.with_row_index("pick").select("pick", *(said[name].alias(name) for name in gains.columns))
    listed = (
        gains.unpivot(value_name="gain")
        .with_columns(texts.unpivot(index="pick", value_name="text").drop("variable"), gain=pl.col("gain").round(4))
        .filter(pl.col("gain") > LEAST, pl.col("text").is_not_null())
        .sort("pick", "gain", descending=[False, True], maintain_order=True)
        .group_by("pick", maintain_order=True)
        .agg("text")
    )
    close = "nothing much tells it from the runner-up"
    tie = pl.when(pl.col("gap") == 0).then(pl.lit(f"{close}; the smaller id is taken")).otherwise(pl.lit(close))
    return (
        facts.with_row_index("pick")
        .join(listed, on="pick", how="left", maintain_order="left")
        .select(pl.coalesce("text", pl.concat_list(tie)))
        .to_series()
    )


def _percent(share: pl.Expr) -> pl.Expr:
    return (share * 100).round(0).cast(pl.Int64).cast(pl.String) + " %"


def _span(minutes: pl.Expr) -> pl.Expr:
    whole = minutes.round(0).cast(pl.Int64)
    return (
        pl.when(minutes < 90).then(whole.cast(pl.String) + " min")
        .when(minutes < 48 * 60).then((minutes / 60).round(0).cast(pl.Int64).cast(pl.String) + " h")
        .otherwise((minutes / 1440).round(0).cast(pl.Int64).cast(pl.String) + " days")
    )  # fmt: skip
