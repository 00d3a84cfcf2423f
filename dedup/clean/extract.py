"""Page → article: the text, title, dates and evidence of one HTML page.

Owns the choice of extractor and of what counts as the article's text. Knows nothing of files, batches or processes;
`jobs.read.sandbox` calls `extract` in a process it can kill, so this module imports neither Polars nor NumPy itself.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - msgspec reads the annotation when a page is decoded
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from dedup.clean import evidence, markup

if TYPE_CHECKING:
    from resiliparse.parse.html import HTMLTree

ExtractorName = Literal["auto", "resiliparse", "trafilatura"]
EXTRACTORS: tuple[ExtractorName, ...] = ("auto", "resiliparse", "trafilatura")

MAX_DOUBT = 0.15
"""Share of the fast text that may lie outside its paragraphs' span before `auto` asks trafilatura.

With MAX_LOOSE it asks for 15 % of 181 hand-marked pages and gives F1 0.958; never asking gives 0.953 at a third less
time, always asking 0.967 at four times the time.
"""
MAX_LOOSE = 0.25
"""Share of the fast text that may be lines which are no sentences before `auto` asks trafilatura."""
MIN_PARAGRAPH = 40
# trafilatura returns nothing at all for a page nested deeper than lxml reads, and takes minutes for many siblings.
TRAFILATURA_MAX_DEPTH = 240
TRAFILATURA_MAX_TAGS = 20_000

_SENTENCE_END = tuple(".!?…。！？।॥؟۔\"”’»)'」』")
_FAST: dict[str, Any] = {
    "main_content": True,
    "preserve_formatting": True,
    "alt_texts": False,
    "comments": False,
    "post_meta": False,
    "list_bullets": False,
    # The title has a column of its own, and a header or footer inside an article holds its furniture.
    "skip_elements": ["h1", "header", "footer"],
}


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What one page says: fields of `dedup.schema.RECORD`, null where it does not say.

    Attributes
    ----------
    text
        The article's text, one paragraph a line; empty where the page holds none.
    url
        The address the page gives as its own: canonical, og:url or JSON-LD url.
    published_at
        UTC; `published_at_source` names where it was found.
    page
        Evidence as sorted ``key=value``.
    """

    text: str
    title: str | None = None
    url: str | None = None
    published_at: datetime | None = None
    published_at_source: str | None = None
    language: str | None = None
    author: str | None = None
    page: list[str] = []


def extract(html: bytes, charset: str | None, extractor: ExtractorName = "auto", url: str | None = None) -> Page:
    """Return the article of a page.

    Parameters
    ----------
    html
        Bytes of the page, after any transfer and content encoding.
    charset
        What the HTTP header states; null where it states none.
    extractor
        ``resiliparse`` (fast), ``trafilatura`` (careful) or ``auto``: the fast one, and the careful one where the
        fast result looks doubtful.
    url
        Address the page was fetched from; only a date in its path is used, and only where the page states none.

    Raises
    ------
    BadPageError
        The page is binary or a bomb; a page without an article is no error but an empty text.

    Notes
    -----
    Depends on its arguments alone: neither on the clock nor on pages seen before.
    """
    from resiliparse.parse.html import HTMLTree

    shape = markup.measure(html)
    source = markup.decode(html, charset).replace("\x00", "")
    tree = HTMLTree.parse(source)
    facts = evidence.find(tree, source, url)
    is_safe = shape.depth <= TRAFILATURA_MAX_DEPTH and shape.tags <= TRAFILATURA_MAX_TAGS
    if extractor == "trafilatura" and is_safe:
        text = _careful_text(source, is_quick=False) or ""
    else:
        text, is_doubtful = _fast_text(tree)
        if extractor == "auto" and is_doubtful and is_safe:
            text = _careful_text(source, is_quick=True) or text
    return Page(
        text=text,
        title=facts.title,
        url=facts.url,
        published_at=facts.published_at,
        published_at_source=facts.published_at_source,
        language=facts.language,
        author=facts.author,
        page=facts.page,
    )


def preload(extractor: ExtractorName) -> None:
    """Import what `extract` will need, so that the first page is not charged for it."""
    import resiliparse.extract.html2text
    import resiliparse.parse.html  # noqa: F401

    if extractor != "resiliparse":
        import trafilatura  # noqa: F401


def _fast_text(tree: HTMLTree) -> tuple[str, bool]:
    from resiliparse.extract.html2text import extract_plain_text

    return trim(extract_plain_text(tree, **_FAST))


def trim(text: str) -> tuple[str, bool]:
    """Cut what stands before the first and after the last paragraph, and say whether the result is doubtful.

    A paragraph is a line of 40 characters or more that ends a sentence. Bylines, captions and share bars stand
    outside; where so much stands outside that the cut may cost the article, nothing is cut and the text is doubtful.
    """
    lines = [line for line in map(str.strip, text.split("\n")) if line]
    if not lines:
        return "", True
    sizes = [len(line) for line in lines]
    total = sum(sizes)
    paragraphs = [i for i, line in enumerate(lines) if sizes[i] >= MIN_PARAGRAPH and line.endswith(_SENTENCE_END)]
    if not paragraphs:
        return "\n".join(lines), True
    first, last = paragraphs[0], paragraphs[-1] + 1
    outside = total - sum(sizes[first:last])
    if outside > MAX_DOUBT * total:
        return "\n".join(lines), True
    loose = total - sum(sizes[i] for i in paragraphs)
    return "\n".join(lines[first:last]), loose > MAX_LOOSE * total


def _careful_text(source: str, *, is_quick: bool) -> str | None:
    import trafilatura

    # deduplicate keeps a cache across pages: what a page gives would depend on the pages before it.
    text: str | None = trafilatura.extract(
        source, fast=is_quick, favor_precision=not is_quick, include_comments=False, deduplicate=False
    )
    return text
