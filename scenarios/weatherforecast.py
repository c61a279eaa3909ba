"""What is foretold: the truth as seen some hours before, with an error whose variance grows with the lead.

The error of a lead is that of the shorter lead and something more (a martingale: Heath & Jackson 1994, IIE
Transactions 26), so no revision can be foreseen, and none of it has a sign: wind and rain are right on average.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from scenarios.weatherluck import hourly, kinship, remembered, shared
from scenarios.weatherspec import WeatherSpec
from twin.draws import Draws, Stream
from twin.world import LEADS_H, Floats, WeatherField

_DAYS_AHEAD = np.array(LEADS_H) / 24.0
_MEMORY_H = 12.0
"""How long an error lasts from one foretold hour to the next (D)."""
_FARTHEST_H = 23
"""A storm is not foretold for another time than this far from its own."""
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """(hours, zones) of whole days, rounded: what the weather is like; ``falls`` is rain, or snow as water."""

    temperature_c: Floats
    wind_mps: Floats
    gust_mps: Floats
    falls_mmh: Floats
    visibility_m: Floats


def foretold_field(
    spec: WeatherSpec, truth: Truth, other: Floats, places: Floats, draws: Draws, filled: int = 0
) -> WeatherField:
    """The field of all days but the last, which is there because a forecast may have it come too early."""
    wind, rain = foretell(spec, truth.wind_mps, truth.falls_mmh, other, places, draws)
    snow = np.where(truth.temperature_c <= 0.0, truth.falls_mmh, 0.0)
    return WeatherField(
        temperature_c=truth.temperature_c[:-24],
        wind_mps=truth.wind_mps[:-24],
        gust_mps=truth.gust_mps[:-24],
        rain_mmh=(truth.falls_mmh - snow)[:-24],
        snow_mmh=snow[:-24],
        visibility_m=truth.visibility_m[:-24],
        forecast_wind_mps=np.round(wind[:-24], 2),
        forecast_rain_mmh=np.round(rain[:-24], 2),
        filled=filled,
    )


def foretell(
    spec: WeatherSpec, wind: Floats, falls: Floats, other: Floats, places: Floats, draws: Draws
) -> tuple[Floats, Floats]:
    """(hours, leads, zones) wind and rain, from what comes and from rain that might as well have come.

    Parameters
    ----------
    wind, falls, other : (hours, zones)
        Whole days. ``other`` is of the same climate, and takes the place of the rain where a forecast is blown.
    """
    days, zones = len(wind) // 24, wind.shape[1]
    noise = _grown(hourly(draws, Stream.WEATHER_FORECAST, days, 0, (len(LEADS_H), zones)))
    spread = spec.forecast_cv * shared(noise, kinship(places, spec.storm_km))
    error = np.exp(spread - 0.5 * spec.forecast_cv**2 * _DAYS_AHEAD[:, None])
    hour = np.arange(len(wind))
    drift = spec.forecast_h * _grown(hourly(draws, Stream.WEATHER_FORECAST, days, 1, (len(LEADS_H),)))
    when = hour[:, None] + np.clip(np.rint(drift), -_FARTHEST_H, _FARTHEST_H).astype(np.int64)
    rain = falls[np.clip(when, 0, len(wind) - 1)]
    mood = remembered(hourly(draws, Stream.WEATHER_FORECAST, days, 2, ()), _MEMORY_H)
    blown = mood[:, None] < [_NORMAL.inv_cdf(spec.missed * root) for root in np.sqrt(_DAYS_AHEAD)]
    rain = np.where(blown[..., None], other[:, None], rain)
    return wind[:, None] * error, rain * error


def _grown(fresh: Floats) -> Floats:
    """(hours, leads, ...): errors that remember, with variance lead / 24 h, each lead's built on the last's."""
    more = np.sqrt(np.diff(_DAYS_AHEAD, prepend=0.0))
    scale = more.reshape(-1, *[1] * (fresh.ndim - 2))
    return np.asarray(np.cumsum(remembered(fresh, _MEMORY_H) * scale, axis=1))
