"""A small sweep, played once for all tests of what is done with it."""

from pathlib import Path

import pytest

from experiments.cli import main
from experiments.sweeping.report import write_report
from tests.experiments.conftest import TOY, Twin, twin

__all__ = ["twin"]

CELLS = (*TOY[:2], *TOY[3:], "fleet=vans,bikes", "days=1", "replications=3")
"""Two cells with three runs of some hundredths of a second each, in three worlds."""
REPORT = write_report
BASELINE = "baseline=['fleet=vans']"


@pytest.fixture(scope="session")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the sweep, played in this process. Not to be changed."""
    folder = tmp_path_factory.mktemp("swept") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("experiments.sweeping.report.write_report", REPORT)
        assert main(["sweep", *CELLS, BASELINE, "executor=serial", f"out={folder}"]) == 0
    return folder


def again(twin: Twin, *words: str) -> None:
    """Play the sweep into the folder ``out``."""
    said = twin("sweep", *CELLS, BASELINE, "executor=serial", "out=out", *words)
    assert said.status == 0, said


@pytest.fixture(autouse=True)
def no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the report out, which takes two seconds of every sweep; the one that is played for all tests has it."""
    monkeypatch.setattr("experiments.sweeping.report.write_report", lambda journal: None)
