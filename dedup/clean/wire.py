"""Which agency an article says it comes from, and who it says published it first.

Owns the judgement on one article's own words and fields; `dedup.canonical` weighs them over a story. The forms are
in `dedup.clean.byline`, the agencies in `dedup.clean.agencies`.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import polars as pl

from dedup.clean import origin
from dedup.clean.agencies import Agencies, Agency, alternation, known, learn
from dedup.clean.byline import UNNAMED, Rule, Where, rules
from dedup.clean.marks import MARKS, gate, mark
from dedup.clean.match import EDGE, gated

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

START = 260
"""Characters of the head in which a bare agency name on a line of its own is a byline, not a picture's credit."""

_HOST = r"^(?:[a-z][a-z0-9+.\-]*://)?(?:[^/@]*@)?([^/:?#]+)"
_PICTURES = rf"(?i){EDGE}getty|{EDGE}images?{EDGE}|shutterstock|{EDGE}photos?{EDGE}|photograph"
_OWN, _FILED = 0.95, 0.6

OUTPUT = {
    "row": pl.UInt32,
    "agency": pl.String,
    "agency_evidence": pl.String,
    "agency_strength": pl.Float32,
    "origin_hint": pl.String,
}


def agencies(batches: Iterable[pl.DataFrame], extra: Sequence[Agency | str] = ()) -> pl.DataFrame:
    """Return the agency each article credits, and the origin it names.

    Parameters
    ----------
    batches
        Articles, to be gone through more than once. One row an article: row (UInt32, distinct), head and tail (String: the
        first and last 600 characters or so, without furniture), author (String, null), page (List[String], 'key=value'),
        site (String, null), url (String, null).
    extra
        Agencies to know beside the built-in ones and those learned from the articles.

    Returns
    -------
    pl.DataFrame
        One row an article, in the order given: row, agency (String, null), agency_evidence (String, null: the words or
        field that name it), agency_strength (Float32, 0 to 1; null without an agency), origin_hint (String, null: name
        or domain it names as its first publisher).

    Notes
    -----
    Agencies beyond the known ones are believed in where bylines on three sites or more credit them, so the result
    for one article can depend on the others, never on their order. Linear in the text; regexes see only articles
    that hold an agency's name.
    """
    who = known(tuple(extra))
    if fresh := learn(batches, who):
        who = known((*extra, *fresh))
    return pl.concat([_credits(batch, who) for batch in batches])


def _credits(articles: pl.DataFrame, who: Agencies) -> pl.DataFrame:
    """Return what `agencies` does for the articles of one batch."""
    rows = _fields(articles)
    found = pl.concat([_own(rows, who), *_worded(_marked(rows, who), who), _filed(rows, who)])
    best = found.sort(["row", "agency_strength", "agency"], descending=[False, True, False]).unique(
        "row", keep="first", maintain_order=True
    )
    return (
        articles.select("row")
        .join(best, on="row", how="left", maintain_order="left")
        .join(origin.hints(rows), on="row", how="left", maintain_order="left")
        .select([pl.col(name).cast(dtype) for name, dtype in OUTPUT.items()])
    )


def _fields(articles: pl.DataFrame) -> pl.DataFrame:
    """Return the columns needed, without nulls; page as one 'key=value' a line."""
    head = pl.col("head").fill_null("")
    author = pl.col("author").fill_null("")
    address = pl.coalesce("url", "site").fill_null("").str.to_lowercase()
    return articles.select(
        "row",
        head.str.head(START).alias("start"),
        head.alias("head"),
        pl.col("tail").fill_null("").alias("tail"),
        # An author field that names a picture agency lists pictures' credits too; none of its agencies wrote the text.
        pl.when(~author.str.contains(_PICTURES)).then(author).otherwise(pl.lit("")).alias("author"),
        pl.col("page").list.join("\n").fill_null("").alias("page"),
        pl.col("site").fill_null("").str.to_lowercase().alias("site"),
        address.alias("url"),
    )


def _own(rows: pl.DataFrame, who: Agencies) -> pl.DataFrame:
    """Find articles on an agency's own domain, publishers' aside: those print stories of their own."""
    publishers = {domain for _, domain in who.publishers}
    domains = {domain: name for domain, name in who.by_domain.items() if domain not in publishers}
    near = rf"(?:^|[./@])(?:{alternation(domains)})(?:[/:?#]|$)"
    pattern = rf"(?:^|\.)({alternation(domains)})$"
    domain = pl.coalesce(_host().str.extract(pattern, 1), pl.col("site").str.extract(pattern, 1))
    shown = rows.filter(pl.col("url").str.contains(near) | pl.col("site").str.contains(near))
    hits = shown.select("row", domain=domain).drop_nulls("domain")
    return _hits(
        hits, pl.col("domain").replace_strict(domains, return_dtype=pl.String), "site: " + pl.col("domain"), _OWN
    )


