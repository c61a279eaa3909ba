"""Influence is what closed forms say it is, ranges are refused or read, and a flip is found where it is."""

import json
import math
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from experiments.sensitivity import flip as flipping
from experiments.sensitivity.flip import Flip, found, told
from experiments.sensitivity.ranges import placed, ranges_of
from experiments.sensitivity.screening import influences, points
from experiments.statistics import Interval
from tests.experiments.conftest import TOY, Twin
from twin.errors import InputError

NEEDED = pytest.mark.skipif(find_spec("SALib") is None, reason="needs SALib; pip install 'lastmile-twin[sensitivity]'")
PI = dict.fromkeys("abc", (-math.pi, math.pi))


def ishigami(x: np.ndarray) -> np.ndarray:
    """Ishigami & Homma 1990, with a = 7 and b = 0.1."""
    value: np.ndarray = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    return value


@NEEDED
def test_sobols_shares_are_those_of_the_closed_form() -> None:
    """Ishigami's function: total shares 0.558, 0.442, 0.244; alone 0.314, 0.442 and nothing."""
    sampled = points("sobol", PI, 2048)
    seen = influences("sobol", PI, sampled, ishigami(sampled).tolist())
    assert [seen[name].size for name in "abc"] == pytest.approx([0.558, 0.442, 0.244], abs=0.03)
    assert [seen[name].other for name in "abc"] == pytest.approx([0.314, 0.442, 0.0], abs=0.03)
    assert list(seen) == ["a", "b", "c"]


@NEEDED
def test_morris_finds_the_slopes_of_a_plane() -> None:
    """A linear figure: each effect is the slope times the range, without spread."""
    ranges = {"x": (0.0, 2.0), "y": (10.0, 11.0), "z": (0.0, 1.0)}
    sampled = points("morris", ranges, 6)
    seen = influences("morris", ranges, sampled, (3 * sampled[:, 0] - 4 * sampled[:, 1]).tolist())
    assert {name: seen[name].size for name in seen} == pytest.approx({"x": 6.0, "y": 4.0, "z": 0.0})
    assert all(influence.other == pytest.approx(0.0, abs=1e-9) for influence in seen.values())


SETTINGS: dict[str, Any] = {
    "operation": {"pick_usd": 2.2, "docks": 3, "phantom": 0.01},
    "seed": 1,
    "fleet": {"v": {"count": 2}},
}


@pytest.mark.parametrize(
    ("vary", "fault"),
    [
        ({"operation.pick_used": [1.0, 2.0], "seed": [1, 2]}, "did you mean 'operation.pick_usd'"),
        ({"operation.pick_usd": [2.0, 1.0], "seed": [1, 2]}, "low below high"),
        ({"operation.pick_usd": [2.0], "seed": [1, 2]}, "low below high"),
        ({"operation.pick_usd": 2.0, "seed": [1, 2]}, "low below high"),
        ({"operation.pick_usd": ["a", "b"], "seed": [1, 2]}, "low below high"),
        ({"operation.pick_usd": [1.0, 2.0]}, "vary names 1 parameters"),
        ([], "vary names 0 parameters"),
        (["operaton"], "did you mean 'operation'"),
        ([3], "vary must be"),
        (None, "vary must be"),
        ("operation", "vary must be"),
    ],
)
def test_a_wrong_range_is_one_sentence(vary: Any, fault: str) -> None:
    """The key, and what to write."""
    with pytest.raises(InputError, match=fault):
        ranges_of(vary, SETTINGS)


def test_ranges_are_the_registers_unless_somebody_says_otherwise() -> None:
    """A group brings all its numbers with a range; a nested key is a dotted one."""
    assert ranges_of(["operation"], SETTINGS)["operation.pick_usd"] == (1.5, 4.0)
    assert ranges_of({"operation": {"pick_usd": [1, 2], "docks": [1, 9]}}, SETTINGS) == {
        "operation.pick_usd": (1.0, 2.0), "operation.docks": (1.0, 9.0),
    }  # fmt: skip


def test_a_value_is_put_where_it_belongs() -> None:
    """Deep inside, whole numbers stay whole, and the given settings stay as they are."""
    made = placed(SETTINGS, {"fleet.v.count": 3.6, "operation.pick_usd": 3.0})
    assert (made["fleet"]["v"]["count"], made["operation"]["pick_usd"]) == (4, 3.0)
    assert SETTINGS["fleet"]["v"]["count"] == 2


