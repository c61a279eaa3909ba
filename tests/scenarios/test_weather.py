"""Weather has the climate's means, stays within nature, is shared by neighbours, and is as keyed as all luck."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.weather import draw_weather
from scenarios.weatherspec import SHARES, WeatherSpec
from tests.source import ROOT
from twin.draws import Draws
from twin.world import LEADS_H, WeatherField

HERE = np.zeros((1, 2))
TOWN = np.array([[0.0, 0.0], [2.0, 0.0], [5.0, 0.0], [20.0, 0.0], [60.0, 0.0]])
YEAR = draw_weather(WeatherSpec(), 365, TOWN, Draws(1))
YEARS = [draw_weather(WeatherSpec(), 365, HERE, Draws(seed)) for seed in range(4)]
CALM = WeatherSpec(season_c=0.0, diurnal_c=0.0, anomaly_c=0.0, wet_days=0.0, fog_days=0.0)
TRUTH = ("temperature_c", "wind_mps", "gust_mps", "rain_mmh", "snow_mmh", "visibility_m")
FORETOLD = ("forecast_wind_mps", "forecast_rain_mmh")
table = st.lists(st.floats(0.0, 20.0), min_size=len(SHARES), max_size=len(SHARES)).map(lambda x: tuple(sorted(x)))
FITTED = WeatherSpec(
    wind_shape=tuple(0.1 * n for n in range(len(SHARES))),
    storm_h=tuple(1.0 + n for n in range(len(SHARES))),
    rain_mmh=tuple(0.25 + 0.5 * n for n in range(len(SHARES))),
    sight_dry_m=tuple(500.0 * n for n in range(1, len(SHARES) + 1)),
    sight_rain_m=tuple(300.0 * n for n in range(1, len(SHARES) + 1)),
    sight_snow_m=tuple(100.0 * n for n in range(1, len(SHARES) + 1)),
    month_c=(1.0, 2.0, 5.0, 11.0, 17.0, 22.0, 25.0, 24.0, 20.0, 14.0, 8.0, 3.0),
    month_wind=(1.2,) * 6 + (0.8,) * 6,
    month_wet=(0.6,) * 6 + (0.1,) * 6,
    hour_c=(-2.0,) * 12 + (2.0,) * 12,
    hour_wind=(0.8,) * 12 + (1.2,) * 12,
)


def falls(field: WeatherField) -> Any:
    """(hours, zones) rain and snow."""
    return field.rain_mmh + field.snow_mmh


@pytest.mark.parametrize("spec", [WeatherSpec(), FITTED], ids=["climate", "tables"])
def test_every_field_covers_one_day_more_and_is_within_nature(spec: WeatherSpec) -> None:
    """(days + 1) x 24 hours and all zones; nothing negative, gusts above wind, snow only in the cold."""
    field = draw_weather(spec, 100, TOWN, Draws(3))
    for name in TRUTH:
        assert getattr(field, name).shape == (101 * 24, 5), name
    for name in FORETOLD:
        assert getattr(field, name).shape == (101 * 24, len(LEADS_H), 5), name
    for name in (*TRUTH[1:], *FORETOLD):
        assert np.isfinite(getattr(field, name)).all(), name
        assert getattr(field, name).min() >= 0.0, name
    assert (field.gust_mps >= field.wind_mps).all()
    assert field.rain_mmh.max() < 80.0
    assert 0.0 < field.visibility_m.min() < field.visibility_m.max() <= 16_000.0
    assert field.temperature_c[field.snow_mmh > 0].max(initial=-1.0) <= 0.0
    assert field.temperature_c[field.rain_mmh > 0].min() > 0.0


def test_a_year_is_like_newark_s() -> None:
    """Wet hours, windy hours and low sight near those of EWR 2013: 6.9 %, 1.84 %, 3.6 %."""
    assert 0.05 < np.mean([(falls(year) > 0).mean() for year in YEARS]) < 0.09
    assert 0.012 < np.mean([(year.wind_mps > 10.0).mean() for year in YEARS]) < 0.028
    assert 0.015 < np.mean([(year.visibility_m < 4_828.0).mean() for year in YEARS]) < 0.05


def test_means_are_the_climate_s() -> None:
    """Wind and temperature over years, within sampling error."""
    assert np.mean([year.wind_mps.mean() for year in YEARS]) == pytest.approx(4.5, rel=0.04)
    assert np.mean([year.temperature_c.mean() for year in YEARS]) == pytest.approx(12.0, abs=0.8)


def test_afternoons_and_july_are_warm() -> None:
    """16 h is warmer than 4 h, and the warmest month is July."""
    hourly = np.mean([year.temperature_c[: 365 * 24, 0].reshape(365, 24) for year in YEARS], axis=0)
    assert hourly[:, 16].mean() - hourly[:, 4].mean() == pytest.approx(9.0, abs=0.4)
    month = hourly.mean(axis=1)[:360].reshape(12, 30).mean(axis=1)
    assert int(np.argmax(month)) in (2, 3)  # the run begins on 15 April


def test_wind_forgets_as_it_is_told() -> None:
    """On normal scores the correlation after k hours is (1 - noise) exp(-k / memory); the speed's is near it."""
    wind = YEARS[0].wind_mps[:, 0]
    for lag in (1, 6, 24):
        seen = np.corrcoef(wind[:-lag], wind[lag:])[0, 1]
        assert seen == pytest.approx(0.87 * np.exp(-lag / 10.0), abs=0.07)


