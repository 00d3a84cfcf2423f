"""Options before environment before file before default; every error says where it stands."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup import config
from dedup.errors import SettingsError, UsageError
from jobs.console.options import read_mapping, read_settings


@pytest.mark.parametrize("in_file", [True, False])
@pytest.mark.parametrize("in_environment", [True, False])
@pytest.mark.parametrize("in_options", [True, False])
def test_precedence(tmp_path, in_file, in_environment, in_options):
    file = tmp_path / "dedup.toml"
    file.write_text("threads = 2\njaccard = 0.2\n" if in_file else "jaccard = 0.2\n")
    environ = {"DEDUP_THREADS": "3", "HOME": "/"} if in_environment else {}
    settings = read_settings({"threads": 4 if in_options else None, "extractor": None}, environ, file)
    assert settings.threads == (4 if in_options else 3 if in_environment else 2 if in_file else 0)
    assert settings.jaccard == 0.2


@pytest.mark.parametrize(
    ("options", "environ", "toml", "told"),
    [
        ({"threads": -1}, {}, "", "option --threads: threads cannot be -1; give: integer from 0 to 1024"),
        ({}, {"DEDUP_JACARD": "0.4"}, "", "variable DEDUP_JACARD: unknown setting jacard; did you mean jaccard?"),
        ({}, {"DEDUP_KEEP_TEXT": "perhaps"}, "", "environment variable DEDUP_KEEP_TEXT: keep_text cannot be 'perhaps'"),
        ({}, {}, "jaccard = 7", "dedup.toml: jaccard cannot be 7; give: number from 0.05 to 1.0"),
        ({}, {}, "jaccard = 'nan'", "dedup.toml: jaccard cannot be 'nan'"),
        ({}, {}, "[run]\nthreads = 1", "dedup.toml: unknown setting run"),
        ({}, {}, "preferred_sites = 3", "dedup.toml: preferred_sites cannot be 3; give: list of text"),
    ],
)  # fmt: skip
def test_an_error_names_its_origin(tmp_path, options, environ, toml, told):
    file = tmp_path / "dedup.toml"
    file.write_text(toml)
    with pytest.raises(SettingsError, match=r"^[^\n]+$") as error:
        read_settings(options, environ, file)
    assert told in str(error.value)


def test_lists_come_from_the_environment_too(tmp_path):
    environ = {"DEDUP_PREFERRED_SITES": "a.com, b.org,", "DEDUP_KEEP_TEXT": "false"}
    settings = read_settings({}, environ, None)
    assert settings.preferred_sites == ("a.com", "b.org")
    assert not settings.keep_text


@pytest.mark.parametrize("data", [b"a = = 1", b"\xff\xfe"])
def test_a_file_that_is_no_toml(tmp_path, data):
    (tmp_path / "c.toml").write_bytes(data)
    with pytest.raises(UsageError, match="is no TOML"):
        read_settings({}, {}, tmp_path / "c.toml")
    with pytest.raises(UsageError, match="cannot be read"):
        read_settings({}, {}, tmp_path)


def test_mapping():
    assert read_mapping(["text=body", "url = link=2"]) == {"text": "body", "url": "link=2"}
    for bad in (["text"], ["=body"], ["text="], ["text=a", "text=b"]):
        with pytest.raises(UsageError, match=r"^--map"):
            read_mapping(bad)


@given(st.dictionaries(st.sampled_from(config.names()), st.one_of(st.integers(), st.floats(), st.text(), st.none())))
def test_any_value_is_taken_or_refused_in_one_sentence(values):
    try:
        settings = config.settings_from(values, "here")
    except SettingsError as error:
        said = str(error)
    else:
        said = "here: "
        assert msgspec.convert(msgspec.to_builtins(settings), config.Settings) == settings
    assert said.startswith("here: ")


def test_the_fingerprint_covers_what_changes_results_and_nothing_else():
    plain = config.Settings()
    apart = {"threads": 3, "memory_limit": "1GB", "keep_runs": 2}
    assert config.settings_from(apart, "x").fingerprint() == plain.fingerprint()
    assert {name for name in config.names() if not config.changes_results(name)} == set(apart)
    assert config.settings_from({"jaccard": 0.41}, "x").fingerprint() != plain.fingerprint()
    assert all(config.meaning_of(name) and config.range_of(name) for name in config.names())
