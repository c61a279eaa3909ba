"""Small files of a station's records, as tests need them."""

import csv
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.weather import draw_truth
from scenarios.weatherspec import WeatherSpec
from twin.draws import Draws

HEADER = ("station", "time", "temperature_c", "wind_mps", "precip_mm", "visibility_m")


def rows(days: int, first: str = "2021-03-01", station: str = "A", seed: int = 1) -> list[dict[str, Any]]:
    """Hourly records of a drawn climate."""
    truth = draw_truth(WeatherSpec(day_of_year=60), days, np.zeros((1, 2)), Draws(seed))
    columns = (truth.temperature_c, truth.wind_mps, truth.falls_mmh, truth.visibility_m)
    when = np.datetime64(first, "h") + np.arange(days * 24)
    values = zip(*(column[:, 0].tolist() for column in columns), strict=True)
    return [dict(zip(HEADER, (station, f"{at}:00", *row), strict=True)) for at, row in zip(when, values, strict=True)]


def write(path: Path, records: list[dict[str, Any]]) -> Path:
    """A CSV file with the columns of the first record."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(records[0]))
        writer.writeheader()
        writer.writerows(records)
    return path
