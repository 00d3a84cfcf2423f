"""Which language a text is in: codes brought to two letters, and detection where nobody states one."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl
    from py3langid.langid import LanguageIdentifier

OPENING = 200
"""Characters of a text that are looked at; more changed no answer worth the time."""
MIN_LETTERS = 20
"""Letters below which a text is too short to tell; half as many where a letter is a syllable or a word."""

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
_LETTER = r"\p{L}\p{M}"
_DENSE = "[\u3041-\u30fa\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"


def normalize_code(code: str | None) -> str | None:
    """Return the two-letter code of ``en-US``, ``eng`` or ``EN``; null for what is no code or has no two letters."""
    found = _CODE.match(code.strip().lower()) if code else None
    if found is None:
        return None
    short = _THREE.get(found[1], found[1])
    short = _RENAMED.get(short, short)
    return short if len(short) == 2 and short not in _UNKNOWN else None


def detect(openings: pl.Series) -> pl.Series:
    """Return the two-letter code of each text's language.

    Parameters
    ----------
    openings
        String; the first 200 characters of each are looked at.

    Returns
    -------
    pl.Series
        String, in the order of `openings`; null where there are too few letters to tell.

    Notes
    -----
    A script that one language of the news uses decides alone; the rest is told by py3langid. A row's answer depends
    on its own text only.
    """
    import polars as pl

    frame = (
        openings.str.slice(0, OPENING)
        .to_frame("opening")
        .select(pl.col("opening").str.replace_all(r"https?://\S+|[\w.+-]+@[\w.-]+", " ").fill_null(""))
    )
    letters = pl.col("opening").str.count_matches(f"[{_LETTER}]")
    frame = frame.with_columns(
        (letters + pl.col("opening").str.count_matches(_DENSE)).alias("weight"),
        letters.alias("letters"),
    )
    by_script = pl.coalesce(
        # Kana among Han is Japanese however little of it there is; elsewhere a script must be the text's own.
        pl.when(pl.col("opening").str.count_matches(script) >= pl.col("letters") * (0.1 if code == "ja" else 0.5)).then(
            pl.lit(code)
        )
        for code, script in _SCRIPTS
    )
    is_enough = pl.col("weight") >= MIN_LETTERS
    frame = frame.with_columns(pl.when(is_enough).then(by_script).alias("code"))
    is_open = is_enough & pl.col("code").is_null()
    texts = frame.filter(is_open)["opening"].unique(maintain_order=True)
    told = pl.DataFrame(
        {"opening": texts, "told": [_classify(text) for text in texts]}, schema_overrides={"told": pl.String}
    )
    joined = frame.join(told, on="opening", how="left", maintain_order="left")
    return joined.select(pl.coalesce("code", pl.when(is_enough).then("told")))["code"].rename(openings.name)


def _classify(text: str) -> str | None:
    code, _ = _identifier().classify(text)
    return normalize_code(code)


@cache
def _identifier() -> LanguageIdentifier:
    # An instance of our own: another library may narrow the module's shared one.
    from py3langid import langid

    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
