"""Two texts in marked pieces → rows for two columns: what they share side by side, edited sentences beside each other."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobs.console.explain import Marked

EDITED = 0.5
"""Share of their words from which two sentences are versions of one."""

COMPARED = 2_500
"""Sentences are looked at for versions of each other only where there are no more than so many pairs of them."""

_Run = tuple[str, bool]


class Cell(NamedTuple):
    """A sentence of one side.

    Its mark (both, edited, own or furniture), why it is furniture, and its text in runs, each with whether the other side
    has it too.
    """

    mark: str
    why: str
    runs: tuple[_Run, ...]


Row = tuple[Cell | None, Cell | None]
_Piece = tuple[str, str]


def rows(pieces: Marked) -> list[Row]:
    """Return the rows of the two columns, in reading order; every piece stands in one of them."""
    out: list[Row] = []
    a: list[_Piece] = []
    b: list[_Piece] = []
    for mark, text, why in pieces:
        if mark != "both":
            (a if mark.endswith("a") else b).append((text, why))
            continue
        out += _apart(a, b)
        a, b = [], []
        same = Cell("both", "", ((text, True),))
        out.append((same, same))
    return out + _apart(a, b)


def _apart(a: Sequence[_Piece], b: Sequence[_Piece]) -> list[Row]:
    """Return the rows of a stretch without a sentence in common."""
    out: list[Row] = []
    at_a = at_b = 0
    for one, other in [*_versions(a, b), (len(a), len(b))]:
        out += zip_longest(map(_alone, a[at_a:one]), map(_alone, b[at_b:other]))
        if one < len(a):
            out.append(_edited(a[one][0], b[other][0]))
        at_a, at_b = one + 1, other + 1
    return out


def _versions(a: Sequence[_Piece], b: Sequence[_Piece]) -> list[tuple[int, int]]:
    """Return which sentences are versions of each other, in the order of both."""
    found: list[tuple[int, int]] = []
    if len(a) * len(b) > COMPARED:
        return found
    matcher, start = SequenceMatcher(None, autojunk=False), 0
    for one, (text, why) in enumerate(a):
        if why:
            continue
        matcher.set_seq2(text.split())
        best, at = EDITED, -1
        for other in range(start, len(b)):
            if b[other][1]:
                continue
            matcher.set_seq1(b[other][0].split())
            if matcher.quick_ratio() >= best and (ratio := matcher.ratio()) >= best:
                best, at = ratio, other
        if at >= 0:
            found.append((one, at))
            start = at + 1
    return found


def _alone(piece: _Piece) -> Cell:
    text, why = piece
    return Cell("furniture" if why else "own", why, ((text, False),))


def _edited(a: str, b: str) -> tuple[Cell, Cell]:
    """Return two versions of a sentence, word by word."""
    words_a, words_b = a.split(), b.split()
    runs_a: list[_Run] = []
    runs_b: list[_Run] = []
    for what, a0, a1, b0, b1 in SequenceMatcher(None, words_a, words_b, autojunk=False).get_opcodes():
        for runs, words in ((runs_a, words_a[a0:a1]), (runs_b, words_b[b0:b1])):
            if words:
                runs.append((" ".join(words), what == "equal"))
    return Cell("edited", "", tuple(runs_a)), Cell("edited", "", tuple(runs_b))
