"""The corpora that benchmarks run on, made once under benchmarks/data: plain ones, and one full of hot buckets."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import polars as pl

HERE = Path(__file__).parent
ROOT = HERE.parent
SEED = 1001
HOT_SITES = 4_000
BODY_WORDS = 20
"""Words from which on a line is the article's own and not furniture, in the generated pages that hot copies are made of."""

INTERSTITIAL = """Checking your browser before you go on.

This process is automatic. Your browser will be sent to the page that you asked for shortly.

Please allow up to 5 seconds.

Protection by Gatewarden. Ray number withheld."""
"""The page that stands for one in four articles of the hot corpus, headed "Just a moment..."."""


class Corpus(NamedTuple):
    """Where the articles (Parquet files) and their truth are, and the bytes of text in all."""

    articles: Path
    truth: Path
    text_bytes: int


def plain(articles: int, *, difficulty: str = "easy", sites: int | None = None) -> Corpus:
    """Return the generated corpus of this size, made if it is not there."""
    name = f"{difficulty}-{articles}" + (f"-{sites}-sites" if sites else "")
    folder = HERE / "data" / f"{name}-{SEED}"
    if not _is_made(folder):
        command = [sys.executable, "-m", "benchmarks.corpus", str(folder), "--articles", str(articles)]
        command += ["--difficulty", difficulty, "--seed", str(SEED), *(["--sites", str(sites)] if sites else [])]
        subprocess.run(command, check=True, cwd=ROOT)
        (folder / "made-by").write_text(_makers())
    return _opened(folder)


def hot(articles: int) -> Corpus:
    """Return the plain corpus on 4,000 sites with one story on every site and one page in place of every fourth article.

    At 200,000 articles: one story on 4,000 sites and one interstitial 50,000 times. The story's copies stand in the
    furniture of their sites; in the truth an interstitial is nobody's copy.
    """
    base = plain(articles, sites=HOT_SITES)
    folder = HERE / "data" / f"hot-{articles}-{SEED}"
    if not _is_made(folder):
        (folder / "articles").mkdir(parents=True, exist_ok=True)
        seen = pl.Series("site", [], pl.String)
        swapped = []
        for path in sorted(base.articles.glob("*.parquet")):
            made, seen = _heated(pl.read_parquet(path), seen, _story(base))
            made.drop("hot").write_parquet(folder / "articles" / path.name)
            swapped.append(made.select("id", "hot"))
        truth = pl.read_parquet(base.truth).join(pl.concat(swapped), on="id", maintain_order="left")
        story = pl.when(hot="story").then(pl.lit("hot")).when(hot="page").then("id").otherwise("story_id")
        truth.with_columns(story_id=story).drop("hot").write_parquet(folder / "truth.parquet")
        (folder / "made-by").write_text(_makers())
    return _opened(folder)


def _heated(articles: pl.DataFrame, seen: pl.Series, story: tuple[str, str]) -> tuple[pl.DataFrame, pl.Series]:
    """Return the articles of a file with hot ones in place of some, told in the column `hot`, and the sites seen so far."""
    is_first = articles["site"].is_first_distinct() & ~articles["site"].is_in(seen.implode())
    marked = articles.with_columns(
        hot=pl.when(is_first).then(pl.lit("story")).when(pl.int_range(pl.len()) % 4 == 0).then(pl.lit("page"))
    )
    lines = pl.col("text").str.split("\n")
    short = lines.list.filter(pl.element().str.count_matches(" ").is_between(1, BODY_WORDS - 2))
    framed = pl.concat_list(short.list.head(2), pl.lit([story[1]]), short.list.tail(2)).list.join("\n\n")
    is_story, is_page = pl.col("hot") == "story", pl.col("hot") == "page"
    made = marked.with_columns(
        title=pl.when(is_story)
        .then(pl.lit(story[0]))
        .when(is_page)
        .then(pl.lit("Just a moment..."))
        .otherwise("title"),
        text=pl.when(is_story).then(framed).when(is_page).then(pl.lit(INTERSTITIAL)).otherwise("text"),
    )
    return made, pl.concat([seen, articles["site"].unique()]).unique()


def _story(base: Corpus) -> tuple[str, str]:
    """Return title and body of one article."""
    title, text = pl.read_parquet(base.articles / "*.parquet", columns=["title", "text"], n_rows=1).row(0)
    return title, "\n\n".join(line for line in text.split("\n") if len(line.split()) >= BODY_WORDS)


def _is_made(folder: Path) -> bool:
    """Tell whether the corpus is there, as the generator makes it now; remove what an older one left."""
    stamp = folder / "made-by"
    if stamp.exists() and stamp.read_text() == _makers():
        return True
    shutil.rmtree(folder, ignore_errors=True)
    return False


@cache
def _makers() -> str:
    """Return a digest of the code and the words that corpora are made by."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in sorted((ROOT / "benchmarks" / "corpus").rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _opened(folder: Path) -> Corpus:
    sizes = pl.scan_parquet(folder / "articles" / "*.parquet").select(pl.col("text").str.len_bytes().sum())
    return Corpus(folder / "articles", folder / "truth.parquet", int(sizes.collect().item()))


def count(corpus: Corpus) -> int:
    """Return how many articles a corpus has."""
    return int(pl.scan_parquet(corpus.articles / "*.parquet").select(pl.len()).collect().item())
