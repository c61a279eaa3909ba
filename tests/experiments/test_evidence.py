"""``twin evidence`` shows every number with its source, and finds what was meant."""

import csv
import io
import json

import pytest

from experiments.shipped import shipped
from tests.experiments.conftest import Twin


def test_everything_that_is_shipped_is_shown(twin: Twin) -> None:
    """Without a name, each shipped number is there once with its value."""
    said = twin("evidence", "--format", "json")
    rows = {row["key"]: row["value"] for row in json.loads(said.out)}
    assert said.status == 0
    assert {key: rows.get(key, "absent") for key in shipped()} == dict(shipped())


def test_a_group_and_a_key_are_shown_alone(twin: Twin) -> None:
    """A group shows its keys, a key itself, a kind of vehicle what it sets; a fleet's key leads to its kind."""
    groups = csv.DictReader(io.StringIO(twin("evidence", "operation", "--format", "csv").out))
    assert {row["key"].partition(".")[0] for row in groups} == {"operation"}
    one = json.loads(twin("evidence", "fleet.drones.kind.radius_km", "--format", "json").out)
    assert [(row["key"], row["value"], row["range"], row["grade"]) for row in one] == [
        ("vehicle.drone.radius_km", 9.0, "3 to 16", "B")
    ]
    drone = json.loads(twin("evidence", "vehicle.drone", "--format", "json").out)
    assert len(drone) > 30
    assert all(row["key"].startswith("vehicle.drone.") for row in drone)


def test_overrides_are_shown_as_such(twin: Twin) -> None:
    """A changed value says that the source speaks for another one, and whether it is out of the range."""
    said = twin("evidence", "fleet.drones.kind.radius_km=40.0", "fleet", "operation.pick_usd", "--format=json")
    rows = {row["key"]: row for row in json.loads(said.out)}
    changed = rows["fleet.drones.kind.radius_km"]
    assert changed["note"] == "not the default, for which the source speaks; outside the range"
    assert rows["operation.pick_usd"]["note"] == ""


def test_grades_are_chosen(twin: Twin) -> None:
    """``--grade`` keeps these grades only, and a letter that is none is refused."""
    rows = json.loads(twin("evidence", "--grade", "AC", "--format", "json").out)
    assert {row["grade"][0] for row in rows} == {"A", "C"}
    said = twin("evidence", "--grade", "E")
    assert (said.status, said.err) == (2, "twin: command line: --grade E is no grade; choose from A, B, C, M, D\n")


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("operatoin", "did you mean 'operation'?"),
        ("pick_usd", "did you mean 'operation.pick_usd'?"),
        ("vehicle.dron", "did you mean 'vehicle."),
        ("zzz", "choose one of carriers, city, "),
    ],
)
def test_unknown_names_are_refused_with_a_hint(twin: Twin, word: str, hint: str) -> None:
    """One sentence names the nearest that there is, or the groups."""
    said = twin("evidence", word)
    assert said.status == 2
    assert said.err.startswith(f"twin: command line: there is no group or key {word!r}; {hint}")


def test_the_table_fits_a_terminal(twin: Twin, monkeypatch: pytest.MonkeyPatch) -> None:
    """No line is wider than eighty columns, and the last counts the grades."""
    monkeypatch.setenv("COLUMNS", "80")
    said = twin("evidence", "vehicle.drone", "policies")
    assert max(map(len, said.out.splitlines())) <= 80
    assert " D" in said.out.splitlines()[-1]


def test_markdown_is_one_table(twin: Twin) -> None:
    """Every line is a row of six cells, whatever stands in them."""
    table = twin("evidence", "city", "--format", "markdown").out.splitlines()
    assert table[0] == "| key | value | unit | range | source | grade |"
    assert {line.replace("\\|", "").count("|") for line in table} == {7}


def test_a_wrong_override_is_refused(twin: Twin) -> None:
    """A value that a run would refuse is refused here too."""
    assert twin("evidence", "operation.pickers=0").status == 2
