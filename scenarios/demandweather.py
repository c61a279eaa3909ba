"""What the weather does to the number of orders, by day and zone."""

import numpy as np

from scenarios.demandspec import DemandWeather
from twin.world import Floats, Ints, WeatherField

WET_MM, SNOWY_MM = 20.3, 10.0
"""From here on a day has the whole effect: .8 inch of rain (B); 10 mm of snow as water, some 10 cm deep (D)."""
WINDS_MPS = (4.5, 6.7, 8.9, 11.2)
"""Mean wind of a day, 10, 15, 20 and 25 mph: nothing, the effect of wind from 15 to 20, then that of a gale."""
USUAL = 1_000_000
"""Millionths: a day without weather."""


def pulls(spec: DemandWeather, weather: WeatherField, days: int) -> Ints:
    """(days, zones) millionths of the orders of a day without weather."""

    def daily(hourly: Floats) -> Floats:
        return hourly[: days * 24].reshape(days, 24, -1)

    rain = spec.rain * np.minimum(daily(weather.rain_mmh).sum(axis=1) / WET_MM, 1.0)
    snow = spec.snow * np.minimum(daily(weather.snow_mmh).sum(axis=1) / SNOWY_MM, 1.0)
    wind = np.interp(daily(weather.wind_mps).mean(axis=1), WINDS_MPS, (0.0, spec.wind, spec.wind, spec.gale))
    pull: Ints = np.rint((1.0 + rain) * (1.0 + snow) * (1.0 + wind) * USUAL).astype(np.int64)
    return pull


def ceiling(spec: DemandWeather) -> float:
    """The most that any weather makes of a day's orders."""
    return (1.0 + max(spec.rain, 0.0)) * (1.0 + max(spec.snow, 0.0)) * (1.0 + max(spec.wind, spec.gale, 0.0))
