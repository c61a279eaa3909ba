"""Records of attempts become people whose doors and kerbs fail as often as the records."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenarios.calibration.attempts import fit
from scenarios.calibration.doorvalues import VEHICLE, door_values, kerb_values, mean_failure
from scenarios.calibration.fit import Fit
from scenarios.calibration.habit import grid
from twin.customers import shifted
from twin.draws import Draws, Stream
from twin.errors import InputError
from twin.specs import People

DAYS, CUSTOMERS = 60, 150


def records(path: Path, seed: int = 1, **columns: Any) -> Path:
    """A table of attempts: drivers fail rarely, vehicles without one often and mostly in the afternoon."""
    luck = Draws(seed).generator(Stream.DUMMY, 1)
    count = 4_000
    habit = luck.standard_normal(CUSTOMERS)
    who, day, slot = luck.integers(0, CUSTOMERS, count), luck.integers(0, DAYS, count), luck.integers(0, 3, count)
    robot = luck.random(count) < 0.4
    logit = np.where(robot, np.array([-2.0, -1.0, 0.5])[slot], -3.0) + 1.5 * habit[who]
    failed = luck.random(count) < 1 / (1 + np.exp(-logit))
    dates = np.datetime64("2024-01-01") + day
    hours = 8 + 2 * slot
    lines = ["customer,time,failed,autonomous,area"] + [
        f"c{who[row]},{dates[row]} {hours[row]:02d}:30,{failed[row]:d},{robot[row]:d},{who[row] % 7}"
        for row in range(count)
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Fit:
    """Fitted to the drawn records."""
    return fit(records(tmp_path_factory.mktemp("attempts") / "a.csv"), test_days=15)


def test_forecasts_beat_rates(found: Fit) -> None:
    """Who knows the customers predicts the held-out days better than rates by vehicle and area do."""
    assert all(score.model < score.baseline for score in found.scores)
    assert len(found.scores) == 4


def test_slots_are_hours_of_the_kerb(found: Fit) -> None:
    """The share who come out falls with the slots, in their hours, and stays the default elsewhere."""
    hours = found.values["handoff_hour"]
    assert hours[8] == hours[9] > hours[10] == hours[11] > hours[12] == hours[13]
    assert hours[7] == People().handoff_hour[7]
    assert found.values["handoff_sigma"] == pytest.approx(1.5, abs=0.4)


def test_figures_are_the_records(found: Fit) -> None:
    """Observed shares lie in their intervals, and the model's by slot mostly do."""
    slots = [each for each in found.figures if "slot " in each.name]
    assert len(slots) == 6
    assert sum((each.low or 0) <= each.fitted <= (each.high or 1) for each in slots) >= 5


def test_too_few_days_are_refused(tmp_path: Path) -> None:
    """Held-out days must leave as many to fit on, and options must make sense."""
    path = records(tmp_path / "a.csv")
    with pytest.raises(InputError, match=r"test_days\(=31\) must be from 1 to half"):
        fit(path)
    with pytest.raises(InputError, match="first_slot"):
        fit(path, test_days=9, first_slot="soon")
    with pytest.raises(InputError, match="slot_h"):
        fit(path, test_days=9, slot_h=0.0)


def test_people_fail_at_doors_as_the_records_do() -> None:
    """With the values of a share the doors of a run fail by that share, over dwellings, hours and customers."""
    for failure in (0.02, 0.05, 0.1):
        people = People(**_tuples(door_values(failure, 0.6, range(9, 18))))
        assert mean_failure(people, range(9, 18)) == pytest.approx(failure, rel=0.02)


def test_people_come_to_the_kerb_as_the_records_say() -> None:
    """In the mean over customers the share of hand-offs in a slot's hours is that slot's, up to what a vehicle can."""
    people = People(**_tuples(kerb_values([0.8, 0.3, float("nan"), 1.0], 1.1, [[8], [10, 11], [12], [14]])))
    points, weights = grid()

    def success(hour: int) -> float:
        shares = [shifted(people.handoff_hour[hour], people.handoff_sigma * point) for point in points]
        return VEHICLE * float(weights @ np.array(shares))

    assert [success(8), success(10), success(11)] == pytest.approx([0.8, 0.3, 0.3], abs=1e-6)
    assert people.handoff_hour[12] == People().handoff_hour[12]
    assert success(14) == pytest.approx(VEHICLE, abs=0.001)


def _tuples(values: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
