"""What `tune` found, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobs.console.output import count_of, cut, drawn, safe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console


def render(told: Mapping[str, Any]) -> str:
    """Return what `jobs.tune.tune` returned as text."""
    return drawn(lambda console: _draw(console, told))


def _draw(console: Console, told: Mapping[str, Any]) -> None:
    from rich.table import Table

    advice = told["advice"]
    chosen = (advice["jaccard"], advice["shingle_words"])
    console.print(
        f"Take jaccard = {chosen[0]:g}, shingle_words = {chosen[1]}: {advice['why']}.", style="bold", soft_wrap=True
    )
    of = f" of {told['articles']:,}; seconds and memory are for all" if told["articles"] > told["sample"] else ""
    console.print(f"Tried on {count_of(told['sample'], 'article')}{of}.\n", soft_wrap=True)
    is_scored = "f1" in told["trials"][0]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    names = ["words", "jaccard", "stories", "shared", "largest", "pairs", "joined", "seconds", "MB", "agreement"]
    for name in [*names, *(["precision", "recall", "f1"] if is_scored else [])]:
        table.add_column(name, justify="right", no_wrap=True)
    for row in told["trials"]:
        counts = (row[name] for name in ("stories", "shared_stories", "largest", "pairs", "accepted"))
        table.add_row(
            str(row["shingle_words"]), f"{row['jaccard']:g}", *(f"{count:,}" for count in counts), f"{row['seconds']:.1f}",
            f"{row['bytes'] / 1e6:,.0f}", f"{row['agreement']:.4f}",
            *(f"{row[name]:.4f}" for name in ("precision", "recall", "f1") if is_scored),
            style="bold" if (row["jaccard"], row["shingle_words"]) == chosen else None,
        )  # fmt: skip
    console.print(table)
    if told["examples"]:
        console.print("\nPairs that only the lower of two thresholds joins:", style="bold")
        for one in told["examples"]:
            console.print(f"\n{one['joined_at']:g}, not {one['apart_at']:g}   Jaccard {one['jaccard']:.2f}")
            for side in ("a", "b"):
                console.print(cut(f"   {one[f'title_{side}'] or '(no title)'}  {safe(one[f'article_id_{side}'])}"))
