"""Which article of a story is its source, why, and how sure that is.

Owns the weighing of evidence: one additive score, its weights in `dedup.weights`. The evidence itself comes from
`dedup.clean.wire` (words and fields), from the stories (who holds whose text) and from the crawl as a whole
(who is again and again first and complete). Reads no text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from dedup.authors import homes, persons, signed_by
from dedup.clean.agencies import Agency, known
from dedup.naming import bears, is_institution, links
from dedup.reasons import ONLY, reasons
from dedup.timing import OF_TIME, believed, time_evidence
from dedup.titles import bare_title, made_over
from dedup.weights import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Sequence

HABIT_STORIES = 4.0
"""Stories it takes for a site's habit to count half."""

MIN_AGENCY = 0.35
"""An agency is a story's when the strongest credit in it is at least this sure."""

DEPTH_WORDS = 20.0
"""Depth that makes a first difference: about a sentence."""

_NEEDED = (
    "article_id", "story_id", "site", "url", "title", "author", "page", "published_at", "crawled_at",
    "published_at_source", "kind", "coverage", "own_share", "depth", "furniture_share", "printed_at", "agency",
    "agency_evidence", "agency_strength", "origin_hint", "credited",
)  # fmt: skip

OUTPUT: dict[str, pl.DataType] = {
    "story_id": pl.String(),
    "canonical_article_id": pl.String(),
    "runner_up_article_id": pl.String(),
    "canonical_evidence": pl.List(pl.String()),
    "canonical_confidence": pl.Float32(),
    "agency": pl.String(),
    "agency_evidence": pl.String(),
}


@dataclass(frozen=True)
class Priors:
    """What the user knows beforehand: sites to take for the source where it can be, and sites never to take."""

    preferred_sites: tuple[str, ...] = ()
    never_canonical_sites: tuple[str, ...] = ()


def pick(members: pl.DataFrame, priors: Priors | None = None, extra: Sequence[Agency | str] = ()) -> pl.DataFrame:
    """Return each story's source, with evidence and confidence.

    Parameters
    ----------
    members
        One row an article: article_id, story_id (String), site, url, title, author (String, null), page (List[String]),
        published_at, crawled_at (Datetime us UTC, null), published_at_source (String, null), kind (String), coverage,
        own_share, furniture_share (floats, 0 to 1), depth (Float64, in shingles), printed_at (Datetime us, null),
        agency, agency_evidence, origin_hint, credited (String, null), agency_strength (Float32, null).
    priors
        What the user knows beforehand.
    extra
        Agencies to know beside the built-in ones.

    Returns
    -------
    pl.DataFrame
        One row a story, sorted by story_id: story_id, canonical_article_id, runner_up_article_id (null where there is
        no choice), canonical_evidence (List[String], weightiest first), canonical_confidence (Float32, 0 to 1, null
        where there is no choice), agency, agency_evidence (String, null).

    Notes
    -----
    Confidence is the share of the pick in the softmax of the scores: two articles that nothing tells apart get 0.5.
    It is right when the origin is in the crawl; where it is not, it is the confidence in the nearest to it. Ties go to
    the smaller article_id. Independent of row order. O(n log n).
    """
    priors = priors or Priors()
    members = members.select(_NEEDED)
    agency = story_agency(members)
    is_single = members["story_id"].is_unique()
    single, several = members.filter(is_single), members.filter(~is_single)
    told = _told(members)
    found = pl.concat([_only(single), _ranked(_scored(several, agency, priors, extra, told))])
    return (
        found.join(agency, on="story_id", how="left")
        .select([pl.col(name).cast(dtype) for name, dtype in OUTPUT.items()])
        .sort("story_id")
    )


def story_agency(members: pl.DataFrame) -> pl.DataFrame:
    """Return the agency of each story that credits one: the name with the most credit, and its strongest evidence.

    Parameters
    ----------
    members
        story_id, article_id, agency, agency_evidence (String), agency_strength (Float32).

    Returns
    -------
    pl.DataFrame
        story_id, agency, agency_evidence (String), sorted by story_id.
    """
    credited = members.filter(pl.col("agency").is_not_null()).sort(
        "story_id", "agency", "agency_strength", "article_id", descending=[False, False, True, False]
    )
    return (
        credited.group_by("story_id", "agency", maintain_order=True)
        .agg(
            pl.col("agency_strength").sum().alias("credit"),
            pl.col("agency_strength").max().alias("surest"),
            pl.col("agency_evidence").first(),
        )
        .filter(pl.col("surest") >= MIN_AGENCY)
        .sort(["story_id", "credit", "surest", "agency"], descending=[False, True, True, False])
        .group_by("story_id", maintain_order=True)
        .agg(pl.col("agency").first(), pl.col("agency_evidence").first())
        .sort("story_id")
    )


