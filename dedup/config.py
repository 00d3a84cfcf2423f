"""Settings: every choice a user can make, its meaning and its range, frozen once read.

Owns names, ranges, defaults and the fingerprint; where values come from (options, environment, file) is not known here.
"""

from __future__ import annotations

import difflib
import hashlib
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from dedup.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

_APART = {"changes_results": False}
"""Marks a setting that has no bearing on the result, only on how it is made."""

Names = tuple[str, ...]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All settings; each field's description is its meaning, and `fingerprint` covers those that change results."""

    shingle_words: Annotated[
        int, Meta(ge=2, le=20, description="words a shingle (characters where the script has no spaces)")
    ] = 5
    permutations: Annotated[int, Meta(ge=16, le=1024, description="values a MinHash signature")] = 128
    seed: Annotated[int, Meta(ge=0, le=2**32 - 1, description="seed of the permutations")] = 1
    jaccard: Annotated[
        float, Meta(ge=0.05, le=1.0, description="two articles this alike over shingles are one story")
    ] = 0.4
    containment: Annotated[
        float,
        Meta(ge=0.3, le=1.0, description="an article held by another to this share is a cut or framed copy of it"),
    ] = 0.6
    shared_sentences: Annotated[
        int,
        Meta(
            ge=0,
            le=20,
            description="identical sentences asked for beside the shingles, where the articles have as many",
        ),
    ] = 2
    stub_words: Annotated[int, Meta(ge=0, le=1000, description="an article of fewer words is a stub")] = 40
    preferred_sites: Annotated[
        Names, Meta(description="sites whose article is taken for the source where it can be")
    ] = ()
    never_canonical_sites: Annotated[Names, Meta(description="sites whose article is never taken for the source")] = ()
    extra_agencies: Annotated[Names, Meta(description="agencies to know beside the built-in ones")] = ()
    extractor: Annotated[
        str,
        Meta(
            pattern="^(auto|trafilatura|resiliparse)$",
            description="how pages become articles",
        ),
    ] = "auto"
    keep_text: Annotated[bool, Meta(description="keep the texts in the state, for show, explain and label")] = True
    threads: Annotated[int, Meta(ge=0, le=1024, description="threads to use; 0: all cores", extra=_APART)] = 0
    memory_limit: Annotated[
        str,
        Meta(
            pattern=r"^\d+(\.\d+)?\s*([KMGT]i?B?|B)?$",
            description="memory a run may use before it stops: KiB, MiB, GiB, TiB, or KB, MB, GB, TB",
            extra=_APART,
        ),
    ] = "8GiB"
    keep_runs: Annotated[int, Meta(ge=1, le=10_000, description="runs kept in the folder", extra=_APART)] = 7

    def fingerprint(self) -> str:
        """Return 32 hex digits over the settings that change results."""
        kept = {field.encode_name: getattr(self, field.name) for field in fields() if changes_results(field.name)}
        return hashlib.blake2b(msgspec.json.encode(kept, order="deterministic"), digest_size=16).hexdigest()


def fields() -> tuple[msgspec.structs.FieldInfo, ...]:
    """Return the settings' fields in order."""
    return msgspec.structs.fields(Settings)


def names() -> list[str]:
    """Return the settings' names in order."""
    return [field.name for field in fields()]


def meaning_of(name: str) -> str:
    """Return the meaning of a setting."""
    return str(_meta(name).description)


def range_of(name: str) -> str:
    """Return what a setting may be, in words: a type, and its range where it has one."""
    meta, kind = _meta(name), _kind(name)
    words = {int: "integer", float: "number", bool: "true or false", str: "text", Names: "list of text"}[kind]
    if meta.ge is not None:
        return f"{words} from {meta.ge} to {meta.le}"
    if name == "extractor":
        return "one of auto, trafilatura and resiliparse"
    return "size, e.g. 500MB or 8GiB" if name == "memory_limit" else words


def changes_results(name: str) -> bool:
    """Tell whether a setting has a bearing on the result."""
    return bool((_meta(name).extra or {}).get("changes_results", True))


def settings_from(values: Mapping[str, Any], origin: str) -> Settings:
    """Return settings with `values` over the defaults.

    Text is read as the setting's type (a list: separated by commas), so that files, environment and options share one
    way.

    Raises
    ------
    SettingsError
        An unknown key (with the nearest known one), a wrong type or a value out of range; `origin` says where.
    """
    known = names()
    for key in values:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            raise SettingsError(f"{origin}: unknown setting {key}; {hint}")
    listed = {
        key: [part.strip() for part in value.split(",") if part.strip()]
        if isinstance(value, str) and _kind(key) == Names
        else value
        for key, value in values.items()
    }
    for key, value in listed.items():
        try:
            msgspec.convert({key: value}, Settings, strict=False)
        except msgspec.ValidationError:
            raise SettingsError(f"{origin}: {key} cannot be {value!r}; give: {range_of(key)}") from None
    return msgspec.convert(listed, Settings, strict=False)


def _annotation(name: str) -> Any:
    return next(field.type for field in fields() if field.name == name)


def _meta(name: str) -> Meta:
    return next(part for part in _annotation(name).__metadata__ if isinstance(part, Meta))


def _kind(name: str) -> Any:
    return _annotation(name).__origin__
