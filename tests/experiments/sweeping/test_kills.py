"""Nothing is lost, played twice or unreadable, whenever a sweep is killed, and whatever the disk says."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.source import ROOT

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked to be killed")


def report(room: Path, *words: str) -> Any:
    """What the program that breaks sweeps reports."""
    command = [sys.executable, "-m", "tests.experiments.sweeping.killed", str(room), *words]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_every_step_of_writing_can_be_the_last(tmp_path: Path) -> None:
    """Killed, disk full, read-only: at each step; the same command then gives the unbroken folder byte for byte."""
    found = report(tmp_path, "steps")
    assert found["wrong"] == []
    assert min(found["breaks"].values()) >= 35
    assert found["breaks"].keys() == {"killed", "full", "read_only"}


def test_a_naive_writer_would_be_found(tmp_path: Path) -> None:
    """The breaking finds what it is for: a plan that is written in place is torn and cannot be gone on with."""
    assert any("does not go on" in wrong for wrong in report(tmp_path, "steps", "naive")["wrong"])


def test_any_moment_can_be_the_last(tmp_path: Path) -> None:
    """Two workers, killed with their parent at random moments: the same."""
    found = report(tmp_path, "moments", "20")
    assert found == {"kills": 20, "sweeps": found["sweeps"], "wrong": []}
    assert found["sweeps"] > 0


@pytest.mark.slow
def test_any_of_many_moments_can_be_the_last(tmp_path: Path) -> None:
    """Two hundred random moments of sweeps whose runs are really played."""
    found = report(tmp_path, "moments", "200", "real")
    assert found == {"kills": 200, "sweeps": found["sweeps"], "wrong": []}
    assert found["sweeps"] > 10
