"""Hourly weather by zone: a first generator, with what was forecast the day before.

Values are rounded to hundredths, so that the last bit of a machine's arithmetic decides nothing.
"""

from dataclasses import dataclass

import numpy as np

from scenarios.climate import WeatherSpec
from twin.draws import Draws, Stream
from twin.world import Floats, WeatherField

_CLEAR_M = 16_000.0
"""The farthest that is reported: 10 miles."""
_WARMEST = 200
"""Day of the year, 19 July."""


@dataclass(frozen=True, slots=True, eq=False)
class Storms:
    """One row a day: hour of the run when it starts, hours, mm/h; a dry day has 0 mm/h."""

    start: Floats
    hours: Floats
    rate: Floats


def draw_weather(spec: WeatherSpec, days: int, zones: int, draws: Draws) -> WeatherField:
    """Weather for ``days`` days and one more; the luck of a day is its own."""
    span = days + 1
    hour = np.arange(span * 24, dtype=np.float64)
    temperature = np.repeat(_temperature(spec, span, draws)[:, None], zones, axis=1)
    wind = _wind(spec, span, zones, draws)
    true, forecast = _storms(spec, span, draws)
    nature = np.stack([draws.generator(Stream.WEATHER, day, 4).standard_normal((2, zones)) for day in range(span)])
    wet = _fall(true, hour, nature, spec.spread)
    snow: Floats = np.where(temperature <= 0.0, wet, 0.0)
    fog = _fog(spec, span, draws)[:, None]
    visibility: Floats = np.minimum(_CLEAR_M / (1.0 + 0.35 * (wet - snow) + 8.0 * snow), fog)
    error = np.array([draws.generator(Stream.WEATHER, day, 3).standard_normal() for day in range(span)])
    misjudged = np.maximum(1.0 + spec.forecast_cv * np.repeat(error, 24), 0.2)[:, None]
    return WeatherField(
        temperature_c=np.round(temperature, 2),
        wind_mps=np.round(wind, 2),
        gust_mps=np.round(wind * spec.gust, 2),
        rain_mmh=np.round(wet - snow, 2),
        snow_mmh=np.round(snow, 2),
        visibility_m=np.round(visibility),
        forecast_wind_mps=np.round(wind * misjudged, 2),
        forecast_rain_mmh=np.round(_fall(forecast, hour, nature, 0.0), 2),
    )


def _temperature(spec: WeatherSpec, span: int, draws: Draws) -> Floats:
    """(hours,): season, time of day (coldest at 4 h) and a day's anomaly, AR(1) with coefficient .7."""
    day, hour = np.arange(span), np.arange(24)
    anomaly, state = np.zeros(span), 0.0
    for d in range(span):
        fresh = draws.generator(Stream.WEATHER, d, 0).standard_normal()
        state = fresh if d == 0 else 0.7 * state + np.sqrt(1.0 - 0.49) * fresh
        anomaly[d] = state
    season = spec.season_c * np.cos(2.0 * np.pi * (spec.day_of_year + day - _WARMEST) / 365.0)
    daily = spec.diurnal_c * np.cos(2.0 * np.pi * (hour - 16) / 24.0)
    level = spec.mean_c + season + spec.anomaly_c * anomaly
    return np.asarray(np.add.outer(level, daily).reshape(-1))


def _wind(spec: WeatherSpec, span: int, zones: int, draws: Draws) -> Floats:
    """(hours, zones): length of a vector whose two parts are AR(1) in time, mostly common to all zones."""
    keep = float(np.round(np.exp(-1.0 / spec.memory_h), 9))
    fresh = np.concatenate([
        draws.generator(Stream.WEATHER, day, 2).standard_normal((zones + 1, 24, 2)).transpose(1, 0, 2)
        for day in range(span)
    ])  # fmt: skip
    state = fresh[0]
    for hour in range(1, len(fresh)):
        state = keep * state + np.sqrt(1.0 - keep * keep) * fresh[hour]
        fresh[hour] = state
    vector = (fresh[:, :1] + spec.spread * fresh[:, 1:]) / np.sqrt(1.0 + spec.spread**2)
    speed: Floats = spec.wind_mps * np.sqrt(2.0 / np.pi) * np.hypot(vector[..., 0], vector[..., 1])
    return speed


def _gamma(mean: float, cv: float, z: float) -> float:
    """A gamma quantile at a standard normal luck (Wilson & Hilferty 1931)."""
    third = cv / 3.0
    return mean * max(1.0 - third * third + third * z, 0.0) ** 3


def _storms(spec: WeatherSpec, span: int, draws: Draws) -> tuple[Storms, Storms]:
    """What falls, and what was forecast: a storm moved in time, one missed, one that never comes."""
    true, told = np.zeros((3, span)), np.zeros((3, span))
    for day in range(span):
        luck = draws.generator(Stream.WEATHER, day, 1)
        is_wet, begins, surprise = luck.random(3)
        z, late, off = luck.standard_normal(3)
        rate = max(_gamma(spec.rate_mmh, spec.rate_cv, z), 0.1)
        hours = min(max(_gamma(spec.depth_mm, spec.depth_cv, z) / rate, 0.25), 24.0)
        start = 24.0 * day + begins * (24.0 - hours)
        rains = is_wet < spec.wet_days
        forecast = surprise >= spec.missed if rains else surprise < spec.false_alarm
        true[:, day] = start, hours, rate * rains
        told[:, day] = max(start + spec.forecast_h * late, 0.0), hours, rate * forecast * max(1.0 + 0.3 * off, 0.2)
    return Storms(*true), Storms(*told)


def _fall(storms: Storms, hour: Floats, nature: Floats, spread: float) -> Floats:
    """(hours, zones) mm/h: each zone has its own strength, and sees the front up to about an hour apart."""
    start = storms.start[:, None] + 2.0 * spread * nature[:, 0]
    rate = storms.rate[:, None] * np.maximum(1.0 + spread * nature[:, 1], 0.1)
    total = np.zeros((len(hour), nature.shape[2]))
    for day in np.flatnonzero(storms.rate):
        at = slice(max(24 * day - 24, 0), 24 * day + 72)
        wet = np.minimum(hour[at, None] + 1, start[day] + storms.hours[day]) - np.maximum(hour[at, None], start[day])
        total[at] += rate[day] * np.clip(wet, 0.0, 1.0)
    return total


def _fog(spec: WeatherSpec, span: int, draws: Draws) -> Floats:
    """(hours,) metres that fog leaves from 4 to 9 h."""
    foggy = np.array([draws.generator(Stream.WEATHER, day, 5).random() < spec.fog_days for day in range(span)])
    early = (np.arange(24) >= 4) & (np.arange(24) < 9)
    return np.where(np.logical_and.outer(foggy, early).reshape(-1), 1_500.0, _CLEAR_M)
