"""A baseline of the toy city, written once."""

import os
from pathlib import Path

import pytest

from experiments.cli import main
from tests.experiments.conftest import TOY, Twin, twin

__all__ = ["Twin", "twin"]


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The text of a baseline of two small scenarios in 16 worlds."""
    folder = tmp_path_factory.mktemp("baseline")
    before = Path.cwd()
    os.chdir(folder)
    try:
        words = (*TOY, "days=1", "worlds=16", "workers=1", "+scenarios.storm=['weather=storm']")
        assert main(["check", "--update", "baseline=kpi.json", *words]) == 0
    finally:
        os.chdir(before)
    return (folder / "kpi.json").read_text(encoding="utf-8")


@pytest.fixture
def baseline(tmp_path: Path, recorded: str) -> Path:
    """The baseline in the working folder of a test."""
    path = tmp_path / "kpi.json"
    path.write_text(recorded, encoding="utf-8")
    return path
