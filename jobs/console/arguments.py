"""What several commands take alike."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

Dir = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a result, as --out named it.", show_default=False)]
Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT",
        help="Files, folders or globs: JSONL, Parquet, CSV, WARC, WET, HTML, text; bare or .gz, .zst, .bz2, .lz4.",
        show_default=False,
    ),
]
Config = Annotated[Path | None, typer.Option(metavar="FILE", help="TOML file of settings.")]
Threads = Annotated[int | None, typer.Option(metavar="N", help="Threads to use; 0: all cores.")]
MemoryLimit = Annotated[
    str | None, typer.Option(metavar="SIZE", help="Stop before the run holds more memory, e.g. 8GiB.")
]
Extractor = Annotated[
    str | None, typer.Option(metavar="NAME", help="How pages become articles: auto, trafilatura, resiliparse.")
]
Mapping = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="MEANING=FIELD", help="Which field means what, e.g. text=body; may be repeated."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be read as what, and stop.")]
NoKeepText = Annotated[bool, typer.Option("--no-keep-text", help="Do not keep the texts, which show and explain use.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
NoProgress = Annotated[bool, typer.Option("--no-progress", help="Show no progress on a terminal.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Tell the seconds of each stage, and of faults where.")]
LogFormat = Annotated[
    Literal["text", "json"], typer.Option(metavar="text|json", help="Form of the lines on standard error.")
]