def _filed(rows: pl.DataFrame, who: Agencies) -> pl.DataFrame:
    """Find addresses that file an article under an agency, such as /aponline/ or /wires/reuters/."""
    segment = pl.col("url").str.extract(rf"/({alternation(who.by_path)})/", 1)
    hits = rows.select("row", segment=segment).drop_nulls("segment")
    evidence = "url: /" + pl.col("segment") + "/"
    return _hits(hits, pl.col("segment").replace_strict(who.by_path, return_dtype=pl.String), evidence, _FILED)


def _host() -> pl.Expr:
    return pl.col("url").str.extract(_HOST, 1).fill_null("")


def _marked(rows: pl.DataFrame, who: Agencies) -> dict[Where, pl.DataFrame]:
    """Return for each part the articles in which it may credit an agency, aliases marked: few, so rules are cheap."""
    also: dict[Where, Sequence[str]] = {"head": (), "tail": UNNAMED, "author": (), "page": tuple(who.by_domain)}
    plans = []
    for where, others in also.items():
        shown = rows.lazy().filter(pl.col(where) != "")
        # Patterns of hundreds of aliases take their time to compile, and many a crawl has no such field.
        if (rows[where] != "").any():
            shown = shown.filter(pl.col(where).str.contains(gate(who, others)))
            shown = shown.with_columns(mark(pl.col(where), who))
            shown = shown.filter(pl.col(where).str.contains_any([*MARKS, *others]))
        plans.append(shown.select("row", where, host=_host()))
    held = dict(zip(also, pl.collect_all(plans), strict=True))
    start = held["head"].select("row", "host", start=_lines(pl.col("head").str.head(START)))
    head = held["head"].with_columns(_lines(pl.col("head")))
    return {**held, "head": head, "start": start.filter(pl.col("start") != "")}


def _lines(text: pl.Expr) -> pl.Expr:
    """Return the lines that hold an alias."""
    return text.str.split("\n").list.filter(pl.element().str.contains(f"[{MARKS}]")).list.join("\n")


def _worded(held: dict[Where, pl.DataFrame], who: Agencies) -> list[pl.DataFrame]:
    """Apply the rules, surest first; an article that some have settled is not shown to the less sure."""
    found = []
    for strength, equals in groupby(rules(who), key=lambda rule: rule.strength):
        matches = [_matches(rule, held[rule.where].lazy()) for rule in equals if not held[rule.where].is_empty()]
        if not matches:
            continue
        hits = _credited(pl.concat(matches), who).unique("row", keep="first", maintain_order=True).collect()
        found.append(_hits(hits, pl.col("agency"), pl.col("evidence"), strength))
        settled = hits["row"].implode()
        held = {where: frame.filter(~pl.col("row").is_in(settled)) for where, frame in held.items()}
    return found


def _matches(rule: Rule, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Return the words in which a rule holds, and the alias in them."""
    words = pl.col("words")
    found = gated(pl.col(rule.where), rule.pattern).str.extract(rule.pattern, 0)
    hits = rows.select("row", "host", words=found).drop_nulls("words")
    if rule.unless is not None:
        hits = hits.filter(~words.str.contains(rule.unless))
    alias = pl.lit(rule.alias) if rule.alias else words.str.extract(rule.pattern, 1)
    prefix = f"{rule.where}: " if rule.where in ("author", "page") else ""
    return hits.with_columns(alias=alias, prefix=pl.lit(prefix))


def _credited(matches: pl.LazyFrame, who: Agencies) -> pl.LazyFrame:
    """Return row, agency and evidence of the matches that credit an agency."""
    alias = pl.col("alias").str.to_lowercase().str.replace_all(r"\s+", " ")
    name = alias.replace_strict({**who.by_domain, **who.by_alias}, default=None, return_dtype=pl.String)
    hits = matches.with_columns(agency=name).drop_nulls("agency").filter(~_is_own_publisher(who))
    bare = pl.col("words").str.replace_all(f"[{MARKS}]", "").str.replace_all(r"\s+", " ").str.strip_chars()
    return hits.select("row", "agency", evidence=pl.col("prefix") + bare.str.head(120))


def _is_own_publisher(who: Agencies) -> pl.Expr:
    own = [
        (pl.col("agency") == name) & (pl.col("host").str.ends_with("." + domain) | (pl.col("host") == domain))
        for name, domain in who.publishers
    ]
    return pl.any_horizontal(own)


def _hits(rows: pl.DataFrame, agency: pl.Expr, evidence: pl.Expr, strength: float) -> pl.DataFrame:
    return rows.select(
        pl.col("row").cast(pl.UInt32),
        agency=agency,
        agency_evidence=evidence,
        agency_strength=pl.lit(strength, pl.Float32),
    )
