"""What stations observed, hour by hour: read, sorted into hours, gaps known."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.table import Column, Table, read_table
from twin.errors import InputError
from twin.world import Floats

_INCH, _MILE, _MPH, _KNOT = 25.4, 1_609.344, 0.44704, 1_852.0 / 3_600.0
_NEEDED = ("temperature", "wind", "rain")
_UNITS: dict[str, dict[str, tuple[float, float, tuple[str, ...]]]] = {
    "temperature": {
        "temperature_c": (1.0, 0.0, ("temp_c", "tmpc")),
        "temperature_f": (1.0 / 1.8, -32.0 / 1.8, ("temp_f", "tmpf", "temp")),
    },
    "wind": {
        "wind_mps": (1.0, 0.0, ("wind_speed_mps",)),
        "wind_kmh": (1.0 / 3.6, 0.0, ("wind_speed_kmh",)),
        "wind_mph": (_MPH, 0.0, ("wind_speed_mph", "wind_speed")),
        "wind_kt": (_KNOT, 0.0, ("wind_speed_kt", "sknt")),
    },
    "gust": {
        "gust_mps": (1.0, 0.0, ("wind_gust_mps",)),
        "gust_kmh": (1.0 / 3.6, 0.0, ("wind_gust_kmh",)),
        "gust_mph": (_MPH, 0.0, ("wind_gust_mph", "wind_gust")),
        "gust_kt": (_KNOT, 0.0, ("wind_gust_kt",)),
    },
    "rain": {
        "precip_mm": (1.0, 0.0, ("precipitation_mm", "rain_mm", "rain_mmh")),
        "precip_in": (_INCH, 0.0, ("precip", "p01i")),
    },
    "visibility": {
        "visibility_m": (1.0, 0.0, ("visib_m",)),
        "visibility_km": (1_000.0, 0.0, ("visib_km",)),
        "visibility_mi": (_MILE, 0.0, ("visib", "vsby")),
    },
}
"""What is read -> column -> factor and offset to deg C, m/s, mm and m, and other names (nycflights13, ASOS)."""
_RANGE = {"temperature": (-60.0, 60.0), "wind": (0.0, 60.0), "gust": (0.0, 100.0), "rain": (0.0, 400.0),
          "visibility": (0.0, 200_000.0)}  # fmt: skip
_PARTS = {"year": (1900, 2200), "month": (1, 12), "day": (1, 31), "hour": (0, 24)}


@dataclass(frozen=True, slots=True, eq=False)
class Station:
    """One station's hours.

    Attributes
    ----------
    first : datetime64[D]
        Its first day.
    hours : dict
        ``temperature`` (deg C), ``wind``, ``gust`` (m/s), ``rain`` (mm, snow as water), ``visibility`` (m), those
        that the file has -> (hours,) float64 from the first midnight on, whole days, NaN where it is not known.
    rows, twice : int
        Its records, and how many of them are of an hour that has one already and are left out.
    lon, lat : float
        NaN unless the file says.
    """

    first: np.datetime64
    hours: dict[str, Floats]
    rows: int
    twice: int
    lon: float
    lat: float


def read_stations(path: Path) -> tuple[dict[str, Station], Table]:
    """The stations of a file by name (``""`` without a column for it), and the table as it was read.

    Columns are found by name, and their unit with it: ``wind_mps`` or ``wind_mph``, ``precip_mm`` or ``precip_in``.
    The time is ``time``, or ``year``, ``month``, ``day`` and ``hour``, as the clock on the wall shows it.

    Raises
    ------
    InputError
        If the file cannot be read, or has no time, temperature, wind or rain.
    """
    table = read_table(path, _columns())
    when = _hours(path, table)
    values = {kind: found for kind in _UNITS if (found := _measured(table, kind)) is not None}
    for kind in _NEEDED:
        if kind not in values:
            raise InputError(f"{path}: no column of {kind}; name it {' or '.join(_UNITS[kind])}, after its unit")
    code = np.zeros(len(when), dtype=np.int64)
    names = [""]
    if "station" in table:
        code, names = np.asarray(table.texts("station").codes), list(table.texts("station").labels)
    stations = {str(name): _station(table, when, values, code == at) for at, name in enumerate(names)}
    return {name: found for name, found in sorted(stations.items()) if found.rows}, table


def chosen(stations: dict[str, Station], name: str | None, path: Path, key: str) -> Station:
    """The station of this name, or the only one.

    Raises
    ------
    InputError
        If it is not there, or none is named and there are several.
    """
    if name in stations or (name is None and len(stations) == 1):
        return stations[name] if name is not None else next(iter(stations.values()))
    known = ", ".join(list(stations)[:8])
    raise InputError(f"{path}: {key}(={name}) must be one of its stations, {known}; set {key}")


def _columns() -> list[Column]:
    limits = {
        name: ((low - offset) / factor, (high - offset) / factor)
        for kind, (low, high) in _RANGE.items()
        for name, (factor, offset, _) in _UNITS[kind].items()
    }
    return [
        Column("time", ("valid", "datetime", "timestamp"), kind="time", required=False),
        *(Column(part, required=False, low=low, high=high) for part, (low, high) in _PARTS.items()),
        Column("station", ("origin", "station_id"), kind="text", required=False),
        *(Column(name, required=False, low=-180.0, high=180.0) for name in ("lon", "lat")),
        *(
            Column(name, more, required=False, low=limits[name][0], high=limits[name][1], blank=True)
            for units in _UNITS.values()
            for name, (_, _, more) in units.items()
        ),
    ]


def _hours(path: Path, table: Table) -> NDArray[np.datetime64]:
    """The hour in which each record was taken."""
    if "time" in table:
        return table.times("time").astype("datetime64[h]")
    lacks = [part for part in _PARTS if part not in table]
    if lacks:
        raise InputError(f"{path}: no column 'time', and no {lacks[0]!r} beside it; name the time of a record 'time'")
    year, month, day, hour = (table.numbers(part).astype(np.int64) for part in _PARTS)
    midnight = ((year - 1970) * 12 + month - 1).astype("datetime64[M]").astype("datetime64[D]") + (day - 1)
    return np.asarray(midnight.astype("datetime64[h]") + hour)


def _measured(table: Table, kind: str) -> Floats | None:
    for name, (factor, offset, _) in _UNITS[kind].items():
        if name in table:
            return np.round(table.numbers(name) * factor + offset, 4)
    return None


def _station(table: Table, when: NDArray[np.datetime64], values: dict[str, Floats], mine: NDArray[np.bool_]) -> Station:
    if not mine.any():
        return Station(np.datetime64("1970-01-01"), {}, 0, 0, np.nan, np.nan)
    days = when[mine].astype("datetime64[D]")
    first = days.min()
    hour = (when[mine] - first.astype("datetime64[h]")).astype(np.int64)
    known, where = np.unique(hour, return_index=True)
    hours = {}
    for kind, column in values.items():
        hours[kind] = np.full(24 * (int((days.max() - first).astype(np.int64)) + 1), np.nan)
        hours[kind][known] = column[mine][where]
    lon, lat = (float(table.numbers(axis)[mine][0]) if axis in table else np.nan for axis in ("lon", "lat"))
    return Station(first, hours, len(hour), len(hour) - len(known), lon, lat)
