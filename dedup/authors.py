"""Whose author wrote a story: names that copies keep, and the sites they write for elsewhere in the crawl.

Gives evidence to `dedup.canonical`, which weighs it.
"""

from __future__ import annotations

import polars as pl

_PERSON = (
    r"^(?i:by\s+)?(\p{Lu}[\p{L}\p{M}.'’\-]*(?:\s\p{Lu}[\p{L}\p{M}.'’\-]*){1,3})(?:\s*[,|;/(].*|\s(?:and|for)\s.*)?$"
)

_DESK = (
    r"\b(?:staff|desk|newsroom|news|editor|editorial|editors|admin|team|bureau|reporters?|correspondent|web|online|wire|agency"
    r"|agencies|press|reports?|redaktion|redacción|rédaction|redazione)\b"
)

LEAST_SHARE = 0.05
"""A site with a smaller share of the stories under a name is not that author's."""


def signed_by() -> list[pl.Expr]:
    """Return who signs with a person's name, and whose name others keep.

    Returns
    -------
    list
        Expressions over rows of members with the columns story, site and author, Float64 each: desk (1 where the author
        is nobody's name, as "Newsroom" is, and another member has one), author_kept (1 where a member on another site
        names the same person).
    """
    name = pl.col("author").str.extract(_PERSON, 1).str.to_lowercase()
    is_desk = (pl.col("author").str.len_chars() > 0) & (name.is_null() | name.str.contains(_DESK))
    person = pl.when(~is_desk).then(name)
    is_elsewhere = (pl.col("site").n_unique().over("story", person) > 1) & person.is_not_null()
    return [
        (is_desk & person.is_not_null().any().over("story")).fill_null(value=False).cast(pl.Float64).alias("desk"),
        is_elsewhere.cast(pl.Float64).alias("author_kept"),
    ]


def homes(members: pl.DataFrame) -> pl.DataFrame:
    """Return the articles on whose site an author writes whom a member on another site names.

    Parameters
    ----------
    members
        article_id, story_id, site, author (String): all articles of the crawl, those alone in their story too.

    Returns
    -------
    pl.DataFrame
        article_id, author_home (Float64, 0 to 1: share of the other stories under that name that the site has), sorted
        by article_id; articles without any are left out.
    """
    name = pl.col("author").str.extract(_PERSON, 1).str.to_lowercase()
    named = members.select("story_id", "site", name=name).drop_nulls().unique()
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
