"""A generator of news crawls of any size, with the truth about who copied whom.

``python -m benchmarks.corpus OUT --articles 20000 --sites 400 --difficulty easy|hard --seed N`` writes
``OUT/articles/part-*.parquet`` (what a crawl delivers) and ``OUT/truth.parquet`` (what a perfect run would say).
The same arguments give the same rows whatever the number of processes.

The difficulties: ``easy`` has furniture, teasers and copies cut, retitled, datelined, edited and extended;
``hard`` adds what crawls really hold: digests, templates, interstitials, stubs, updates, live blogs, flattened text,
furniture within stories, other languages, wrong dates and wire credits that mislead; a third of its sites have furniture
that no list of phrases knows, teasers may show whole openings, machines' articles keep most of their wording, and stories
share press releases and background.
"""

from __future__ import annotations

DEV_SEEDS = range(1, 100)
"""Seeds to look at, tune on and learn weights from."""

TEST_SEEDS = range(1000, 2000)
"""Seeds for reporting alone: nothing may be tuned on them."""
