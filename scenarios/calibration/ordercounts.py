"""Orders of a file as counts by area and day."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scenarios.calibration.daycounts import DayCounts
from scenarios.demandfield import middles
from scenarios.demandfile import Orders
from scenarios.demandorders import FAR_M, nearest
from twin.errors import InputError
from twin.world import City, Floats, Ints

FEWEST_WEEKS = 3
_DEGREE_M = 111_195.0


@dataclass(frozen=True, eq=False)
class OrderCounts:
    """Orders of whole weeks, by area.

    Attributes
    ----------
    days : DayCounts
    row : (orders,) int64
        The first row of each order that counts.
    exposure : (areas,) float64 or None
        What would be expected of each area by its households and income, with a city.
    """

    days: DayCounts
    row: Ints
    exposure: Floats | None


def count_orders(orders: Orders, path: Path, city: City | None, resolution: int) -> tuple[OrderCounts, dict[str, int]]:
    """Count, and say how many rows were left out and why.

    Raises
    ------
    InputError
        If there are not enough weeks, or the orders lie outside the city.
    """
    begin = int(orders.day[0])
    weeks = (int(orders.day[-1]) + 1 - begin) // 7
    if weeks < FEWEST_WEEKS:
        raise InputError(
            f"{path}: has {int(orders.day[-1]) + 1 - begin} days; bring at least {FEWEST_WEEKS} whole weeks"
        )
    area, x_km, y_km, exposure = _by_city(orders, path, city) if city else _by_cell(orders, resolution)
    first = np.unique(orders.order, return_index=True)[1]
    inside = orders.day < begin + 7 * weeks
    row = np.sort(first[(area[first] >= 0) & inside[first]])
    table = np.zeros((len(x_km), 7 * weeks))
    np.add.at(table, (area[row], orders.day[row] - begin), 1.0)
    from_monday = np.roll(table.reshape(-1, weeks, 7), (begin + 3) % 7, axis=2)
    left = {"outside the city": int((area < 0).sum()), "after the last whole week": int((~inside & (area >= 0)).sum())}
    seen = {why: count for why, count in left.items() if count}
    return OrderCounts(DayCounts(from_monday, x_km, y_km), row, exposure), seen


def _by_city(orders: Orders, path: Path, city: City) -> tuple[Ints, Floats, Floats, Floats]:
    node, metres = nearest(city, orders.lon, orders.lat)
    area = np.where(metres <= FAR_M, city.area[node], -1)
    if (area >= 0).mean() < 0.5:
        raise InputError(
            f"{path}: most orders lie more than {FAR_M / 1000:g} km from any street of {city.name}; drop city="
        )
    x_m, y_m = middles(city)
    return area, x_m / 1_000.0, y_m / 1_000.0, city.households * np.sqrt(city.income)


def _by_cell(orders: Orders, resolution: int) -> tuple[Ints, Floats, Floats, None]:
    """Areas are H3 cells of this resolution, or the file's own where these are coarser."""
    from h3.api import basic_int as h3

    _, first, place = np.unique(orders.place, return_index=True, return_inverse=True)
    if orders.cell is not None:
        own = [int(cell) for cell in orders.cell[orders.place[first]]]
        cells = [h3.cell_to_parent(cell, min(resolution, h3.get_resolution(cell))) for cell in own]
    else:
        places = zip(orders.lat[first].tolist(), orders.lon[first].tolist(), strict=True)
        cells = [h3.latlng_to_cell(*each, resolution) for each in places]
    names, area = np.unique(np.array(cells, dtype=np.uint64), return_inverse=True)
    lat, lon = np.array([h3.cell_to_latlng(int(cell)) for cell in names]).T
    shrink = math.cos(math.radians(float(lat.mean())))
    return area[place], lon * shrink * _DEGREE_M / 1_000.0, lat * _DEGREE_M / 1_000.0, None
