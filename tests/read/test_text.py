"""Plain text: a file is an article."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jobs.read import Source, read, text

if TYPE_CHECKING:
    from pathlib import Path

    from jobs.read import Batch


def load(path: Path, data: bytes) -> Batch:
    path.write_bytes(data)
    (batch,) = read(Source(path, path.name, "text", "", len(data)), {})
    return batch


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("Headline\n\nBody", "Headline"),
        ("\n  Headline \r\nBody", "Headline"),
        ("Only one line", None),
        ("Only one line\n\n", None),
        ("x" * 201 + "\nBody", None),
        ("", None),
    ],
)
def test_the_title_is_a_short_first_line_that_more_follows(tmp_path: Path, content: str, title: str | None) -> None:
    batch = load(tmp_path / "a.txt", content.encode())
    assert batch.records.select("title", "text", "id", "url", "source_offset").rows() == [
        (title, content, None, None, 0)
    ]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp1251"])
def test_charsets(tmp_path: Path, charset: str) -> None:
    latin = "Überall müssen die Wähler für größere Städte Bürgermeister wählen, heißt es. " * 5
    cyrillic = "Президент заявил, что переговоры будут продолжены в следующем месяце. " * 5
    content = cyrillic if charset == "cp1251" else latin
    assert load(tmp_path / "a.txt", content.encode(charset)).records["text"].to_list() == [content]


def test_a_text_too_large_is_quarantined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "MAX_TEXT", 10)
    batch = load(tmp_path / "a.txt", b"x" * 11)
    assert batch.records.is_empty()
    assert batch.quarantine["reason"].to_list() == ["too-large"]
