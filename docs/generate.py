"""Make the pages that come from the code again: ``python docs/generate.py``."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import typer

from dedup import config, errors, schema
from jobs.cli import app
from jobs.console.exit_codes import EXIT_CODES

HERE = Path(__file__).parent
WIDTH = 100
NOTE = "<!-- Made by docs/generate.py; change the code, then run `make docs`. -->\n\n"


def pages() -> dict[str, str]:
    """Return the pages by file name."""
    return {
        "cli.md": NOTE + _commands() + _settings(),
        "data-dictionary.md": NOTE + _tables(),
        "exit-codes.md": NOTE + _exit_codes(),
    }


def _commands() -> str:
    root: Any = typer.main.get_command(app)
    out = "# Commands\n\nResults go to standard output, progress and logs to standard error.\n"
    for name, command in sorted(root.commands.items()):
        context = command.context_class(
            command, info_name=f"dedup {name}", terminal_width=WIDTH, max_content_width=WIDTH
        )
        out += f"\n## dedup {name}\n\n```text\n{command.get_help(context)}\n```\n"
    return out


def _settings() -> str:
    rows = [
        (
            f"`{field.name}`", f"`DEDUP_{field.name.upper()}`", _default(field.default), config.range_of(field.name),
            "yes" if config.changes_results(field.name) else "no", config.meaning_of(field.name),
        )
        for field in config.fields()
    ]  # fmt: skip
    head = ("Setting", "Environment", "Default", "May be", "Changes results", "Meaning")
    return (
        "\n## Settings\n\nAn option stands before the environment, that before the file of `--config` (TOML, one line "
        "a setting), that before the\ndefault. A list in the environment is separated by commas. An unknown name is an "
        "error.\n\n" + _grid(head, rows)
    )


def _default(value: object) -> str:
    if value == ():
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _tables() -> str:
    out = (
        "# Data dictionary\n\nEvery table is a folder of Parquet files under `DIR/current/`. Rows are sorted on the "
        "key named; times are UTC.\n"
    )
    for table in schema.PUBLISHED:
        rows = [
            (f"`{one.name}`", str(one.dtype), "yes" if one.is_nullable else "no", one.meaning) for one in table.columns
        ]
        key = ", ".join(table.sort)
        out += f"\n## {table.name}\n\n{table.meaning} Sorted on {key}.\n\n"
        out += _grid(("Column", "Type", "May be null", "Meaning"), rows)
    return out


def _exit_codes() -> str:
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.DedupError)]
    rows = [
        (str(code), meaning, ", ".join(f"`{kind.__name__}`" for kind in kinds if _is_of(kind, code)) or "-")
        for code, meaning in EXIT_CODES.items()
    ]
    return (
        "# Exit codes\n\nA code that is not in this table must be taken for a failure.\n\n"
        + _grid(("Code", "Meaning", "Errors"), rows)
    )  # fmt: skip


def _is_of(kind: type[errors.DedupError], code: int) -> bool:
    return kind.exit_code == code and kind.reach != "record"


def _grid(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


if __name__ == "__main__":
    for name, text in pages().items():
        (HERE / name).write_text(text, "utf-8")
