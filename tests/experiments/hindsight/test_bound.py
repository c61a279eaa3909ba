"""The tree bound is below every set of tours, and prices bring it near the cheapest."""

from itertools import permutations

import numpy as np
import pytest

from experiments.hindsight.bound import tours_cost_at_least
from twin.draws import Draws, Stream


def ways(seed: int, places: int, *, plane: bool) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """(places + 1, places + 1) costs: in a plane, or any at all."""
    draw = Draws(seed).generator(Stream.POLICY, places)
    if not plane:
        return draw.integers(0, 1000, (places + 1, places + 1))
    points = draw.uniform(0, 1000, (places + 1, 2))
    apart = points[:, None] - points[None, :]
    return np.asarray(np.hypot(apart[..., 0], apart[..., 1]), dtype=np.int64)


def cheapest(cost: np.ndarray[tuple[int, ...], np.dtype[np.int64]], tours: int) -> int:
    """The cheapest set of so many tours or more, by trying all orders and cuts."""
    count, best = len(cost) - 1, 1 << 60
    for order in permutations(range(1, count + 1)):
        for cuts in range(1 << (count - 1)):
            if 1 + cuts.bit_count() >= tours:
                path = [0]
                for i, place in enumerate(order):
                    path += [0, place] if i and cuts >> (i - 1) & 1 else [place]
                best = min(best, int(cost[path, [*path[1:], 0]].sum()))
    return best


@pytest.mark.parametrize("plane", [True, False])
@pytest.mark.parametrize("tours", [1, 2, 4])
def test_no_tours_cost_less(tours: int, plane: bool) -> None:
    """Whatever the ways cost, in a plane or not, alike in both directions or not, no set of tours is cheaper."""
    for seed in range(5):
        cost = ways(seed, 5, plane=plane)
        assert tours_cost_at_least(cost, tours) <= cheapest(cost, tours)


def test_it_is_near_the_cheapest() -> None:
    """In a plane it is within a few per cent of the cheapest tours in the mean; without prices it is not."""
    costs = [ways(seed, 6, plane=True) for seed in range(4)]
    best = sum(cheapest(cost, 1) for cost in costs)
    assert sum(tours_cost_at_least(cost, 1) for cost in costs) > 0.95 * best
    assert sum(tours_cost_at_least(cost, 1, rounds=1) for cost in costs) < 0.9 * best


def test_one_place_is_there_and_back() -> None:
    """Of one place the bound is the way there and back, of none nothing, of a star all its ways."""
    assert tours_cost_at_least(np.array([[0, 50], [50, 0]]), 1) in (99, 100)
    assert tours_cost_at_least(np.zeros((1, 1), dtype=np.int64), 0) == 0
    star = np.array([[0, 10, 10], [10, 0, 20], [10, 20, 0]])
    assert tours_cost_at_least(star, 2) in (39, 40)


def test_more_tours_cost_more() -> None:
    """Where the depot is far away, a second tour raises the bound by a way there and back."""
    cost = ways(3, 6, plane=True)
    cost[0, 1:] += 5000
    cost[1:, 0] += 5000
    assert tours_cost_at_least(cost, 2) > tours_cost_at_least(cost, 1) + 9000
