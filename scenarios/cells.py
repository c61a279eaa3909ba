"""Areas and zones: the H3 cells that a city's nodes lie in."""

import numpy as np
from h3.api import basic_int as h3
from numpy.typing import NDArray

from twin.world import Floats, Ints

Cells = NDArray[np.uint64]

MAX_ZONES = 40
"""Weather has a column for each zone."""


def areas_of(lat: Floats, lon: Floats, resolution: int) -> tuple[Cells, Ints]:
    """The cells that have nodes, rising, and each node's index among them."""
    places = zip(lat.tolist(), lon.tolist(), strict=True)
    of_node = np.array([h3.latlng_to_cell(*place, resolution) for place in places], dtype=np.uint64)
    cell, area = np.unique(of_node, return_inverse=True)
    return cell, area.astype(np.int64)


def zones_of(cell: Cells, most: int = MAX_ZONES) -> Ints:
    """Each area's zone: its finest common H3 ancestor level with at most ``most`` members, numbered."""
    for resolution in range(min((h3.get_resolution(int(c)) for c in cell), default=0) - 1, -1, -1):
        parent = np.array([h3.cell_to_parent(int(c), resolution) for c in cell], dtype=np.uint64)
        names, zone = np.unique(parent, return_inverse=True)
        if len(names) <= most:
            return zone.astype(np.int64)
    return np.zeros(len(cell), dtype=np.int64)


def outline(cell: int) -> tuple[tuple[float, float], ...]:
    """Latitude and longitude of the corners of a cell."""
    corners: tuple[tuple[float, float], ...] = h3.cell_to_boundary(cell)
    return corners
