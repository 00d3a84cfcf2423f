"""The answer of `diff` as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobs.console.output import safe

if TYPE_CHECKING:
    from collections.abc import Mapping

LISTED = 20
"""Moved articles shown; JSON has them all."""


def render(told: Mapping[str, Any]) -> str:
    """Return the comparison as text."""
    counts = [
        f"{name:<9} " + ", ".join(f"{count:,} {what}" for what, count in told[name].items())
        for name in ("stories", "articles")
    ]
    moved = [
        f"moved     {safe(one['article_id'])}: {safe(one['old_story_id'])} → {safe(one['new_story_id'])}"
        for one in told["moved"][:LISTED]
    ]
    if len(told["moved"]) > LISTED:
        moved.append(f"          and {len(told['moved']) - LISTED:,} more (--json has them all)")
    return "\n".join([f"{told['old_run']} → {told['new_run']}", *counts, *moved])
