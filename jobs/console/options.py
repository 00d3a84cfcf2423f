"""Options, environment and settings file → settings: option before environment before file before default."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from typing import TYPE_CHECKING, Any

from dedup.config import Settings, names, settings_from
from dedup.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

PREFIX = "DEDUP_"


def read_settings(options: Mapping[str, Any], environ: Mapping[str, str], file: Path | None) -> Settings:
    """Return the settings in force.

    Parameters
    ----------
    options
        Setting to value as the command line gave it; None where it did not.
    environ
        The environment; variables that begin with DEDUP_ are settings.
    file
        TOML file of settings, or None.

    Raises
    ------
    SettingsError
        An unknown key, a wrong type or a value out of range; the message says where it stands.
    UsageError
        The file is not there or is no TOML.
    """
    merged: dict[str, Any] = {}
    if file is not None:
        merged |= _checked(_read_toml(file), str(file))
    for key in sorted(environ):
        if key.startswith(PREFIX):
            merged |= _checked({key.removeprefix(PREFIX).lower(): environ[key]}, f"environment variable {key}")
    for key, value in options.items():
        if value is not None:
            merged |= _checked({key: value}, f"option --{key.replace('_', '-')}")
    return settings_from(merged, "settings")


def read_mapping(pairs: Sequence[str]) -> dict[str, str]:
    """Return meaning to field of `--map` options such as ``text=body``.

    Raises
    ------
    UsageError
        One has no = or names a meaning twice.
    """
    mapping: dict[str, str] = {}
    for pair in pairs:
        meaning, sign, field = pair.partition("=")
        if not sign or not meaning.strip() or not field.strip():
            raise UsageError(f"--map {pair}: write MEANING=FIELD, as in --map text=body")
        if meaning.strip() in mapping:
            raise UsageError(f"--map names {meaning.strip()} twice; name one field for it")
        mapping[meaning.strip()] = field.strip()
    return mapping


def read_window(text: str) -> int:
    """Return the days that --window names, e.g. 30d or 30.

    Raises
    ------
    UsageError
        It names no days.
    """
    found = re.fullmatch(r"(\d{1,5})\s*(?:d|days?)?", text.strip())
    if found is None or not int(found[1]):
        raise UsageError(f"--window cannot be {text!r}; give days, at least 1, as in 30d")
    return int(found[1])


def read_day(text: str | None) -> date | None:
    """Return the day that --as-of names, as in 2026-11-24.

    Raises
    ------
    UsageError
        It is no day.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--as-of cannot be {text!r}; give a day as in 2026-11-24") from None


def _checked(values: dict[str, Any], origin: str) -> dict[str, Any]:
    settings = settings_from(values, origin)
    return {name: getattr(settings, name) for name in names() if name in values}


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageError(
            f"the settings file {path} cannot be read: {error.strerror}; name another with --config"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"the settings file {path} is no TOML: {error}; correct it") from None
