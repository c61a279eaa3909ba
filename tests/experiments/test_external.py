"""A program runs only when the command line names it; when it fails, nothing is written."""

import csv
import json
import sys
from pathlib import Path

import pytest

from experiments.composition import composed, job_of
from experiments.sweeping.identity import cell_key
from tests.experiments.conftest import TOY, Twin, files
from tests.policies.programs import DECISIONS, program

CHOSEN = "policies/carriers=external"


@pytest.fixture
def mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a program leaves behind when it is started."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "started"


@pytest.fixture
def words(mark: Path, tmp_path: Path) -> str:
    """The command of a good program, as an override reads it, which leaves a mark."""
    command = program(tmp_path, DECISIONS["carriers"], f"open({str(mark)!r}, 'a').write('x')")
    return f"[{','.join(command)}]"


def fingerprint(folder: Path) -> object:
    """Of a run."""
    return json.loads((folder / "manifest.json").read_text())["fingerprint"]


def test_the_command_line_runs_a_program(twin: Twin, tmp_path: Path, mark: Path, words: str) -> None:
    """It decides as the policy in the process that decides alike."""
    said = twin("run", *TOY, "carriers=three", CHOSEN, f"programs.carriers={words}", "out=outside")
    assert said.status == 0, said
    assert mark.exists()
    assert twin("run", *TOY, "carriers=three", "policies/carriers=cheapest", "out=inside").status == 0
    assert fingerprint(tmp_path / "outside") == fingerprint(tmp_path / "inside")


FILES = {
    "a pack": (
        "conf/scenario/bad.yaml",
        "# @package _global_\nprograms: {carriers: WORDS}\n",
        ("scenario=bad", CHOSEN),
    ),
    "a pack's policy": (
        "conf/scenario/bad.yaml",
        "# @package _global_\npolicies: {carriers: {command: WORDS}}\n",
        ("scenario=bad", CHOSEN),
    ),
    "a policy's file": (
        "conf/policies/carriers/bad.yaml",
        "_target_: policies.carriers.external.External\ncommand: WORDS\n",
        ("policies/carriers=bad",),
    ),
    "another port's class": (
        "conf/policies/carriers/bad.yaml",
        "_target_: policies.routing.external.External\ncommand: WORDS\n",
        ("policies/carriers=bad",),
    ),
    "the process itself": (
        "conf/policies/carriers/bad.yaml",
        "_target_: policies.programs.child.Child\ncommand: WORDS\nseconds: 5.0\nmost: 1000\n",
        ("policies/carriers=bad",),
    ),
    "the base": (
        "conf/policies/carriers/bad.yaml",
        "_target_: policies.programs.external.Program\ncommand: WORDS\n",
        ("policies/carriers=bad",),
    ),
    "a primary file": (
        "conf/bad.yaml",
        f"defaults: [config, _self_, override {CHOSEN.replace('=', ': ')}]\nprograms: {{carriers: WORDS}}\n",
        ("--config-name", "bad"),
    ),
}


OFTEN = ("a pack", "a pack's policy", "another port's class", "the process itself")
"""The others go the same ways."""


@pytest.mark.parametrize("where", [pytest.param(w, marks=() if w in OFTEN else pytest.mark.slow) for w in FILES])
def test_no_file_names_a_program(twin: Twin, tmp_path: Path, mark: Path, words: str, where: str) -> None:
    """Whatever file says so is refused with its name, and the program is not started."""
    name, text, overrides = FILES[where]
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text(text.replace("WORDS", words))
    before = files(tmp_path)
    said = twin("run", *TOY, "--config-dir", "conf", *overrides)
    assert said.status == 2, said
    assert "on the command line only" in said.err or "makes no policy" in said.err
    assert not mark.exists()
    assert files(tmp_path) == before
    if where == "another port's class":
        said = twin("run", *TOY, "--config-dir", "conf", *overrides, "programs.carriers=[another]")
        assert said.status == 2
        assert not mark.exists()


@pytest.mark.parametrize("said_as", ["programs.carriers", "policies.carriers.command"])
def test_no_arm_names_a_program(twin: Twin, mark: Path, words: str, said_as: str) -> None:
    """Arms come from a file, and share what is trusted."""
    without = [f"~arms.{name}" for name in ("vans_drones", "vans_robovans", "mixed")]
    said = twin("compare", "city=toy", f"+arms.b=['{CHOSEN}', '{said_as}={words}']", *without)
    assert said.status == 2
    assert "arms.b" in said.err
    assert not mark.exists()


