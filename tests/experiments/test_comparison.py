"""A comparison pairs worlds, says what was found and no more, and survives JSON and CSV."""

import csv
import io
import json
import math

import pytest

from experiments.answer import answer
from experiments.comparison import HEADLINE, as_json, compared
from experiments.writeup import results
from tests.experiments.studies import record, study


def test_a_cheaper_arm_is_the_answer() -> None:
    """The interval excludes zero: the arm is named, with the saving and its interval."""
    said = answer(study({"vans": 10.0, "drones": 8.0}))
    assert said.startswith("drones is the cheapest: it costs $")
    assert "less per delivered parcel than vans (95 % interval -$" in said
    assert "in 6 paired worlds" in said


def test_a_dearer_arm_leaves_the_baseline() -> None:
    """Every alternative costs more for certain: the baseline stays, and the nearest is named."""
    said = answer(study({"vans": 10.0, "drones": 15.0, "bikes": 12.0}))
    assert said.startswith("vans stays the cheapest: the nearest, bikes, costs $")


def test_what_chance_explains_is_not_sold_as_a_finding() -> None:
    """Arms alike but for noise: no arm is shown to be cheaper."""
    said = answer(study({"vans": 10.0, "drones": 9.99}, noise=0.1))
    assert said.startswith("No arm is shown to be cheaper than vans")


def test_one_world_has_no_interval() -> None:
    """The answer says that chance is unknown, and prints no interval."""
    said = answer(study({"vans": 10.0, "drones": 8.0}, worlds=1))
    assert said.startswith("One world says nothing about chance")
    assert "interval" not in said
    assert "nan" not in said


def test_one_arm_is_described() -> None:
    """Nothing to compare with: the cost and its interval."""
    assert answer(study({"vans": 10.0})).startswith("vans costs $")


def test_runs_are_paired_by_their_world() -> None:
    """The order in which runs come home does not matter."""
    runs = [record(arm, seed, cost + seed) for arm, cost in (("a", 5.0), ("b", 4.0)) for seed in range(5)]
    one, other = compared("", "a", ["a", "b"], runs), compared("", "a", ["a", "b"], runs[::-1])
    assert one.differences == other.differences
    interval = one.differences["b"]["cost_per_delivered_parcel"]
    assert (interval.low, interval.high) == pytest.approx((-1.0, -1.0))


def test_the_baseline_comes_first() -> None:
    """Whatever the order of the arms in the configuration."""
    runs = [record(arm, seed, 5.0) for arm in "abc" for seed in range(2)]
    assert compared("", "c", ["a", "b", "c"], runs).arms == ("c", "a", "b")


def test_the_json_has_no_nan() -> None:
    """An interval that does not exist is null, so any reader can read it."""
    text = json.dumps(as_json(study({"vans": 10.0, "drones": 8.0}, worlds=1)), allow_nan=False)
    assert json.loads(text)["arms"]["drones"]["differences"]["on_time"]["low"] is None


def test_a_figure_that_no_run_has_is_not_a_number() -> None:
    """No parcel delivered anywhere: the headline is there and says that it is undefined."""
    runs = [record("a", seed, 5.0) for seed in range(3)]
    for run in runs:
        run["totals"] = dict.fromkeys(run["totals"], 0.0)  # type: ignore[call-overload]
        run["values"] = {}
    found = compared("", "a", ["a"], runs)
    assert all(math.isnan(found.estimates["a"][name].estimate) for name in HEADLINE)


def test_the_table_has_a_row_for_each_run() -> None:
    """Readable as CSV, with the figures of every run beside its arm and seed."""
    rows = list(csv.DictReader(io.StringIO(results(study({"vans": 10.0, "drones": 8.0}, worlds=3)))))
    assert [(row["arm"], row["seed"]) for row in rows] == [
        (arm, str(s)) for arm in ("vans", "drones") for s in range(3)
    ]
    assert all(float(row["cost_per_delivered_parcel"]) > 0 for row in rows)
