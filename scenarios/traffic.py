"""How fast streets are: a profile by time of day and street class, noise by traffic group and period, and weather.

Noise multiplies travel time, with mean one, so that the profile is right on average.
"""

import numpy as np

from scenarios.climate import TrafficSpec
from twin.draws import Draws, Stream
from twin.specs import Feel
from twin.units import DAY, MINUTE
from twin.world import Floats, TrafficField, WeatherField

SLOWEST, FASTEST = 50, 1_200
"""Bounds of a true speed, in thousandths of free flow."""
_MM_INCH = 25.4


def draw_traffic(spec: TrafficSpec, days: int, weather: WeatherField, draws: Draws) -> TrafficField:
    """Speeds for ``days`` days and one more; the luck of a day is its own."""
    zones, per_day = weather.rain_mmh.shape[1], DAY // MINUTE // spec.period_min
    delay = np.repeat(np.array(spec.tti) - 1.0, per_day // 24)
    time = 1.0 + np.multiply.outer(delay, np.array(spec.share))
    cv = spec.cv + (spec.cv_peak - spec.cv) * delay / max(float(delay.max()), 1e-9)
    slow = slowdown(spec.feel, weather.rain_mmh, weather.snow_mmh)
    keep = float(np.round(np.exp(-spec.period_min / spec.memory_min), 9))
    permille = np.empty((days + 1, per_day, zones, 4), dtype=np.int64)
    state = draws.generator(Stream.TRAFFIC, 0, 1).standard_normal(zones * 4)
    for day in range(days + 1):
        noise = draws.generator(Stream.TRAFFIC, day).standard_normal((per_day, zones * 4))
        for period in range(per_day):
            state = keep * state + np.sqrt(1.0 - keep * keep) * noise[period]
            noise[period] = state
        today = _mean_one(np.array(spec.day_cv), draws.generator(Stream.TRAFFIC, day, 2).standard_normal())
        longer = today * _mean_one(cv[:, None], noise).reshape(per_day, zones, 4) * time[:, None, :]
        weathered = np.repeat(slow[24 * day : 24 * day + 24], per_day // 24, axis=0)[:, :, None]
        permille[day] = np.clip(np.rint(1_000.0 * weathered / longer), SLOWEST, FASTEST)
    profile = np.rint(1_000.0 / time).astype(np.int64)
    return TrafficField(spec.period_min * MINUTE, permille.reshape(-1, zones * 4), profile)


def _mean_one(cv: Floats, z: Floats | float) -> Floats:
    """A lognormal factor with mean one."""
    variance = np.log1p(cv * cv)
    return np.asarray(np.exp(np.sqrt(variance) * z - 0.5 * variance))


def slowdown(feel: Feel, rain_mmh: Floats, snow_mmh: Floats) -> Floats:
    """Speed over dry speed, hour by hour: falling water, then a wet or snowy road in that hour and the next."""
    falling = 1.0 / (1.0 + feel.rain * rain_mmh / _MM_INCH + feel.snow * snow_mmh / _MM_INCH)
    road = np.where(_lately(snow_mmh), feel.snowy, np.where(_lately(rain_mmh), feel.wet, 1.0))
    return np.asarray(np.clip(1.0 - feel.sensitivity * (1.0 - falling * road), 0.1, 1.0))


def _lately(fall: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    before = np.concatenate([np.zeros_like(fall[:1]), fall[:-1]])
    return np.asarray((fall > 0) | (before > 0))