def _only(single: pl.DataFrame) -> pl.DataFrame:
    return single.select(
        "story_id",
        canonical_article_id="article_id",
        runner_up_article_id=pl.lit(None, pl.String),
        canonical_evidence=pl.concat_list(pl.lit(ONLY)),
        canonical_confidence=pl.lit(None, pl.Float32),
    )


def _told(members: pl.DataFrame) -> pl.DataFrame:
    """Return what the crawl's authors tell of its articles, by article_id."""
    signed = persons(members.select("article_id", "story_id", "author", "agency", site=_bare(pl.col("site"))))
    return signed_by(signed).join(homes(signed), on="article_id", how="full", coalesce=True)


def _scored(
    several: pl.DataFrame, agency: pl.DataFrame, priors: Priors, extra: Sequence[Agency | str], authors: pl.DataFrame
) -> pl.DataFrame:
    """Add a column for each piece of evidence and score; twice, for the first pass teaches the sites' habits."""
    rows = several.sort("story_id", "article_id").join(
        agency.select("story_id", story_agency="agency"), on="story_id", how="left", maintain_order="left"
    )
    # Numbers of stories: windows over them are a good deal cheaper than over ids.
    rows = rows.with_columns(story=pl.col("story_id").rle_id(), site=_bare(pl.col("site")))
    # A column of its own, for what is said of times asks for it again and again.
    rows = believed(rows)
    evidence = rows.lazy().with_columns(*time_evidence(), *_own_evidence(priors), is_own=_is_own(extra))
    rows = evidence.with_columns(_wire_evidence()).collect()
    found = rows.select("article_id")
    for told in (links(rows), bears(rows), authors, made_over(rows)):
        found = found.join(told, on="article_id", how="left", maintain_order="left")
    rows = rows.drop("page", "url", "title", "author", "origin_hint", "credited").hstack(found.drop("article_id"))
    flags = (
        "linked_to", "links_away", "named", "names_self", "names_other", "author_home", "by_person", "desk", "staff",
        "author_kept", "retitled",
    )  # fmt: skip
    rows = rows.with_columns([pl.col(name).fill_null(0.0) for name in flags]).with_columns(site_habit=pl.lit(0.0))
    rows = rows.with_columns(score=_score())
    return (
        rows.drop("site_habit")
        .join(_habits(rows), on=["story", "site"], how="left", maintain_order="left")
        .with_columns(pl.col("site_habit").fill_null(0.0))
        .with_columns(score=_score())
    )


def _score() -> pl.Expr:
    # Rounded, so that the order of additions cannot decide between articles that nothing tells apart.
    return pl.sum_horizontal([pl.col(name) * weight for name, weight in WEIGHTS.items()]).round(6)


def _own_evidence(priors: Priors) -> list[pl.Expr]:
    best = pl.col("coverage").max().over("story")
    pair = pl.len().over("story") == 2
    # Of one site's versions the later are the fuller.
    is_shared = pl.col("site").n_unique().over("story") > 1
    own = pl.col("own_share").fill_null(0.0).cast(pl.Float64)
    headline = bare_title().str.replace_all(r"[^\p{L}\p{N}]", "")
    return [
        is_institution().cast(pl.Float64).alias("institution"),
        _is_of(priors.preferred_sites).alias("preferred"),
        _is_of(priors.never_canonical_sites).alias("never"),
        pl.when(is_shared).then(pl.col("coverage").fill_null(0.0).cast(pl.Float64) - best).otherwise(0.0).alias("coverage"),
        pl.when(~pair).then(own).otherwise(0.0).alias("own_share"),
        pl.when(pair).then(own).otherwise(0.0).alias("own_share_pair"),
        ((pl.len().over("story", headline) - 1) / (pl.len().over("story") - 1)).fill_null(0.0).alias("headline"),
        (pl.col("kind") != "article").cast(pl.Float64).alias("not_article"),
        pl.col("furniture_share").fill_null(0.0).cast(pl.Float64).alias("furniture"),
    ]  # fmt: skip


def _bare(site: pl.Expr) -> pl.Expr:
    return site.str.to_lowercase().str.strip_prefix("www.")


