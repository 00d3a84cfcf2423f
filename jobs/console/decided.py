"""The rule that decided a pair, as a sentence with the numbers it looked at and what it asks of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dedup.config import Settings


def decided(scores: Mapping[str, Any] | None, settings: Settings) -> str:
    """Return what decided a pair that `jobs.console.explain` scored, in a sentence; '' where nothing was compared."""
    if scores is None:
        return ""
    in_b, in_a = scores["containment_a_in_b"], scores["containment_b_in_a"]
    smaller, larger, held = ("A", "B", in_b) if in_b >= in_a else ("B", "A", in_a)
    jaccard = f"a Jaccard of {scores['jaccard']:.2f}"
    asked = f"{settings.jaccard:.2f} is asked"
    part = f"{held:.0%} of {smaller} stands in {larger}"
    sentences = scores["shared_sentences"]
    shared = f"{sentences} identical sentence{'' if sentences == 1 else 's'}"
    reason = scores["reason"].removeprefix("bridge: ")
    told: str = {
        "same text": "their texts are the same, word for word, once furniture is left out",
        "alike": f"{jaccard}, where {asked}, with {shared}",
        "one holds the other": f"{part}, where {settings.containment:.0%} is asked, with {shared}",
        "same opening": f"they begin alike, as a copy that was cut does; {part}",
        "same body": f"two versions of one text under different tops: {part}, with {shared}",
        "same headline": f"a short article and a long one under the same headline; {part}",
        "too little shared": f"{jaccard}, where {asked}, and {part}, where {settings.containment:.0%} is asked",
        "too few identical sentences": f"{shared}, where {settings.shared_sentences} are asked of articles that have as "
        "many: a template filled with other facts differs in every sentence",
        "other facts": "the numbers in one are not those in the other, as in a template filled with other facts",
    }.get(reason, reason)
    if reason != scores["reason"]:
        told += "; but the pair would bridge two stories that are not one"
    return told[0].upper() + told[1:] + "."