@pytest.mark.slow
def test_an_arm_uses_the_program_that_all_arms_trust(twin: Twin, mark: Path, words: str, tmp_path: Path) -> None:
    """Against the same decision in the process: no difference, in any worker."""
    toy = ("city=toy", "demand.parcels_per_day=12", "fleet=vans", "days=1", "replications=2", "workers=2", "out=both")
    arms = ("+arms.a=['policies/carriers=cheapest']", f"+arms.b=['{CHOSEN}']", "baseline=a")
    without = [f"~arms.{name}" for name in ("vans", "vans_drones", "vans_robovans", "mixed")]
    said = twin("compare", *toy, *arms, *without, f"programs.carriers={words}")
    assert said.status == 0, said
    assert mark.exists()
    with (tmp_path / "both" / "results.csv").open(newline="") as file:
        runs = list(csv.DictReader(file))
    prints = {(run["arm"], run["seed"]): run["fingerprint"] for run in runs}
    assert len(prints) == 4
    assert all(prints["a", seed] == prints["b", seed] for _, seed in prints)


@pytest.mark.parametrize("command", [("resume",), ("fork", "policies/notifying=silent")])
def test_a_snapshot_names_no_program(
    twin: Twin, tmp_path: Path, mark: Path, words: str, command: tuple[str, ...]
) -> None:
    """Going on without naming it is refused before it is started; with it, the run ends as the unbroken one."""
    run = ("run", *TOY[:-1], "carriers=three", CHOSEN, f"programs.carriers={words}")
    assert twin(*run, "until=12:00", "out=noon").status == 0
    mark.unlink()
    before = files(tmp_path)
    snapshot = str(tmp_path / "noon" / "snapshot.json")
    said = twin(command[0], snapshot, *command[1:])
    assert said.status == 2
    assert "programs.carriers=[" in said.err
    assert not mark.exists()
    assert files(tmp_path) == before
    said = twin(command[0], snapshot, *command[1:], f"programs.carriers={words}", "out=on")
    assert said.status == 0, said
    assert mark.exists()
    if command[0] == "resume":
        assert twin(*run, "out=whole").status == 0
        assert fingerprint(tmp_path / "on") == fingerprint(tmp_path / "whole")


@pytest.mark.parametrize("source", ["sys.exit(1)", "import time; time.sleep(60)"])
def test_a_program_that_fails_ends_the_run_and_nothing_is_written(
    twin: Twin, tmp_path: Path, mark: Path, source: str
) -> None:
    """One sentence, exit status 2, the folder as it was."""
    (tmp_path / "bad.py").write_text(f"import sys\ninput()\n{source}\n")
    before = files(tmp_path)
    command = f"programs.carriers=[{sys.executable},bad.py]"
    said = twin("run", *TOY, "carriers=three", CHOSEN, command, "policies.carriers.seconds=1.0", "out=never")
    assert said.status == 2
    assert said.err.startswith("twin: policies.carriers.external.External (carriers): the program ")
    assert said.err.count("\n") == 1
    assert files(tmp_path) == before


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ((CHOSEN,), "must name a program; set programs.carriers=[python,my.py]"),
        ((CHOSEN, "programs.carriers=[no-such-program]"), "cannot be started"),
        (("+programs.flying=[x]",), "programs.flying is not a port"),
        ((CHOSEN, "programs.carriers=[python]", "policies.carriers.seconds=0"), "policies.carriers.seconds"),
        (("programs.carriers=python",), "programs.carriers"),
    ],
)
def test_what_cannot_be_a_program_is_refused(twin: Twin, overrides: tuple[str, ...], said: str) -> None:
    """One sentence that names the key, and the fix."""
    heard = twin("run", *TOY, "carriers=three", *overrides)
    assert heard.status == 2
    assert said in heard.err


def test_runs_of_another_program_are_not_believed(mark: Path, words: str, tmp_path: Path) -> None:
    """What a run of a sweep is known by covers the text of the program."""
    said = ["city=toy", "demand.parcels_per_day=12", CHOSEN, f"programs.carriers={words}"]
    before = cell_key(job_of(composed("config", said)))
    assert cell_key(job_of(composed("config", said))) == before
    with (tmp_path / "mine.py").open("a") as file:
        file.write("# and more\n")
    assert cell_key(job_of(composed("config", said))) != before
    assert not mark.exists()
