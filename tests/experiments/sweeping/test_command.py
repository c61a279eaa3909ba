"""A sweep is its runs: the same numbers as one by one, each world drawn once, nothing played twice."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from experiments import worker
from experiments.sweeping import identity, work
from experiments.sweeping.collate import RESULTS
from experiments.sweeping.journal import alone, read_journal
from experiments.sweeping.shards import FOLDER
from scenarios.build import draw_world
from tests.experiments.conftest import TOY, Twin, files
from tests.experiments.sweeping.conftest import BASELINE, CELLS, REPORT, again

ROOT = Path(__file__).parents[3]


def rows(folder: Path) -> list[dict[str, Any]]:
    """What the table of a folder holds."""
    found: list[dict[str, Any]] = parquet.read_table(folder / RESULTS).to_pylist()
    return found


@pytest.fixture
def mine(swept: Path, tmp_path: Path) -> Path:
    """A copy of the sweep, to be changed."""
    shutil.copytree(swept, tmp_path / "out")
    return tmp_path / "out"


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Label and seed of every run that is played."""
    found: list[tuple[str, int]] = []

    def playing(label: str, seed: int, *rest: Any) -> Any:
        found.append((label, seed))
        return worker.play_arm(label, seed, *rest)

    monkeypatch.setattr(work, "play_arm", playing)
    return found


def test_a_row_is_a_run(swept: Path, twin: Twin, tmp_path: Path) -> None:
    """Each row has the overrides, the seed, the fingerprint and the figures of the same run alone."""
    found = rows(swept)
    assert len(found) == 2 * 3
    row = next(r for r in found if (r["fleet"], r["seed"]) == ("bikes", 2))
    words = [word for word in CELLS if "replications" not in word and "," not in word]
    assert twin("run", *words, "fleet=bikes", "seed=2", "out=alone").status == 0
    values = json.loads((tmp_path / "alone" / "kpis.json").read_text())
    about = json.loads((tmp_path / "alone" / "manifest.json").read_text())
    assert {name: row[name] for name in values} == values
    assert row["fingerprint"] == about["fingerprint"]["ledger"]
    assert (row["cell"], row["demand.parcels_per_day"], row["days"]) == (1, 12.0, 1)


def test_the_folder_holds_the_plan_the_runs_and_the_table(swept: Path) -> None:
    """And nothing beside them; the seeds are those of the replications."""
    names = files(swept)
    kept = [name for name in names if not name.startswith(("runs/", "figures/"))]
    assert kept == ["figures", "report.html", RESULTS, "runs", "sweep.json"]
    assert sum(name.startswith("runs/") for name in names) == 2 * 3
    assert {row["seed"] for row in rows(swept)} == {1, 2, 3}


def test_columns_say_their_unit(swept: Path) -> None:
    """The schema tells what a figure is measured in and what it means."""
    field = parquet.read_schema(swept / RESULTS).field("cost_per_delivered_parcel")
    assert field.metadata[b"unit"] == b"USD"
    assert field.metadata[b"meaning"]


