"""Values → a page of HTML: Jinja with escaping on, one style sheet, and a policy that forbids all else.

A page holds no script and asks for nothing; its style is allowed by its hash alone.
"""

from __future__ import annotations

import hashlib
import pickle
from base64 import b64encode
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.console.output import count_of, span

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from jinja2 import BytecodeCache
    from jinja2.bccache import Bucket

_HERE = Path(__file__).parent


def fill(name: str, values: Mapping[str, Any]) -> bytes:
    """Return the page that the template ``<name>.html.j2`` makes of `values`; text among them is escaped."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, bytecode_cache=_cache(),
    )  # fmt: skip
    environment.filters |= {"n": _number, "share": _share, "when": when, "span": span}
    style = (_HERE / "page.css").read_text("utf-8")
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    template = environment.get_template(f"{name}.html.j2")
    return template.render(values, style=style, style_digest=digest, of=count_of).encode()


def _cache() -> BytecodeCache:
    """Return where the compiled template is kept: beside the machine code of the kernels, or nowhere."""
    import jinja2

    class Kept(jinja2.FileSystemBytecodeCache):
        def load_bytecode(self, bucket: Bucket) -> None:
            try:
                super().load_bytecode(bucket)
            except (EOFError, OSError, ValueError, pickle.UnpicklingError):  # cut short: made again
                bucket.reset()

        def dump_bytecode(self, bucket: Bucket) -> None:
            with suppress(OSError):  # a read-only installation compiles the template in each run
                super().dump_bytecode(bucket)

    folder = _HERE / "__pycache__"
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
    return Kept(str(folder), "%s.jinja")


def _number(value: int) -> str:
    return f"{value:,}"


def _share(value: float | None) -> str:
    """Return a share of 0 to 1 as a percentage; a dash where there is none."""
    return "–" if value is None else f"{value:.0%}"


def when(value: datetime | None) -> str:
    """Return a time to the minute."""
    return f"{value:%d %b %Y, %H:%M}".lstrip("0") if value else "no time"
