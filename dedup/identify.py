"""Records → articles: which records are one article, which are repeats or revisions, and what each is called."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl
import xxhash

from dedup.arrow import Text, text_buffers

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def digests(texts: pl.Series | Text) -> pl.Series:
    """Return 32 hex digits of xxh3_128 over each text's UTF-8 bytes; null stays null."""
    text = text_buffers(texts)
    data, offsets = text.data.data, text.offsets.tolist()
    hexes = pl.Series("hex", [xxhash.xxh3_128_hexdigest(data[a:b]) for a, b in pairwise(offsets)], pl.String)
    return hexes if isinstance(texts, Text) else hexes.zip_with(texts.is_not_null(), pl.Series([None], dtype=pl.String))


def identify(records: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """Decide which records are articles, and their ids.

    The id is the input's; without one, the digest of the url; without a url, of the text. The same id and url again
    with the same text is a repeat, with another text a revision: the latest capture that is an article stays. One id
    with two urls names two articles: the first seen keeps it, the others get `~` and 8 hex digits of their url's
    digest.

    Parameters
    ----------
    records
        id, url (String, null), text_digest (String), crawled_at, published_at (Datetime, null), is_page (Boolean: text
        that may be an article, no wall or empty page), source_file, source_offset; other columns are kept. Where some
        are articles already, also article_id, story_id (String), seen (Int64), first_seen (Date), all null on those
        that are not, and is_final (Boolean): an article keeps these whichever capture stays, and a final one stays as
        it is.

    Returns
    -------
    The articles, with `article_id` added, sorted by it; and how many records were dropped, by reason (repeat,
    revision). Independent of the order of records.
    """
    url_digest = digests(records["url"])
    keyed = records.with_columns(
        url_digest=url_digest,
        base=pl.coalesce(pl.col("id"), url_digest, pl.col("text_digest")),
        place=pl.coalesce("url", pl.lit("")),
    )
    down = {"is_final", "is_page", "crawled_at", "published_at"}
    order = ["base", "place", "is_page", "crawled_at", "published_at", "text_digest", "source_file", "source_offset"]
    earliest = ["base", "crawled_at", "published_at", "place"]
    is_grown = "seen" in records.columns
    if is_grown:
        order.insert(2, "is_final")
        earliest.insert(1, "seen")
        keyed = keyed.with_columns(
            pl.col("seen", "first_seen").min().over("base", "place"),
            pl.col("article_id", "story_id").drop_nulls().first().over("base", "place"),
        ).with_columns(known_id="article_id")
    ranked = keyed.sort(order, descending=[column in down for column in order], nulls_last=True)
    ranked = ranked.with_columns(
        is_first=pl.struct("base", "place").is_first_distinct(),
        kept_text=pl.col("text_digest").first().over("base", "place"),
    )
    kept = ranked.filter("is_first")
    repeats = ranked.filter(~pl.col("is_first") & (pl.col("text_digest") == pl.col("kept_text"))).height
    revisions = records.height - kept.height - repeats
    kept = kept.sort(earliest, nulls_last=True)
    is_second = ~pl.col("base").is_first_distinct()
    short = kept.with_columns(
        article_id=pl.when(is_second)
        .then(pl.col("base") + "~" + pl.col("url_digest").fill_null("").str.head(8))
        .otherwise("base")
    )
    # A url's 8 digits may meet another's, or an id that the input made up: then all 32 tell them apart.
    named = short.with_columns(
        article_id=pl.when(pl.col("article_id").is_duplicated() & (pl.col("article_id") != pl.col("base")))
        .then(pl.col("base") + "~" + pl.col("url_digest"))
        .otherwise("article_id")
    )
    if is_grown:
        named = named.with_columns(article_id=pl.coalesce("known_id", "article_id")).drop("known_id")
    dropped = {"repeat": repeats, "revision": revisions}
    return (
        named.sort("article_id").drop("base", "place", "url_digest", "is_first", "kept_text"),
        {reason: count for reason, count in dropped.items() if count},
    )


def rows_by_batch(articles: pl.DataFrame) -> dict[int, npt.NDArray[np.int64]]:
    """Return, for each batch, the rows of `articles` that came in it, in the order of their place there."""
    placed = articles.select("batch", "place_in_batch").with_row_index("row").sort("batch", "place_in_batch")
    return {int(key[0]): part["row"].to_numpy() for key, part in placed.group_by("batch", maintain_order=True)}
