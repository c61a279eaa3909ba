"""Weather has the climate's means, stays within nature, and is forecast with error."""

from dataclasses import fields, replace

import numpy as np
import pytest

from scenarios.weather import draw_weather
from scenarios.weatherspec import WeatherSpec
from twin.draws import Draws

YEAR = draw_weather(WeatherSpec(), 365, 5, Draws(1))
CALM = WeatherSpec(season_c=0.0, diurnal_c=0.0, anomaly_c=0.0, wet_days=0.0, fog_days=0.0, false_alarm=0.0)


def test_every_field_covers_one_day_more_and_is_finite() -> None:
    """(days + 1) x 24 hours and all zones."""
    for field in fields(YEAR):
        values = getattr(YEAR, field.name)
        assert values.shape == (366 * 24, 5), field.name
        assert np.isfinite(values).all(), field.name


def test_values_stay_within_nature() -> None:
    """No negative wind or rain, gusts above wind, sight up to 16 km, and snow only in the cold."""
    assert YEAR.wind_mps.min() >= 0.0
    assert YEAR.wind_mps.max() < 40.0
    assert (YEAR.gust_mps >= YEAR.wind_mps).all()
    assert YEAR.rain_mmh.min() >= 0.0
    assert YEAR.rain_mmh.max() < 60.0
    assert (YEAR.visibility_m > 0).all()
    assert YEAR.visibility_m.max() <= 16_000.0
    assert YEAR.temperature_c[YEAR.snow_mmh > 0].max() <= 0.0
    assert YEAR.temperature_c[YEAR.rain_mmh > 0].min() > -0.01


def test_a_year_is_like_newark_s() -> None:
    """Wet hours, windy hours and low sight near those of EWR 2013: 6.9 %, 1.84 %, 3.6 %."""
    years = [draw_weather(WeatherSpec(), 365, 1, Draws(seed)) for seed in range(4)]
    wet = np.mean([(year.rain_mmh + year.snow_mmh > 0).mean() for year in years])
    wind = np.mean([(year.wind_mps > 10.0).mean() for year in years])
    blind = np.mean([(year.visibility_m < 4_828.0).mean() for year in years])
    assert 0.05 < wet < 0.09
    assert 0.012 < wind < 0.028
    assert 0.015 < blind < 0.05


def test_means_are_the_climate_s() -> None:
    """Wind and temperature over years, within sampling error."""
    years = [draw_weather(WeatherSpec(), 365, 1, Draws(seed)) for seed in range(4)]
    assert np.mean([year.wind_mps.mean() for year in years]) == pytest.approx(4.5, rel=0.04)
    assert np.mean([year.temperature_c.mean() for year in years]) == pytest.approx(12.0, abs=0.8)


def test_afternoons_and_july_are_warm() -> None:
    """16 h is warmer than 4 h, and the warmest month is July."""
    hourly = YEAR.temperature_c[: 365 * 24, 0].reshape(365, 24)
    assert hourly[:, 16].mean() - hourly[:, 4].mean() == pytest.approx(9.0, abs=0.01)
    month = hourly.mean(axis=1)[:360].reshape(12, 30).mean(axis=1)
    assert int(np.argmax(month)) in (2, 3)  # the run begins on 15 April


def test_a_longer_run_begins_with_the_same_days() -> None:
    """The first two days of a year are those of a run of two days, but for a storm from the day after."""
    short = draw_weather(WeatherSpec(), 2, 5, Draws(1))
    for name in ("temperature_c", "wind_mps", "gust_mps", "rain_mmh", "snow_mmh", "visibility_m"):
        assert np.array_equal(getattr(short, name)[:48], getattr(YEAR, name)[:48]), name


def test_the_wind_does_not_care_about_the_rain() -> None:
    """Changing storms leaves wind and temperature bit-equal."""
    wetter = draw_weather(WeatherSpec(wet_days=1.0), 365, 5, Draws(1))
    assert np.array_equal(wetter.wind_mps, YEAR.wind_mps)
    assert np.array_equal(wetter.temperature_c, YEAR.temperature_c)
    assert wetter.rain_mmh.sum() > 2 * YEAR.rain_mmh.sum()


def test_calm_weather_is_calm_and_forecast_exactly() -> None:
    """Without storms, fog and error: dry, far sight, the forecast is the weather."""
    calm = draw_weather(replace(CALM, forecast_cv=0.0), 30, 3, Draws(1))
    assert calm.rain_mmh.max() == calm.snow_mmh.max() == calm.forecast_rain_mmh.max() == 0.0
    assert set(calm.visibility_m.reshape(-1)) == {16_000.0}
    assert set(calm.temperature_c.reshape(-1)) == {12.0}
    assert np.array_equal(calm.wind_mps, calm.forecast_wind_mps)


def test_the_forecast_is_informative_but_not_the_truth() -> None:
    """Rain forecast and rain correlate, between .4 and .95; some storms are missed, some never come."""
    fall = YEAR.rain_mmh[:, 0] + YEAR.snow_mmh[:, 0]
    told = YEAR.forecast_rain_mmh[:, 0]
    assert 0.4 < np.corrcoef(fall, told)[0, 1] < 0.95
    by_day = [values.reshape(-1, 24).sum(axis=1) > 0 for values in (fall, told)]
    assert (by_day[0] & ~by_day[1]).any()
    assert (~by_day[0] & by_day[1]).any()


def test_zones_differ_a_little() -> None:
    """Wind in two zones is highly correlated and not equal; without spread it is equal."""
    correlation = np.corrcoef(YEAR.wind_mps[:, 0], YEAR.wind_mps[:, 1])[0, 1]
    assert 0.9 < correlation < 0.9999
    even = draw_weather(WeatherSpec(spread=0.0), 5, 3, Draws(1))
    assert np.array_equal(even.wind_mps[:, 0], even.wind_mps[:, 2])
    assert np.array_equal(even.rain_mmh[:, 0], even.rain_mmh[:, 2])
