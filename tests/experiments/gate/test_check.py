"""``twin check`` from the command line: its verdicts, its papers, and moving the baseline on purpose."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.experiments.gate.conftest import Twin
from tests.experiments.gate.families import GATES

DEARER = "fleet.vans_early.kind.fixed_usd_day=85.0"
"""Costs the toy city some per cent, and nothing else."""
OFF = tuple(f"gates.{name}=null" for name in ("on_time", *(name for name in GATES if name != "on_time")))
"""Gates nothing that a pull request waits for."""


@pytest.fixture(autouse=True)
def _there(baseline: Path) -> None:
    """Every test begins with the baseline in its working folder."""
    assert baseline.is_file()


def test_unchanged_code_passes_at_once(twin: Twin) -> None:
    """Equal fingerprints in two worlds: green, and only two worlds are played."""
    said = twin("check", "baseline=kpi.json", "workers=1")
    assert said.status == 0, said
    assert "PASSED: the runs are the same, event by event. Seeds 1 to 2" in said.out
    assert "4/4 runs" in said.err


def test_a_loss_is_red_and_explained(twin: Twin) -> None:
    """Dearer vans: status 1, the figure and its size, and that only money differs."""
    said = twin("check", "baseline=kpi.json", "workers=1", DEARER)
    assert said.status == 1, said
    assert "FAILED: cost_per_delivered_parcel of default is worse by +" in said.out
    assert "default: The trace is the same: only money differs." in said.out
    assert "VEHICLE" in said.out
    assert "on_time of default is worse" not in said.out


def test_a_gain_is_green(twin: Twin) -> None:
    """Cheaper vans are a change, and no loss."""
    said = twin("check", "baseline=kpi.json", "workers=1", DEARER.replace("85", "50"))
    assert said.status == 0
    assert "PASSED: no figure is worse by its margin" in said.out


def test_a_loss_of_service_names_the_parcels(twin: Twin) -> None:
    """More wrong addresses: on time is worse, and the first parcels that differ are named."""
    said = twin("check", "baseline=kpi.json", "workers=1", "people.bad_address=0.9", "alpha=0.2")
    assert said.status == 1
    assert "on_time of default is worse" in said.out
    assert "parcels differ; the first: " in said.out
    assert "cause address" in said.out


def test_what_nobody_can_say_is_not_green(twin: Twin) -> None:
    """A change whose effect is small beside its noise, in few worlds: status 3, and what is open is named."""
    said = twin(
        "check",
        "baseline=kpi.json",
        "workers=1",
        "people.bad_address=0.12",
        "gates.on_time=0.002",
        *OFF[1:],
    )
    assert said.status == 3, said
    assert "UNDECIDED: on_time of default" in said.out
    assert "neither a loss nor its absence is shown" in said.out


def test_processes_do_not_change_the_runs(twin: Twin) -> None:
    """Two processes play what one has recorded, event by event."""
    assert "the runs are the same" in twin("check", "baseline=kpi.json", "workers=2").out


def test_another_configuration_is_not_believed_at_a_glance(twin: Twin) -> None:
    """A key that rarely matters: equal runs in two worlds are not enough, sixteen are played."""
    said = twin("check", "baseline=kpi.json", "workers=1", "operation.parcel_value_usd=65.5")
    assert "0/32 runs" in said.err


def test_papers_for_machines_are_written(twin: Twin, tmp_path: Path) -> None:
    """JUnit with a failure for each red figure, a summary that is added to, annotations on the output."""
    (tmp_path / "summary.md").write_text("before\n")
    said = twin(
        "check", "baseline=kpi.json", "workers=1", DEARER, "junit=kpi.xml", "summary=summary.md", "annotations=true"
    )  # fmt: skip
    suite = ET.parse(tmp_path / "kpi.xml").getroot()[0]  # noqa: S314 (we have just written it)
    assert (suite.get("tests"), suite.get("errors")) == ("10", "0")
    assert int(suite.get("failures") or 0) == len(suite.findall("testcase/failure")) > 0
    summary = (tmp_path / "summary.md").read_text()
    assert summary.startswith("before\n### twin check: FAILED: cost_per_delivered_parcel")
    assert summary.count("\n| ") == 12
    assert "::error title=cost_per_delivered_parcel of default::" in said.out


def test_a_baseline_moves_on_purpose_only(twin: Twin, tmp_path: Path, recorded: str) -> None:
    """A check leaves it as it is; --update keeps its words, seeds and worlds, and says what has changed."""
    twin("check", "baseline=kpi.json", "workers=1", DEARER)
    assert (tmp_path / "kpi.json").read_text() == recorded
    said = twin("check", "--update", "baseline=kpi.json", "workers=1", DEARER, "summary=moved.md")
    assert said.status == 0, said
    assert "default: fleet.vans_early.kind.fixed_usd_day: " in said.out
    assert "-> 85.0" in said.out
    assert "default: cost_per_delivered_parcel " in said.out
    assert "Moved kpi.json from " in said.out
    assert "- default: fleet.vans_early" in (tmp_path / "moved.md").read_text()
    now = json.loads((tmp_path / "kpi.json").read_text())["body"]
    assert (now["worlds"], now["seed"], sorted(now["scenarios"])) == (16, 1, ["default", "storm"])
    assert DEARER in now["overrides"]
    assert twin("check", "baseline=kpi.json", "workers=1").status == 0


def test_moving_to_where_it_is_changes_nothing(twin: Twin, tmp_path: Path, recorded: str) -> None:
    """The same code writes the same baseline, bit for bit, but for the commit."""
    said = twin("check", "--update", "baseline=kpi.json", "workers=1")
    assert "Nothing has changed." in said.out
    assert (
        json.loads((tmp_path / "kpi.json").read_text())["body"]["scenarios"]
        == json.loads(recorded)["body"]["scenarios"]
    )


def test_quantiles_wait_for_the_night(twin: Twin) -> None:
    """The nightly tier looks at lateness too, which 16 worlds cannot decide."""
    said = twin("check", "baseline=kpi.json", "workers=1", "tier=nightly", "people.bad_address=0.12", *OFF)
    assert said.status == 3
    assert "late_p95" in said.out


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("seed=7",), "seed(=7) is not the baseline's 1"),
        (("gates.on_tme=0.02",), "on_tme"),
        (("+gates.sessions=0.02",), "gates.sessions is no figure of which less or more is worse"),
        (("gates.on_time=2.0",), "gates.on_time(=2.0) must be a share below 1"),
        (("gates.on_time=-0.1",), "gates.on_time(=-0.1)"),
        (("gates.on_time=nan",), "gates.on_time"),
        (OFF, "nothing is gated in the pull_request tier"),
        (("worlds=8",), "worlds(=8)"),
        (("tier=weekly",), "tier(='weekly')"),
        (("alpha=0",), "alpha"),
        (("tolerated=1.0",), "tolerated(=1.0)"),
        (("workers=0",), "workers(=0)"),
        (("annotations=perhaps",), "annotations"),
        (("until=12:00",), "cannot be checked"),
        (("+scenarios.more=['fleet=vans']",), "scenarios.more is not in kpi.json"),
        (("scenarios.storm=['weather=calm']",), "scenarios.storm was recorded with weather=storm"),
        (("~scenarios.storm",), "kpi.json has a scenario storm that is not checked"),
        (("scenarios.storm=['weathr=storm']",), "scenarios.storm: "),
        (("scenarios.storm=['seed=3']",), "seed is the same for all scenarios"),
        (("against=no-such-commit",), "not a git repository"),
        (("--multirun",), "has no --multirun"),
        (("junit=nowhere/kpi.xml",), "junit(=nowhere/kpi.xml) cannot be written"),
        (("summary=nowhere/kpi.md",), "summary(=nowhere/kpi.md) cannot be written"),
        (("plugins=[no_such_package]",), "no_such_package"),
        (("--udpate",), "--udpate"),
        (("nonsense=1",), "nonsense"),
    ],
)
def test_a_wrong_option_is_one_sentence(twin: Twin, words: tuple[str, ...], fault: str) -> None:
    """Status 2, one line, no traceback, and the word that is wrong."""
    said = twin("check", "baseline=kpi.json", "workers=1", *words)
    complaints = [line for line in said.err.splitlines() if not line.endswith("(default)") and "runs (" not in line]
    assert (said.status, len(complaints)) == (2, 1), said
    assert fault in complaints[0]


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ((), "baseline names no file"),
        (("baseline=none.json",), "baseline(=none.json) cannot be read"),
        (("baseline=.",), "baseline(=.) cannot be read"),
        (("--update",), "baseline names no file"),
        (("--update", "baseline=nowhere/kpi.json"), "baseline(=nowhere/kpi.json) cannot be written"),
        (("--update", "baseline=."), "baseline(=.) cannot be written"),
    ],
)
def test_a_baseline_must_be_named(twin: Twin, words: tuple[str, ...], fault: str) -> None:
    """No file, or none that can be read or written: status 2 and one sentence."""
    said = twin("check", *words)
    assert said.status == 2
    assert fault in said.err
    assert len(said.err.splitlines()) == 1
