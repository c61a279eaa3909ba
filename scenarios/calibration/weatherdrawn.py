"""Corrections to a climate that its drawn weather asks for: as wet, as hard and as windy as the records."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from scenarios.calibration.weatherclimate import calendar
from scenarios.calibration.weatherscores import plain, spread
from scenarios.weather import draw_fall, draw_wind
from scenarios.weatherluck import mean_of
from scenarios.weatherrecords import Station
from scenarios.weatherspec import SHARES, WeatherSpec
from twin.draws import Draws, Stream
from twin.world import Floats

_YEARS, _ROUNDS = 10, 3
_HERE = np.zeros((1, 2))
_ELSEWHERE = np.arange(_YEARS)[:, None] * np.full(2, 1e6)
"""Places so far apart that a year at each is as good as so many years."""


def as_drawn(found: Mapping[str, Any], station: Station) -> dict[str, Any]:
    """The same keys, corrected so that what is drawn with them is as wet, as hard and as windy as the records."""
    rain = station.hours["rain"][~np.isnan(station.hours["rain"])]
    spec = replace(WeatherSpec(day_of_year=calendar(station)[1]), **found)
    spec = _as_windy(_as_hard(_as_wet(spec, rain), rain), station.hours["wind"])
    return {key: list(value) if isinstance(value := getattr(spec, key), tuple) else value for key in found}


def _as_wet(spec: WeatherSpec, rain: Floats) -> WeatherSpec:
    """Spells begin as often as makes the hours as wet as the records': some are refused, and some storms are cut."""
    target = float((rain > 0).mean())
    if not target:
        return spec
    for _ in range(_ROUNDS):
        seen = float((_fall(spec) > 0).mean())
        more = target / seen if seen else 1.0
        months = tuple(round(min(share * more, 1.0), 4) for share in spec.month_wet)
        spec = replace(spec, wet_days=round(min(spec.wet_days * more, 1.0), 4), month_wet=months)
    return spec


def _as_hard(spec: WeatherSpec, rain: Floats) -> WeatherSpec:
    """Long storms are hard ones, so most hours are of hard ones: the table is mapped to what the records have."""
    if not spec.rain_mmh:
        return spec
    drawn = _fall(spec)
    share = np.searchsorted(np.sort(drawn[drawn > 0]), spec.rain_mmh, side="right") / (drawn > 0).sum()
    return replace(spec, rain_mmh=tuple(plain(np.quantile(rain[rain > 0], share), 3)))


def _as_windy(spec: WeatherSpec, wind: Floats) -> WeatherSpec:
    """Months and hours stretch the wind's distribution more than they did in the records; the table gives way."""
    there = np.nanquantile(spread(wind, upwards=False), SHARES)
    for _ in range(_ROUNDS):
        drawn = draw_wind(spec, 365, _ELSEWHERE, Draws(0))
        ratio = there / np.maximum(np.quantile(drawn, SHARES), 0.1)
        shape = np.maximum.accumulate(np.array(spec.wind_shape) * ratio)
        spec = replace(spec, wind_shape=tuple(plain(shape / mean_of(shape), 4)))
    return spec


def _fall(spec: WeatherSpec) -> Floats:
    return draw_fall(spec, 2 * _YEARS * 365, _HERE, Draws(0), Stream.WEATHER)
