"""Which language a text is in: codes brought to two letters, and detection where nobody states one."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl
    from py3langid.langid import LanguageIdentifier

OPENING = 200
"""Characters of a text that the model looks at; more changed no answer worth the time."""

WORDS_OPENING = 600
"""Characters in which a language's common words are counted, which costs next to nothing."""
MIN_LETTERS = 20
"""Letters below which a text is too short to tell; half as many where a letter is a syllable or a word."""

USUAL_TEXTS, USUAL_SHARE = 3, 0.9
"""A site writes in one language where this many of its texts are plain and this share of them is in it."""

_CODE = re.compile(r"^([a-z]{2,3})(?:[-_].*)?$")
_THREE = {
    "ara": "ar", "ben": "bn", "bul": "bg", "cat": "ca", "ces": "cs", "chi": "zh", "cze": "cs", "dan": "da", "deu": "de",
    "dut": "nl", "ell": "el", "eng": "en", "est": "et", "eus": "eu", "fas": "fa", "fin": "fi", "fra": "fr", "fre": "fr",
    "ger": "de", "gre": "el", "heb": "he", "hin": "hi", "hrv": "hr", "hun": "hu", "ind": "id", "isl": "is", "ita": "it",
    "jpn": "ja", "kor": "ko", "lav": "lv", "lit": "lt", "may": "ms", "msa": "ms", "nld": "nl", "nor": "no", "per": "fa",
    "pol": "pl", "por": "pt", "ron": "ro", "rum": "ro", "rus": "ru", "slk": "sk", "slo": "sk", "slv": "sl", "spa": "es",
    "sqi": "sq", "srp": "sr", "swa": "sw", "swe": "sv", "tam": "ta", "tel": "te", "tha": "th", "tur": "tr", "ukr": "uk",
    "urd": "ur", "vie": "vi", "zho": "zh", "ary": "ar", "arz": "ar", "wuu": "zh", "yue": "zh", "fil": "tl",
}  # fmt: skip
_RENAMED = {"iw": "he", "in": "id", "ji": "yi", "nb": "no", "nn": "no", "jp": "ja", "cn": "zh", "ua": "uk"}
_UNKNOWN = {"xx", "zz", "un"}
# Scripts that one language of the news uses: no model is needed, and none is as sure.
_SCRIPTS = (
    ("ja", "[\u3041-\u3096\u30a1-\u30fa]"), ("ko", "[\uac00-\ud7a3]"), ("th", "[\u0e01-\u0e3a\u0e40-\u0e4e]"),
    ("el", "[\u0370-\u03ff\u1f00-\u1fff]"), ("he", "[\u05d0-\u05ea]"), ("hy", "[\u0531-\u0587]"),
    ("ka", "[\u10a0-\u10ff]"), ("ta", "[\u0b80-\u0bff]"), ("te", "[\u0c00-\u0c7f]"), ("kn", "[\u0c80-\u0cff]"),
    ("ml", "[\u0d00-\u0d7f]"), ("gu", "[\u0a80-\u0aff]"), ("pa", "[\u0a00-\u0a7f]"), ("si", "[\u0d80-\u0dff]"),
    ("km", "[\u1780-\u17ff]"), ("lo", "[\u0e80-\u0eff]"), ("my", "[\u1000-\u109f]"),
)  # fmt: skip
_COMMON = {
    "en": (
        "the and of with that",
        "a to in is was for on at by from has have will as an be are it his he said not were",
    ),
    "de": ("der die und das den nicht", "von zu mit ist des dem ein eine auf im in für sich auch hat am bei es wird"),
    "fr": ("les des est dans une du", "le la de et en un que qui pour sur au par a pas il se plus avec ce sont"),
    "es": ("los las del con por una", "el la de que en y un se su para al es lo como más no ha este a o"),
    "it": ("di che il della gli per", "la le un una in e del con non sono è al dei da si ha nel i lo alla"),
    "pt": ("do da em os um não", "o a de que e para com uma no na as dos se por ao é mais das foi"),
    "ru": ("что его это был как для", "и в не на с по из за от к о у он но года при до а также"),
}
"""Common words of a language: some that its neighbours lack, then the rest. Hand-picked."""

_OWN_WORDS, _COMMON_SHARE = 4, 0.15
"""A text is in a language without asking the model where so many of its words are the language's own, and this share of
all is common in it, twice as many as in any other language of the list."""

_LETTER = r"\p{L}\p{M}"
_PLAIN = "\u0000-\u024f\u2000-\u206f"
_DENSE = "[\u3041-\u30fa\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"


def normalize_code(code: str | None) -> str | None:
    """Return the two-letter code of ``en-US``, ``eng`` or ``EN``; null for what is no code or has no two letters."""
    found = _CODE.match(code.strip().lower()) if code else None
    if found is None:
        return None
    short = _THREE.get(found[1], found[1])
    short = _RENAMED.get(short, short)
    return short if len(short) == 2 and short not in _UNKNOWN else None


