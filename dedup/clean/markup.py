"""Bytes of a page → text that a parser may be given: the charset, and a look for bombs before any parser runs.

HTML parsers are quadratic in depth and in attributes, so a page of one megabyte can hold one for a minute. The look
here is linear, and takes well under a millisecond for an ordinary page.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from dedup.errors import BadRecordError

MAX_BYTES = 16 * 2**20
MAX_TAGS = 400_000
MAX_DEPTH = 2_500
MAX_ATTRIBUTES = 5_000
LONG_TAG = 16_384
"""Bytes of a tag below which its attributes are not counted."""

_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_VALUE = re.compile(rb"\"[^\"]*\"|'[^']*'|=\s*[^\s\"'>]+")
_ATTRIBUTE = re.compile(rb"[^\s/\"'=<>]+")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:.\-]{2,40})", re.IGNORECASE)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Pages in these charsets are plain ASCII bytes, so that they decode as UTF-8 without being it.
_SEVEN_BIT = frozenset({"iso2022_jp", "iso2022_kr", "hz"})
# Elements that hold nothing, or that the next of their kind closes: they do not nest.
_FLAT = frozenset(
    b"area base br col embed hr img input link meta param source track wbr "
    b"p li dt dd option optgroup tr td th thead tbody tfoot colgroup body html head path".split()
)
_RAW = frozenset({b"script", b"style", b"textarea", b"title", b"noscript", b"template", b"svg"})
_MAGIC = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"RIFF",
    b"\x1f\x8b",
    b"\x7fELF",
    b"OggS",
    b"ID3",
)


class BadPageError(BadRecordError):
    """One page cannot be extracted.

    Attributes
    ----------
    reason
        Short code for the quarantine: not-html, too-large, too-deep, too-many-tags or too-many-attributes.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class Shape(NamedTuple):
    """How big a page is for a parser: its tags, and an upper estimate of how deep they nest."""

    tags: int
    depth: int


def measure(html: bytes) -> Shape:
    """Return the shape of a page, or refuse a page that no parser should be given.

    Raises
    ------
    BadPageError
        The page is binary, or a bomb: too large, too many tags, nested too deep, or a tag with too many attributes.

    Notes
    -----
    Linear in the page. The depth counts tags opened and not yet closed, so unclosed tags count as nested, which is
    what a parser makes of most of them.
    """
    if len(html) > MAX_BYTES:
        raise BadPageError("too-large", f"the page has {len(html):,} bytes; at most {MAX_BYTES:,} are extracted")
    if _is_binary(html):
        raise BadPageError("not-html", f"the page is binary: it starts with {html[:16]!r}")
    tags = html.count(b"<")
    if tags > MAX_TAGS:
        raise BadPageError("too-many-tags", f"the page has {tags:,} tags; at most {MAX_TAGS:,} are extracted")
    if (attributes := _most_attributes(html)) > MAX_ATTRIBUTES:
        raise BadPageError("too-many-attributes", f"one tag has {attributes:,} attributes; at most {MAX_ATTRIBUTES:,}")
    depth = _depth(html)
    if depth > MAX_DEPTH:
        raise BadPageError("too-deep", f"tags nest {depth:,} deep; at most {MAX_DEPTH:,} are extracted")
    return Shape(tags, depth)


def _most_attributes(html: bytes) -> int:
    long_tags = (piece.partition(b">")[0] for piece in html.split(b"<") if len(piece) > LONG_TAG)
    # Values go first: one attribute may hold any amount of JSON or an image.
    return max((len(_ATTRIBUTE.findall(_VALUE.sub(b"=", t))) for t in long_tags if len(t) > LONG_TAG), default=0)


def _depth(html: bytes) -> int:
    depth = deepest = 0
    raw = b""
    for slash, name in _TAG.findall(html):
        tag = name.lower()
        if raw:
            raw = b"" if slash and tag == raw else raw
        elif tag in _FLAT:
            continue
        elif slash:
            depth -= depth > 0
        elif tag in _RAW:
            raw = tag
        else:
            depth += 1
            deepest = max(depth, deepest)
    return deepest


def _is_binary(html: bytes) -> bool:
    if html.startswith(_MAGIC):
        return True
    head = html[:4096]
    if any(head.startswith(bom) for bom, _ in _BOMS) or _utf16(head):
        return False
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls * 10 > len(head) and b"<" not in head[:256]


def decode(html: bytes, charset: str | None) -> str:
    """Return the page as text.

    Parameters
    ----------
    html
        Bytes of the page.
    charset
        What the HTTP header states; null where it states none.

    Notes
    -----
    The first of these that holds: a byte order mark; bytes that are valid UTF-8, whatever the page says of itself;
    the charset stated by the header, then by the page; the charset the bytes look like. Bytes that the charset does
    not have become U+FFFD.
    """
    for bom, name in _BOMS:
        if html.startswith(bom):
            return html[len(bom) :].decode(name, "replace")
    if (guessed := _utf16(html[:4096])) is not None:
        return html.decode(guessed, "replace")
    stated = [name for name in (_known(charset), _known(_meta_charset(html))) if name]
    if not _SEVEN_BIT.intersection(stated):
        try:
            return html.decode("utf-8")
        except UnicodeDecodeError:
            pass
    for name in stated:
        if name != "utf-8":
            return html.decode(name, "replace")
    return html.decode(_looks_like(html), "replace")


def _utf16(head: bytes) -> str | None:
    """Tell UTF-16 without a mark: in markup every second byte is NUL."""
    if len(head) < 64 or head.count(0) * 5 < len(head) * 2:
        return None
    if head[1::2].count(0) > head[0::2].count(0) * 8:
        return "utf-16-le"
    return "utf-16-be" if head[0::2].count(0) > head[1::2].count(0) * 8 else None


def _meta_charset(html: bytes) -> str | None:
    found = _META_CHARSET.search(html, 0, 8192)
    return found[1].decode("ascii") if found else None


def _known(charset: str | None) -> str | None:
    """Return the codec a label stands for on the web, where ISO-8859-1 means windows-1252."""
    if not charset:
        return None
    from resiliparse.parse.encoding import map_encoding_to_html5

    name = map_encoding_to_html5(charset.strip(" \"'"), fallback_utf8=False)
    if name is None:
        return None
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    # UTF-16 in a label of bytes that have no NULs is a lie, and UTF-7 is a way to smuggle markup.
    return None if info.name.startswith(("utf-16", "utf-32", "utf-7")) or not info._is_text_encoding else info.name


def _looks_like(html: bytes) -> str:
    from resiliparse.parse.encoding import detect_encoding

    return _known(detect_encoding(html)) or "utf-8"
