"""Areas are the cells that have nodes; zones are few and made of whole neighbourhoods."""

import numpy as np
import pytest

from scenarios.cells import areas_of, zones_of

LAT, LON = (part.reshape(-1) for part in np.meshgrid(np.linspace(40.0, 40.4, 60), np.linspace(-100.0, -99.5, 60)))


def test_every_area_has_nodes_and_rises() -> None:
    """Indices are dense, cells distinct and sorted."""
    cell, area = areas_of(LAT, LON, 8)
    assert set(area.tolist()) == set(range(len(cell)))
    assert (np.diff(cell.astype(np.int64)) > 0).all()


@pytest.mark.parametrize("most", [1, 5, 40])
def test_zones_are_at_most_so_many(most: int) -> None:
    """Numbers are dense and within the limit."""
    zone = zones_of(areas_of(LAT, LON, 8)[0], most)
    assert set(zone.tolist()) == set(range(zone.max() + 1))
    assert zone.max() < most