@pytest.mark.parametrize(
    ("root", "said"), [(2.7, "flips between 2.6875 and 2.75"), (9.0, "does not flip between 1 and 5")]
)
def test_a_flip_is_found_where_it_is(monkeypatch: pytest.MonkeyPatch, root: float, said: str) -> None:
    """A straight line that crosses zero is halved to within a step; one that does not is said not to."""
    study = SimpleNamespace(jobs={"vans": None, "drones": None}, plan=SimpleNamespace(baseline="vans"))
    monkeypatch.setattr(flipping, "_difference", lambda _, x, __: Interval(x - root, x - root - 0.5, x - root + 0.5))
    flip = Flip(study, "operation.pick_usd", 1.0, 5.0, 6)  # type: ignore[arg-type]
    lines = told(flip, *found(flip, None))  # type: ignore[arg-type]
    assert said in lines[-1]
    assert lines[0] == "operation.pick_usd: drones minus vans, USD per delivered parcel"


def test_a_flip_is_written_and_may_be_written_again(twin: Twin, tmp_path: Path) -> None:
    """Each value that was tried with its interval, and null where nothing flips; ``overwrite=true`` replaces it."""
    words = (
        "flip", "city=toy", "demand.parcels_per_day=12.0", "carriers=none", "days=1", *TWO,
        "key=operation.pick_usd", "low=1.0", "high=2.0", "replications=2", "workers=1", "out=mine",
    )  # fmt: skip
    assert twin(*words).status == 0
    about = json.loads((tmp_path / "mine" / "flip.json").read_text())
    assert [one["value"] for one in about["seen"]] == [1.0, 2.0]
    assert (about["between"], about["baseline"], about["arm"]) == (None, "vans", "vans_robovans")
    assert twin(*words, "overwrite=true").status == 0


@NEEDED
def test_a_study_writes_its_points_its_influences_and_a_tornado(twin: Twin, tmp_path: Path) -> None:
    """What a pick costs moves the cost of a parcel, by what it says."""
    said = twin(
        "sensitivity", *TOY, "days=1", "vary={operation.pick_usd: [1.0, 5.0], operation.return_usd: [8.0, 12.0]}",
        "samples=2", "worlds=3", "workers=1", "out=s",
    )  # fmt: skip
    assert said.status == 0, said
    about = json.loads((tmp_path / "s" / "sensitivity.json").read_text())
    pick = about["influence"]["operation.pick_usd"]
    swing = next(swing for swing in about["swings"] if swing["key"] == "operation.pick_usd")
    assert pick["size"] == pytest.approx(swing["at_high"] - swing["at_low"], rel=1e-6)
    assert (tmp_path / "s" / "tornado.svg").read_text().startswith("<svg")
    assert len((tmp_path / "s" / "points.csv").read_text().splitlines()) == 1 + 6 + 4 + 1


TWO = ("~arms.vans_drones", "~arms.mixed")
BEYOND = "vary={people.bad_address: [0.1, 2.0], operation.pick_usd: [1.0, 2.0]}"


@pytest.mark.parametrize(
    ("command", "words", "fault"),
    [
        ("sensitivity", (), "vary must be"),
        ("sensitivity", ("vary=[operation]", "kpi=cots_total"), "did you mean 'cost_total'"),
        ("sensitivity", ("vary=[operation]", "method=fast"), "method(='fast')"),
        ("sensitivity", ("vary=[operation]", "method=sobol", "samples=10"), "power of two"),
        ("sensitivity", (BEYOND,), "reaches 2, which is refused"),
        ("flip", (), "arms: 4 are named"),
        ("flip", TWO, "key must name a parameter"),
        ("flip", (*TWO, "key=operation.pick_usd", "low=3.0", "high=1.0"), "low below high"),
        ("flip", (*TWO, "key=operation.pik_usd", "low=1.0", "high=2.0"), "did you mean"),
    ],
)
def test_a_wrong_question_is_one_sentence(twin: Twin, command: str, words: tuple[str, ...], fault: str) -> None:
    """Status 2, one line."""
    said = twin(command, *words)
    assert (said.status, len(said.err.splitlines())) == (2, 1), said
    assert fault in said.err
