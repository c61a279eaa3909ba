"""The command line, run in this process and in a folder of its own."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from experiments.cli import main

TOY = ("city=toy", "demand.parcels_per_day=12.0", "fleet=vans", "carriers=none", "policies/routing=nearest")
"""A run of a tenth of a second."""


class Said(NamedTuple):
    """What a command said, and its exit status."""

    status: int
    out: str
    err: str


Twin = Callable[..., Said]


@pytest.fixture
def twin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Twin:
    """Run ``twin`` with these words in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Said:
        status = main(list(words))
        said = capsys.readouterr()
        return Said(status, said.out, said.err)

    return run


def files(folder: Path) -> list[str]:
    """Everything in a folder, by name."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
