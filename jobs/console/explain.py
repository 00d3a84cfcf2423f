"""Two articles: whether they are one story, by which scores and which rule, and the text they share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import polars as pl

from dedup.errors import UsageError
from jobs.again import settings_of, sign_again
from jobs.console.decided import decided
from jobs.console.find import find_article, reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dedup.config import Settings
    from dedup.sign import Signed
    from jobs.manifest import Result

Marked = list[tuple[str, str, str]]
"""Pieces of two texts in reading order: mark, text, why. The mark is both, a, b, furniture-a or furniture-b."""


class _Kept(NamedTuple):
    """One article as the state keeps it: its row there; `text` is None where texts are not kept."""

    row: int
    text: str | None
    sentences: pl.DataFrame


def explain(result: Result, given: Sequence[str]) -> dict[str, Any]:
    """Return why two articles are, or are not, the same story.

    Returns
    -------
    dict
        ``a``, ``b``: rows of assignments; ``is_same_story``; ``verdict`` (a sentence); ``decided`` (the rule with its
        numbers, see `jobs.console.decided`); ``scores`` (jaccard,
        containment_a_in_b, containment_b_in_a, shared_sentences, relation, reason, is_compared: whether the run
        compared them, else they were computed now); ``path``: ids of the
        articles that lead from a to b by accepted pairs; ``bands``: bands, rows, met (numbers of equal bands) and
        estimate (of the Jaccard, from the signatures); ``pieces``: `Marked`, or None where texts are not kept.

    Raises
    ------
    UsageError
        An id is not there, or both are the same.
    DamagedError
        The result or its state cannot be read.
    """
    with reading(result):
        ids = [find_article(result, one) for one in given]
        if ids[0] == ids[1]:
            raise UsageError(f"explain compares two articles, {ids[0]} was named twice; name another")
        rows = [_row(result, one) for one in ids]
        kept = [_kept(result, one) for one in ids]
        settings = settings_of(result)
        signed = sign_again(result, [one.row for one in kept])
        scores = _compared(result, ids) or _computed(signed, settings)
    is_same = rows[0]["story_id"] == rows[1]["story_id"]
    path = _path(result, rows[0]["story_id"], ids) if is_same else []
    return {
        "a": rows[0],
        "b": rows[1],
        "is_same_story": is_same,
        "verdict": _verdict(scores, path, is_same=is_same),
        "decided": decided(scores, settings),
        "scores": scores,
        "path": path,
        "bands": _bands(signed, settings),
        "pieces": _pieces(kept),
    }


def _row(result: Result, article_id: str) -> dict[str, Any]:
    return result.table("assignments").filter(pl.col("article_id") == article_id).collect().row(0, named=True)


def _kept(result: Result, article_id: str) -> _Kept:
    """Return what the state holds of one article."""
    from jobs.known import ARTICLES, SENTENCES
    from jobs.texts import Texts, read_part

    place = _placed(pl.read_ipc(result.state_path(ARTICLES)).with_row_index("article"), article_id)
    sentences = pl.scan_ipc(result.state_path(SENTENCES)).filter(pl.col("article") == place["article"]).collect()
    name = f"texts/{Texts.name(place['batch'])}"
    text = None
    if name in result.manifest.state:
        text = read_part(result.state_path(name))[place["place_in_batch"]] or ""
    return _Kept(place["article"], text, sentences)


def _placed(places: pl.DataFrame, article_id: str) -> dict[str, Any]:
    found = places.filter(pl.col("article_id") == article_id)
    if found.is_empty():
        raise UsageError(f"{article_id} is of a story that retired from matching; nothing is kept to explain it by")
    return found.row(0, named=True)


def _compared(result: Result, ids: Sequence[str]) -> dict[str, Any] | None:
    """Return the scores of a pair that the run compared, seen from the first of `ids`."""
    first, second = sorted(ids)
    found = (
        result.table("pairs").filter((pl.col("article_id_a") == first) & (pl.col("article_id_b") == second)).collect()
    )
    if found.is_empty():
        return None
    row = found.row(0, named=True)
    held = [row["containment_a_in_b"], row["containment_b_in_a"]]
    if ids[0] != first:
        held.reverse()
    return {
        "jaccard": row["jaccard"],
        "containment_a_in_b": held[0],
        "containment_b_in_a": held[1],
        "shared_sentences": row["shared_sentences"],
        "is_accepted": row["is_same_story"],
        "reason": row["reason"],
        "is_compared": True,
    }


def _computed(signed: Signed, settings: Settings) -> dict[str, Any]:
    """Return the scores of a pair that the run never compared, by the functions it compares with."""
    from dedup.verify import compare, judge

    row = judge(compare(np.array([[0, 1]]), signed), signed, settings).row(0, named=True)
    return {
        "jaccard": row["jaccard"],
        "containment_a_in_b": row["left_in_right"],
        "containment_b_in_a": row["right_in_left"],
        "shared_sentences": row["shared_sentences"],
        "is_accepted": row["is_alike"] or row["is_cut"],
        "reason": row["reason"],
        "is_compared": False,
    }


def _bands(signed: Signed, settings: Settings) -> dict[str, Any]:
    """Return which LSH bands of the two signatures are equal."""
    from dedup.candidates import choose_bands

    bands, rows = choose_bands(settings.jaccard, settings.permutations)
    is_equal = signed.signatures[0] == signed.signatures[1]
    met = is_equal[: bands * rows].reshape(bands, rows).all(axis=1)
    return {
        "bands": bands,
        "rows": rows,
        "met": [int(band) for band in np.flatnonzero(met)],
        "estimate": float(is_equal.mean()),
    }


def _path(result: Result, story_id: str, ids: Sequence[str]) -> list[str]:
    """Return the fewest articles that lead from one to the other by accepted pairs, both ends among them."""
    members = result.table("assignments").filter(pl.col("story_id") == story_id).select(article_id_a="article_id")
    pairs = result.table("pairs").filter("is_same_story").join(members, on="article_id_a", how="semi")
    next_to: dict[str, list[str]] = {}
    for a, b in pairs.select("article_id_a", "article_id_b").collect().sort("article_id_a", "article_id_b").iter_rows():
        next_to.setdefault(a, []).append(b)
        next_to.setdefault(b, []).append(a)
    came_from, front = {ids[0]: ""}, [ids[0]]
    while front and ids[1] not in came_from:
        reached = []
        for here in front:
            for there in next_to.get(here, ()):
                if there not in came_from:
                    came_from[there] = here
                    reached.append(there)
        front = reached
    path, at = [], ids[1] if ids[1] in came_from else ""
    while at:
        path.append(at)
        at = came_from[at]
    return path[::-1]


def _verdict(scores: Mapping[str, Any], path: Sequence[str], *, is_same: bool) -> str:
    """Return why the two are one story or not, in a sentence."""
    if not is_same:
        if scores["reason"].startswith("bridge: "):
            return f"Different stories: alike, but as a bridge between two stories ({scores['reason'][8:]})."
        if scores["is_accepted"]:
            return f"Different stories: alike ({scores['reason']}), but the run never met them as a pair."
        met = "" if scores["is_compared"] else "; the run saw no reason to compare them"
        return f"Different stories: {scores['reason']}{met}."
    if scores["is_accepted"] and scores["is_compared"]:
        return f"Same story: {scores['reason']}."
    if path:
        between = f"{len(path) - 2} article{'s' if len(path) > 3 else ''} between them"
        return f"Same story through {between}; the two by themselves: {scores['reason']}."
    return f"Same story through others; the two by themselves: {scores['reason']}."


def _pieces(kept: Sequence[_Kept]) -> Marked | None:
    """Return the two texts sentence by sentence, what they share once; None where texts are not kept."""
    from difflib import SequenceMatcher

    if kept[0].text is None or kept[1].text is None:
        return None
    a, b = (_cut(one) for one in kept)
    matcher = SequenceMatcher(None, [hashed for hashed, _, _ in a], [hashed for hashed, _, _ in b], autojunk=False)
    out: Marked = []
    for what, a_low, a_high, b_low, b_high in matcher.get_opcodes():
        if what == "equal":
            for (_, text, why_a), (_, _, why_b) in zip(a[a_low:a_high], b[b_low:b_high], strict=True):
                if why_a == why_b == "":
                    out.append(("both", text, ""))
                else:
                    out += [_one("a", text, why_a), _one("b", text, why_b)]
        else:
            out += [_one("a", text, why) for _, text, why in a[a_low:a_high]]
            out += [_one("b", text, why) for _, text, why in b[b_low:b_high]]
    return out


def _one(side: str, text: str, why: str) -> tuple[str, str, str]:
    return (f"furniture-{side}" if why else side, text, why)


def _cut(one: _Kept) -> list[tuple[int, str, str]]:
    """Return an article's sentences: hash, text, and why it is furniture ('' where it is not)."""
    from dedup.clean.furniture import REASONS

    data = (one.text or "").encode("utf-8", "replace")
    starts = one.sentences["start"].to_list()
    out = []
    for start, end, hashed, reason in zip(
        starts, [*starts[1:], len(data)], one.sentences["hash"], one.sentences["reason"], strict=False
    ):
        text = data[start:end].decode("utf-8", "replace").strip()
        out.append((hashed, text, REASONS[reason] if reason else ""))
    return out
