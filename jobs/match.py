"""One more text against the stories of a result: which one it belongs to, and the nearest three with scores."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.clean.furniture import learn
from dedup.clean.sentences import read
from dedup.errors import UsageError
from dedup.sign import concat, sign_words
from dedup.verify import compare, judge
from jobs.again import settings_of, sign_again
from jobs.known import ARTICLES, SENTENCES, SIGNATURES
from jobs.manifest import Result, open_result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup.clean.sentences import Sentences
    from dedup.config import Settings
    from dedup.sign import Signed

NEAREST = 3
"""Stories told."""

LOOKED, COMPARED, OF_STORY = 400, 12, 2
"""Articles that look near by signature or sentences; those compared exactly, so many of one story."""

COLUMNS = (
    "story_id", "article_id", "jaccard", "containment_in_known", "containment_of_known", "shared_sentences", "is_same_story",
    "reason", "site", "title", "url", "published_at",
)  # fmt: skip


@dataclass(frozen=True)
class Match:
    """Where a text belongs.

    Attributes
    ----------
    story_id : str or None
        The known story it is a copy of; None where it is of no known story.
    nearest : pl.DataFrame
        The nearest stories, at most `NEAREST`, best first, each by the article most like the text: story_id, article_id,
        jaccard, containment_in_known (share of the text's shingles that the article has), containment_of_known (the
        other way round), shared_sentences, is_same_story, reason, site, title, url, published_at.
    words : int
        Words of the text that are no furniture.
    """

    story_id: str | None
    nearest: pl.DataFrame
    words: int

    def _repr_html_(self) -> str:
        from html import escape

        told = f"story {self.story_id}" if self.story_id else "no known story"
        return f"<p><b>{escape(told)}</b></p>{self.nearest._repr_html_()}"


def match(where: Result | str | Path, text: str, *, title: str | None = None, site: str | None = None) -> Match:
    """Return which known story `text` belongs to.

    Parameters
    ----------
    where
        Folder of a result as ``--out`` named it, or a result already open.
    text
        An article's text; furniture the result knows is left out.
    title
        Its headline, which is not counted where the text repeats it.
    site
        Registrable domain it is from; teasers and notices of other sites are then left in.

    Raises
    ------
    NoResultError, DamagedError, NewerVersionError
        There is no result to read, or no state beside it.
    UsageError
        The text holds no word.
    """
    result = where if isinstance(where, Result) else open_result(Path(where))
    settings = settings_of(result)
    texts = pl.Series([text], dtype=pl.String)
    pieces, words = read(texts, pl.Series([title], dtype=pl.String))
    if not pieces.hashes.size:
        raise UsageError("the text holds no word to match; give the article's text, or its page as HTML")
    known = _known_sentences(result, pieces, site)
    is_kept = _own(texts, pieces, known, site, title)
    query = sign_words(words, np.zeros(1, np.int64), pieces, is_kept, settings)
    rows = _near(result, query.signatures[0], known, pieces.hashes[is_kept])
    found = _scores(result, query, rows["article"].to_list(), settings)
    nearest = pl.concat([rows.drop("article"), found], how="horizontal").sort(
        "is_same_story", pl.max_horizontal("jaccard", "containment_in_known"), "article_id", descending=[True, True, False]
    )  # fmt: skip
    best = nearest.unique("story_id", keep="first", maintain_order=True).head(NEAREST)
    about = result.table("assignments").filter(pl.col("article_id").is_in(best["article_id"].implode()))
    best = best.join(
        about.select("article_id", *COLUMNS[-4:]).collect(), on="article_id", how="left", maintain_order="left"
    )
    belongs = best.filter("is_same_story")["story_id"].head(1).to_list()
    return Match(belongs[0] if belongs else None, best.select(COLUMNS), int(query.words[0]))


def _known_sentences(result: Result, pieces: Sentences, site: str | None) -> pl.DataFrame:
    """Return where the result's articles have sentences of the text: article, hash, is_furniture, and is_here (its site)."""
    wanted = pl.Series(pieces.hashes).unique()
    known = (
        pl.scan_ipc(result.state_path(SENTENCES))
        .filter(pl.col("hash").is_in(wanted.implode()))
        .select("article", "hash", is_furniture=pl.col("reason") > 0)
        .collect()
    )
    if site is None:
        return known.with_columns(is_here=pl.lit(value=False))
    of_site = result.table("assignments").filter(pl.col("site") == site).select("article_id").collect()
    places = pl.scan_ipc(result.state_path(ARTICLES)).with_row_index("article").select("article", "article_id")
    here = places.join(of_site.lazy(), on="article_id", how="semi").select("article").collect()["article"]
    return known.with_columns(is_here=pl.col("article").is_in(here.implode()))


