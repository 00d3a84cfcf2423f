"""The forms in which an article credits an agency, as rules for Rust's regex.

Owns the wording of bylines, datelines, credit lines and trailers in the languages the agencies write in. A mention
inside the story ("told Reuters") has none of these forms. The rules read text with its aliases between marks
(`dedup.clean.marks`). A rule has one group, the alias it found.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from dedup.clean.agencies import Agencies, alternation
from dedup.clean.marks import CODE, MARKS, NAME, OTHER, SHUT
from dedup.clean.match import EDGE

Where = Literal["start", "head", "tail", "author", "page"]


UNNAMED = (
    "diting by ",
    "porting by ",
    "(Report",
    "(Inform",
    "(Bericht",
    "(Redaz",
    "(Репортаж",
    "(Tra",
    "(Escrit",
    "للنشرة العربية",
)
"""Words without which no rule of the tail that names no agency can hold."""


@dataclass(frozen=True)
class Rule:
    """A form of credit: where it stands, its pattern, how sure it is, and what must not be in the words it matched."""

    where: Where
    pattern: str
    strength: float
    unless: str | None = None
    alias: str | None = None
    """The alias meant, where the form names none itself."""


_DASH = r"[-‐‑‒–—―−─_:]"
_OPEN, _CLOSE = r"[(\[（【［「〔]", r"[)\]）】］」〕]"
_WORD = r"[\p{Lu}\d\[][\p{L}\p{M}\d.'’´\]\-]*"
_NAMES = (
    r"\p{Lu}[\p{L}\p{M}.'’´\-]*(?:,?\s(?:\p{Lu}[\p{L}\p{M}.'’´\-]*|and|und|y|et|e|de|da|del|della|di|van"
    r"|von|der|den|bin|al|la|&)){0,11}"
)
_ANY = rf"[{NAME}{CODE}{OTHER}]([^{SHUT}]+){SHUT}"
_LONG = rf"[{NAME}{OTHER}]([^{SHUT}]+){SHUT}"
_SHORT = rf"{CODE}([^{SHUT}]+){SHUT}"
_FOREIGN = rf"{OTHER}([^{SHUT}]+){SHUT}"
_MONTH = (
    r"(?:[Jj]an|[Ff]eb|[Mm]ar|[Aa]pr|[Mm]ay|[Jj]une?|[Jj]uly?|[Aa]ug|[Ss]ep|[Oo]ct|[Nn]ov|[Dd]ec|JAN|FEB"
    r"|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"
    r"|[Mm]ai|[Jj]uni|[Jj]uli|[Oo]kt|[Dd]ez|[Ee]ne|[Aa]br|[Aa]go|[Dd]ic|[Ff]év|[Aa]vr|[Jj]uin|[Aa]oût"
    r"|[Gg]en|[Gg]iu|[Ll]ug|[Ss]et|[Oo]tt|[Mm]ag)"
)
_DAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?"
_BY = rf"(?:{EDGE}(?:By|BY|Von|VON|Por|POR|Par|PAR|Di|DI|De|DE)|От|Автор:)"
_STAFF = (
    r"(?:\s(?:[Ss]taff|STAFF|[Ww]riters?|WRITERS?|[Rr]eporters?|[Cc]orrespondents?|[Ee]ditorial|[Nn]ews"
    r"|[Aa]gency|[Ss]ports"
    r"|[Bb]usiness|[Ss]cience|[Mm]edical|[Pp]olitical|[Ee]conomics|[Nn]ewsroom|[Ss]ervice)" + EDGE + "){0,4}"
)
_THE = r"(?:[Tt]he\s|THE\s|[Ll]a\s|[Aa]gencia\s|[Aa]genzia\s)?"
_SOURCE = (
    r"(?:[Ss]ources?|SOURCES?|Quellen?|Fuentes?|FUENTE|Fontes?|Fonti|FONTE|Источник|Kaynak|KAYNAK|来源|來源"
    r"|稿源|出典|提供|출처|المصدر|स्रोत"
    r"|[Aa]gency|[Aa]gencia|[Aa]gence|Agentur)"
)
_PICTURE = (
    r"(?i)photo|foto|image|picture|credit|bild|getty|file\b|cnn\s*films|handout|撮影|写真|图片|사진|صورة|फोटो|фото"
)
_SPELT = (
    rf"{SHUT}\x20[(\[]|"
    r"(?:[Aa]genc(?:y|ies|ia|e)|[Aa]genzia|[Aa]gentur|Press|Presse|PRESS|Wire|Ajansı|Trust\sof\sIndia"
    r"|News\sService|International|told)\s[(\[]"
)
"""An agency spelt out before its short form: "Agence France-Presse (AFP) — the agency — said"."""
_YEAR = r"(?:19|20)\d\d(?:\s?[-–/]\s?(?:19|20)?\d\d)?"
_CONTRIBUTED = r"contributed\s(?:\w+\s){0,2}to\sth(?:is|e)\s(?:\w+\s)?(?:report|story|article)"


@lru_cache(maxsize=16)
def rules(agencies: Agencies) -> tuple[Rule, ...]:
    """Return the rules for a set of agencies, the surest first."""
    return tuple(sorted((*_of_head(), *_of_tail(), *_of_fields(agencies)), key=lambda rule: -rule.strength))


def _of_head() -> list[Rule]:
    after = r"(?:(?:/|-|,\s|\s/\s)[^()\[\]\n]{1,25})?"
    before = r"(?:[^()\[\]\n]{1,25}[=＝]|(?:[\p{L}\d.\-]{2,12}[/,]\s?){1,2})?"
    dated = rf"[Uu]pdated|[Pp]ublished|[Pp]osted|[Ll]ast\s|[Ss]taff|{_DAY}{EDGE}|{_MONTH}[a-zé]*\.?\s\d|\d"
    line_end = rf"\s*(?:$|(?:[|•·,–—(\-]|\s/)?\s*(?:{dated}))"
    end = rf"{_STAFF}(?:\s*$|\s*[|•·(–—/-]|\s+[\p{{Lu}}\d“\"‘'])"
    return [
        # NEW YORK (AP) — · LONDON, March 5 (Reuters) - · Berlin (dpa/lhe) - · (ANSA) - ROMA · Madrid, 5 mar (EFE).-
        Rule(
            "head",
            rf"(?:[\p{{L}}\p{{N}}.,'’\-{MARKS}]+\x20){{0,5}}{_OPEN}{before}\s?{_THE}{_ANY}{after}\s?{_CLOSE}[\s.,]{{0,3}}"
            rf"{_DASH}",
            1.0,
            rf"{_SPELT}|{_PICTURE}",
        ),
        # New Delhi, Mar 5 (PTI) The · MADRID, (EFE). El
        Rule("head", rf"(?m)^\W{{0,3}}(?:{_WORD}[,.]?\s){{1,9}}{_OPEN}{_ANY}{after}{_CLOSE}[.,]?\s+\S", 0.95, _PICTURE),
        Rule("head", rf"{_MONTH}[a-z]*\.?\s\d{{1,2}},?\s{_OPEN}{_ANY}{after}{_CLOSE}", 0.95, _PICTURE),
        Rule("head", rf"\d{{1,2}}\s{_MONTH}[a-z]*\.?,?\s{_OPEN}{_ANY}{after}{_CLOSE}", 0.95, _PICTURE),
        # Updated: 2016-07-15 06:50 (Xinhua)
        Rule("head", rf"(?:\d{{1,2}}:\d\d|(?:19|20)\d\d)\s?{_OPEN}{_ANY}{_CLOSE}", 0.9, _PICTURE),
        # (서울=연합뉴스) · 【ワシントン共同】 · [東京 5日 ロイター] · (رويترز) · (भाषा)
        Rule(
            "start",
            rf"{_OPEN}[^()\[\]（）【】\n]{{0,25}}?{_FOREIGN}(?:(?:/|-|=|,\s|\s)[^()\[\]\n]{{1,25}})?{_CLOSE}",
            0.95,
            _PICTURE,
        ),
        # 新华社北京3月5日电 · （中央社記者王小明台北5日電）
        Rule("start", rf"{_FOREIGN}[^\n，。,.]{{0,24}}?\d{{1,2}}日[^\n，。,.]{{0,4}}?[电電讯訊]", 1.0),
        Rule("start", rf"[（(]{_FOREIGN}[記记]者", 0.95),
        # /Xinhua/ -- · /ТАСС/. · /PRNewswire/ --
        Rule("head", rf"(?:^|[\s.,])/\s?{_ANY}(?:[\-/,\s][^/\n]{{1,25}}?)?\s?/(?:[\s.,]|$)", 1.0, _PICTURE),
        # МОСКВА, 5 мар - РИА Новости.
        Rule("head", rf"\d{{1,2}}\s\p{{L}}{{3,9}}\.?,?\s?{_DASH}\s?{_ANY}\.", 0.95),
        # ПАРИЖ. AFP - · AFP - at the very start
        Rule("start", rf"\A\W{{0,3}}{_ANY}\s?[-–—]+\s\S", 0.8, _PICTURE),
        # By FIRST LAST, Associated Press · By X and Y, Reuters · By X | AP · By X with AFP
        Rule(
            "head",
            rf"(?m){_BY}\s{_NAMES}(?:\s?[,|/•·–—\-;]\s?|\n|\s(?:with|of|for)\s|\s){_THE}{_ANY}{end}",
            0.95,
            rf"^\w+\s{_DAY}|{_PICTURE}",
        ),
        # First Last and First Last, Associated Press · First Last | AP
        Rule(
            "start",
            rf"(?m)^\W{{0,3}}{_NAMES}(?:,\s|\s?[|•·–—]\s?|\s-\s){_THE}{_ANY}{_STAFF}{line_end}",
            0.85,
            rf"\b{_DAY}\b|\bvs?\b|{_PICTURE}",
        ),
        # a line of its own: By The Associated Press · AP June 1, 2018 · Xinhua | Updated: · / AP · 来源：新华社
        Rule("head", rf"(?m)^\W{{0,4}}{_BY}\s{_THE}{_ANY}{_STAFF}{line_end}", 0.95, _PICTURE),
        Rule("head", rf"(?m)^\W{{0,4}}(?:[Ff]rom|FROM|[Vv]ia)\s{_THE}{_ANY}{_STAFF}{line_end}", 0.8, _PICTURE),
        Rule(
            "start",
            rf"(?m)^[^\p{{L}}\n]{{0,4}}(?:Redazione\s)?{_THE}{_ANY}(?:[記记]者|{_STAFF}){line_end}",
            0.75,
            _PICTURE,
        ),
        # Associated Press, below the picture and its caption
        Rule(
            "head",
            rf"(?m)^[^\p{{L}}\n]{{0,4}}{_THE}[{NAME}]([^{SHUT}\s]+\s[^{SHUT}]+){SHUT}{_STAFF}\s*$",
            0.7,
            _PICTURE,
        ),
        Rule("head", rf"{_SOURCE}\s?[:：]\s?{_THE}{_ANY}(?:[\s,;/|)）]|$)", 0.8, _PICTURE),
    ]  # fmt: skip


def _of_tail() -> list[Rule]:
    rights = r"(?:copyright|©|\(c\)|ⓒ|저작권자)"
    to_end = r"(?:\s*\n[^\n]{0,40}){0,2}\s*\z"
    return [
        # (Reporting by X in Y; Editing by Z), as Reuters signs in each language
        Rule(
            "tail",
            r"(?s)(?:^|[\s(])(?:[Rr]eporting|[Ww]riting|[Cc]ompiled)\sby\s.{2,260}?[Ee]di?ti?t?i?ng\sby\s",
            0.9,
            alias="Reuters",
        ),
        Rule("tail", r"\((?:Additional\s)?[Rr]eporting\sby\s[^()]{3,200}\)", 0.7, alias="Reuters"),
        Rule(
            "tail",
            r"(?s)\((?:Reporte|Reportaje|Información|Reportage|Reportagem|Bericht|Redazione|Репортаж|Tradotto|Traducido)\b"
            r"[^()]{3,240}?(?:[EeÉé]dit|[Rr]edigiert|[Rr]edazione|[Ee]di[cç]|Редактор)[^()]{0,160}\)",
            0.8,
            alias="Reuters",
        ),
        Rule("tail", r"(?:إعداد|تحرير)\s[^\n()]{3,80}للنشرة\sالعربية", 0.9, alias="Reuters"),
        Rule("tail", rf"Our\sStandards:\s+The\s{_LONG}\sTrust\sPrinciples", 0.9),
        # Copyright 2024 The Associated Press. All rights reserved · © 2024 AFP · <저작권자(c) 연합뉴스>
        Rule(
            "tail",
            rf"(?i:{rights})\W{{0,4}}(?i:©|\(c\)|copyright)?\s?(?:{_YEAR})[,.]?\s(?:(?i:by|von)\s)?{_THE}{_ANY}",
            0.9,
            _PICTURE,
        ),
        Rule(
            "tail",
            rf"(?i:copyright|저작권자|ⓒ|\(c\))\W{{0,4}}(?i:©|\(c\)|copyright)?\s?(?:(?i:by|von)\s)?{_THE}(?:一般社団法人)?"
            rf"{_ANY}(?:[^\p{{L}}]|$)",
            0.85,
            _PICTURE,
        ),
        Rule(
            "tail",
            rf"(?m)©\s?(?:一般社団法人)?{_THE}{_ANY}(?:社|[\s\-](?:International|infocom){EDGE}[^\n]{{0,40}}|,\s\S?dpa\S+|\W)?\s*(?:$|\.\s)",
            0.6,
            _PICTURE,
        ),
        Rule("tail", rf"{_THE}{_ANY}\.?\s+[Aa]ll\s[Rr]ights\s[Rr]eserved", 0.9, _PICTURE),
        Rule("tail", rf"(?i:distributed|provided|supplied|syndicated)\sby\s{_THE}{_LONG}", 0.9),
        Rule("tail", rf"(?i:republished|reprinted)\s(?:\w+\s){{0,3}}(?i:from|courtesy\sof)\s{_THE}{_LONG}", 0.95),
        Rule("tail", rf"(?i:originally|first)\s(?i:published|appeared|ran)\s(?i:by|in|on|at)\s{_THE}{_LONG}", 0.85),
        # Associated Press writers X in Y and Z contributed to this report
        Rule(
            "tail",
            rf"{_ANY}\s(?:\w+\s){{0,3}}?(?i:writers?|reporters?|correspondents?|journalists?){EDGE}[^\n]*?contributed",
            0.85,
        ),
        # (AP) · (PTI) · （新华社） closing the text; a line of its own; PTI ABC DEF; EFE abc/def; ==Kyodo
        Rule(
            "tail",
            rf"{_OPEN}(?:[^()\[\]\n]{{1,20}}[=＝])?{_ANY}(?:(?:/|-)\p{{Ll}}[^()\[\]\n]{{1,25}})?"
            rf"{_CLOSE}[.\s]{{0,3}}{to_end}",
            0.8,
            _PICTURE,
        ),
        Rule(
            "tail",
            rf"(?m)^[^\p{{L}}\n]{{0,4}}{_ANY}(?:\s[A-Z]{{2,5}}){{0,4}}\W{{0,3}}{to_end}",
            0.7,
            rf"[Cc]onversation|{_PICTURE}",
        ),
        Rule("tail", rf"{_SHORT}(?:\s[A-Z]{{2,4}}){{2,4}}\W*(?:\n|\z|[\p{{Lu}}])", 0.7),
        Rule("tail", rf"{_SHORT}\s\p{{Ll}}{{2,5}}(?:/\p{{Ll}}{{2,5}}){{1,4}}\s*(?:\n|\z|[\p{{Lu}}])", 0.8),
        # ... sneak into the US. PTI
        Rule("tail", rf"[\p{{Ll}}\p{{Lu}}”\"][.!?][”\"’]?\x20{_ANY}\W{{0,3}}{to_end}", 0.7, _PICTURE),
        Rule("tail", rf"(?:==|--|––|—)\s?{_ANY}\W*{to_end}", 0.75, _PICTURE),
        Rule("tail", rf"(?:{_SOURCE}|责任编辑|責任編輯)\s?[:：]\s?{_THE}{_ANY}(?:[\s,;/|)）.]|$)", 0.75, _PICTURE),
        # (AFP, dpa): the publisher's story from several agencies
        Rule(
            "tail",
            rf"{_OPEN}\s?{_ANY}(?:(?:\s?[/,+&]\s?|\s(?:and|und|y|et|e)\s)[^()\[\]\n]{{2,40}})\s?"
            rf"{_CLOSE}[.\s]{{0,3}}{to_end}",
            0.4,
            _PICTURE,
        ),
        # the publisher's story with an agency's help
        Rule("tail", rf"{_THE}{_ANY}(?:\s(?:also\s)?|,?\s(?:and|&)\s[^\n.]{{2,60}}?\s(?:also\s)?){_CONTRIBUTED}", 0.4),
        Rule(
            "tail",
            rf"(?i:with|mit|con|avec|com)\s(?i:(?:inputs?|reporting|files?|reports?|material|information"
            rf"|contributions|información|informações|informations|informazioni)\s(?:from|by|von|de|da|do|di)\s)"
            rf"{_THE}{_ANY}",
            0.4,
        ),
        Rule("tail", rf"\((?i:with|mit|con|avec|com)\s{_THE}{_ANY}(?:[,/\s][^()\n]{{1,40}})?\)", 0.4),
    ]  # fmt: skip


def _of_fields(agencies: Agencies) -> list[Rule]:
    lead = (
        rf"(?:\A|[,;|/(]\s*|\s[-–—•]\s|{EDGE}(?:[Bb]y|BY|[Vv]ia|[Ff]or|[Oo]f|[Ff]rom|[Vv]on|[Pp]or|[Pp]ar|[Ww]ith)\s)"
    )
    # Some pages run the time into the field of the author.
    dated = r"(?:\s+(?i:published|updated|posted|last\supdated|modified)\b.*)?"
    end = rf"(?:\s*{dated}\z|\s*[,;|/()]|\s[-–—•]\s|\s(?:and|with)\s)"
    keys = (
        r"author|creator|sourceOrganization|copyrightHolder|provider|publisher|byl|byline|source|rightsholder"
        r"|rights|contributor|agency"
    )
    links = r"canonical|og:url|syndication-source|original-source|isBasedOn|mainEntityOfPage|source"
    domains = alternation(agencies.by_domain)
    return [
        Rule(
            "author",
            rf"(?:\A\s*(?:[Bb]y\s|BY\s)?|\A[^,;|]*(?:[,;|/(–—•]|\s-)\s*|{EDGE}(?:[Vv]ia|[Ff]or|[Oo]f|[Ff]rom)\s){_THE}"
            rf"{_ANY}{_STAFF}{end}",
            0.9,
        ),
        Rule("author", rf"{lead}{_THE}{_ANY}{_STAFF}{end}", 0.6),
        Rule("author", rf"\s{_THE}{_LONG}{_STAFF}\s*{dated}\z", 0.85),
        Rule(
            "page",
            rf"(?m)^[^=\n]*(?:{EDGE}|_)(?:{keys})[^=\n]*=(?:[^\n]*?[,;|/(]\s*|[^\n]*{EDGE}[Bb]y\s)?{_THE}{_ANY}{_STAFF}(?:\s*$"
            rf"|\s*[,;|/)])",
            0.85,
        ),
        # NEW YORK (AP) — at the start of the page's description
        Rule(
            "page",
            rf"(?m)^og:description=(?:[\p{{L}}\p{{N}}.,'’\-{MARKS}]+\x20){{0,5}}{_OPEN}\s?{_THE}{_ANY}\s?{_CLOSE}"
            rf"[\s.,]{{0,3}}{_DASH}",
            0.95,
            rf"{_SPELT}|{_PICTURE}",
        ),
        Rule("page", rf"(?m)^[^=\n]*{EDGE}(?:{links})[^=\n]*=https?://(?:[\w\-]+\.)*({domains})(?:[/:?#]|$)", 0.85),
    ]  # fmt: skip
