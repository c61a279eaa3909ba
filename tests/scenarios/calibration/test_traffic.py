"""Speeds by hour are found again in records that were made with them; what cannot be used is counted or refused."""

from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter

from scenarios.calibration.traffic import fit
from scenarios.trafficspec import TrafficSpec
from twin.draws import Draws, Stream
from twin.errors import InputError

FREE, CV = 15.0, 0.3
INDEX = np.array([1.0] * 6 + [1.3, 1.8, 2.0, 1.6, 1.5, 1.5, 1.5, 1.6, 1.7, 1.8, 2.0, 2.1, 1.8, 1.5, 1.3, 1.2, 1.1, 1.0])


def records(path: Path, trips: int = 6_000, *more: str) -> Path:
    """Trips of four weeks with known speeds, weekends as fast as the night."""
    luck = Draws(1).generator(Stream.DUMMY, 0)
    minute = np.sort(luck.integers(0, 28 * 1440, trips))
    day, hour = minute // 1440, minute % 1440 // 60
    index = np.where(day % 7 >= 5, 1.0, INDEX[hour])
    sigma = np.sqrt(np.log1p(CV**2))
    seconds = 5_000.0 / (FREE / 3.6) * index * np.exp(sigma * luck.standard_normal(trips) - sigma**2 / 2)
    start = np.datetime64("2024-01-01T00:00", "s") + minute.astype("timedelta64[m]")  # a Monday
    end = start + np.rint(seconds).astype("timedelta64[s]")
    lines = [f"{a},{b},5.0,North" for a, b in zip(start.astype(str), end.astype(str), strict=True)]
    path.write_text("\n".join(["pickup,dropoff,distance,pickup_borough", *lines, *more]).replace("T", " ") + "\n")
    return path


def test_what_made_the_records_is_found_again(tmp_path: Path) -> None:
    """The day's shape within 5 %, its level within 9 % (the fastest of 48 hours is 1); cv near .3, no day factor."""
    found = fit(records(tmp_path / "trips.csv", 20_000), unit="km")
    level = np.array(found.values["tti"]) / INDEX
    assert level / np.median(level) == pytest.approx(1.0, abs=0.05)
    assert 1.0 <= np.median(level) < 1.09
    assert np.array(found.values["tti_weekend"]) == pytest.approx(np.median(level), abs=0.08)
    assert found.values["cv"] == pytest.approx(CV, abs=0.03)
    assert found.values["day_cv"] < 0.04
    assert TypeAdapter(TrafficSpec).validate_python(dict(found.values))


def test_the_fit_foretells_days_that_it_has_not_seen(tmp_path: Path) -> None:
    """Better than one speed for all hours."""
    score = fit(records(tmp_path / "trips.csv"), unit="km").scores[0]
    assert score.model < 0.9 * score.baseline


def test_miles_are_longer(tmp_path: Path) -> None:
    """The same table in miles gives the same index."""
    path = records(tmp_path / "trips.csv")
    assert fit(path, unit="mi").values["tti"] == fit(path, unit="km").values["tti"]


def test_what_cannot_be_used_is_counted_by_reason(tmp_path: Path) -> None:
    """Trips of no time, teleports and other places are left out, and the counts add up."""
    path = records(
        tmp_path / "trips.csv", 3_000, "2024-01-02 10:00:00,2024-01-02 10:00:10,5.0,North",
        "2024-01-02 10:00:00,2024-01-02 10:02:00,500.0,North", "2024-01-02 10:00:00,2024-01-02 10:09:00,5.0,South",
        "2024-01-02 10:00:00,soon,5.0,North",
    )  # fmt: skip
    found = fit(path, area="North", unit="km")
    assert found.rows == 3_004
    assert sum(found.dropped.values()) == 4
    assert "not in North" in found.dropped
    assert found.used == 3_000


def test_speed_records_do_as_well(tmp_path: Path) -> None:
    """A time and a speed in each row."""
    lines = [f"2024-01-{d:02d} {h:02d}:{m:02d}:00,{40 / INDEX[h]:.2f}"
             for d in range(1, 29) for h in range(24) for m in (10, 40)]  # fmt: skip
    (tmp_path / "speeds.csv").write_text("\n".join(["time,speed", *lines]) + "\n")
    found = fit(tmp_path / "speeds.csv", unit="km")
    assert np.array(found.values["tti"]) == pytest.approx(INDEX, rel=0.05)
    assert found.values["cv_peak"] == 0.0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"unit": "feet"}, r"unit\(=feet\) must be mi or km"),
        ({"area": "East"}, r"area\(=East\) is not in column pickup_borough; it has North"),
    ],
)
def test_wrong_options_are_refused(tmp_path: Path, options: dict[str, str], said: str) -> None:
    """In one sentence, with what is possible."""
    with pytest.raises(InputError, match=said):
        fit(records(tmp_path / "trips.csv", 1_000), **options)


def test_too_few_records_or_columns_are_refused(tmp_path: Path) -> None:
    """A profile of a week's hours cannot rest on a handful of trips."""
    with pytest.raises(InputError, match=r"only .* usable records of weekdays"):
        fit(records(tmp_path / "few.csv", 100))
    (tmp_path / "no.csv").write_text("pickup,fare\n2024-01-01 10:00,3\n")
    with pytest.raises(InputError, match="neither columns dropoff and distance nor a column speed"):
        fit(tmp_path / "no.csv")
