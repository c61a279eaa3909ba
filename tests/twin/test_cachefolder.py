"""Where the cache is: the variable first, then the system's custom."""

import os
from pathlib import Path

import pytest

from twin.cachefolder import VARIABLE, cache_folder


def test_the_variable_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder is that folder; empty, nothing is kept."""
    monkeypatch.setenv(VARIABLE, "there")
    assert cache_folder() == Path("there")
    monkeypatch.setenv(VARIABLE, "")
    assert cache_folder() is None


@pytest.mark.skipif(os.name == "nt", reason="the custom of other systems")
def test_else_it_is_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """XDG_CACHE_HOME, and .cache at home without it."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "lastmile-twin"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "lastmile-twin"
