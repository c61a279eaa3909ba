"""Whether a city can be: shapes agree, numbers are numbers, edges lead somewhere."""

import numpy as np

from twin.entities import District, Dwelling, Street
from twin.world import City

_NODES = ("lon", "lat", "x_m", "y_m", "area")
_EDGES = ("head", "length_mm", "street", "speed_mmps")
_AREAS = ("cell", "households", "jobs", "income", "district", "zone")
_INTEGERS = ("area", "start", "head", "length_mm", "street", "speed_mmps", "district", "zone")
_FLOATS = ("lon", "lat", "x_m", "y_m", "households", "jobs", "income", "dwelling")


def check_city(city: City) -> None:
    """Refuse a city that no simulation could use.

    Raises
    ------
    ValueError
        Saying which column is wrong, and how.
    """
    if not city.name.strip() or not city.name.isprintable():
        raise ValueError(f"name(={city.name[:40]!r}) must be one line of text")
    _check_types(city)
    _check_shapes(city)
    _check_ranges(city)
    if np.any(np.diff(city.start) < 0) or city.start[0] != 0 or city.start[-1] != len(city.head):
        raise ValueError("start must rise from 0 to the number of edges")
    if not np.allclose(city.dwelling.sum(axis=1), 1, atol=1e-6):
        raise ValueError("dwelling must sum to 1 in each area")
    if not city.households.sum() > 0:
        raise ValueError("households must not all be 0")
    if len(np.unique(city.zone)) != city.zones:
        raise ValueError("zone must use each number from 0 to its largest")


def _check_types(city: City) -> None:
    for names, kind in ((_INTEGERS, np.int64), (_FLOATS, np.float64), (("cell",), np.uint64)):
        for name in names:
            if getattr(city, name).dtype != kind:
                raise ValueError(f"{name} must be {np.dtype(kind)}, not {getattr(city, name).dtype}")
    for name in _FLOATS:
        if not np.all(np.isfinite(getattr(city, name))):
            raise ValueError(f"{name} has a value that is NaN or infinite")


def _check_shapes(city: City) -> None:
    if city.lon.ndim != 1 or city.cell.ndim != 1 or city.nodes < 2 or city.areas < 1 or city.head.ndim != 1:
        raise ValueError("it must have at least 2 nodes and 1 area")
    shapes = {
        **dict.fromkeys(_NODES, (city.nodes,)),
        **dict.fromkeys(_EDGES, city.head.shape),
        **dict.fromkeys(_AREAS, (city.areas,)),
        "start": (city.nodes + 1,),
        "dwelling": (city.areas, len(Dwelling)),
    }
    for name, shape in shapes.items():
        if getattr(city, name).shape != shape:
            raise ValueError(f"{name} has shape {getattr(city, name).shape}, not {shape}")


def _check_ranges(city: City) -> None:
    ranges = {
        "lon": (-180, 180),
        "lat": (-90, 90),
        "area": (0, city.areas - 1),
        "head": (0, city.nodes - 1),
        "length_mm": (1, 1e12),
        "street": (0, len(Street) - 1),
        "speed_mmps": (1, 1e6),
        "households": (0, np.inf),
        "jobs": (0, np.inf),
        "income": (0, np.inf),
        "dwelling": (0, 1),
        "district": (0, len(District) - 1),
        "zone": (0, city.areas - 1),
    }
    for name, (low, high) in ranges.items():
        values = getattr(city, name)
        if np.any(values < low) or np.any(values > high):
            raise ValueError(f"{name} must be from {low} to {high}, not {values.min()} to {values.max()}")
