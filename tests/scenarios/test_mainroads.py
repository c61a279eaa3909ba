"""Main roads are rings and radials that share their junctions and cross the river on bridges."""

import numpy as np
import pytest

from scenarios.mainroads import MainRoads, draw_main_roads, ring_radii
from scenarios.river import River, draw_river
from twin.draws import Draws, Stream
from twin.entities import Street


def drawn(radius: float, seed: int = 1) -> tuple[MainRoads, River]:
    """Main roads and the river they cross."""
    river = draw_river(Draws(seed).generator(Stream.CITY, 0), radius)
    return draw_main_roads(Draws(seed).generator(Stream.CITY, 1), radius, river), river


@pytest.mark.parametrize("radius", [6.0, 28.0, 80.0])
def test_no_junction_stands_in_the_river_and_some_links_are_bridges(radius: float) -> None:
    """Junctions are dry; links whose ends are on two sides exist."""
    roads, river = drawn(radius)
    side = river.side(roads.x, roads.y)
    assert (np.abs(side) > river.half).all()
    assert ((side[roads.tail] > 0) != (side[roads.head] > 0)).any()


def test_rings_are_wider_and_wider_apart() -> None:
    """The gaps rise, up to 45 blocks."""
    gaps = np.diff(ring_radii(400.0))
    assert (np.diff(gaps) >= -1e-9).all()
    assert gaps.max() <= 45.0


def test_only_a_small_town_has_no_expressway() -> None:
    """Radius 6: arterials alone; radius 28: both."""
    assert set(drawn(6.0)[0].street) == {Street.ARTERIAL}
    assert set(drawn(28.0)[0].street) == {Street.ARTERIAL, Street.EXPRESSWAY}


def test_threads_meet_at_shared_junctions() -> None:
    """Many junctions join three or more links, and no place has two junctions."""
    roads, _ = drawn(28.0)
    degree = np.bincount(np.concatenate([roads.tail, roads.head]), minlength=len(roads.x))
    assert (degree >= 3).sum() > 10
    assert len({(round(x, 6), round(y, 6)) for x, y in zip(roads.x, roads.y, strict=True)}) == len(roads.x)
