"""The public names of the library."""

from __future__ import annotations

import subprocess
import sys

import pytest

import dedup
from dedup import errors


def test_the_names_are_sorted_and_all_there():
    assert dedup.__all__ == sorted(dedup.__all__)
    assert dir(dedup) == dedup.__all__
    for name in dedup.__all__:
        assert callable(getattr(dedup, name)), name


def test_every_error_is_public():
    classes = {
        name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, errors.DedupError)
    }
    assert classes <= set(dedup.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'cluster_all'"):
        dedup.cluster_all  # noqa: B018


@pytest.mark.parametrize("first", ["import dedup", "import dedup.sign, dedup.sites", "from dedup.sign import concat"])
def test_a_stage_is_called_by_its_name_whatever_was_imported_before(first):
    code = f"""{first}
import dedup, inspect
assert dedup.sign.sign is not None and callable(dedup.sign) and callable(dedup.sites)
assert inspect.isfunction(dedup.syndication) and dedup.shingle_hashes("a b c d e f g").size == 3
try:
    dedup.sign()
except TypeError as error:
    assert "texts" in str(error), error
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_importing_the_package_loads_nothing():
    code = "import dedup, sys; assert not {'polars', 'numba', 'numpy', 'msgspec'} & sys.modules.keys()"
    subprocess.run([sys.executable, "-c", code], check=True)
