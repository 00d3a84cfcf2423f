"""Stories → the published tables: the source of each story with its evidence, and every article's relation to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup import schema
from dedup.canonical import Priors, pick
from dedup.clean.language import detect
from dedup.relation import relation
from dedup.sites import sites, syndication
from dedup.verify import compare

if TYPE_CHECKING:
    from dedup.config import Settings
    from dedup.sign import Signed
    from jobs.ingest import Ingested
    from jobs.link import Linked
    from jobs.progress import Progress
    from jobs.sign import SignedJob

CORE_SHARE = 0.3
"""Share of a story's members that hold its core text."""

SUSPECT_HELD = 0.3
"""A member of which neither holds this share of the other makes its story worth a look."""


class Chosen(NamedTuple):
    """The source of each story and how every article relates to it.

    `members`: one row an article, what `dedup.canonical.pick` reads and the articles' fields; `picks`: what it returned;
    `related`: row, is_canonical, relation and the scores to the canonical article, by row.
    """

    members: pl.DataFrame
    picks: pl.DataFrame
    related: pl.DataFrame


def choose(
    ingested: Ingested, job: SignedJob, linked: Linked, edges: pl.DataFrame, settings: Settings, progress: Progress
) -> Chosen:
    """Pick the source of each story; `edges` is what `jobs.edges.read_edges` told."""
    progress.start("canonical", ingested.articles.height)
    members = _members(ingested, job, linked, edges)
    picks = pick(members, Priors(settings.preferred_sites, settings.never_canonical_sites), settings.extra_agencies)
    return Chosen(members, picks, _related(members, picks, job.signed))


def tell(
    ingested: Ingested, job: SignedJob, linked: Linked, chosen: Chosen, spoken: pl.Series
) -> dict[str, pl.DataFrame]:
    """Return the tables of `schema.PUBLISHED` by name, conforming and sorted; `spoken` are the `languages`."""
    told = chosen.members.with_columns(language=spoken)
    assignments = schema.ASSIGNMENTS.conform(told.join(chosen.related, on="row", how="left", maintain_order="left"))
    stories = _stories(assignments, chosen.picks)
    return {
        "assignments": assignments,
        "stories": stories,
        "pairs": _pairs(ingested, linked),
        "furniture": job.furniture,
        "sites": sites(assignments, stories),
        "syndication": syndication(assignments, stories),
        "lineage": schema.LINEAGE.empty(),
        "quarantine": ingested.quarantine,
    }


def _members(ingested: Ingested, job: SignedJob, linked: Linked, edges: pl.DataFrame) -> pl.DataFrame:
    """Return one row an article with all that `pick` reads, in the order of the articles, and its row number."""
    coverage, own_share, depth = _measured(linked.stories, job.signed)
    told = edges.drop("row", "spoken", "opening")
    return (
        ingested.articles.drop("is_wall", *told.columns, strict=False)
        .with_row_index("row")
        .with_columns(
            story_id=ingested.articles["article_id"].gather(linked.stories),
            kind=linked.kind,
            shingle_count=pl.Series(np.diff(job.signed.shingle_bounds)[:, 0]),
            coverage=pl.Series(coverage),
            own_share=pl.Series(own_share),
            depth=pl.Series(depth),
            furniture_share=pl.Series(job.furniture_share),
        )
        .hstack(told)
    )


