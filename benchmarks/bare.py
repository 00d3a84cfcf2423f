"""The least that a program with typer can be: what `dedup --help` is measured against."""

from __future__ import annotations

import typer

app = typer.Typer()


@app.command()
def hello(name: str = "you") -> None:
    """Greet."""
    typer.echo(f"hello {name}")


if __name__ == "__main__":
    app()