def _own(
    texts: pl.Series, pieces: Sentences, known: pl.DataFrame, site: str | None, title: str | None
) -> npt.NDArray[np.bool_]:
    """Tell which sentences are the text's own: bool[m].

    Furniture is what looks like it, and what is furniture wherever the result has it for the most part; on the text's own
    site, if that is known, what is furniture there.
    """
    sizes = texts.str.len_bytes().fill_null(0).to_numpy().astype(np.int64)
    looks = learn(pieces, pl.Series([site], dtype=pl.String), pl.Series([title], dtype=pl.String), sizes).reasons
    on_site = known.filter("is_here").group_by("hash").agg(here=pl.col("is_furniture").mean())
    anywhere = known.group_by("hash").agg(share=pl.col("is_furniture").mean())
    judged = anywhere.join(on_site, on="hash", how="left").filter(pl.coalesce("here", "share") > 0.5)
    is_known = np.isin(pieces.hashes, judged["hash"].to_numpy())
    is_own = (looks == 0) & ~is_known
    return is_own if is_own.any() else ~is_known if not is_known.all() else np.ones(looks.size, bool)


def _estimates(result: Result, signature: npt.NDArray[np.uint32]) -> npt.NDArray[np.float64]:
    """Return the Jaccard of every article to the text as the signatures estimate it: float64[n]."""
    signatures = np.load(result.state_path(SIGNATURES), mmap_mode="r")
    equal = np.zeros(signatures.shape[0], np.int64)
    for start in range(0, signatures.shape[0], 8192):
        part = slice(start, start + 8192)
        equal[part] = (signatures[part] == signature).sum(axis=1)
    return np.asarray(equal / max(1, signatures.shape[1]))


def _near(
    result: Result, signature: npt.NDArray[np.uint32], known: pl.DataFrame, own: npt.NDArray[np.uint64]
) -> pl.DataFrame:
    """Return the articles worth comparing: article (row of the state), article_id, story_id; likeliest first."""
    score = _estimates(result, signature)
    shared = known.filter(~pl.col("is_furniture") & pl.col("hash").is_in(pl.Series(own).implode()))
    # A sentence that few articles have says more than one that many have.
    weighed = (
        shared.with_columns(weight=1 / pl.len().over("hash").sqrt()).group_by("article").agg(pl.col("weight").sum())
    )
    if weighed.height:
        score[weighed["article"].to_numpy()] += weighed["weight"].to_numpy() / max(1.0, len(own) ** 0.5)
    order = np.lexsort((np.arange(score.size), -score))[:LOOKED]
    order = order[score[order] > 0]
    places = pl.scan_ipc(result.state_path(ARTICLES)).select("article_id").collect()
    rows = pl.DataFrame({"article": order, "article_id": places["article_id"].gather(order)})
    stories = result.table("assignments").filter(pl.col("article_id").is_in(rows["article_id"].implode()))
    joined = rows.join(stories.select("article_id", "story_id").collect(), on="article_id", maintain_order="left")
    return joined.filter(pl.int_range(pl.len()).over("story_id") < OF_STORY).head(COMPARED)


def _scores(result: Result, query: Signed, rows: Sequence[int], settings: Settings) -> pl.DataFrame:
    """Return the exact scores of the text to the articles at `rows` of the state, by the functions a run compares with."""
    parts = [query, sign_again(result, rows)] if rows else [query]
    signed = concat(parts, [np.zeros(1, np.int64), np.arange(1, len(rows) + 1)][: len(parts)])
    pairs = np.stack([np.zeros(len(rows), np.int64), np.arange(1, len(rows) + 1)], axis=1)
    return judge(compare(pairs, signed), signed, settings).select(
        "jaccard", "shared_sentences", "reason", containment_in_known="left_in_right", containment_of_known="right_in_left",
        is_same_story=pl.col("is_alike") | pl.col("is_cut"),
    )  # fmt: skip
