"""Codes of languages, brought to the two letters of ISO 639-1."""

from __future__ import annotations

import re

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


def normalize_code(code: str | None) -> str | None:
    """Return the two-letter code of ``en-US``, ``eng`` or ``EN``; null for what is no code or has no two letters."""
    found = _CODE.match(code.strip().lower()) if code else None
    if found is None:
        return None
    short = _THREE.get(found[1], found[1])
    short = _RENAMED.get(short, short)
    return short if len(short) == 2 and short not in _UNKNOWN else None
