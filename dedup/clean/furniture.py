"""Telling furniture from story, sentence by sentence, from the crawl itself.

Four witnesses, none of which needs a setting: a site repeats the sentence over different stories; other sites do; the
line is the headline of another article of the crawl; the piece looks like furniture (`dedup.kernels.teasers`). Different
stories are what counts, not articles: a site that runs one story five times, or updates it every hour, keeps its story.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.arrow import read_only
from dedup.clean.sentences import Sentences, hash_runs

REASONS = ("story", "repeated", "headline", "teaser", "elsewhere")
"""Why a sentence is furniture, by its code; 0 is not furniture."""

VERSION_SHARE = 0.15
"""Two articles of a site that share this much of the smaller one's weight are versions of one story."""

VERSION_WEIGHT = 30.0
"""… and at least this weight: words of prose over the square root of the number of the site's articles that carry it."""

PROSE_WORDS = 12
"""Shorter sentences are furniture too often to tell versions of a story by."""

MANY_STORIES = 3
"""A sentence in this many different stories of a site is furniture whatever it looks like."""

SLIGHT_WORDS, TWO_STORY_SHARE = 8, 0.25
"""In two stories it is furniture where two are this share of all the site's stories, or where it looks open or short."""

HEADLINE_WORDS = 4
"""A shorter line is not taken for a headline of another article: too many stories say the same in three words."""

ELSEWHERE = 2
"""What this many sites repeat over different stories is furniture on every site."""

LIST_WORDS = 40
"""An article left with no more words may be a list of results, whose lines look like teasers."""

OPEN_SHARE = 0.15
"""Where no larger share of an article's characters stands in pieces with a mark at their end, its language has none."""

MOST_LOOKS = 0.7
"""An article that would lose more than this share of its words for their looks alone loses none for them."""


class Learned(NamedTuple):
    """What was learned of m sentences.

    `reasons` uint8[m] codes of REASONS; `articles`, `stories` uint32[m]: how many of the site's articles and different
    stories carry the sentence, 1 where the site is unknown.
    """

    reasons: npt.NDArray[np.uint8]
    articles: npt.NDArray[np.uint32]
    stories: npt.NDArray[np.uint32]


class _BySite(NamedTuple):
    """Articles by site: those of the k-th site are `articles[bounds[k]:bounds[k + 1]]`, int64."""

    bounds: npt.NDArray[np.int64]
    articles: npt.NDArray[np.int64]


class _Repeats(NamedTuple):
    """`articles`, `stories` as in `Learned`; `site_stories` int64[n]: different stories of each article's site."""

    articles: npt.NDArray[np.uint32]
    stories: npt.NDArray[np.uint32]
    site_stories: npt.NDArray[np.int64]


def learn(
    sentences: Sentences,
    sites: pl.Series,
    titles: pl.Series,
    sizes: npt.NDArray[np.int64],
    known: pl.DataFrame | None = None,
) -> Learned:
    """Learn what is furniture from all articles of a crawl, which come in the order of their ids.

    Parameters
    ----------
    sentences : of n articles
    sites, titles : String[n], null where unknown; articles without a site are nobody's, and only looks judge them
    sizes : int64[n], bytes of each text
    known : site (String), sentence_hash (UInt64) of what a site is known to repeat, from articles that are not given
    """
    scales = _scales(sentences, sizes)
    is_open = _are_open(sentences, scales)
    reasons = _looks(sentences, scales, is_open)
    _mark_headlines(sentences, titles, scales, reasons)
    by_site = _by_site(sites)
    repeats = _count_repeats(sentences, _prose(sentences, reasons, scales, is_open), by_site)
    repeated = _repeated(sentences, repeats)
    if known is not None and not known.is_empty():
        repeated |= _known(sentences, sites, known)
    reasons[repeated] = REASONS.index("repeated")
    reasons[_elsewhere(sentences, repeated, repeats, by_site)] = REASONS.index("elsewhere")
    _keep_own_lines(sentences, scales, reasons)
    return Learned(reasons, repeats.articles, repeats.stories)


