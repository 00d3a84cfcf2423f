"""Agencies' aliases between marks, in text.

Owns the marks: private characters that keep hundreds of aliases out of dozens of patterns (`dedup.clean.byline`), which
are then fast to compile and to run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup.clean.agencies import Agencies, alternation, is_other_script

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

NAME, CODE, OTHER, SHUT = "\ue000", "\ue001", "\ue002", "\ue00f"
"""Set before an alias (an unmistakable name, a short code, a name in a script other than Latin), and after it."""

MARKS = NAME + CODE + OTHER + SHUT


def gate(agencies: Agencies, also: Iterable[str] = ()) -> str:
    """Return a pattern for text that `mark` may mark, or that holds one of the words in `also`."""
    other = {form for form in agencies.aliases if is_other_script(form)}
    latin = alternation(set(agencies.aliases) - other)
    return rf"(?:^|[^\p{{L}}\p{{N}}])(?:{latin})|{alternation({*other, *also})}"


def mark(text: pl.Expr, agencies: Agencies) -> pl.Expr:
    """Return `text` with its aliases between marks; a Latin one only where it is a word of its own."""
    forms = sorted(agencies.forms, key=lambda form: (-len(form), form))
    names = {form for name in agencies.names for form in (name, name.replace(" ", "\n"))}
    opening = [OTHER if is_other_script(form) else NAME if form in names else CODE for form in forms]
    pairs = zip(opening, forms, strict=True)
    between = [mark + form.replace("\n", " ") + SHUT for mark, form in pairs]
    marked = text.str.replace_many(forms, between, leftmost=True)
    latin = rf"[{NAME}{CODE}]([^{SHUT}]+){SHUT}"
    return marked.str.replace_all(rf"([\p{{L}}\p{{N}}]){latin}", "$1$2").str.replace_all(
        rf"{latin}([\p{{L}}\p{{N}}])", "$1$2"
    )
