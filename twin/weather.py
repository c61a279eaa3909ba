"""What the weather is like at a place and time, and whether a vehicle may be out in it."""

from bisect import bisect_left
from typing import NamedTuple

from twin.specs import Limits
from twin.units import HOUR
from twin.world import LEADS_H, WeatherField


class Air(NamedTuple):
    """The weather of one hour in one zone."""

    temperature_c: float
    wind_mps: float
    gust_mps: float
    rain_mmh: float
    snow_mmh: float
    visibility_m: float


def air(field: WeatherField, time: int, zone: int) -> Air:
    """The weather at a time (clipped to the field's hours) in a zone."""
    hour = min(time // HOUR, len(field.wind_mps) - 1)
    return Air(
        float(field.temperature_c[hour, zone]),
        float(field.wind_mps[hour, zone]),
        float(field.gust_mps[hour, zone]),
        float(field.rain_mmh[hour, zone]),
        float(field.snow_mmh[hour, zone]),
        float(field.visibility_m[hour, zone]),
    )


class Sky:
    """The weather of a run, each hour and zone looked up once."""

    __slots__ = ("_field", "_last", "_seen")

    def __init__(self, field: WeatherField) -> None:
        self._field = field
        self._last = len(field.wind_mps) - 1
        self._seen: list[list[Air | None]] = [[None] * (self._last + 1) for _ in range(field.wind_mps.shape[1])]

    def at(self, time: int, zone: int) -> Air:
        """:func:`air`, remembered."""
        hour = min(time // HOUR, self._last)
        seen = self._seen[zone][hour]
        if seen is None:
            seen = self._seen[zone][hour] = air(self._field, time, zone)
        return seen


def foretold(field: WeatherField, time: int, now: int, zone: int) -> tuple[float, float]:
    """Wind in m/s and rain or snow in mm/h of water, for a time in a zone, as foretold now.

    What is kept are forecasts of certain leads: the one that is taken was issued now or earlier, so what a policy
    hears of an hour gets better as the hour comes nearer, and never tells it the truth.
    """
    present, hour = now // HOUR, min(max(time, now) // HOUR, len(field.forecast_wind_mps) - 1)
    lead = bisect_left(LEADS_H, hour - present, hi=len(LEADS_H) - 1)
    return float(field.forecast_wind_mps[hour, lead, zone]), float(field.forecast_rain_mmh[hour, lead, zone])


def allows(limits: Limits, now: Air) -> bool:
    """Whether the weather is within a vehicle's limits (Gao et al. 2021 for the drones' variables)."""
    return (
        now.wind_mps <= limits.wind_mps
        and now.gust_mps <= limits.gust_mps
        and now.rain_mmh <= limits.rain_mmh
        and now.snow_mmh <= limits.snow_mmh
        and now.visibility_m >= limits.visibility_m
        and limits.coldest_c <= now.temperature_c <= limits.hottest_c
    )
