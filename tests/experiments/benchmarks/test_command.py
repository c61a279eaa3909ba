"""``twin bench``: it reads what others publish, prints a table, writes rows, and names what is wrong."""

import json
import os
from pathlib import Path

import pytest

from experiments.benchmarks.instances import best_known, solomon, vrplib
from experiments.cli import main

ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("LASTMILE_DATA", ROOT.parent / "shared" / "data")) / "benchmarks"
needs_data = pytest.mark.skipif(not DATA.exists(), reason=f"{DATA} is absent; set LASTMILE_DATA to the folder of data")
SOLOMON = """TOY

VEHICLE
NUMBER     CAPACITY
  2         10

CUSTOMER
CUST NO.   XCOORD.   YCOORD.    DEMAND   READY TIME   DUE DATE   SERVICE TIME

    0      0         0          0        0            100        0
    1      3         4          5        0            50         1
    2      6         8          5        0            50         1
    3      0         3          5        0            50         1
"""
EURO = """NAME : TOY
COMMENT : by hand
TYPE : VRPTW
DIMENSION : 3
EDGE_WEIGHT_TYPE : EXPLICIT
VEHICLES : 2
EDGE_WEIGHT_FORMAT : FULL_MATRIX
CAPACITY : 10
EDGE_WEIGHT_SECTION
0 100 200
110 0 120
210 130 0
NODE_COORD_SECTION
1 0 0
2 0 0
3 0 0
DEMAND_SECTION
1 0
2 3
3 4
DEPOT_SECTION
1
-1
SERVICE_TIME_SECTION
1 0
2 60
3 70
TIME_WINDOW_SECTION
1 0 36000
2 3600 14400
3 7200 18000
EOF
"""


@pytest.fixture
def toys(tmp_path: Path) -> Path:
    """A folder with an instance of each kind, and the best cost of Solomon's."""
    for name, text in (("solomon", SOLOMON), ("euro", EURO)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "TOY.txt").write_text(text)
    (tmp_path / "solomon" / "TOY.sol").write_text("Route #1: 3\nRoute #2: 1 2\nCost 26.0\n")
    return tmp_path


def test_instances_are_read(toys: Path) -> None:
    """Tenths that are cut off; ways that differ by direction; windows and service by place."""
    classic, contest = solomon(toys / "solomon" / "TOY.txt"), vrplib(toys / "euro" / "TOY.txt")
    assert classic.duration.tolist()[0] == [0, 50, 100, 30]
    assert classic.duration[1, 3] == 31  # the root of 10 is 3.16
    assert (classic.late.tolist(), classic.service.tolist()) == ([1000, 500, 500, 500], [0, 10, 10, 10])
    assert best_known(toys / "solomon" / "TOY.sol") == 26.0
    assert contest.duration.tolist() == [[0, 100, 200], [110, 0, 120], [210, 130, 0]]
    assert contest.demand.tolist() == [0, 3, 4]
    assert (contest.early.tolist(), contest.service.tolist()) == ([0, 3600, 7200], [0, 60, 70])


def test_a_table_and_rows(toys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The best known cost is reached, the mean gap is said, and the rows are written."""
    out = toys / "rows.json"
    assert main(["bench", "solomon", str(toys / "solomon"), "iterations=50", "starts=1", f"out={out}"]) == 0
    assert "mean gap 0.00 %" in capsys.readouterr().out
    assert [(row["instance"], row["cost"]) for row in json.loads(out.read_text())] == [("TOY", 26.0)]


def test_a_game_and_a_static_problem(toys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A column for each strategy, and a row for each day."""
    words = ["iterations=20", "futures=2", "rounds=1", "imagined=10", "seeds=1,2", f"out={toys / 'rows.csv'}"]
    assert main(["bench", "euro", str(toys / "euro"), "strategies=greedy,ours,static", *words]) == 0
    said = capsys.readouterr().out
    assert said.count("TOY") == 2
    assert "less than greedy in the mean" in said
    assert len((toys / "rows.csv").read_text().splitlines()) == 1 + 6


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["solomn", "."], "there is no benchmark 'solomn'; did you mean 'solomon'?"),
        (["solomon", "nowhere"], "nowhere: no instances"),
        (["solomon", "solomon", "instances=R1"], "there is no instance 'R1'; it has TOY to TOY"),
        (["solomon", "solomon", "iterations=many"], "iterations=many must be a whole number from 1 on"),
        (["solomon", "solomon", "engine=vroom"], "engine=vroom"),
        (["solomon", "solomon", "iteration=5"], "'iteration=5' is not understood; did you mean 'iterations'?"),
        (["solomon", "solomon", "out=x.txt"], "must end in .csv or .json"),
        (["solomon", "euro"], "not an instance of Solomon"),
        (["euro", "euro", "strategies=best"], "strategies=best"),
        (["euro", "solomon"], "not a VRPLIB instance"),
        (["euro", "euro", "instances=zzz"], "no file of euro has that in its name"),
    ],
)
def test_what_is_wrong_is_named(
    toys: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Status 2 and one sentence with the place, the value and the fix."""
    monkeypatch.chdir(toys)
    assert main(["bench", *words]) == 2
    assert said in capsys.readouterr().err


def test_rows_are_not_written_over(toys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Unless asked to."""
    out = toys / "rows.csv"
    out.write_text("mine")
    words = ["bench", "solomon", str(toys / "solomon"), "iterations=10", f"out={out}"]
    assert main(words) == 2
    assert "add --overwrite" in capsys.readouterr().err
    assert main([*words, "--overwrite"]) == 0
    assert out.read_text().startswith("instance,")


@needs_data
def test_some_of_solomon_is_solved_well(capsys: pytest.CaptureFixture[str]) -> None:
    """With a twentieth of the iterations, one of each kind is within 2 % in the mean."""
    names = "instances=C101,R101,RC101,C201"
    assert main(["bench", "solomon", str(DATA / "solomon"), names, "iterations=600", "starts=1"]) == 0
    gap = float(capsys.readouterr().out.split("mean gap ")[1].split(" ")[0])
    assert 0 <= gap < 2


@needs_data
@pytest.mark.slow
def test_ours_beats_greedy_on_a_day_of_the_contest(capsys: pytest.CaptureFixture[str]) -> None:
    """On one training instance, as on all of them (docs/validation.md)."""
    words = ["instances=2e2ef021", "strategies=greedy,ours,random,lazy"]
    assert main(["bench", "euro", str(DATA / "euro_neurips_2022"), *words]) == 0
    row = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("mean"))
    greedy, ours, luck, lazy = (int(word.replace(",", "")) for word in row.split()[1:])
    assert ours < 0.95 * greedy
    assert greedy < luck < lazy
