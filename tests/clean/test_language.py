"""Languages of texts and their codes."""

import polars as pl
import pytest

from dedup.clean.codes import normalize_code
from dedup.clean.language import detect

CODES = {
    "en": "en", "en-US": "en", "EN_gb": "en", " eng ": "en", "zh-Hans-CN": "zh", "yue": "zh", "ger": "de", "iw": "he",
    "nb-NO": "no", "x-default": None, "xx": None, "und": None, "english": None, "": None, None: None, "e": None,
}  # fmt: skip


@pytest.mark.parametrize("code", CODES)
def test_codes(code):
    assert normalize_code(code) == CODES[code]


TEXTS = {
    "en": "The president said on Tuesday that the government would not change its position.",
    "de": "Der Präsident sagte am Dienstag, die Regierung werde ihre Haltung nicht ändern.",
    "es": "El presidente dijo el martes que el gobierno no cambiaría su posición.",
    "pt": "O presidente disse na terça-feira que o governo não mudaria sua posição.",
    "ru": "Правительство заявило во вторник, что не изменит свою позицию.",
    "uk": "Уряд заявив у вівторок, що не змінить своєї позиції щодо переговорів.",
    "ar": "قالت الحكومة يوم الثلاثاء إنها لن تغير موقفها من المحادثات",
    "fa": "دولت روز سه‌شنبه اعلام کرد که موضع خود را تغییر نخواهد داد",
    "hi": "सरकार ने मंगलवार को कहा कि वह अपना रुख नहीं बदलेगी",
    "mr": "सरकारने मंगळवारी सांगितले की ते आपली भूमिका बदलणार नाही",
    "ja": "政府は火曜日、方針を変更しないと発表した。関係者が記者団に語った。",
    "zh": "政府周二宣布不会改变立场，有关官员对记者表示，会谈将于下周在日内瓦举行。",
    "ko": "정부는 화요일 입장을 바꾸지 않을 것이라고 밝혔다. 관계자가 말했다.",
    "th": "รัฐบาลกล่าวเมื่อวันอังคารว่าจะไม่เปลี่ยนจุดยืนของตน",
    "el": "Η κυβέρνηση δήλωσε την Τρίτη ότι δεν θα αλλάξει θέση",
}


def test_languages_are_told_whatever_stands_beside_them():
    texts = pl.Series("opening", list(TEXTS.values()))
    assert detect(texts).to_list() == list(TEXTS)
    assert detect(texts.reverse()).to_list() == list(TEXTS)[::-1]
    assert detect(texts).name == "opening"
    assert [detect(pl.Series([text]))[0] for text in TEXTS.values()] == list(TEXTS)


def test_too_little_text_has_no_language():
    few = [None, "", "ok", "12345 67890 !!! 1234567890", "https://example.com/a-long-address-in-english", "Ja."]
    assert detect(pl.Series("x", few)).to_list() == [None] * len(few)
    assert detect(pl.Series("x", [], dtype=pl.String)).to_list() == []


def test_a_name_in_another_script_does_not_decide():
    text = "The Greek word λόγος was on every front page on Tuesday, the paper said."
    assert detect(pl.Series([text])).to_list() == ["en"]
