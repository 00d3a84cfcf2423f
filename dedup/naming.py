"""Which member of a story another member points to, by link or by name.

Owns the matching of links and publishers' names to sites. Gives evidence to `dedup.canonical`, which weighs it.
"""

from __future__ import annotations

import polars as pl

_LINK_KEYS = ("canonical", "og:url", "syndication-source", "original-source", "meta:source")
_LINK_PREFIXES = ("json-ld:isBasedOn", "json-ld:mainEntityOfPage")
_HOST = r"^[a-z]+://(?:[^/@]*@)?(?:www\.|m\.|amp\.)?([^/:?#]+)"
_SITE_NAME = r"^(?:og:site_name|json-ld:publisher[^=]*)=(.+)$"
_MIN_LABEL = 4
_INSTITUTION = r"(?:\.(?:edu|ac|gov|govt|gob|gouv|gub|mil)(?:\.[a-z]{2})?|\.go\.(?:jp|kr|th|id)|\.(?:int|europa\.eu))$"


def is_institution() -> pl.Expr:
    """Tell by its domain whether a site is of those whom the press copies and who seldom copy the press: Boolean."""
    return pl.col("site").str.contains(_INSTITUTION).fill_null(value=False)


def links(rows: pl.DataFrame) -> pl.DataFrame:
    """Return who is linked to as the original, and who links away.

    Parameters
    ----------
    rows
        article_id, story_id, site, url (String; site in small letters), page (List[String]).

    Returns
    -------
    pl.DataFrame
        article_id, linked_to (Float64: 1 and up to 2 with more members linking to it), links_away (Float64: 1 where it
        links to another member, 0.5 where to a site outside the story), for articles with either.
    """
    key, target = (pl.col("entry").str.splitn("=", 2).struct[part] for part in range(2))
    is_link = key.is_in(_LINK_KEYS) | pl.any_horizontal(key.str.starts_with(prefix) for prefix in _LINK_PREFIXES)
    is_address = target.str.starts_with("http://") | target.str.starts_with("https://")
    stated = (
        rows.select("article_id", "story_id", "site", entry="page")
        .explode("entry", empty_as_null=False)
        .filter(is_link & is_address)
        .with_columns(target=target.str.to_lowercase())
        .with_columns(host=pl.col("target").str.extract(_HOST, 1))
        .drop_nulls("host")
    )
    away = stated.filter(~_is_at("host", "site"))
    pointed = away.join(rows.select("story_id", to_id="article_id", to_site="site"), on="story_id", how="inner").filter(
        _is_at("host", "to_site") & (pl.col("article_id") != pl.col("to_id"))
    )
    gained = (
        pointed.unique(["article_id", "to_id"])
        .group_by(article_id="to_id")
        .agg(linked_to=pl.len().cast(pl.Float64).sqrt().clip(0, 2))
    )
    inside = pointed.select("article_id", links_away=pl.lit(1.0))
    outside = away.select("article_id", links_away=pl.lit(0.5))
    lost = pl.concat([inside, outside]).group_by("article_id").agg(pl.col("links_away").max())
    return gained.join(lost, on="article_id", how="full", coalesce=True).sort("article_id")


def _is_at(host: str, site: str) -> pl.Expr:
    """Tell whether a host is a site or below it."""
    bare = pl.col(site).fill_null("").str.strip_prefix("www.")
    return (pl.col(host) == bare) | pl.col(host).str.ends_with("." + bare)


def bears(rows: pl.DataFrame) -> pl.DataFrame:
    """Return who is named as the first publisher, and who names another.

    Parameters
    ----------
    rows
        article_id, story_id, site, origin_hint (String; site in small letters), page (List[String]).

    Returns
    -------
    pl.DataFrame
        article_id, named (Float64: 1 and up to 2 with more members naming it), names_other (Float64: 1 where it names
        another member, 0.5 where somebody outside the story), names_self (Float64: 1), for articles with any of them.
    """
    hinted = rows.filter(pl.col("origin_hint").is_not_null()).select("article_id", "story_id", "site", "origin_hint")
    hinted = hinted.with_columns(_keys(pl.col("origin_hint")).alias("keys"))
    members = rows.join(hinted.select("story_id").unique(), on="story_id", how="semi").select(
        "story_id", to_id="article_id", to_site="site", label=_label("site"), titled=_titled()
    )
    pairs = hinted.join(members, on="story_id", how="inner").filter(_is_named())
    self_named = pairs.filter(pl.col("article_id") == pl.col("to_id")).select("article_id")
    others = pairs.filter(pl.col("site").fill_null("") != pl.col("to_site").fill_null(""))
    others = others.join(self_named, on="article_id", how="anti")
    gained = (
        others.select("article_id", "to_id")
        .unique()
        .group_by(article_id="to_id")
        .agg(named=pl.len().cast(pl.Float64).sqrt().clip(0, 2))
    )
    inside = others.select("article_id", names_other=pl.lit(1.0))
    outside = hinted.join(self_named, on="article_id", how="anti").select("article_id", names_other=pl.lit(0.5))
    lost = pl.concat([inside, outside]).group_by("article_id").agg(pl.col("names_other").max())
    return (
        gained.join(lost, on="article_id", how="full", coalesce=True)
        .join(self_named.unique().with_columns(names_self=pl.lit(1.0)), on="article_id", how="full", coalesce=True)
        .sort("article_id")
    )


def _squeezed(name: pl.Expr) -> pl.Expr:
    return name.str.to_lowercase().str.replace(r"^the\s", "").str.replace_all(r"[^\p{L}\p{N}]", "")


def _keys(name: pl.Expr) -> pl.Expr:
    """Return the spellings a site may have in its address: joined, and all words but the last as initials."""
    words = name.str.to_lowercase().str.replace(r"^the\s", "").str.replace(r"\.(?:com|org|net|co\.uk|news)$", "")
    initials = words.str.replace_all(r"(\p{L})[\p{L}\p{N}.]*\s+", "$1")
    return pl.concat_list(_squeezed(words), _squeezed(initials))


def _label(site: str) -> pl.Expr:
    return pl.col(site).str.strip_prefix("www.").str.extract(r"^([^.]+)", 1).str.replace_all(r"[^\p{L}\p{N}]", "")


def _titled() -> pl.Expr:
    """Return the names a page gives its site, squeezed."""
    return pl.col("page").list.eval(_squeezed(pl.element().str.extract(_SITE_NAME, 1)).drop_nulls())


def _is_named() -> pl.Expr:
    joined, short = pl.col("keys").list.get(0), pl.col("keys").list.get(1)
    label = pl.col("label").fill_null("")
    long = joined.str.len_chars() >= _MIN_LABEL
    return (
        (long & (label == joined))
        | (long & (joined.str.len_chars() >= 5) & label.str.contains(joined, literal=True))
        | ((label.str.len_chars() >= 5) & joined.str.starts_with(label))
        | ((short.str.len_chars() >= _MIN_LABEL) & (label == short))
        | pl.col("titled").list.contains(joined)
    ).fill_null(value=False)
