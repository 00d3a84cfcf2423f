"""Who an article names as its first publisher: "This story was originally published by X", "By Y, Houston Chronicle".

Owns the wording of such credits. The name stands as the article gives it; `dedup.canonical` finds its site.
"""

from __future__ import annotations

import polars as pl

from dedup.clean.match import EDGE, gated, holds_any

_THE = r"(?:[Tt]he\swebsite\sof\s)?"
_NAME = r"(\p{L}[^\n;()<>|]{1,60}?|\d{1,3}\p{L}[^\n;()<>|]{1,40}?)"
_END = (
    r"(?:[.。](?:\s|$)|[,;|\n，。》]|\s[-–—(]|\s(?:and|under|with|as|is|where|here|for|through|by|via|on|in)\s|"
    r"\s(?:und|y|et|e|bajo|sous)\s|$)"
)
_STORY = (
    rf"(?:(?i:{EDGE}(?:story|article|report|piece|column|post|essay|version|commentary|op-ed|interview|content"
    rf"|excerpt|this){EDGE}"
    rf"[^.\n]{{0,60}}?{EDGE})|(?:^|[\n.(*–—|]\s{{0,2}}))"
)
"""What was published first is the story, not what it tells of: "the virus first appeared in West Michigan"."""
_ORIGINALLY = (
    r"(?i:(?:originally|first|initially)\s(?:published|appeared|ran|posted|printed|produced|written)\s"
    r"(?:by|in|on|at|with|for)\s)"
)
_AGAIN = (
    r"(?i:(?:re-?published|reprinted|reposted|syndicated|reproduced)\s(?:here\s)?(?:with\s(?:the\s)?permission\s)?"
    r"(?:from|of|courtesy\sof)\s)"
)
_CREDITS = (
    r"(?i:originally\s(?:published|appeared)\s(?:by|on)\s)",
    r"(?i:(?:published|appeared|produced)\s(?:originally|first)\s(?:by|on)\s)",
    _AGAIN,
    r"(?i:read\sthe\s(?:original|full)\s(?:article|story|version)\s(?:here\s)?(?:on|at|by|in)\s)",
    r"(?i:this\s(?:story|article|report)\s(?:was|is)\s(?:produced|provided)\sby\s)",
    rf"(?i:{EDGE}(?:story|article|report|text)\s(?:is\s)?courtesy\sof\s)",
    r"(?i:(?:zuerst|ursprünglich)\s(?:erschienen\s)?(?:bei|in|auf|im)\s)",
    r"(?i:(?:publicad[oa]|apareci[oó])\s(?:originalmente|por\sprimera\svez)\s(?:en|por|em|no|na)\s)",
    r"(?i:(?:initialement|d['’]abord)\s(?:été\s)?(?:publiée?|parue?)\s(?:par|sur|dans)\s)",
    r"(?i:pubblicat[oa]\s(?:originariamente|originalmente|per\sla\sprima\svolta)\s(?:da|su|in)\s)",
    r"(?:впервые|первоначально)\sопубликован[аоы]?\s(?:на|в|изданием)\s",
    r"(?:本文|文章)?(?:转载自|轉載自|原载于|原載於|原文刊登于|最早发表于)[:：]?\s?《?",
)
_FORMS = ((_STORY, _ORIGINALLY), *(("", credit) for credit in _CREDITS))
"""What must stand before a credit, and the credit."""

