"""Labelled cases of every kind and language against floors that only rise; a failure lists every wrong pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.quality import cases, scores

if TYPE_CHECKING:
    from pathlib import Path

    from tests.quality.cases import Article


def holds(name: str, articles: list[Article], folder: Path) -> None:
    found, wrong = cases.score(articles, folder)
    least = scores.floor(name)
    told = "\n".join(f"{error}: {a} | {b}" for error, a, b in wrong)
    assert found.precision >= least.precision, f"{name}: {found}\n{told}"
    assert found.recall >= least.recall, f"{name}: {found}\n{told}"


@pytest.mark.parametrize("kind", sorted(cases.KINDS))
def test_kinds(kind: str, tmp_path: Path) -> None:
    holds(f"kind_{kind}", cases.KINDS[kind](), tmp_path)


@pytest.mark.parametrize("language", sorted(cases.LANGUAGES))
def test_languages(language: str, tmp_path: Path) -> None:
    holds(f"language_{language}", cases.language(language), tmp_path)


def test_all_kinds_and_languages_in_one_crawl(tmp_path: Path) -> None:
    """Nothing of one joins anything of another."""
    made = [*((kind, make()) for kind, make in cases.KINDS.items()), *((k, cases.language(k)) for k in cases.LANGUAGES)]
    articles = [article._replace(truth=f"{name}: {article.truth}") for name, some in made for article in some]
    holds("all_cases", articles, tmp_path)
