"""How alike the weather of two places is, by their distance, from stations that say where they are."""

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any

import numpy as np

from scenarios.calibration.weatherscores import normal_scores
from scenarios.weatherrecords import Station
from twin.world import Floats

_KM_A_DEGREE = 111.2
_FEWEST_H = 100


def distances(stations: Mapping[str, Station], wind_noise: float) -> dict[str, Any]:
    """``reach_km`` and ``storm_km``: correlation exp(-km / reach) of the lasting wind, and of rain that both have."""
    placed = [station for station in stations.values() if not np.isnan(station.lon + station.lat)]
    wind = _reach(placed, lambda station: station.hours["wind"], 1.0 - wind_noise)
    rain = _reach(placed, _wet, 1.0)
    return ({"reach_km": wind} if wind else {}) | ({"storm_km": rain} if rain else {})


def _wet(station: Station) -> Floats:
    """Rain of five hours, so that it does not matter when a front comes to which station."""
    fallen = np.convolve(np.nan_to_num(station.hours["rain"]), np.ones(5), mode="same")
    return np.where(fallen > 0.0, fallen, np.nan)


def _reach(placed: list[Station], of: Callable[[Station], Floats], level: float) -> float | None:
    """The median over pairs of the distance in which correlation falls to 1/e of its level."""
    found = []
    for one, other in combinations(placed, 2):
        apart = _km(one, other)
        here, there = _together(one, other, of)
        if len(here) >= _FEWEST_H and apart > 1.0:
            alike = np.corrcoef(normal_scores(here), normal_scores(there))[0, 1] / level
            found.append(-apart / np.log(np.clip(alike, 0.01, 0.995)))
    return round(float(np.median(found)), 1) if found else None


def _km(one: Station, other: Station) -> float:
    east = (one.lon - other.lon) * np.cos(np.radians(one.lat))
    return float(np.hypot(east, one.lat - other.lat) * _KM_A_DEGREE)


def _together(one: Station, other: Station, of: Callable[[Station], Floats]) -> tuple[Floats, Floats]:
    """The hours that both have."""
    first = max(one.first, other.first)
    begins = [int((first - station.first).astype(np.int64)) * 24 for station in (one, other)]
    here, there = of(one)[begins[0] :], of(other)[begins[1] :]
    here, there = here[: min(len(here), len(there))], there[: min(len(here), len(there))]
    both = ~np.isnan(here) & ~np.isnan(there)
    return here[both], there[both]
