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
LEAST_OF_LABEL = 0.7
"""Share of the letters of a site's name in its domain that a name in the shape of a credit must have."""
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
        .filter(pl.col("entry").str.contains("=http", literal=True))
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
        article_id, story_id, site, origin_hint, credited (String, null; site in small letters; of credited, one name a
        line), page (List[String]).

    Returns
    -------
    pl.DataFrame
        article_id, named (Float64: 1 and up to 2 with more members naming it), names_other (Float64: 1 where it names
        another member, 0.5 where its origin_hint is somebody outside the story), names_self (Float64: 1 where its
        origin_hint is its own site), for articles with any of them.
    """
    told = rows.filter(pl.col("origin_hint").is_not_null() | pl.col("credited").is_not_null()).select(
        "article_id", "story_id", "site", "origin_hint", "credited"
    )
    sure = told.select("article_id", "story_id", "site", name="origin_hint", is_sure=True).drop_nulls("name")
    maybe = (
        told.select("article_id", "story_id", "site", name=pl.col("credited").str.split("\n"), is_sure=False)
        .explode("name", empty_as_null=False)
        .drop_nulls("name")
    )
    # Most of them are the site's own, at the foot of its pages.
    hinted = pl.concat([sure, maybe.filter(~is_name_of(pl.col("name"), "site").fill_null(value=False))])
    pairs = hinted.join(_bearers(rows, hinted), on=["story_id", "name", "is_sure"])
    own = pairs.filter(pl.col("article_id") == pl.col("to_id"))
    self_named = own.filter("is_sure").select("article_id").unique()
    # What bears an article's own name is no credit to another.
    by_name = ["article_id", "name", "is_sure"]
    others = pairs.join(own, on=by_name, how="anti").filter(
        pl.col("site").fill_null("") != pl.col("to_site").fill_null("")
    )
    gained = (
        others.select("article_id", "to_id")
        .unique()
        .group_by(article_id="to_id")
        .agg(named=pl.len().cast(pl.Float64).sqrt().clip(0, 2))
    )
    inside = others.select("article_id", names_other=pl.lit(1.0))
    outside = hinted.join(own, on=by_name, how="anti").filter("is_sure").select("article_id", names_other=pl.lit(0.5))
    lost = pl.concat([inside, outside]).group_by("article_id").agg(pl.col("names_other").max())
    return (
        gained.join(lost, on="article_id", how="full", coalesce=True)
        .join(self_named.with_columns(names_self=pl.lit(1.0)), on="article_id", how="full", coalesce=True)
        .sort("article_id")
    )


def _bearers(rows: pl.DataFrame, hinted: pl.DataFrame) -> pl.DataFrame:
    """Return the members that bear the names found in their story: story_id, name, is_sure, to_id, to_site."""
    names = hinted.select("story_id", "name", "is_sure").unique().with_columns(_keys(pl.col("name")).alias("keys"))
    members = rows.join(names.select("story_id").unique(), on="story_id", how="semi").select(
        "story_id", to_id="article_id", to_site="site", titled=_titled()
    )
    sites = members.select("story_id", "to_site").unique().with_columns(label=_label("to_site"))
    by_site = names.join(sites, on="story_id").filter(_is_named() & (pl.col("is_sure") | _is_most_of_label()))
    by_site = by_site.select("story_id", "name", "is_sure", "to_site")
    titled = members.filter(pl.col("titled").list.len() > 0)
    by_title = names.join(titled, on="story_id").filter(pl.col("titled").list.contains(pl.col("keys").list.get(0)))
    return pl.concat(
        [
            frame.select("story_id", "name", "is_sure", "to_id", "to_site")
            for frame in (by_site.join(members, on=["story_id", "to_site"], nulls_equal=True), by_title)
        ]
    ).unique()


def is_name_of(name: pl.Expr, site: str) -> pl.Expr:
    """Tell whether a name is that of a site, as its domain has it: Boolean."""
    squeezed, label = _squeezed(name), _label(site).str.strip_chars("0123456789")
    is_long = (squeezed.str.len_chars() > _MIN_LABEL) & (label.str.len_chars() > _MIN_LABEL)
    return is_long & (label.str.starts_with(squeezed) | squeezed.str.starts_with(label))


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
    ).fill_null(value=False)


def _is_most_of_label() -> pl.Expr:
    """Tell whether a name is more than a part of a site's: a town is no paper, as in "By Ann Lee, Chicago"."""
    joined, short = pl.col("keys").list.get(0), pl.col("keys").list.get(1)
    letters = pl.col("label").str.len_chars().cast(pl.Float64) * LEAST_OF_LABEL
    return (joined.str.len_chars() >= letters) | (short == pl.col("label"))