def test_lists_take_the_place_of_formulas() -> None:
    """Months and hours of temperature, wind and rain, and tables of quantiles, are what is drawn."""
    field = draw_weather(replace(FITTED, day_of_year=1), 364, HERE, Draws(1))
    by_hour = field.wind_mps[:, 0].reshape(-1, 24).mean(axis=0)
    assert by_hour[12:].mean() / by_hour[:12].mean() == pytest.approx(1.5, rel=0.1)
    first, second = field.temperature_c[: 31 * 24].mean(), field.temperature_c[182 * 24 : 212 * 24].mean()
    assert second - first == pytest.approx(24.0, abs=4.0)
    wet = falls(field)[:, 0] > 0
    assert wet[: 181 * 24].mean() > 1.5 * wet[181 * 24 :].mean()
    assert falls(field)[wet].min() >= 0.25
    assert falls(field).max() <= 12.25
    assert field.visibility_m[field.snow_mmh > 0].max() <= 2_500.0
    assert np.median(field.visibility_m[falls(field) == 0]) == pytest.approx(6_500.0, rel=0.25)


@settings(max_examples=15, deadline=None)
@given(
    days=st.integers(1, 12), more=st.integers(1, 9), seed=st.integers(0, 99),
    wet=st.floats(0.1, 1.0), rest=st.sampled_from([0.0, 24.0]), shape=table, slow=st.sampled_from([5.0, 45.0]),
)  # fmt: skip
def test_a_longer_run_begins_with_the_same_days(
    days: int, more: int, seed: int, wet: float, rest: float, shape: tuple[float, ...], slow: float
) -> None:
    """All hours and all leads of a run are bit-equal in a longer one, by formula and by table."""
    tables = shape if shape[-1] > 0.0 else ()
    spec = WeatherSpec(
        wet_days=wet, rest_h=rest, front_kmh=slow, wind_shape=tables, storm_h=tables, rain_mmh=tables
    )  # fmt: skip
    short, long = (draw_weather(spec, length, TOWN[:3], Draws(seed)) for length in (days, days + more))
    for name in (*TRUTH, *FORETOLD):
        assert np.array_equal(getattr(short, name), getattr(long, name)[: (days + 1) * 24]), name


def test_parts_have_their_own_luck() -> None:
    """Changing storms leaves wind and temperature bit-equal; changing the forecast's errors leaves the truth so."""
    wetter = draw_weather(WeatherSpec(wet_days=1.0), 365, TOWN, Draws(1))
    assert np.array_equal(wetter.wind_mps, YEAR.wind_mps)
    assert np.array_equal(wetter.temperature_c, YEAR.temperature_c)
    assert falls(wetter).sum() > 1.3 * falls(YEAR).sum()
    vaguer = draw_weather(WeatherSpec(forecast_cv=0.4, forecast_h=4.0, missed=0.2), 365, TOWN, Draws(1))
    assert all(np.array_equal(getattr(vaguer, name), getattr(YEAR, name)) for name in TRUTH)


def test_calm_weather_is_calm() -> None:
    """Without storms, fog and seasons: dry, far sight, one temperature, and no rain foretold."""
    calm = draw_weather(CALM, 30, TOWN, Draws(1))
    assert falls(calm).max() == calm.forecast_rain_mmh.max() == 0.0
    assert set(calm.visibility_m.reshape(-1)) == {16_000.0}
    assert set(calm.temperature_c.reshape(-1)) == {12.0}


@pytest.mark.parametrize("name", ["wind_mps", "temperature_c"])
def test_likeness_falls_with_distance(name: str) -> None:
    """Zones 2, 5, 20 and 60 km apart are less and less alike, as exp(-km / 150) says, and none are equal."""
    usual = draw_weather(WeatherSpec(anomaly_c=0.0), 365, TOWN, Draws(1)).temperature_c
    scores = YEAR.wind_mps if name == "wind_mps" else YEAR.temperature_c - usual
    alike = [np.corrcoef(scores[:, 0], scores[:, zone])[0, 1] for zone in range(1, 5)]
    assert alike == sorted(alike, reverse=True)
    own = 0.87 if name == "wind_mps" else 1.0
    assert alike == pytest.approx([own * np.exp(-km / 150.0) for km in (2.0, 5.0, 20.0, 60.0)], abs=0.06)


CODE = """
import hashlib, numpy as np
from scenarios.weather import draw_weather
from scenarios.weatherspec import WeatherSpec
from twin.draws import Draws
field = draw_weather(WeatherSpec(), 40, np.array([[0.0, 0.0], [3.0, 1.0], [7.0, -2.0]]), Draws(7))
names = [name for name in field.__dataclass_fields__ if name != "filled"]
print(hashlib.sha256(b"".join(getattr(field, name).tobytes() for name in names)).hexdigest())
"""


def test_processes_draw_the_same_bits() -> None:
    """Other processes, with another hash seed, other threads and without wide instructions, agree to the bit."""
    field = draw_weather(WeatherSpec(), 40, np.array([[0.0, 0.0], [3.0, 1.0], [7.0, -2.0]]), Draws(7))
    names = [name for name in field.__dataclass_fields__ if name != "filled"]
    here = hashlib.sha256(b"".join(getattr(field, name).tobytes() for name in names)).hexdigest()
    narrow = {"NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512_SKX", "PYTHONHASHSEED": "7", "OMP_NUM_THREADS": "2"}
    for more in ({"PYTHONHASHSEED": "3"}, narrow):
        run = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", CODE],
            cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)} | more, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert run.stdout.strip() == here
