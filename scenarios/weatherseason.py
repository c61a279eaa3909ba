"""What the calendar says: values by month, smooth over the year, and by hour of the day."""

import numpy as np

from scenarios.weatherspec import WeatherSpec
from twin.world import Floats

_WARMEST = 200
"""Day of the year, 19 July."""
_MONTH = 365.25 / 12.0


def by_month(values: tuple[float, ...], day_of_year: int, days: int) -> Floats:
    """(days,): linear between the middles of the months, December before January."""
    middle = _MONTH * (np.arange(-1, 13) + 0.5)
    day = (day_of_year - 0.5 + np.arange(days)) % 365.25
    return np.asarray(np.interp(day, middle, [values[-1], *values, values[0]]))


def usual_temperature(spec: WeatherSpec, days: int) -> Floats:
    """(hours,) deg C of season and time of day, coldest at 4 h."""
    day, hour = np.arange(days), np.arange(24)
    season = spec.mean_c + spec.season_c * np.cos(2.0 * np.pi * (spec.day_of_year + day - _WARMEST) / 365.0)
    daily = np.array(spec.hour_c) if spec.hour_c else spec.diurnal_c * np.cos(2.0 * np.pi * (hour - 16) / 24.0)
    level = by_month(spec.month_c, spec.day_of_year, days) if spec.month_c else season
    return np.asarray(np.add.outer(level, daily).reshape(-1))


def usual_wind(spec: WeatherSpec, days: int) -> Floats:
    """(hours,) m/s, the mean at this time of the year and of the day."""
    month = by_month(spec.month_wind, spec.day_of_year, days) if spec.month_wind else np.ones(days)
    hour = np.array(spec.hour_wind) if spec.hour_wind else np.ones(24)
    return np.asarray(spec.wind_mps * np.multiply.outer(month, hour).reshape(-1))
