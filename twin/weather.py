"""What the weather is like at a place and time, and whether a vehicle may be out in it."""

from typing import NamedTuple

from twin.specs import Limits
from twin.units import HOUR
from twin.world import WeatherField


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

    __slots__ = ("_field", "_seen")

    def __init__(self, field: WeatherField) -> None:
        self._field = field
        self._seen: dict[tuple[int, int], Air] = {}

    def at(self, time: int, zone: int) -> Air:
        """:func:`air`, remembered."""
        key = (time // HOUR, zone)
        seen = self._seen.get(key)
        if seen is None:
            seen = self._seen[key] = air(self._field, time, zone)
        return seen


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
