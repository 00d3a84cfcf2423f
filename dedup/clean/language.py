"""Which language a text is in, where nobody states it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from dedup.arrow import text_buffers
from dedup.clean.codes import normalize_code
from dedup.clean.normalize import fold

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

OPENING = 200
"""Characters of a text that the model looks at; more changed no answer worth the time."""

MIN_LETTERS = 20
"""Letters below which a text is too short to tell; half as many where a letter is a syllable or a word."""

USUAL_TEXTS, USUAL_SHARE = 3, 0.9
"""A site writes in one language where this many of its texts are plain and this share of them is in it."""

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


def detect(openings: pl.Series, sites: pl.Series | None = None, codes: pl.Series | None = None) -> pl.Series:
    """Return the two-letter code of each text's language.

    Parameters
    ----------
    openings
        String: the first few hundred characters of each text.
    sites
        String, null where unknown: who published each text. A site that plainly writes in one language is taken to do
        so where a text itself is not plain.
    codes
        String: what `by_words` told of the texts, where it was asked before. The opening of one that it told may be null.

    Returns
    -------
    pl.Series
        String, in the order of `openings`; null where there are too few letters to tell.

    Notes
    -----
    Common words decide alone where they are plain, then a script that one language of the news uses, then the site's
    other texts; the rest, a few in a hundred of a usual crawl, is told by py3langid. Independent of row order.
    """
    unnamed = pl.Series([None], dtype=pl.String).new_from_index(0, len(openings))
    codes = by_words(openings) if codes is None else codes
    rows = pl.DataFrame({"site": unnamed if sites is None else sites, "code": codes}).with_row_index("row")
    unsure = rows.filter(pl.col("code").is_null())
    unsure = unsure.select("row", "site").with_columns(_by_script(openings.gather(unsure["row"])))
    told = pl.concat([rows, unsure.select("site", "code")], how="diagonal")
    unsure = unsure.join(_usual(told), on="site", how="left", maintain_order="left")
    unsure = unsure.with_columns(code=pl.coalesce("code", pl.when("is_enough").then("usual")))
    hard = unsure.filter("is_enough", pl.col("code").is_null())["text"].unique(maintain_order=True)
    modelled = pl.DataFrame(
        {"text": hard, "model": [_classify(text) for text in hard]}, schema_overrides={"model": pl.String}
    )
    unsure = unsure.join(modelled, on="text", how="left").select("row", found=pl.coalesce("code", "model"))
    rows = rows.join(unsure, on="row", how="left", maintain_order="left")
    return rows.select(pl.coalesce("code", "found"))["code"].rename(openings.name)


def by_words(texts: pl.Series) -> pl.Series:
    """Return the code of each text's language where its common words tell it: String, null where they do not."""
    from dedup.kernels.common import count_common

    data, offsets = text_buffers(texts)
    n = len(texts)
    common, own = np.empty((n, len(_COMMON)), np.int32), np.empty((n, len(_COMMON)), np.int32)
    totals = np.empty(n, np.int32)
    count_common(data, offsets, fold(), *_common_words(), common, own, totals)
    best = common.argmax(axis=1)
    found = np.take_along_axis(common, best[:, None], axis=1)[:, 0]
    second = np.partition(common, -2, axis=1)[:, -2]
    is_own = np.take_along_axis(own, best[:, None], axis=1)[:, 0] >= _OWN_WORDS
    is_plain = is_own & (found >= _COMMON_SHARE * totals) & (found >= 2 * second)
    codes = pl.Series(list(_COMMON), dtype=pl.String).gather(best)
    return pl.select(pl.when(pl.Series(is_plain)).then(codes)).to_series()


@cache
def _common_words() -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32]]:
    """Return the table of common words that `count_common` looks words up in; languages in the order of `_COMMON`."""
    from dedup.kernels.common import add_common
    from dedup.kernels.tokens import tokenize

    keys, masks = np.zeros(1024, np.uint64), np.zeros(1024, np.uint32)
    for bit, (own, rest) in enumerate(_COMMON.values()):
        for word in f"{own} {rest}".split():
            data = np.frombuffer(word.encode(), np.uint8)
            words = np.empty(2 * data.size + 2, np.uint64)
            tokenize(data, 0, data.size, fold(), words, np.empty(words.size, np.int32))
            is_own = word in own.split()
            add_common(words[0], np.uint32(is_own << bit), np.uint32(1 << bit), keys, masks)
    return keys, masks


def _by_script(texts: pl.Series) -> pl.DataFrame:
    """Return text (String, its opening without addresses), is_enough (Boolean) and code (String, null: not told)."""
    address = r"https?://\S+|[\w.+-]+@[\w.-]+"
    opening = pl.col("text").str.replace_all(address, " ").fill_null("").str.slice(0, OPENING)
    letters = pl.col("text").str.count_matches(f"[{_LETTER}]")
    dense = pl.col("text").str.count_matches(_DENSE)
    code = pl.coalesce(
        # Kana among Han is Japanese however little of it there is; elsewhere a script must be the text's own.
        pl.when(pl.col("text").str.count_matches(script) >= letters * (0.1 if code == "ja" else 0.5)).then(pl.lit(code))
        for code, script in _SCRIPTS
    )
    shown = texts.rename("text").to_frame().select(opening)
    is_plain = pl.col("text").str.contains(f"^[{_PLAIN}]*$")
    return shown.with_columns(
        is_enough=letters + dense >= MIN_LETTERS,
        code=pl.when(~is_plain & (letters + dense >= MIN_LETTERS)).then(code),
    )


def _usual(rows: pl.DataFrame) -> pl.DataFrame:
    """Return site and usual: the language that nearly all plain texts of a site are in, where there are a few."""
    counts = rows.drop_nulls(["site", "code"]).group_by("site", "code").len()
    total = pl.col("len").sum().over("site")
    main = counts.filter((total >= USUAL_TEXTS) & (pl.col("len") >= USUAL_SHARE * total))
    return main.select("site", usual="code")


def _classify(text: str) -> str | None:
    code, _ = _identifier().classify(text)
    return normalize_code(code)


@cache
def _identifier() -> LanguageIdentifier:
    # An instance of our own: another library may narrow the module's shared one.
    from py3langid import langid

    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
