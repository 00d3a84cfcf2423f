"""Where the time of `dedup run` goes, by its own log, and the speed of its inner parts on one core."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

from benchmarks import corpora
from benchmarks.measure import timed
from benchmarks.parts import dedup, warm
from benchmarks.results import Row, Table
from benchmarks.speeds import speeds

if TYPE_CHECKING:
    from benchmarks.measure import Figure
    from benchmarks.parts import Options

ARTICLES = 20_000
NAMES = {"furniture": "clean (furniture learned)"}


def measure(options: Options) -> list[Table]:
    """Return the stages of the run, and the speeds within them."""
    corpus = corpora.plain(options.articles or ARTICLES)
    warm()
    command = dedup(corpus, corpus.truth.with_name("out"), "--log-format", "json")
    runs = [seconds_of(timed(command)) for _ in range(options.runs)]
    rows = [
        Row(NAMES.get(stage, stage), [round(one[stage], 3) for one in runs])
        for stage in dict.fromkeys(stage for one in runs for stage in one)
    ]
    title = f"{corpora.count(corpus):,} articles, {corpus.text_bytes / 1e6:,.0f} MB of text"
    spoken = [Row(name, values=values) for name, values in speeds().items()]
    return [
        Table(title, "stages", rows, articles=corpora.count(corpus), text_bytes=corpus.text_bytes),
        Table("Within a process, one core", "values", spoken),
    ]


def seconds_of(figure: Figure) -> dict[str, float]:
    """Return the seconds of each stage that a run logged, and of what lies outside them as "start"."""
    stages: dict[str, float] = defaultdict(float)
    for line in figure.said.splitlines():
        event = json.loads(line)
        if event["event"] == "stage":
            stages[event["stage"]] += event["seconds"]
    return {"start": max(0.0, figure.wall - sum(stages.values())), **stages}
