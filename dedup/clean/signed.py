"""Who signs an article in its text, and which names stand in it where a publisher is credited.

Owns the shapes of such lines. A name is only a name here: `dedup.naming` believes in it where another member of the
story bears it, so a shape may be looser than those of `dedup.clean.origin`, which are believed in by themselves.
"""

from __future__ import annotations

import polars as pl

from dedup.clean.match import EDGE
from dedup.clean.origin import PAPERS

_WORD = r"\p{Lu}[\p{L}\p{M}.'’\-]*"
_PERSON = rf"{_WORD}(?:\x20{_WORD}){{1,3}}"
_TITLE = r"\p{Lu}[\p{L}\p{M}\d]*(?:[.'’&\-][\p{L}\p{M}\d]+)*"
_DOMAIN = r"[\p{L}\d\-]{3,}(?:\.[a-z]{2,6}){1,2}"
_NAME = rf"^(?:[Tt]he\x20)?({_DOMAIN}{EDGE}|{_TITLE}(?:\x20(?:&|{_TITLE})){{0,4}})"
_ANY_PAPER = f"(?:{'|'.join(PAPERS)})"
_PAPER = rf"^(.+?\x20{_ANY_PAPER})\x20"

_SIGNER = rf"^\n?\w+\x20({_PERSON})(?:,?\x20(?:\p{{Lu}}\p{{L}}+\x20)?(?i:staff|writer|reporter|correspondent)\b.*)?\W*$"
_SIGNED = (("head", r"^(?:By|BY|Von|Por|Par) [^\n]{3,90}"), ("head", r"\n(?:By|BY|Von|Por|Par) [^\n]{3,90}"))
"""By Ann Lee · By ANN LEE, Staff Writer: a line of its own."""

_CREDITED = (
    # By Ann Lee, Zed Herald · By Ann Lee | Zed Herald · By Ann Lee For zedherald.com
    ("head", r"(?:By|BY) [^\n]{6,90}", r"^.. [^a-z,|][^,|]{3,60}?(?:,| \|| [Ff]or) "),
    # © 2024 Zed Herald
    (
        "tail",
        r"(?:©|\(c\)|[Cc]opyright|COPYRIGHT)[^\n]{3,80}",
        r"^(?:©|\(c\)|[A-Za-z]+)(?:[ .,:]{0,3}(?:©|\(c\)))?[ .,:]{0,3}(?:[0-9]{4}(?:[^ ][0-9]{4})?,? )?(?:[Bb]y )?",
    ),
    # first published by Zed Herald · Read the original story at Zed Herald, further below than `origin` looks
    (
        "tail",
        r"(?:published|appeared|produced|eprinted|ourtesy|original) [^\n]{5,90}",
        r"^[a-z]+ (?:[a-z]+ ){0,3}?(?:by|on|in|at|from|of) (?:the )?",
    ),
    # Source: Zed Herald
    ("tail", r"(?:[Ss]ource|SOURCE|Quelle|Fuente|Fonte|Источник): [^\n]{3,60}", "^[^:]*: "),
    # — Zed Herald · – Ann Lee, Zed Herald, behind the last sentence
    ("tail", r"(?:\n|[.”\"] )[—–] ?[^\n]{4,80}", r"^[^—–]*[—–] ?(?:[^,]{4,40}, )?"),
    # (Zed Herald), behind the last sentence
    ("tail", r"[.!?…”\"’。]\s{0,3}\([^()\n]{4,60}\)", r"^[^(]*\("),
)
"""The part of an article, what may be such a line there, and what of the line stands before the name.

The patterns are of few and plain letters: those of all alphabets are ten times as slow.
"""

_HIDDEN = "[\u200b\u00ad]"


def signed(articles: pl.DataFrame) -> pl.DataFrame:
    """Return who signs each article in its text, and which names are credited in it.

    Parameters
    ----------
    articles
        One row an article: row (UInt32, distinct), head and tail (String, null: its beginning and its end).

    Returns
    -------
    pl.DataFrame
        One row an article that has either, sorted by row: row, signer (String, null: a person's name), credited
        (String, null: names of publishers or of what stands in their place, sorted, one a line).
    """
    lines = pl.concat([_lines(articles, part, line) for part, line in _SIGNED])
    signer = (
        lines.select("row", signer=pl.col("line").str.extract(_SIGNER, 1))
        .drop_nulls()
        .group_by("row", maintain_order=True)
        .agg(pl.col("signer").first())
    )
    rests = [
        _lines(articles, part, line).select(
            "row", rest=pl.when(pl.col("line").str.contains(lead)).then(pl.col("line").str.replace(lead, ""))
        )
        for part, line, lead in _CREDITED
    ]
    named = pl.concat(rests).select("row", name=pl.col("rest").str.extract(_NAME, 1)).drop_nulls()
    # Where a page has no lines, words that follow a name seem to be part of it.
    shorter = named.select("row", name=pl.col("name").str.extract(_PAPER, 1)).drop_nulls()
    credited = pl.concat([named, shorter]).group_by("row").agg(credited=pl.col("name").unique().sort().str.join("\n"))
    return signer.join(credited, on="row", how="full", coalesce=True).sort("row")


def _lines(articles: pl.DataFrame, part: str, line: str) -> pl.DataFrame:
    """Return row and line (String), one row a line found, in the order of the text."""
    shown = pl.col("line").str.replace_all(_HIDDEN, "").str.replace_all("\u00a0", " ", literal=True)
    return (
        articles.select("row", line=pl.col(part).str.extract_all(line))
        .filter(pl.col("line").list.len() > 0)
        .explode("line", empty_as_null=False)
        .with_columns(line=shown)
    )
