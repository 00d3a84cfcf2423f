"""The news agencies: what they call themselves and where they publish, as data and as regular expressions.

Owns the reading of `agencies.toml` and the learning of agencies that a crawl credits again and again.
Judges no article: `dedup.clean.wire` does.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

import polars as pl

from dedup.clean.match import EDGE, gated, holds_any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MIN_SITES = 3
"""An unknown agency is believed in once this many sites credit it."""


@dataclass(frozen=True)
class Agency:
    """One agency: plain name, unmistakable names, short codes, own domains, address segments of its copy."""

    name: str
    names: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    is_publisher: bool = False


@dataclass(frozen=True, eq=False)
class Agencies:
    """A set of agencies, with the patterns that find them.

    Patterns are alternations for Rust's regex, longest alias first, without groups.
    """

    known: tuple[Agency, ...]
    by_alias: dict[str, str] = field(init=False, repr=False)
    by_domain: dict[str, str] = field(init=False, repr=False)
    by_path: dict[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        aliases = {plain(alias): a.name for a in reversed(self.known) for alias in (a.name, *a.names, *a.codes)}
        object.__setattr__(self, "by_alias", aliases)
        object.__setattr__(self, "by_domain", {d: a.name for a in reversed(self.known) for d in a.domains})
        object.__setattr__(self, "by_path", {p: a.name for a in reversed(self.known) for p in a.paths})

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Unmistakable names, as written and in capitals."""
        long = [name for a in self.known for name in (*a.names, *(() if a.name in a.codes else (a.name,)))]
        return tuple(sorted({form for name in long for form in (name, name.upper())}))

    @cached_property
    def aliases(self) -> tuple[str, ...]:
        """Names and codes."""
        return tuple(sorted({*self.names, *(code for a in self.known for code in a.codes)}))

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """Aliases as they stand in text: also broken at the end of a line."""
        return tuple(sorted({*self.aliases, *(alias.replace(" ", "\n") for alias in self.aliases)}))

    @cached_property
    def publishers(self) -> tuple[tuple[str, str], ...]:
        """Name and domain of every agency that is a publisher too."""
        return tuple((a.name, domain) for a in self.known if a.is_publisher for domain in a.domains)

    def sites(self) -> pl.DataFrame:
        """Return one row a domain: domain (String), agency (String), sorted by domain."""
        rows = sorted(self.by_domain.items())
        return pl.DataFrame(rows, schema={"domain": pl.String, "agency": pl.String}, orient="row")


def plain(alias: str) -> str:
    """Return the form under which an alias is looked up: small letters, single spaces."""
    return " ".join(alias.lower().split())


def alternation(aliases: Iterable[str]) -> str:
    """Return a pattern for any of the aliases, the longest first, a space in them standing for any white space."""
    ordered = sorted(set(aliases), key=lambda alias: (-len(alias), alias))
    return "|".join(re.escape(alias).replace(r"\ ", r"\s") for alias in ordered)


def is_other_script(alias: str) -> bool:
    """Tell whether an alias is written in another script than Latin, if only in part."""
    return any(character.isalpha() and character >= "\u0250" for character in alias)


@lru_cache(maxsize=1)
def built_in() -> tuple[Agency, ...]:
    """Return the agencies of `agencies.toml` in its order."""
    text = files("dedup.clean").joinpath("agencies.toml").read_text("utf-8")
    return tuple(
        Agency(
            entry["name"],
            tuple(entry.get("names", ())),
            tuple(entry.get("codes", ())),
            tuple(entry["domains"]),
            tuple(entry.get("paths", ())),
            entry.get("is_publisher", False),
        )
        for entry in tomllib.loads(text)["agency"]
    )


@lru_cache(maxsize=16)
def known(extra: Sequence[Agency | str] = ()) -> Agencies:
    """Return the built-in agencies and `extra` ones, which come first; a bare string is a name that is unmistakable."""
    own = tuple(Agency(item, (item,)) if isinstance(item, str) else item for item in extra)
    return Agencies((*own, *built_in()))


_NEW = (
    r"(\p{Lu}[\p{L}\p{M}]+(?:\s\p{Lu}[\p{L}\p{M}]+){0,2}\s"
    r"(?:News\sAgency|Press\sAgency|News\sService|Newswire|Wire\sService|Press\sService|Wire))"
)
_NEW_FORMS = (
    r"(?m)"
    + EDGE
    + r"By\s\p{Lu}[\p{L}\p{M}.'’\-]*(?:\s\p{Lu}[\p{L}\p{M}.'’\-]*){0,4}(?:,\s|\s\|\s)"
    + _NEW
    + r"(?:\s|$)",
    r"(?m)^" + _NEW + r"\s*$",
    EDGE + r"[Dd]istributed\sby\s(?:the\s)?" + _NEW + EDGE,
    r"(?:©|\([cC]\)|[Cc]opyright)\s?(?:\d{4})?\s" + _NEW + EDGE,
    r"\(" + _NEW + r"\)\s?[-–—]",
)
_NEW_GATE = ("News Agency", "Press Agency", "News Service", "Newswire", "Wire Service", "Press Service", " Wire")


def learn(batches: Iterable[pl.DataFrame], agencies: Agencies) -> tuple[Agency, ...]:
    """Return agencies beyond the known ones that bylines on at least `MIN_SITES` sites credit, sorted by name.

    Parameters
    ----------
    batches
        Articles: head, tail (String) and site (String, null).
    agencies
        Those known already.
    """
    named, sites = zip(*((_named(batch), batch["site"].unique()) for batch in batches), strict=True)
    found = (
        pl.concat(named)
        .with_columns(pl.col("name").str.replace_all(r"\s+", " ").str.strip_suffix(" Service"))
        .with_columns(is_wire=pl.col("name").str.ends_with(" Wire"))
        .with_columns(
            pl.when("is_wire").then("name").otherwise(pl.col("name").str.replace(r" (News|Press)$", " $1 Service"))
        )
        .group_by("name")
        .agg(pl.col("site").n_unique().alias("sites"))
        .filter(pl.col("sites") >= MIN_SITES)
    )
    fresh = [name for name in sorted(found["name"]) if plain(name) not in agencies.by_alias]
    every = pl.concat(sites).drop_nulls().unique().sort().to_list() if fresh else []
    return tuple(_learned(name, every, agencies) for name in fresh)


def _named(articles: pl.DataFrame) -> pl.DataFrame:
    """Return what names of agencies, known or not, the bylines of articles credit: site, name (String)."""
    crediting = articles.filter(holds_any(pl.col("head"), _NEW_GATE) | holds_any(pl.col("tail"), _NEW_GATE))
    text = pl.concat_str([pl.col("head").fill_null(""), pl.col("tail").fill_null("")], separator="\n")
    forms = [gated(pl.col("text"), form).str.extract(form, 1) for form in _NEW_FORMS]
    rows = crediting.select("site", text=text).select("site", name=pl.concat_list(forms).list.drop_nulls())
    return rows.explode("name", empty_as_null=False)


def _learned(name: str, sites: list[str], agencies: Agencies) -> Agency:
    """Give a new agency its initials as a code, and the site that bears its name."""
    initials = "".join(word[0] for word in name.split())
    codes = (initials,) if len(initials) > 2 and plain(initials) not in agencies.by_alias else ()
    label = name.replace(" ", "").lower()
    domains = tuple(site for site in sites if site.split(".")[0] == label)
    return Agency(name, (name, f"{name} Service"), codes, domains)
