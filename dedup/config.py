"""Settings: every choice a user can make, its meaning and its range, frozen once read."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from dedup.errors import SettingsError

Share = Annotated[float, Meta(ge=0.0, le=1.0)]


def _setting(kind: Any, meaning: str, *, results: bool = True, **limits: Any) -> Any:
    return Annotated[kind, Meta(description=meaning, extra={"results": results}, **limits)]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All settings; each field's description is its meaning, and `fingerprint` covers those that change results."""

    shingle_words: _setting(int, "words a shingle (characters where the script has no spaces)", ge=2, le=20) = 5
    permutations: _setting(int, "values a MinHash signature", ge=16, le=1024) = 128
    seed: _setting(int, "seed of the permutations", ge=0, le=2**32 - 1) = 1
    jaccard: _setting(float, "two articles this alike over shingles are one story", ge=0.05, le=1.0) = 0.4
    containment: _setting(
        float, "an article held by another to this share is a cut or framed copy of it", ge=0.3, le=1.0
    ) = 0.6
    shared_sentences: _setting(
        int, "identical sentences asked for beside the shingles, where the articles have as many", ge=0, le=20
    ) = 2
    stub_words: _setting(int, "an article of fewer words is a stub", ge=0, le=1000) = 40
    preferred_sites: _setting(tuple[str, ...], "sites whose article is taken for the source where it can be") = ()
    never_canonical_sites: _setting(tuple[str, ...], "sites whose article is never taken for the source") = ()
    extra_agencies: _setting(tuple[str, ...], "agencies to know beside the built-in ones") = ()
    extractor: _setting(str, "how pages become articles: auto, trafilatura or resiliparse", pattern="^(auto|trafilatura|resiliparse)$") = "auto"
    keep_text: _setting(bool, "keep the texts in the state, for show, explain and label") = True
    threads: _setting(int, "threads to use; 0: all cores", results=False, ge=0, le=1024) = 0
    memory_limit: _setting(str, "memory the run may use, e.g. 8GiB", results=False, pattern=r"^\d+(\.\d+)?\s*([KMGT]i?B?|B)?$") = "8GiB"
    keep_runs: _setting(int, "runs kept in the folder", results=False, ge=1, le=10_000) = 7

    def fingerprint(self) -> str:
        """Return 32 hex digits over the settings that change results."""
        kept = {f.encode_name: getattr(self, f.name) for f in fields() if _is_result(f)}
        return hashlib.blake2b(msgspec.json.encode(kept, order="deterministic"), digest_size=16).hexdigest()


def fields() -> tuple[msgspec.structs.FieldInfo, ...]:
    """Return the settings' fields in order."""
    return msgspec.structs.fields(Settings)


def meaning_of(name: str) -> str:
    """Return the meaning of a setting."""
    meta = next(_meta(f) for f in fields() if f.name == name)
    return str(meta.description)


def settings_from(values: Mapping[str, Any], origin: str) -> Settings:
    """Return settings with `values` over the defaults.

    Strings are read as the setting's type, so that files, environment and options share one way.

    Raises
    ------
    SettingsError
        An unknown key (with the nearest known one), a wrong type or a value out of range; `origin` says where.
    """
    known = [f.name for f in fields()]
    for key in values:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"; did you mean {near[0]}?" if near else f"; known are {', '.join(known)}"
            raise SettingsError(f"{origin}: unknown setting {key}{hint}")
    try:
        return msgspec.convert(dict(values), Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{origin}: {error}") from None


def _meta(field: msgspec.structs.FieldInfo) -> Meta:
    return next(m for m in field.type.__metadata__ if isinstance(m, Meta))


def _is_result(field: msgspec.structs.FieldInfo) -> bool:
    extra = _meta(field).extra or {}
    return bool(extra.get("results", True))
