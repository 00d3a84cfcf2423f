"""Who signs the members of a story, and for which sites those people write elsewhere in the crawl.

Gives evidence to `dedup.canonical`, which weighs it.
"""

from __future__ import annotations

import polars as pl

from dedup.clean.origin import PAPERS
from dedup.naming import is_name_of

_PERSON = (
    r"^(?i:by\s+)?(\p{Lu}[\p{L}\p{M}.'’\-]*(?:\s\p{Lu}[\p{L}\p{M}.'’\-]*){1,3})(?:\s*[,|;/(].*|\s(?:and|for)\s.*)?$"
)

_DESK = (
    r"\b(?:staff|desk|newsroom|news|editor|editorial|editors|admin|team|bureau|reporters?|correspondent|web|online|wire|agency"
    r"|agencies|press|reports?|redaktion|redacción|rédaction|redazione)\b"
)
_PAPER = rf"(?i)\s(?:{'|'.join(PAPERS)})$"

LEAST_SHARE = 0.05
"""A site with a smaller share of the stories under a name is not that author's."""


def persons(members: pl.DataFrame) -> pl.DataFrame:
    """Add the person whom an author field names, in small letters: person (String, null without one).

    `members` have the columns site and author.
    """
    distinct = members.select("site", "author").unique().filter(pl.col("author").str.contains(" ", literal=True))
    name = pl.col("author").str.extract(_PERSON, 1)
    small = pl.col("name").str.to_lowercase()
    is_other = pl.col("name").str.contains(_PAPER) | small.str.contains(_DESK) | is_name_of(pl.col("name"), "site")
    people = (
        distinct.with_columns(name=name)
        .drop_nulls("name")
        .filter(~is_other.fill_null(value=False))
        .select("site", "author", person=small)
    )
    return members.join(people, on=["site", "author"], how="left", nulls_equal=True, maintain_order="left")


def signed_by(members: pl.DataFrame) -> pl.DataFrame:
    """Return by whom articles are signed, and whether those people write for the same site elsewhere.

    Parameters
    ----------
    members
        article_id, story_id, site, author (String), person (String, null): all articles of the crawl.

    Returns
    -------
    pl.DataFrame
        article_id, by_person (Float64: 1), desk (Float64: 1 where the author is nobody's name, as "Newsroom" is),
        staff (Float64, -1 to 1: of the other stories under that name the share on its site less the share elsewhere),
        author_kept (Float64: 1 where a member on another site names the same person), for articles with an author.
    """
    named = members.select("story_id", "site", "person").drop_nulls("person").unique()
    written = named.with_columns(
        here=pl.len().over("person", "site").cast(pl.Int64) - 1,
        stories=pl.col("story_id").n_unique().over("person").cast(pl.Int64) - 1,
        sites=pl.col("site").n_unique().over("story_id", "person"),
    ).select(
        "story_id", "site", "person",
        staff=(2.0 * pl.col("here") - pl.col("stories")) / (pl.col("stories") + 0.5),
        author_kept=(pl.col("sites") > 1).cast(pl.Float64),
    )  # fmt: skip
    return (
        members.filter(pl.col("author").str.len_chars() > 0)
        .join(written, on=["story_id", "site", "person"], how="left", nulls_equal=True)
        .select(
            "article_id",
            "staff",
            "author_kept",
            by_person=pl.col("person").is_not_null().cast(pl.Float64),
            desk=(pl.col("person").is_null() & pl.col("agency").is_null()).cast(pl.Float64),
        )
    )


def homes(members: pl.DataFrame) -> pl.DataFrame:
    """Return the articles on whose site an author writes whom a member on another site names.

    Parameters
    ----------
    members
        article_id, story_id, site, person (String, null): all articles of the crawl, those alone in their story too.

    Returns
    -------
    pl.DataFrame
        article_id, author_home (Float64, 0 to 1: share of the other stories under that name that the site has), sorted
        by article_id; articles without any are left out.
    """
    named = members.select("story_id", "site", name="person").drop_nulls().unique()
    # Names that stand on one site only name nobody else's author.
    named = named.filter(pl.col("site").n_unique().over("name") > 1)
    stories = named.group_by("name").agg(stories=pl.col("story_id").n_unique())
    written = named.group_by("name", home="site").agg(written=pl.len()).join(stories, on="name")
    # An agency's signature would meet each of its stories with each of its customers.
    written = written.filter(pl.col("written") >= LEAST_SHARE * pl.col("stories"))
    own = named.select("story_id", "name", home="site", is_here=pl.lit(1))
    kept = (
        named.join(written, on="name")
        .filter(pl.col("home") != pl.col("site"))
        .join(own, on=["story_id", "name", "home"], how="left")
        .with_columns(share=(pl.col("written") - pl.col("is_here").fill_null(0)) / pl.col("stories"))
        .filter(pl.col("share") > 0)
    )
    return (
        kept.join(members.select("article_id", "story_id", home="site"), on=["story_id", "home"])
        .group_by("article_id")
        .agg(author_home=pl.col("share").max())
        .sort("article_id")
    )
