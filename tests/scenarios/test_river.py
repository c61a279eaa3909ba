"""The river has two sides and two banks."""

import numpy as np
import pytest

from scenarios.river import draw_river
from twin.draws import Draws, Stream


@pytest.mark.parametrize("seed", range(5))
def test_banks_run_beside_the_water_on_both_sides(seed: int) -> None:
    """Every point of the riverside streets is dry, and close to the water."""
    river = draw_river(Draws(seed).generator(Stream.CITY, 0), 28.0)
    side = river.side(*river.banks(20.0))
    assert (np.abs(side) > river.half).all()
    assert (np.abs(side) < river.half + 0.6).all()
    assert (side > 0).sum() == (side < 0).sum()


@pytest.mark.parametrize("seed", range(5))
def test_the_river_flows_through_the_city(seed: int) -> None:
    """It parts the disc of the city into two sides of at least a tenth each."""
    river = draw_river(Draws(seed).generator(Stream.CITY, 0), 28.0)
    x, y = np.random.default_rng(1).uniform(-20.0, 20.0, (2, 4_000))
    inside = np.hypot(x, y) < 28.0
    assert 0.1 < (river.side(x[inside], y[inside]) > 0).mean() < 0.9
