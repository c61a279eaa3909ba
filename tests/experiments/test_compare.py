"""A comparison is the same however it is divided over processes, and its folder is whole."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from experiments.compare import tasks_of
from experiments.composition import composed
from experiments.pool import mapped, news
from experiments.study import study_of
from tests.experiments.conftest import TOY, Twin, files

STUDY = (*TOY[:2], *TOY[3:], "replications=3", "days=1")
NAMES = {"blocks.json", "comparison.json", "config", "figures", "manifest.json", "report.html", "results.csv"}


def found(folder: Path) -> Any:
    """What a comparison found."""
    return json.loads((folder / "comparison.json").read_text())


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small comparison in this process."""
    from experiments.cli import main

    folder = tmp_path_factory.mktemp("compared") / "out"
    assert main(["compare", *STUDY, "workers=1", f"out={folder}"]) == 0
    return folder


def test_processes_do_not_change_the_result(twin: Twin, tmp_path: Path, compared: Path) -> None:
    """One process or two: the same fingerprints, intervals and answer."""
    said = twin("compare", *STUDY, "workers=2", "out=two")
    assert said.status == 0, said
    assert found(tmp_path / "two") == found(compared)


def test_the_folder_is_whole(compared: Path) -> None:
    """Numbers, runs, provenance and the report; and nothing beside them."""
    assert {name.partition("/")[0] for name in files(compared)} == NAMES
    about = json.loads((compared / "manifest.json").read_text())
    assert about["seeds"] == [1, 2, 3]
    assert set(about["arms"]) == {"vans", "vans_drones", "vans_robovans", "mixed"}
    report = (compared / "report.html").read_text()
    assert found(compared)["answer"].partition(" (")[0].replace("'", "&#39;") in report
    assert report.count("<svg") == len(list((compared / "figures").glob("*.svg"))) > 4


def test_an_arm_is_the_run_of_its_configuration(twin: Twin, tmp_path: Path, compared: Path) -> None:
    """Sharing a drawn world with the others leaves no trace: each run has the fingerprint it has alone."""
    assert twin("run", *STUDY[:-2], STUDY[-1], "fleet=mixed", "seed=2", "out=alone").status == 0
    alone = json.loads((tmp_path / "alone" / "manifest.json").read_text())
    assert found(compared)["arms"]["mixed"]["fingerprints"][1] == alone["fingerprint"]["ledger"]


def test_arms_and_their_difference_are_told(twin: Twin) -> None:
    """The table fits a terminal, shows every headline figure, and ends with the answer and the report."""
    said = twin("compare", *STUDY[:-2], "~arms.vans_drones", "~arms.vans_robovans", "replications=2", "workers=1")
    assert said.status == 0
    assert max(len(line) for line in said.out.splitlines()[:-1]) <= 80
    for title in ("Cost per delivered parcel, USD", "On time, %", "First attempt succeeds, %", "Carbon per parcel"):
        assert title in said.out
    assert "minus vans" in said.out
    assert "report.html" in said.out.splitlines()[-1]


def test_an_arm_has_the_last_word_over_the_common_overrides() -> None:
    """What an arm sets wins over what is set for all; the rest is shared."""
    vans = "arms.vans=['fleet=vans','operation.max_attempts=4']"
    made = composed("compare", ["seed=9", "fleet=bikes", "operation.max_attempts=2", vans])
    study = study_of(made)
    assert study.jobs["vans"].plain["operation"]["max_attempts"] == 4
    assert study.jobs["mixed"].plain["operation"]["max_attempts"] == 2
    assert set(study.jobs["vans"].plain["fleet"]) == {"vans_early", "vans_late"}
    assert list(study.seeds) == list(range(9, 19))


def test_arms_may_differ_in_policies() -> None:
    """An arm is any list of overrides, not only a fleet."""
    made = composed("compare", ["+arms.near=['fleet=vans','policies/routing=nearest']"])
    jobs = study_of(made).jobs
    assert type(jobs["near"].policies.routing).__name__ == "NearestNeighbour"
    assert type(jobs["vans"].policies.routing).__name__ != "NearestNeighbour"


@pytest.mark.parametrize(("replications", "tasks"), [(10, 10), (2, 2), (1, 4)])
def test_all_workers_have_work(replications: int, tasks: int) -> None:
    """A task is a world with all its arms, or one arm of it when there are fewer worlds than workers."""
    study = study_of(composed("compare", [f"replications={replications}", "workers=2"]))
    divided = tasks_of(study)
    assert len(divided) == tasks
    runs = [(seed, arm) for seed, arms, _ in divided for arm in arms]
    assert sorted(runs) == sorted((seed, arm) for seed in study.seeds for arm in study.jobs)
    assert {seed for seed, _, sketched in divided if sketched} == {1}


def _squares(number: int) -> tuple[int, str | None]:
    news(str(number))
    return number * number, os.environ.get("OMP_NUM_THREADS")


def _fails(number: int) -> int:
    if number == 2:
        raise ValueError("number(=2) is refused")
    return number


def _dies(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_work_comes_home_in_order_and_is_heard_of() -> None:
    """Results in the order of the tasks, news of each, one thread a process."""
    heard: list[str] = []
    results = mapped(_squares, [(n,) for n in range(5)], 2, heard.append)
    assert results == [(n * n, "1") for n in range(5)]
    assert sorted(heard) == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_the_work_comes_home(workers: int) -> None:
    """It is raised here as it was there."""
    with pytest.raises(ValueError, match=r"number\(=2\) is refused"):
        mapped(_fails, [(n,) for n in range(4)], workers, lambda _: None)


def test_a_process_that_dies_is_noticed() -> None:
    """Killed for its memory, say: an error at once, and no waiting for ever."""
    with pytest.raises(MemoryError):
        mapped(_dies, [(1,), (2,)], 2, lambda _: None)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_stops_at_once_and_writes_nothing(tmp_path: Path) -> None:
    """Interrupted while two processes play, no process, folder or traceback stays."""
    root = str(Path(__file__).parents[2])
    code = "import sys; from experiments.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "compare", "days=30", "workers=2"]
    with subprocess.Popen(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": root}, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "twin: 0/40 runs (playing)\n"
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait(timeout=20) == 130
    assert rest == "twin: stopped.\n"
    assert files(tmp_path) == []
