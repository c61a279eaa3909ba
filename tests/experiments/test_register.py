"""The evidence register reads what it should, and refuses the rest in one sentence."""

from pathlib import Path

import pytest

from experiments.register import GRADES, Evidence, general, read, register
from twin.errors import InputError


def written(folder: Path, text: str) -> Path:
    """A file of evidence of vehicles."""
    path = folder / "vehicle.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_key_takes_what_it_leaves_out_from_the_one_above(tmp_path: Path) -> None:
    """One vehicle's line changes the source and keeps unit and range; an empty one keeps all."""
    path = written(tmp_path, 'mass: {unit: kg, range: [1, 9], source: "all of them", grade: D}\n'
                             'van.mass: {source: "the van", grade: A-}\ncar.mass: {}\n')  # fmt: skip
    found = read(path)
    assert found["vehicle.van.mass"] == Evidence(source="the van", grade="A-", unit="kg", range=(1.0, 9.0))
    assert found["vehicle.car.mass"] == found["vehicle.mass"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('mass: {source: "a source", grade: E}', "vehicle.mass: grade"),
        ("mass: {source: a source}", "vehicle.mass: grade"),
        ("mass: {grade: D}", "vehicle.mass: source"),
        ('mass: {source: "a source", grade: D, range: [1]}', "vehicle.mass: range"),
        ('mass: {source: "a source", grade: D, rnge: [1, 2]}', "vehicle.mass: rnge"),
        ("mass: 3", "must hold lines"),
        ("- mass", "must hold lines"),
        ("mass: {", "mend the YAML"),
    ],
)
def test_a_wrong_line_is_refused(tmp_path: Path, line: str, said: str) -> None:
    """The file and the key are named."""
    path = written(tmp_path, line)
    with pytest.raises(InputError, match=r"vehicle\.yaml: ") as caught:
        read(path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_ranges_hold_for_each_element() -> None:
    """A list is within a range when each of its elements is; null and what has no range always are."""
    said = Evidence(source="a source", grade="D", range=(0.0, 1.0))
    assert said.holds([0.0, 1.0])
    assert said.holds([[0.5], 1])
    assert said.holds(None)
    assert not said.holds([0.5, 1.1])
    choices = Evidence(source="a source", grade="D", choices=("van", "car"))
    assert choices.holds("car")
    assert not choices.holds("bus")
    assert Evidence(source="a source", grade="D").holds("anything")


def test_grades_are_the_five() -> None:
    """Every entry has one of the grades, and no other letter is known."""
    assert {entry.grade[0] for entry in register().values()} <= set(GRADES)
    assert "".join(GRADES) == "ABCMD"


@pytest.mark.parametrize(
    ("key", "wider"),
    [
        ("vehicle.drone.limits.wind_mps", "vehicle.limits.wind_mps"),
        ("policies.routing.insertion.stakes.fail_usd", "policies.routing.stakes.fail_usd"),
        ("fleet.vans.count", "fleet.count"),
        ("weather.gust", "weather.gust"),
        ("seed", "seed"),
    ],
)
def test_a_wider_key_leaves_the_name_out(key: str, wider: str) -> None:
    """Of a vehicle, a group, a carrier or a policy the name is left out; other keys stay as they are."""
    assert general(key) == wider