def detect(openings: pl.Series, sites: pl.Series | None = None) -> pl.Series:
    """Return the two-letter code of each text's language.

    Parameters
    ----------
    openings
        String; the first 600 characters of each are looked at.
    sites
        String, null where unknown: who published each text. A site that plainly writes in one language is taken to do
        so where a text itself is not plain.

    Returns
    -------
    pl.Series
        String, in the order of `openings`; null where there are too few letters to tell.

    Notes
    -----
    A script that one language of the news uses decides alone, then common words where they are plain, then the site's
    other texts; the rest, a few in a hundred of a usual crawl, is told by py3langid. Independent of row order.
    """
    import polars as pl

    address = r"https?://\S+|[\w.+-]+@[\w.-]+"
    rows = pl.DataFrame(
        {
            "text": openings.str.slice(0, WORDS_OPENING).str.replace_all(address, " ").fill_null(""),
            "site": pl.Series([None] * len(openings), dtype=pl.String) if sites is None else sites,
        }
    )
    told = _plain(rows.select("text").unique(maintain_order=True))
    rows = rows.join(told, on="text", how="left", maintain_order="left").join(
        _usual(rows.join(told, on="text")), on="site", how="left", maintain_order="left"
    )
    rows = rows.with_columns(code=pl.coalesce("code", pl.when("is_enough").then("usual")))
    hard = rows.filter("is_enough", pl.col("code").is_null())["text"].unique(maintain_order=True)
    modelled = pl.DataFrame(
        {"text": hard, "model": [_classify(text[:OPENING]) for text in hard]}, schema_overrides={"model": pl.String}
    )
    rows = rows.join(modelled, on="text", how="left", maintain_order="left")
    return rows.select(pl.coalesce("code", "model"))["code"].rename(openings.name)


def _plain(texts: pl.DataFrame) -> pl.DataFrame:
    """Add to distinct `text`: is_enough (Boolean), and code (String) where script or common words tell."""
    import polars as pl

    opening = pl.col("text").str.slice(0, OPENING)
    letters = opening.str.count_matches(f"[{_LETTER}]")
    texts = texts.with_columns(
        is_enough=letters + opening.str.count_matches(_DENSE) >= MIN_LETTERS,
        letters=letters,
        words=_by_words(texts["text"]),
    )
    by_script = pl.coalesce(
        # Kana among Han is Japanese however little of it there is; elsewhere a script must be the text's own.
        pl.when(opening.str.count_matches(script) >= pl.col("letters") * (0.1 if code == "ja" else 0.5)).then(
            pl.lit(code)
        )
        for code, script in _SCRIPTS
    )
    other = texts.filter(~opening.str.contains(f"^[{_PLAIN}]*$")).select("text", script=by_script)
    return texts.join(other, on="text", how="left").select(
        "text", "is_enough", code=pl.when("is_enough").then(pl.coalesce("script", "words"))
    )


def _usual(rows: pl.DataFrame) -> pl.DataFrame:
    """Return site and usual: the language that nearly all plain texts of a site are in, where there are a few."""
    import polars as pl

    counts = rows.drop_nulls(["site", "code"]).group_by("site", "code").len()
    total = pl.col("len").sum().over("site")
    main = counts.filter((total >= USUAL_TEXTS) & (pl.col("len") >= USUAL_SHARE * total))
    return main.select("site", usual="code")


def _by_words(texts: pl.Series) -> pl.Series:
    """Return the code of each text that its common words tell: String, null where they do not."""
    import polars as pl

    rows = [
        (word, code, is_own)
        for code, (own, rest) in _COMMON.items()
        for words, is_own in ((own, 1), (rest, 0))
        for word in words.split()
    ]
    common = pl.DataFrame(rows, schema=["word", "code", "is_own"], orient="row")
    words = (
        texts.rename("text").to_frame().with_row_index("row")
        .select("row", word=pl.col("text").str.to_lowercase().str.extract_all(r"[\p{L}\p{M}]+"))
        .with_columns(total=pl.col("word").list.len())
        .explode("word")
    )  # fmt: skip
    counts = (
        words.join(common, on="word")
        .group_by("row", "code")
        .agg(found=pl.len(), own=pl.col("is_own").sum(), total=pl.col("total").first())
    )
    best = (
        counts.sort("found", descending=True)
        .group_by("row")
        .agg(
            pl.col("code", "own", "total").first(),
            pl.col("found").first(),
            second=pl.col("found").get(1, null_on_oob=True),
        )
    )
    sure = best.filter(
        (pl.col("own") >= _OWN_WORDS)
        & (pl.col("found") >= _COMMON_SHARE * pl.col("total"))
        & (pl.col("found") >= 2 * pl.col("second").fill_null(0))
    )
    every = pl.DataFrame({"row": pl.int_range(len(texts), dtype=pl.UInt32, eager=True)})
    return every.join(sure.select("row", "code"), on="row", how="left", maintain_order="left")["code"]


def _classify(text: str) -> str | None:
    code, _ = _identifier().classify(text)
    return normalize_code(code)


@cache
def _identifier() -> LanguageIdentifier:
    # An instance of our own: another library may narrow the module's shared one.
    from py3langid import langid

    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
