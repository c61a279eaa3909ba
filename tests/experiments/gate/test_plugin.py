"""The pytest plug-in: a test of anyone's project fails when a key figure became worse."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.source import ROOT

TEST = """\
def test_it(kpi_regression):
    kpi_regression("kpi.json", {words})
"""


def played(folder: Path, words: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Pytest in another process, on one test with these overrides."""
    (folder / "test_it.py").write_text(TEST.format(words=words))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "experiments.gate.plugin", *options]
    return subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(ROOT), "PATH": ""}, capture_output=True, text=True, check=False
    )


@pytest.mark.usefixtures("baseline")
def test_a_loss_fails_the_test(tmp_path: Path) -> None:
    """The test is red, and says what the check says."""
    done = played(tmp_path, '"fleet.vans_early.kind.fixed_usd_day=85.0"')
    assert done.returncode == 1
    assert "FAILED: cost_per_delivered_parcel of default" in done.stdout


def test_a_baseline_is_moved_by_an_option_only(tmp_path: Path, baseline: Path, recorded: str) -> None:
    """With --kpi-update the file is written and the test green; without, the file stays."""
    assert played(tmp_path, '"~scenarios.storm", "fleet.vans_early.kind.fixed_usd_day=85.0"').returncode == 1
    assert baseline.read_text() == recorded
    done = played(tmp_path, '"~scenarios.storm", "fleet.vans_early.kind.fixed_usd_day=85.0"', "--kpi-update")
    assert done.returncode == 0, done.stdout
    assert baseline.read_text() != recorded


def test_the_plugin_imports_nothing_heavy() -> None:
    """It is loaded in every session of everybody who has the twin installed."""
    heavy = ("numpy", "scipy", "hydra", "rich", "pydantic")
    script = f"import sys, experiments.gate.plugin; print([n for n in {heavy} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
