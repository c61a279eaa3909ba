"""The plan keeps main roads, blocks and river apart."""

import numpy as np
import pytest

from scenarios.plan import BANK, MAIN, draw_plan
from twin.draws import Draws


@pytest.mark.parametrize("nodes", [100, 1_000])
def test_the_plan_has_exactly_so_many_junctions_of_all_sorts(nodes: int) -> None:
    """Main roads, riverside and blocks; none in the river."""
    plan = draw_plan(nodes, Draws(3))
    assert len(plan.x) == nodes
    assert (plan.patch == MAIN).any()
    assert (plan.patch == BANK).any()
    assert (plan.patch >= 0).mean() > 0.4
    assert (np.abs(plan.river.side(plan.x, plan.y)) > plan.river.half).all()