def _measured(
    stories: npt.NDArray[np.int64], signed: Signed
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return coverage, own share and depth of each article: float64[n] each; 1, 1 and 0 where it is alone."""
    from dedup.kernels.stories import measure_stories

    n = stories.size
    coverage, own_share, depth = np.ones(n), np.ones(n), np.zeros(n)
    sizes = np.bincount(stories, minlength=n)
    order = np.argsort(stories, kind="stable")
    shared = order[sizes[stories[order]] > 1]
    names = stories[shared]
    bounds = np.append(np.flatnonzero(np.append(True, names[1:] != names[:-1])), names.size)
    if shared.size:
        held, own, below = (np.empty(shared.size) for _ in range(3))
        measure_stories(bounds, shared, signed.shingles, signed.shingle_bounds, CORE_SHARE, held, own, below)
        coverage[shared], own_share[shared], depth[shared] = held, own, below
    return coverage, own_share, depth


def _related(members: pl.DataFrame, picks: pl.DataFrame, signed: Signed) -> pl.DataFrame:
    """Return row, is_canonical, relation and the scores to the canonical article, one row an article, sorted by row."""
    chosen = picks.select("story_id", "canonical_article_id").join(
        members.select(canonical_article_id="article_id", canonical="row"), on="canonical_article_id"
    )
    both = members.select("row", "story_id").join(chosen, on="story_id", maintain_order="left")
    compared = compare(both.select("row", "canonical").to_numpy().astype(np.int64), signed)
    is_canonical = pl.col("left") == pl.col("right")
    fewer = pl.max_horizontal(pl.min_horizontal("left_sentences", "right_sentences"), pl.lit(1))
    how = relation(
        pl.col("left_in_right"), pl.col("right_in_left"), pl.col("jaccard"), pl.col("shared_sentences") / fewer
    )
    return compared.select(
        pl.col("left").alias("row").cast(pl.UInt32),
        is_canonical.alias("is_canonical"),
        pl.when(is_canonical).then(pl.lit("canonical")).otherwise(how).alias("relation"),
        *(
            pl.when(is_canonical).then(1.0).otherwise(source).alias(name)
            for source, name in (
                ("jaccard", "jaccard_to_canonical"),
                ("left_in_right", "containment_in_canonical"),
                ("right_in_left", "containment_of_canonical"),
            )
        ),
    )


def _stories(assignments: pl.DataFrame, picks: pl.DataFrame) -> pl.DataFrame:
    held = pl.max_horizontal("containment_in_canonical", "containment_of_canonical")
    totals = assignments.group_by("story_id").agg(
        article_count=pl.len(),
        site_count=pl.col("site").drop_nulls().n_unique(),
        first_published_at=pl.col("published_at").min(),
        last_published_at=pl.col("published_at").max(),
        min_jaccard=pl.col("jaccard_to_canonical").min(),
        is_suspect=(held < SUSPECT_HELD).any(),
    )
    chosen = assignments.filter("is_canonical").select(
        "story_id", "kind", "title", canonical_url="url", canonical_site="site"
    )
    return schema.STORIES.conform(picks.join(totals, on="story_id").join(chosen, on="story_id"))


def _pairs(ingested: Ingested, linked: Linked) -> pl.DataFrame:
    ids = ingested.articles["article_id"]
    pairs = linked.pairs
    fewer = pl.max_horizontal(pl.min_horizontal("left_sentences", "right_sentences"), pl.lit(1))
    is_same = pl.Series(linked.stories[pairs["left"].to_numpy()] == linked.stories[pairs["right"].to_numpy()])
    how = relation(
        pl.col("right_in_left"), pl.col("left_in_right"), pl.col("jaccard"), pl.col("shared_sentences") / fewer
    )
    accepted = pl.col("is_alike") | pl.col("is_cut")
    return schema.PAIRS.conform(
        pairs.with_columns(
            article_id_a=ids.gather(pairs["left"]),
            article_id_b=ids.gather(pairs["right"]),
            containment_a_in_b=pl.col("left_in_right"),
            containment_b_in_a=pl.col("right_in_left"),
            relation=pl.when(is_same).then(how).otherwise(pl.lit("unique")),
            is_same_story=accepted & is_same,
            reason=pl.when(accepted & ~is_same).then(pl.lit("bridge: ") + pl.col("reason")).otherwise("reason"),
        )
    )


def languages(ingested: Ingested, linked: Linked, edges: pl.DataFrame) -> pl.Series:
    """Return each article's language: its own, else that of its story, told from one opening a story: String[n]."""
    frame = pl.DataFrame(
        {
            "story": linked.stories,
            "language": ingested.articles["language"],
            "spoken": edges["spoken"],
            "opening": edges["opening"],
            "site": ingested.articles["site"],
        }
    )
    known = frame.group_by("story", maintain_order=True).agg(
        pl.col("language").drop_nulls().mode().sort().first(), pl.col("spoken", "opening", "site").first()
    )
    asked = known.filter(pl.col("language").is_null())
    told = asked.select("story", found=detect(asked["opening"], asked["site"], asked["spoken"]))
    known = known.join(told, on="story", how="left").select("story", theirs=pl.coalesce("language", "found"))
    return frame.join(known, on="story", how="left", maintain_order="left").select(
        pl.coalesce("language", "theirs").alias("language")
    )["language"]
