"""Sites: each has a name, a domain, fixed furniture, and a fixed way of laying out its text."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache

from benchmarks.corpus import plain
from benchmarks.corpus.agencies import AGENCIES
from benchmarks.corpus.boxes import EASY_FORMS, HARD_FORMS
from benchmarks.corpus.words import vocabulary, wordings

LANGUAGES = ("de", "es", "ru", "ar", "hi", "zh", "ja", "th", "ko")
_FURNITURE = wordings("furniture")
_ENGLISH: dict[str, list[str]] = _FURNITURE["english"]
_SUFFIXES = (".com",) * 9 + (".org", ".net", ".news", ".co.uk", ".com.au", ".ca", ".in", ".info", ".co.za")
_NATIONAL = {
    "de": ".de",
    "es": ".es",
    "ru": ".ru",
    "ar": ".ae",
    "hi": ".in",
    "zh": ".cn",
    "ja": ".co.jp",
    "th": ".co.th",
    "ko": ".co.kr",
}
_SKIES = ("sunny", "cloudy", "rain", "clear", "partly cloudy", "snow showers", "fog")
NETWORKS = 12
"""Content networks whose member sites share furniture (hard only)."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site and its habits; every article of the site shows the same ones."""

    site_id: int
    name: str
    domain: str
    host: str
    language: str
    town: str
    head: tuple[str, ...]
    tail: tuple[str, ...]
    middle: tuple[str, ...]
    changing_head: tuple[str, ...]
    changing_tail: tuple[str, ...]
    related: str
    cut: str
    more: str
    frame: str
    teaser_form: int
    is_titled: bool
    is_flat: bool
    is_teaser_first: bool
    separator: str
    wrap: int
    typography: tuple[str, ...]
    habits: tuple[str, ...]
    network: int | None

    def sky(self, rng: random.Random) -> str:
        """Return today's weather word."""
        return rng.choice(_SKIES)