def _is_of(sites: tuple[str, ...]) -> pl.Expr:
    return (
        pl.col("site")
        .is_in([site.lower().removeprefix("www.") for site in sites])
        .fill_null(value=False)
        .cast(pl.Float64)
    )


def _is_own(extra: Sequence[Agency | str]) -> pl.Expr:
    """Tell whether a site is that of the agency its story credits, by domain or by name."""
    own = known(tuple(extra)).by_domain
    label = pl.col("story_agency").str.to_lowercase().str.replace_all(" ", "", literal=True)
    is_named = (pl.col("site").str.extract(r"^([^.]+)\.", 1) == label) & (label.str.len_chars() > 4)
    above = pl.col("site").str.replace(r"^[^.]+\.", "")
    domains = (pl.col("site"), above, above.str.replace(r"^[^.]+\.", ""))
    agency = pl.coalesce(domain.replace_strict(own, default=None, return_dtype=pl.String) for domain in domains)
    return ((agency == pl.col("story_agency")) | is_named).fill_null(value=False)


def _wire_evidence() -> list[pl.Expr]:
    is_own = pl.col("is_own")
    is_here = is_own.any().over("story")
    is_carried = pl.col("story_agency").is_not_null() & ~is_here
    credits_wire = (pl.col("agency_strength").fill_null(0.0) >= 0.5) & ~is_own
    some_none = (pl.col("agency").is_null() | is_own).any().over("story")
    return [
        is_own.cast(pl.Float64).alias("own_domain"),
        pl.when(is_carried).then("coverage").otherwise(0.0).alias("wire_coverage"),
        pl.when(is_carried).then(0.0).otherwise((pl.col("depth") / DEPTH_WORDS).log1p()).alias("pushed_down"),
        (credits_wire & some_none & is_here).cast(pl.Float64).alias("credits_wire"),
    ]


def _habits(rows: pl.DataFrame) -> pl.DataFrame:
    """Learn how often a site is the source of what two sites or more carry, shrunk towards no opinion.

    Returns story, site, site_habit (Float64), sorted: what all stories but this one tell of the site.
    """
    # Where all carry an agency's copy, whoever is taken for the source is not.
    is_carried = pl.col("story_agency").is_not_null() & ~pl.col("is_own").any().over("story")
    wide = rows.filter((pl.col("site").n_unique().over("story") > 1) & pl.col("site").is_not_null() & ~is_carried)
    odds = (pl.col("score") - pl.col("score").max().over("story")).exp()
    shares = wide.with_columns(won=odds / odds.sum().over("story"), due=1.0 / pl.len().over("story"))
    counted = shares.group_by("story", "site", maintain_order=True).agg(pl.col("won", "due").sum())
    elsewhere = (pl.col(name).sum().over("site") - pl.col(name) + HABIT_STORIES / 2 for name in ("won", "due"))
    won, due = (total.clip(1e-9) for total in elsewhere)
    return counted.select("story", "site", site_habit=(won / due).log().round(6)).sort("story", "site")


def _ranked(rows: pl.DataFrame) -> pl.DataFrame:
    """Take the best of each story, its runner-up, and what separates them."""
    best = pl.col("score").max().over("story")
    odds = (pl.col("score") - best).exp()
    ordered = rows.with_columns(confidence=odds / odds.sum().over("story")).sort(
        "story", "score", "article_id", descending=[False, True, False]
    )
    is_best = ordered["story"].rle_id().diff().fill_null(1) == 1
    top, second = ordered.filter(is_best), ordered.filter(is_best.shift(1, fill_value=False))
    gains = pl.DataFrame([((top[name] - second[name]) * weight).alias(name) for name, weight in WEIGHTS.items()])
    # Times make one reason: being early counts for much, and so does stating none, which may cancel out.
    net, most = pl.sum_horizontal(OF_TIME), pl.max_horizontal(OF_TIME)
    gains = gains.with_columns(pl.when(pl.col(name) == most).then(net).otherwise(0.0).alias(name) for name in OF_TIME)
    own = pl.col("own_share") + pl.col("own_share_pair")
    facts = top.select(
        "site", "story_agency", "lead_minutes", own_1=own, staff_1="staff", gap=pl.col("score") - second["score"]
    ).with_columns(second.select(own_2=own, coverage_2="coverage"))
    return top.select(
        "story_id",
        canonical_article_id="article_id",
        runner_up_article_id=second["article_id"],
        canonical_evidence=reasons(facts, gains),
        canonical_confidence=pl.col("confidence").clip(0.01, 0.99).cast(pl.Float32),
    )
