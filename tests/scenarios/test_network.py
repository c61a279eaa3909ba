"""Local streets stop at the river and at expressways, unless a place could not be reached otherwise."""

import numpy as np
import pytest

from scenarios.network import draw_network
from scenarios.plan import draw_plan
from twin.draws import Draws, Stream
from twin.entities import Street


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_hardly_any_local_street_crosses_the_river_or_ends_on_an_expressway(seed: int) -> None:
    """Fewer than one in a hundred; main roads do cross."""
    plan = draw_plan(2_500, Draws(seed))
    network = draw_network(plan, Draws(seed).generator(Stream.CITY, 4))
    local = network.street <= Street.COLLECTOR
    north = plan.river.side(plan.x, plan.y) > 0
    crosses = north[network.tail] != north[network.head]
    fast = np.zeros(len(plan.x), dtype=bool)
    fast[plan.tail[plan.street == Street.EXPRESSWAY]] = True
    fast[plan.head[plan.street == Street.EXPRESSWAY]] = True
    assert (local & (crosses | fast[network.tail] | fast[network.head])).sum() < 0.01 * local.sum()
    assert 2 <= (~local & crosses).sum() <= 30


def test_streets_are_there_once() -> None:
    """No pair of junctions has two streets, and none leads to itself."""
    plan = draw_plan(900, Draws(1))
    network = draw_network(plan, Draws(1).generator(Stream.CITY, 4))
    pairs = {frozenset(pair) for pair in zip(network.tail.tolist(), network.head.tolist(), strict=True)}
    assert len(pairs) == len(network.tail)
    assert all(len(pair) == 2 for pair in pairs)