def language_of(site_id: int, is_hard: bool) -> str:
    """Return a site's language: of hard crawls, every 25th site is not English."""
    return LANGUAGES[site_id // 25 % len(LANGUAGES)] if is_hard and site_id % 25 == 24 else "en"


@lru_cache(maxsize=20_000)
def site(seed: int, site_id: int, is_hard: bool) -> Site:
    """Make a site; equal arguments make equal sites, and ids below 0 are the agencies' own sites."""
    rng = random.Random(f"site-{seed}-{site_id}-{is_hard}")
    agency = AGENCIES[-site_id - 1] if site_id < 0 else None
    language = agency.language if agency else language_of(site_id, is_hard)
    network = rng.randrange(NETWORKS) if is_hard and language == "en" and rng.random() < 0.18 else None
    town = str(rng.choice(vocabulary()["place"][:2500]))
    name = f"{'The ' if rng.random() < 0.3 else ''}{town} {rng.choice(_ENGLISH['papers'])}"
    stem = name.removeprefix("The ").lower().replace(" ", rng.choice(("", "", "-")))
    domain = f"{stem}{site_id if site_id % 3 else ''}{_NATIONAL.get(language) or rng.choice(_SUFFIXES)}"
    if not site_id % 3:
        domain = f"{stem}-{site_id:x}x{_NATIONAL.get(language, '.com')}"
    if agency:
        name, domain = agency.name, agency.domain
    shared = random.Random(f"network-{seed}-{network}") if network is not None else rng
    frame = _frame(shared, rng, language, is_hard)
    fill = {"name": name, "town": town, "domain": domain}
    return Site(
        site_id=site_id,
        name=name,
        domain=domain,
        host=rng.choice(("www.", "www.", "", "", "news.", "m.", "amp.")) + domain,
        language=language,
        town=town,
        network=network,
        head=_filled(frame["head"], fill),
        tail=_filled(frame["tail"], fill),
        middle=tuple(frame["middle"]),
        changing_head=tuple(frame["changing_head"]),
        changing_tail=tuple(frame["changing_tail"]),
        related=frame["related"][0].replace("{name}", name),
        cut=frame["cut"][0].replace("{name}", name),
        more=frame["more"][0].replace("{name}", name),
        frame=rng.choice(_ENGLISH["editor"]).format(**fill),
        teaser_form=rng.randrange(len(HARD_FORMS if is_hard else EASY_FORMS)),
        is_titled=rng.random() < 0.6,
        is_flat=is_hard and rng.random() < 1 / 3,
        is_teaser_first=is_hard and rng.random() < 0.12,
        separator=rng.choice(("\n", "\n", "\n\n", "\n\n", "\n \n")) if is_hard else rng.choice(("\n", "\n\n")),
        wrap=rng.choice((68, 76, 80)) if is_hard and rng.random() < 0.06 else 0,
        typography=_typography(rng) if is_hard else (),
        habits=tuple(habit for habit in ("standfirst", "points", "voices", "inside") if is_hard and rng.random() < 0.1),
    )


def _frame(shared: random.Random, own: random.Random, language: str, is_hard: bool) -> dict[str, list[str]]:
    if language != "en" or (is_hard and own.random() < 0.02):
        found = _FURNITURE["foreign"][language if language != "en" else own.choice(LANGUAGES)]
        return {
            "head": [found["nav"], found["share"]],
            "tail": [found["newsletter"], found["footer"], found["copyright"]],
            "middle": [found["middle"]],
            "changing_head": [],
            "changing_tail": [],
            "related": [found["related"]],
            "cut": [found["cut"]],
            "more": [found["cut"]],
        }
    if is_hard and shared.random() < plain.SHARE:
        return plain.frame(shared)
    nav = " ".join(shared.sample(_ENGLISH["nav"], shared.randint(6, 14)))
    head = [f"{'Skip to content ' if shared.random() < 0.3 else ''}{nav}", shared.choice(_ENGLISH["share"])]
    tail = [
        shared.choice(_ENGLISH["newsletter"]),
        shared.choice(_ENGLISH["footer"]),
        shared.choice(_ENGLISH["copyright"]),
    ]
    if shared.random() < 0.4:
        tail.insert(0, shared.choice(_ENGLISH["comments"]))
    if shared.random() < 0.3:
        head.insert(1, "{town} | Subscribe | Log in | E-Edition")
    if is_hard and shared.random() < 0.3:
        shared.shuffle(tail)
    return {
        "head": head,
        "tail": tail,
        "middle": shared.sample(_ENGLISH["middle"], 3) if is_hard and shared.random() < 0.5 else [],
        "changing_head": [shared.choice(_ENGLISH["changing"])] if is_hard and shared.random() < 0.5 else [],
        "changing_tail": shared.sample(_ENGLISH["changing"] + _ENGLISH["author"], 2)
        if is_hard and shared.random() < 0.5
        else [],
        "related": [shared.choice(_ENGLISH["related"])],
        "cut": [shared.choice(_ENGLISH["cut"])],
        "more": [shared.choice(_ENGLISH["more"])],
    }


def _filled(lines: list[str], fill: dict[str, str]) -> tuple[str, ...]:
    return tuple(line.format(**fill) for line in lines)


def _typography(rng: random.Random) -> tuple[str, ...]:
    """Choose the site's typographic habits; see `typography.apply`."""
    habits = [
        rng.choice(("straight",) * 8 + ("curly",) * 8 + ("entities",) * 2 + ("guillemets", "mojibake", "mojibake"))
    ]
    for habit, chance in (
        ("hyphens", 0.3),
        ("nbsp", 0.15),
        ("soft", 0.04),
        ("dots", 0.2),
        ("caps", 0.03),
        ("spaces", 0.1),
        ("zero", 0.03),
    ):
        if rng.random() < chance:
            habits.append(habit)
    return tuple(habits)
