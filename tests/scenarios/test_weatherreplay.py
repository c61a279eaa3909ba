"""A replayed day is the recorded day; gaps are filled and counted, and too many are refused."""

from pathlib import Path

import numpy as np
import pytest

from scenarios.weather import draw_weather
from scenarios.weatherspec import WeatherSpec
from tests.scenarios.stationfiles import rows, write
from twin.draws import Draws
from twin.errors import InputError
from twin.world import WeatherField

RECORDS = rows(40)
PLACES = np.array([[0.0, 0.0], [5.0, 5.0]])


def replayed(path: Path, days: int = 3, seed: int = 1, first_day: str | None = None) -> WeatherField:
    """Some days of a file."""
    return draw_weather(WeatherSpec(records=str(path), first_day=first_day), days, PLACES, Draws(seed))


def test_the_weather_is_what_the_file_says(tmp_path: Path) -> None:
    """Hour by hour in every zone, from the named day on, whatever the luck; only the forecast is drawn."""
    path = write(tmp_path / "a.csv", RECORDS)
    one, two = (replayed(path, seed=seed, first_day="2021-03-05") for seed in (1, 2))
    told = RECORDS[96 : 96 + 96]
    for zone in range(2):
        assert one.wind_mps[:, zone].tolist() == [row["wind_mps"] for row in told]
        assert one.temperature_c[:, zone].tolist() == [row["temperature_c"] for row in told]
        assert one.visibility_m[:, zone].tolist() == [row["visibility_m"] for row in told]
        assert (one.rain_mmh + one.snow_mmh)[:, zone].tolist() == [row["precip_mm"] for row in told]
    assert one.gust_mps == pytest.approx(1.5 * one.wind_mps, abs=0.006)
    assert np.array_equal(one.wind_mps, two.wind_mps)
    assert not np.array_equal(one.forecast_wind_mps, two.forecast_wind_mps)
    assert one.filled == 0


def test_a_longer_replay_begins_with_the_same_days(tmp_path: Path) -> None:
    """Truth and forecast, bit for bit."""
    path = write(tmp_path / "a.csv", RECORDS)
    short, long = replayed(path, 2), replayed(path, 9)
    for name in ("wind_mps", "rain_mmh", "forecast_wind_mps", "forecast_rain_mmh"):
        assert np.array_equal(getattr(short, name), getattr(long, name)[:72]), name


def test_gaps_hold_the_last_value_and_are_counted(tmp_path: Path) -> None:
    """Two lost hours and an empty cell are three filled hours; the spare day after the last is filled too."""
    records = [dict(row) for row in RECORDS[:72]]
    records[40]["wind_mps"] = ""
    path = write(tmp_path / "a.csv", records[:20] + records[22:])
    field = replayed(path, 2)
    assert field.filled == 3
    assert field.wind_mps[20:22, 0].tolist() == [RECORDS[19]["wind_mps"]] * 2
    assert field.wind_mps[40, 0] == RECORDS[39]["wind_mps"]
    assert field.temperature_c[40, 0] == RECORDS[40]["temperature_c"]
    assert replayed(path, 3).filled == 3 + 24


def test_gusts_that_were_not_reported_were_none(tmp_path: Path) -> None:
    """With a column of gusts, an empty cell is no gap and no gust above the wind."""
    records = [row | {"gust_mps": row["wind_mps"] + 6.0 if n % 3 == 0 else ""} for n, row in enumerate(RECORDS)]
    field = replayed(write(tmp_path / "a.csv", records))
    above = (field.gust_mps - field.wind_mps)[:, 0]
    assert above[::3] == pytest.approx(6.0)
    assert above[1::3].max() == above[2::3].max() == 0.0
    assert field.filled == 0


@pytest.mark.parametrize(("first_day", "days"), [("2021-04-08", 4), ("2019-01-01", 1), ("2031-01-01", 1)])
def test_too_little_is_refused_in_a_sentence(tmp_path: Path, first_day: str, days: int) -> None:
    """File, how much is missing, which days there are, and the key to set."""
    path = write(tmp_path / "a.csv", RECORDS)
    with pytest.raises(InputError, match=r"a\.csv: \d+ of the \d+ hours .* 2021-03-01 to 2021-04-09, so set weather"):
        replayed(path, days, first_day=first_day)


def test_a_tenth_may_be_missing(tmp_path: Path) -> None:
    """Seven hours of three days pass, eight do not."""
    assert replayed(write(tmp_path / "a.csv", RECORDS[:10] + RECORDS[17:])).filled == 7
    with pytest.raises(InputError, match="8 of the 72 hours"):
        replayed(write(tmp_path / "b.csv", RECORDS[:10] + RECORDS[18:]))


def test_a_file_that_is_not_there_is_named_with_its_key(tmp_path: Path) -> None:
    """And one that has changed is read again."""
    with pytest.raises(InputError, match=r"weather\.records\(=.*gone\.csv\) cannot be read"):
        replayed(tmp_path / "gone.csv")
    path = write(tmp_path / "a.csv", RECORDS)
    before = replayed(path)
    write(path, [row | {"wind_mps": row["wind_mps"] + 10.0} for row in RECORDS])
    assert replayed(path).wind_mps == pytest.approx(before.wind_mps + 10.0)