def _prose(
    sentences: Sentences,
    reasons: npt.NDArray[np.uint8],
    scales: npt.NDArray[np.int64],
    is_open: npt.NDArray[np.bool_],
) -> npt.NDArray[np.float32]:
    """Return the words of each sentence that tells versions of a story, 0 for the others: float32[m]."""
    from dedup.kernels.sentences import TERMINATED

    scale = np.repeat(scales, np.diff(sentences.offsets))
    is_ended = (sentences.flags & TERMINATED > 0) | np.repeat(is_open, np.diff(sentences.offsets))
    is_prose = (reasons == 0) & is_ended & (sentences.counts >= PROSE_WORDS * scale)
    return np.where(is_prose, sentences.counts / scale, 0).astype(np.float32)


def _by_site(sites: pl.Series) -> _BySite:
    """Return the articles of each site, sites in any order; articles without a site are left out."""
    known = pl.DataFrame({"site": sites, "article": np.arange(len(sites))}).drop_nulls("site").sort("site", "article")
    is_first = (known["site"] != known["site"].shift()).fill_null(value=True).to_numpy()
    return _BySite(np.append(np.flatnonzero(is_first), known.height), *read_only(known["article"].to_numpy()))


def _count_repeats(sentences: Sentences, prose: npt.NDArray[np.float32], by_site: _BySite) -> _Repeats:
    """Count what each site repeats; `prose` float32[m] weighs the sentences that tell versions of a story."""
    from dedup.kernels.furniture import count_sites

    n = sentences.offsets.size - 1
    out = _Repeats(np.ones(prose.size, np.uint32), np.ones(prose.size, np.uint32), np.ones(n, np.int64))
    if not by_site.articles.size:
        return out
    roots = np.empty(by_site.articles.size, np.int64)
    count_sites(
        *by_site, sentences.offsets, sentences.hashes, prose, VERSION_SHARE, VERSION_WEIGHT,
        roots, out.articles, out.stories,
    )  # fmt: skip
    starts, sizes = by_site.bounds[:-1], np.diff(by_site.bounds)
    is_first = roots == np.arange(roots.size) - np.repeat(starts, sizes)
    out.site_stories[by_site.articles] = np.repeat(np.add.reduceat(is_first.astype(np.int64), starts), sizes)
    return out