PAPERS = (
    "Post", "Times", "News", "Chronicle", "Herald", "Tribune", "Journal", "Star", "Press", "Gazette", "Globe",
    "Observer", "Inquirer", "Sentinel", "Courier", "Examiner", "Register", "Dispatch", "Enquirer", "Bee", "Mercury",
    "Telegraph", "Guardian", "Independent", "Today", "Magazine", "Review", "Monitor", "Daily", "Weekly", "Record",
    "Sun", "Mirror", "Express", "Standard", "Mail", "Ledger", "Banner", "Advocate", "Democrat", "Republic",
    "Republican", "Union", "Constitution", "Radio", "TV", "Digital", "Bloomberg", "Beacon", "Bulletin", "Leader", "Citizen",
    "Reporter", "Argus", "Gleaner", "Pioneer", "Patriot", "Eagle",
)  # fmt: skip
_SUFFIXES = (".com", ".Com", ".org", ".net", ".news")
_PRESS = "(?:" + "|".join(PAPERS) + ")"
_PERSONS = r"\p{Lu}[\p{L}\p{M}.'’\-]*(?:\s(?:\p{Lu}[\p{L}\p{M}.'’\-]*|and|&|de|van|von)){1,7}"
_HOUSE = (
    rf"((?:[Tt]he\x20)?(?:\p{{Lu}}[\p{{L}}.'’&\-]*\x20){{0,4}}{_PRESS}(?:\x20(?:News|Service|Network|Media|Group))?"
    r"|\p{L}+\.(?:[cC]om|org|net|news))"
)
_POST = r"(?:\s[Ss]taff(?:\s\w+)?|\s[Rr]eporter|\s[Ww]riter)?\s*$"
AFFILIATION = rf"(?m)(?:^|{EDGE}(?:By|BY)\s){_PERSONS}(?:,\s|\s\|\s|\s[Ff]or\s){_HOUSE}{_POST}"
STAFF = rf"(?m)\b{_HOUSE}\x20(?:[Ss]taff\s(?:[Ww]riters?|[Rr]eporters?)|STAFF WRITERS?)\b"
_NO_NAME = (
    r"^(?i:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tues?|wed|thu|fri|sat|sun)[a-z]*\b"
    r"|(?:here|this|our|a|an)\b|\d+\W)|^[^\p{L}]*$"
)
"""A date or a word that names nobody: "First published on May 31", "published first in this newspaper"."""
_GATE = (
    "riginally ", "first published", "first appeared", "first posted", "First published", "First appeared",
    "nitially published", "ished first", "eared first", "epublished", "e-published", "eprinted", "eposted",
    "yndicated from", "eproduced from", "ead the original", "ead the full", "produced by", "provided by", "ourtesy of",
    "uerst ", "rsprünglich ", "riginalmente", "primera vez", "nitialement",
    "abord publi", "abord paru", "riginariamente", "prima volta", "первые опублик", "ервоначально", "转载自", "轉載自",
    "原载于", "原載於", "刊登于", "发表于",
)  # fmt: skip


def hints(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the first publisher that articles name.

    Parameters
    ----------
    rows
        row (UInt32), start, head, tail and author (String, no nulls).

    Returns
    -------
    pl.DataFrame
        row (UInt32), origin_hint (String): one row an article that names one, sorted by row.
    """
    clean = pl.col("hint").str.replace_all(r"\s+", " ").str.replace(r"^[Tt]he ", "").str.strip_chars(" .,:“”\"'’")
    return (
        pl.concat([_told(rows), _signed(rows)])
        .select("row", origin_hint=clean)
        .filter(pl.col("origin_hint").str.len_chars() > 1, ~pl.col("origin_hint").str.contains(_NO_NAME))
        .unique("row", keep="first", maintain_order=True)
        .sort("row")
    )


def _told(rows: pl.DataFrame) -> pl.DataFrame:
    """Return row and hint (String) of articles that say who published them first."""
    told = rows.filter(holds_any(pl.col("head"), _GATE) | holds_any(pl.col("tail"), _GATE)).select(
        "row", text=pl.col("head") + "\n" + pl.col("tail"), hint=pl.lit(None, pl.String)
    )
    found = [told.clear()]
    for story, credit in _FORMS:
        shown = told.filter(pl.col("text").str.contains(credit))
        if not shown.is_empty():
            found.append(shown.with_columns(hint=_named(pl.col("text"), story + credit + _THE)))
    return pl.concat(found).select("row", "hint").drop_nulls("hint").unique("row", keep="first", maintain_order=True)


def _named(text: pl.Expr, lead: str) -> pl.Expr:
    """Return the name behind a credit, null without one."""
    # Credit and name in one pattern cost a hundred times as much: every name makes new states of the automaton.
    rest = text.str.extract(rf"{lead}(?s:(.*))", 1)
    name = rest.str.extract(f"^{_NAME}{_END}", 1)
    later = pl.when(rest.is_not_null() & name.is_null()).then(text).str.extract(lead + _NAME + _END, 1)
    return pl.coalesce(name, later)


def _signed(rows: pl.DataFrame) -> pl.DataFrame:
    """Return row and hint (String) of articles signed with another paper's name, those of the author field first."""
    by_field = rows.select("row", text="author")
    by_line = rows.select("row", text="start")
    signed = pl.concat([by_field, by_line]).filter(holds_any(pl.col("text"), (*PAPERS, *_SUFFIXES)))
    forms = [gated(pl.col("text"), form).str.extract(form, 1) for form in (AFFILIATION, STAFF)]
    return signed.select("row", hint=pl.coalesce(forms)).drop_nulls("hint")
