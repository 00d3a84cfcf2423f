"""What the bar says of a stage."""

from __future__ import annotations

from jobs.progress import BarProgress


def test_a_stage_tells_an_amount_once_it_has_moved() -> None:
    progress = BarProgress()

    def told() -> str:
        return progress._bar.tasks[-1].fields["amount"]

    progress.start("link", 10)
    assert told() == ""
    progress.advance(4)
    assert told().startswith("4 articles")
    assert "(0 " not in told()
    progress.start("publish", 10)
    assert told() == ""
