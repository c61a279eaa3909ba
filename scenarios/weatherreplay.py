"""A station's records as the weather of a run, the same in every zone; only the forecast is drawn."""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.weatherforecast import Truth, foretold_field
from scenarios.weatherrecords import Station, chosen, read_stations
from scenarios.weatherspec import WeatherSpec
from twin.draws import Draws
from twin.errors import InputError
from twin.world import Floats, Ints, WeatherField

_CLEAR_M = 16_000.0
_MOST_MISSING = 0.1
_OTHER_H = 14 * 24
"""A blown forecast of rain tells that of a fortnight before: the same season, another storm."""


def replay(spec: WeatherSpec, days: int, places: Floats, draws: Draws) -> WeatherField:
    """The weather that was, for ``days`` days and one more.

    Where a value is not known it is that of the last hour that has one (at the beginning, of the first), and the
    hour is counted in ``filled``. A gust that was not reported was none; without any column of gusts they are
    ``gust`` times the wind. What falls at or below freezing is snow.

    Raises
    ------
    InputError
        If the file cannot be read, or more than a tenth of the run's hours are not known.
    """
    path = Path(str(spec.records))
    stations = _stations(path, _version(path))
    station = chosen(stations, spec.station, path, "weather.station")
    first = np.datetime64(spec.first_day) if spec.first_day else station.first
    hour = int((first - station.first).astype(np.int64)) * 24 + np.arange((days + 2) * 24)
    unknown = _unknown(station, hour)
    missing, wanted = int(unknown[: days * 24].sum()), days * 24
    if missing > _MOST_MISSING * wanted:
        last = station.first + len(station.hours["wind"]) // 24 - 1
        raise InputError(
            f"{path}: {missing} of the {wanted} hours from {first} on are not known, more than a tenth; "
            f"the station has {station.first} to {last}, so set weather.first_day, or fewer days"
        )
    return _field(spec, station, hour, int(unknown[:-24].sum()), places, draws)


@lru_cache(maxsize=2)
def _stations(path: Path, version: tuple[int, int]) -> dict[str, Station]:  # noqa: ARG001 - a key of the cache
    """The stations of a file, read once; ``version`` is there to miss the cache when it has changed."""
    return read_stations(path)[0]


def _version(path: Path) -> tuple[int, int]:
    try:
        about = path.stat()
    except OSError as error:
        raise InputError(f"weather.records(={path}) cannot be read ({error.strerror}); check the path") from None
    return about.st_mtime_ns, about.st_size


def _unknown(station: Station, hour: Ints) -> NDArray[np.bool_]:
    """Hours that lack a value of a column that is there; gusts apart, which are reported when there are any."""
    kinds = [values for kind, values in station.hours.items() if kind != "gust"]
    gap = np.any(np.isnan(kinds), axis=0)
    return np.asarray(np.where((hour >= 0) & (hour < len(gap)), gap[np.clip(hour, 0, len(gap) - 1)], True))


def _field(spec: WeatherSpec, station: Station, hour: Ints, filled: int, places: Floats, draws: Draws) -> WeatherField:
    whole = np.clip(hour, 0, len(station.hours["wind"]) - 1)
    zones = np.ones(len(places))
    seen = {kind: np.outer(_carried(kind, values)[whole], zones) for kind, values in station.hours.items()}
    temperature, wind, falls = (np.round(seen[kind], 2) for kind in ("temperature", "wind", "rain"))
    instead = np.roll(_carried("rain", station.hours["rain"]), _OTHER_H)[whole]
    gust = np.round(np.fmax(seen["gust"], wind) if "gust" in seen else spec.gust * wind, 2)
    sight = np.round(seen["visibility"]) if "visibility" in seen else np.full_like(wind, _CLEAR_M)
    truth = Truth(temperature, wind, gust, falls, sight)
    return foretold_field(spec, truth, np.outer(np.round(instead, 2), zones), places, draws, filled)


def _carried(kind: str, values: Floats) -> Floats:
    """Each hour's value, or the last that is known, or the first."""
    known = np.flatnonzero(~np.isnan(values))
    if kind == "gust" or not len(known):
        return values
    return values[known[np.maximum(np.searchsorted(known, np.arange(len(values)), side="right") - 1, 0)]]