def test_processes_do_not_change_the_folder(
    swept: Path, twin: Twin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One process or two: the same folder, byte for byte, report and figures included."""
    monkeypatch.setattr("experiments.sweeping.report.write_report", REPORT)
    said = twin("sweep", *CELLS, BASELINE, "workers=2", "out=two")
    assert said.status == 0, said
    assert files(tmp_path / "two") == files(swept)
    for name in files(swept):
        if (swept / name).is_file():
            assert (tmp_path / "two" / name).read_bytes() == (swept / name).read_bytes(), name


def test_each_world_is_drawn_once(twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells that differ in fleet, carriers and policies share the world of a seed."""
    drawn: list[int] = []

    def counting(scenario: Any, seed: int) -> Any:
        drawn.append(seed)
        return draw(scenario, seed)

    draw = draw_world
    monkeypatch.setattr(worker, "draw_world", counting)
    words = [*CELLS[:2], "fleet=vans,bikes", "carriers=none,two", "days=1", "replications=2"]
    assert twin("sweep", *words, "executor=serial", "workers=1", "out=a").status == 0
    assert drawn == [1, 2]
    assert twin("sweep", *TOY, "days=1,2", "replications=2", "executor=serial", "workers=1", "out=b").status == 0
    assert sorted(drawn[2:]) == [1, 1, 2, 2], "longer worlds are other worlds"


def test_a_finished_run_is_never_played_again(mine: Path, twin: Twin, played: list[tuple[str, int]]) -> None:
    """The same command in the same folder plays nothing and leaves every byte."""
    before = {name: (mine / name).read_bytes() for name in files(mine) if (mine / name).is_file()}
    again(twin)
    assert played == []
    assert {name: (mine / name).read_bytes() for name in files(mine) if (mine / name).is_file()} == before


def test_only_what_is_missing_or_damaged_is_played(mine: Path, twin: Twin, played: list[tuple[str, int]]) -> None:
    """A run that is gone, torn, changed or another's is played again, and the table is the unbroken one."""
    table = (mine / RESULTS).read_bytes()
    gone, torn, changed, other, *_ = sorted((mine / FOLDER).iterdir())
    whole = {path: path.read_bytes() for path in (gone, torn, changed, other)}
    gone.unlink()
    torn.write_bytes(whole[torn][:-40])
    changed.write_bytes(whole[changed].replace(b"delivered", b"deliverex", 1))
    other.write_bytes(whole[gone])
    (mine / FOLDER / ".x.json.1.tmp").write_text("half")
    (mine / RESULTS).unlink()
    again(twin)
    assert len(played) == 4
    assert {path: path.read_bytes() for path in whole} == whole
    assert (mine / RESULTS).read_bytes() == table
    assert not list((mine / FOLDER).glob(".*"))


def test_a_sweep_can_be_extended(mine: Path, twin: Twin, played: list[tuple[str, int]]) -> None:
    """More values and more seeds: what is finished stays, the table has all."""
    words = [word for word in CELLS if not word.startswith(("fleet", "replications"))]
    said = twin("sweep", *words, "fleet=vans,bikes,evans", "replications=4", "executor=serial", "out=out")
    assert said.status == 0, said
    assert len(rows(mine)) == 3 * 4
    assert len(played) == 3 * 4 - 2 * 3


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("fleet=vans", "out=out"), "holds another sweep"),
        (("fleet=vans,bikes", "policies/routing=nearest", "replications=2", "out=out"), "holds another sweep"),
        (("fleet=vans,vns",), "did you mean 'vans'"),
        (("replications=2,3",), "replications is the same for the whole sweep"),
        (("workers=1,2",), "workers is the same"),
        (("out=a,b",), "out is the same"),
        (("seed=1,2", "replications=2"), "write one of them"),
        (("seed=1,x",), "seed"),
        (("until=12:00",), "until"),
        (("--multirun",), "leave --multirun out"),
        (("executor=threads",), "executor"),
        (("replications=0",), "replications"),
        (("fleet=vans,bikes", "baseline=['flet=vans']"), "did you mean 'fleet'"),
        (("fleet=vans,bikes", "baseline=['fleet=evans']"), "no cell has fleet=evans"),
        (("demand.peak=1,2", "replications=100000", "seed=range(0,9999)"), "write one of them"),
        (("demand.peak=range(1,1000000000000)",), "1 to 10,000 jobs"),
        (("seed=range(1,1000000000000)",), "seed must have 1 to 10,000 values"),
        (("seed=range(1,1)",), "seed must have 1 to 10,000 values"),
        (("out=file/below",), "out(=file/below) cannot be written"),
        (("out=''",), "must name a folder"),
        (("out=file", "overwrite=true"), "is no folder"),
    ],
)
def test_a_wrong_sweep_is_refused(swept: Path, twin: Twin, tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    """In one sentence, before anything is played or written."""
    shutil.copytree(swept, tmp_path / "out")
    (tmp_path / "file").touch()
    before = files(tmp_path)
    common = [
        word for word in CELLS if word.partition("=")[0] in ("city", "demand.parcels_per_day", "carriers", "days")
    ]
    said = twin("sweep", *common, *words)
    assert said.status == 2, said
    assert says in said.err
    assert len(said.err.splitlines()) == 1
    assert files(tmp_path) == before


def test_a_folder_of_others_is_left_alone(twin: Twin, tmp_path: Path) -> None:
    """What twin did not write is neither used nor overwritten."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("dear")
    for words in ((), ("overwrite=true",)):
        assert twin("sweep", *TOY, "replications=1", "out=out", *words).status == 2
    assert files(tmp_path) == ["out", "out/thesis.txt"]


def test_a_sweep_that_was_killed_before_it_began_is_begun(twin: Twin, tmp_path: Path) -> None:
    """A folder with nothing but a half-written plan is as good as a new one, with overwrite=true too."""
    for words in ((), ("overwrite=true",)):
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / ".sweep.json.7.tmp").write_text("half")
        said = twin("sweep", *TOY, "days=1", "replications=1", "executor=serial", "out=out", *words)
        assert said.status == 0, said
        assert not (tmp_path / "out" / ".sweep.json.7.tmp").exists()


def test_overwriting_begins_anew(mine: Path, twin: Twin, played: list[tuple[str, int]]) -> None:
    """Nothing of the old sweep stays when it is replaced."""
    assert twin("sweep", *TOY, "days=1", "replications=1", "executor=serial", "out=out", "overwrite=true").status == 0
    assert len(played) == 1
    assert len(files(mine)) == 4
    assert files(mine.parent) == ["out", *(f"out/{name}" for name in files(mine))]


def test_runs_of_other_code_are_not_believed(mine: Path, twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the code has changed, everything is played again, and that is said."""
    monkeypatch.setattr(identity, "code_digest", lambda package: f"another {package}")
    said = twin("sweep", *CELLS, BASELINE, "executor=serial", "out=out")
    assert said.status == 0
    assert "2 cells are played again" in said.err
    assert len(list((mine / FOLDER).iterdir())) == 2 * 2 * 3


def test_the_digest_of_code_is_of_names_and_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another line, another name or another file is other code; a package of a plug-in counts too."""
    monkeypatch.syspath_prepend(tmp_path)
    package = tmp_path / "swept_plugin"
    package.mkdir()
    seen = []
    for name, text in (("__init__.py", "x = 1"), ("__init__.py", "x = 2"), ("a.py", ""), ("b.py", "")):
        (package / name).write_text(text)
        identity.code_digest.cache_clear()
        seen.append(identity.code_digest("swept_plugin"))
    identity.code_digest.cache_clear()
    assert len(set(seen)) == len(seen)
    assert identity.code_digest("twin") != identity.code_digest("policies")


def test_two_sweeps_do_not_share_a_folder(mine: Path, twin: Twin) -> None:
    """While one is at work, the other is told to wait."""
    if sys.platform == "win32":
        pytest.skip("folders cannot be locked there")
    with alone(mine):
        for words in ((), ("overwrite=true",)):
            said = twin("sweep", *CELLS, BASELINE, "out=out", *words)
            assert said.status == 2
            assert "another twin sweep" in said.err


def test_swept_seeds_are_replications(swept: Path, twin: Twin, tmp_path: Path) -> None:
    """The words of a multirun work as they are: seeds make no cells, and order does not matter to a run."""
    words = [word for word in CELLS if not word.startswith("replications")]
    assert twin("sweep", *words, "seed=3,1", "executor=serial", "out=out").status == 0
    prints = {(row["cell"], row["seed"]): row["fingerprint"] for row in rows(swept)}
    found = {(row["cell"], row["seed"]): row["fingerprint"] for row in rows(tmp_path / "out")}
    assert found == {key: value for key, value in prints.items() if key[1] != 2}


def test_the_whole_grammar_of_hydra_is_understood(twin: Twin, tmp_path: Path) -> None:
    """Lists, choice, range and glob make cells, and a column has the type of its values."""
    words = ("fleet=glob(vans_*)", "demand.peak=range(1,3)", "warmup_days=choice(0)", "seed=range(3,5)")
    said = twin("sweep", *CELLS[:3], *words, "days=1", "executor=serial", "out=out")
    assert said.status == 0, said
    table = parquet.read_table(tmp_path / "out" / RESULTS)
    assert len(table) == 2 * 2 * 2
    assert set(table["fleet"].to_pylist()) == {"vans_drones", "vans_robovans"}
    assert set(table["seed"].to_pylist()) == {3, 4}
    assert str(table.schema.field("demand.peak").type) == "int64"


def test_cells_of_one_configuration_are_played_once(twin: Twin, tmp_path: Path, played: list[tuple[str, int]]) -> None:
    """Two ways to say the same are two rows of one run."""
    said = twin("sweep", *TOY, "days=1", "demand.peak=1,1.0", "replications=1", "executor=serial", "out=out")
    assert said.status == 0, said
    assert len(rows(tmp_path / "out")) == 2
    assert len(played) <= 2


def test_a_failing_run_names_its_cell_and_keeps_the_others(twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence with cell and seed, how to go on, and the finished runs stay."""
    from twin.errors import PolicyError

    def failing(label: str, seed: int, *rest: Any) -> Any:
        if (label, seed) == ("fleet=bikes", 2):
            raise PolicyError("mine.Router (routing): visits stop 7 twice")
        return worker.play_arm(label, seed, *rest)

    monkeypatch.setattr(work, "play_arm", failing)
    words = [*TOY[:2], *TOY[3:], "fleet=vans,bikes", "days=1", "replications=2", "executor=serial", "out=out"]
    said = twin("sweep", *words)
    assert said.status == 2
    assert said.err.splitlines()[-1] == (
        "twin: cell 1 (fleet=bikes), seed 2: mine.Router (routing): visits stop 7 twice"
    )
    assert "3 of 4 runs are kept" in said.err
    journal = read_journal(Path("out"))
    assert journal.missing() == [(1, 2)]


def test_the_cells_are_told(swept: Path, twin: Twin, mine: Path) -> None:
    """Each headline figure with its interval and its difference from the baseline, in 80 columns."""
    said = twin("sweep", *CELLS, BASELINE, "out=out")
    assert said.status == 0
    assert max(len(line.rstrip()) for line in said.out.splitlines()) <= 80
    assert said.out.count("minus baseline") == 5
    assert "2 cells, 6 runs" in said.out


def test_what_is_typed_to_go_on_is_quoted(twin: Twin, mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After Ctrl-C the command is shown that goes on, and typing it does."""
    next((mine / FOLDER).iterdir()).unlink()

    def stopped(*_: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(work, "play_arm", stopped)
        said = twin("sweep", *CELLS, BASELINE, "executor=serial", "out=out")
    assert said.status == 130
    assert "stopped; 5 of 6 runs are kept" in said.err
    words = shlex.split(said.err.splitlines()[-1])
    assert words[:2] == ["twin", "sweep"]
    assert BASELINE in words
    assert twin(*words[1:]).status == 0


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_keeps_what_is_finished(tmp_path: Path) -> None:
    """Interrupted while two processes play: status 130, no traceback, the way to go on, and no temporary file."""
    code = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell may have it ignored
    )
    code += "from experiments.cli import main; sys.exit(main())"
    words = [*TOY, "replications=2000", "workers=2", "out=out"]
    with subprocess.Popen(
        [sys.executable, "-c", code, "sweep", *words],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "twin: 0/2000 runs (playing)\n"
        limit = time.monotonic() + 60
        while time.monotonic() < limit and not list((tmp_path / "out" / FOLDER).glob("[!.]*")):
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait(timeout=20) == 130
    assert "Traceback" not in rest
    *_, stopped, command = rest.splitlines()
    assert stopped.startswith("twin: stopped; ")
    assert command.startswith("twin sweep city=toy ")
    journal = read_journal(tmp_path / "out")
    assert 0 < len(journal.runs()) - len(journal.missing()) < 2000
