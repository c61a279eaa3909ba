"""Who plays does not matter: one folder, byte for byte, from each executor."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from experiments.sweeping import executors
from experiments.sweeping.executors import one_thread, watch
from experiments.sweeping.journal import Journal
from experiments.sweeping.source import results_of
from experiments.sweeping.tasks import tasks_of
from tests.experiments.conftest import Twin, files
from tests.experiments.sweeping.conftest import BASELINE, CELLS
from tests.source import ROOT

CODE = "import sys; from experiments.cli import main; sys.exit(main())"


def swept_with(tmp_path: Path, *words: str) -> Path:
    """The folder of the sweep, from a process of its own."""
    command = [sys.executable, "-c", CODE, "sweep", *CELLS, BASELINE, *words, "out=out"]
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return tmp_path / "out"


def assert_same(one: Path, other: Path) -> None:
    """Two folders hold the same."""
    assert files(one) == files(other)
    for name in files(one):
        if (one / name).is_file():
            assert (one / name).read_bytes() == (other / name).read_bytes(), name


def test_dask_gives_the_same_folder(swept: Path, tmp_path: Path) -> None:
    """A cluster of two processes here."""
    pytest.importorskip("distributed", reason="distributed is not installed: the extra dask brings it")
    assert_same(swept_with(tmp_path, "executor=dask"), swept)


def test_dask_is_found_by_its_address(swept: Path, tmp_path: Path) -> None:
    """A scheduler that is there already is used; one that is not is refused in a sentence."""
    pytest.importorskip("distributed", reason="distributed is not installed: the extra dask brings it")
    start = "from distributed import LocalCluster as C; c = C(1, threads_per_worker=1, dashboard_address=None)"
    code = (
        f"import sys\nif __name__ == '__main__':\n    {start}\n    print(c.scheduler_address, flush=True)\n    input()"
    )
    script = tmp_path / "cluster.py"
    script.write_text(code)
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    with subprocess.Popen(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as cluster:
        assert cluster.stdout is not None
        address = cluster.stdout.readline().strip()
        try:
            assert_same(swept_with(tmp_path, "executor=dask", f"address='{address}'"), swept)
        finally:
            cluster.kill()


def test_slurm_jobs_give_the_same_folder(swept: Path, tmp_path: Path) -> None:
    """Two jobs with the runs of several worlds each, through submitit on this machine."""
    pytest.importorskip("submitit", reason="submitit is not installed: the extra slurm brings it")
    assert_same(swept_with(tmp_path, "executor=slurm", "slurm.cluster=local", "slurm.jobs=2"), swept)


@pytest.mark.parametrize("launcher", [pytest.param("basic", marks=pytest.mark.slow), "joblib"])
def test_a_multirun_gives_the_same_table(swept: Path, twin: Twin, tmp_path: Path, launcher: str) -> None:
    """Job by job with Hydra's launchers, each with a folder of its own: the rows are the same."""
    if launcher == "joblib":
        pytest.importorskip("hydra_plugins.hydra_joblib_launcher", reason="hydra-joblib-launcher is not installed")
    words = [word for word in CELLS if not word.startswith("replications")]
    limit = ("hydra.launcher.n_jobs=2",) if launcher == "joblib" else ()
    said = twin("run", "--multirun", *words, "seed=1,2,3", "out=out", f"hydra/launcher={launcher}", *limit)
    assert said.status == 0, said
    assert results_of(tmp_path / "out").equals(results_of(swept))


@pytest.mark.parametrize(
    ("words", "package"),
    [(("executor=dask",), "distributed"), (("executor=slurm",), "submitit")],
)
def test_a_missing_extra_is_named(twin: Twin, monkeypatch: pytest.MonkeyPatch, words: list[str], package: str) -> None:
    """Without its library an executor is refused with what to install."""
    monkeypatch.setattr(executors, "find_spec", lambda name: None if name == package else find_spec(name))
    said = twin("sweep", *CELLS, *words, "out=out")
    assert said.status == 2
    assert f"needs {package}, which is not installed: pip install 'lastmile-twin[" in said.err


def journal(cells: list[dict[str, object]]) -> Journal:
    """A plan of cells with a key and settings each."""
    numbered = [{"number": number, "key": f"key{number}", **cell} for number, cell in enumerate(cells)]
    return Journal(Path("out"), {"cells": numbered, "seeds": [1, 2]}, "digest")


def cell(**settings: object) -> dict[str, object]:
    """A cell of these settings."""
    return {"settings": settings}


@pytest.mark.parametrize("workers", [1, 2, 3, 8, 100])
def test_every_run_is_in_one_task(workers: int) -> None:
    """Whatever the number of workers, all that is missing is played once, and no task is empty."""
    sharing = journal([cell(days=1, fleet=fleet) for fleet in "abc"] + [cell(days=2, fleet="a")])
    missing = [(number, seed) for number in range(4) for seed in (1, 2)][1:]
    tasks = tasks_of(sharing, missing, workers)
    assert sorted((number, seed) for _, _, seed, cells in tasks for number in cells) == missing
    assert all(cells for *_, cells in tasks)
    assert len(tasks) >= min(workers, len(missing) - 3)


def test_one_configuration_is_in_one_task() -> None:
    """Cells of equal keys are one run."""
    same = [{**cell(days=1), "key": "same"}] * 3
    twins = journal(same)
    assert [cells for *_, cells in tasks_of(twins, [(0, 1), (1, 1), (2, 1)], 2)] == [(0,)]


def test_a_watch_tells_of_every_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that appear are told one by one, also those of the last moment."""
    monkeypatch.setattr(executors, "PAUSE", 0.0)
    (tmp_path / "runs").mkdir()
    looks = iter(range(3))

    def working() -> bool:
        look = next(looks)
        for number in range(look + 1):
            (tmp_path / "runs" / f"{look}_{number}.json").touch()
        return look < 2

    heard: list[str] = []
    watch(working, tmp_path, heard.append)
    assert len(heard) == 1 + 2 + 3


def test_started_processes_have_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Meanwhile, and afterwards the environment is as before."""
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    with one_thread():
        assert (os.environ["OMP_NUM_THREADS"], os.environ["MKL_NUM_THREADS"]) == ("1", "1")
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "MKL_NUM_THREADS" not in os.environ