def _scales(sentences: Sentences, sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return how many words of each article count as one: 3 where the script has no spaces, else 1: int64[n]."""
    n = sentences.offsets.size - 1
    totals = np.add.reduceat(np.append(sentences.counts, 0).astype(np.int64), sentences.offsets[:-1]) if n else sizes
    # A script without spaces has a word every three bytes; with spaces, six and more.
    return np.where(sizes < 4 * totals, 3, 1)


def _are_open(sentences: Sentences, scales: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Tell the articles in languages that mark no sentence's end, as Thai and Lao: bool[n]."""
    from dedup.kernels.sentences import TERMINATED

    if not (scales > 1).any():
        return np.zeros(scales.size, bool)
    counts = np.append(sentences.counts, 0).astype(np.int64)
    is_ended = np.append(sentences.flags & TERMINATED > 0, False)
    total, ended = (np.add.reduceat(each, sentences.offsets[:-1]) for each in (counts, counts * is_ended))
    return np.asarray((scales > 1) & (ended < OPEN_SHARE * total))


def _looks(
    sentences: Sentences, scales: npt.NDArray[np.int64], is_open: npt.NDArray[np.bool_]
) -> npt.NDArray[np.uint8]:
    from dedup.kernels.teasers import mark_articles

    out = np.zeros(sentences.hashes.size, np.uint8)
    mark_articles(sentences.offsets, sentences.counts, sentences.flags, scales, is_open, MOST_LOOKS, out)
    return out * np.uint8(REASONS.index("teaser"))


def _keep_own_lines(sentences: Sentences, scales: npt.NDArray[np.int64], reasons: npt.NDArray[np.uint8]) -> None:
    """Take looks back, in place, where a short article is made of lines."""
    from dedup.kernels.teasers import keep_own_lines

    teaser, elsewhere = REASONS.index("teaser"), REASONS.index("elsewhere")
    keep_own_lines(sentences.offsets, sentences.counts, sentences.flags, scales, LIST_WORDS, teaser, elsewhere, reasons)


def _mark_headlines(
    sentences: Sentences, titles: pl.Series, scales: npt.NDArray[np.int64], reasons: npt.NDArray[np.uint8]
) -> None:
    """Mark, in place, the lines that are some other article's headline, and that article's opening where it follows."""
    from dedup.kernels.teasers import mark_headlines

    own = hash_runs(titles)
    order = np.argsort(own, kind="stable")
    mark_headlines(
        sentences.offsets, sentences.hashes, sentences.counts, sentences.flags, scales, own, order, HEADLINE_WORDS,
        REASONS.index("headline"), reasons,
    )  # fmt: skip


def _are_among(hashes: npt.NDArray[np.uint64], known: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    from dedup.kernels.overlap import find_members

    out = np.empty(hashes.size, bool)
    find_members(hashes, known, out)
    return out


def _repeated(sentences: Sentences, repeats: _Repeats) -> npt.NDArray[np.bool_]:
    """Tell the sentences that stand in so many different stories of their site that they are none of any."""
    from dedup.kernels.sentences import TERMINATED

    of_site = np.repeat(repeats.site_stories, np.diff(sentences.offsets))
    is_slight = ((sentences.flags & TERMINATED) == 0) | (sentences.counts <= SLIGHT_WORDS)
    is_pair = (repeats.stories == 2) & (is_slight | (of_site * TWO_STORY_SHARE <= 2))
    return np.asarray((repeats.stories >= MANY_STORIES) | is_pair)


def _known(sentences: Sentences, sites: pl.Series, known: pl.DataFrame) -> npt.NDArray[np.bool_]:
    """Tell the sentences that their site is known to repeat."""
    places = np.flatnonzero(_are_among(sentences.hashes, known["sentence_hash"].to_numpy()))
    owners = np.searchsorted(sentences.offsets, places, side="right") - 1
    met = pl.DataFrame({"place": places, "site": sites.gather(owners), "sentence_hash": sentences.hashes[places]}).join(
        known, on=["site", "sentence_hash"], how="semi"
    )
    out = np.zeros(sentences.hashes.size, bool)
    out[met["place"].to_numpy()] = True
    return out


def _elsewhere(
    sentences: Sentences, repeated: npt.NDArray[np.bool_], repeats: _Repeats, by_site: _BySite
) -> npt.NDArray[np.bool_]:
    """Tell the sentences that ELSEWHERE other sites repeat over different stories."""
    from dedup.kernels.furniture import find_elsewhere

    # A sentence that k articles carry is met k times at least.
    most = int(np.sum(1 / repeats.articles[repeated])) + 1
    known = find_elsewhere(*by_site, sentences.offsets, sentences.hashes, repeated, most, ELSEWHERE)
    return _are_among(sentences.hashes, known) & ~repeated


def share_of_text(
    sentences: Sentences, reasons: npt.NDArray[np.uint8], sizes: npt.NDArray[np.int64]
) -> npt.NDArray[np.float32]:
    """Return the share of each article's bytes that is furniture: float32[n], 0 to 1, 0 for an empty text."""
    from dedup.kernels.furniture import share_texts

    out = np.empty(sizes.size, np.float32)
    share_texts(sentences.offsets, sentences.starts, reasons, *read_only(sizes), out)
    return out
