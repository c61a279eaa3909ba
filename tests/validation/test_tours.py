"""Tours over a uniform district are as long as continuous approximation says they are."""

import numpy as np
import pytest

from policies.routing.insertion import CheapestInsertion
from policies.routing.pyvrp import PyVrp
from tests.validation.district import SIDE_M, driven, planned

AREA = SIDE_M**2
OPTIMAL = {20: 0.858, 50: 0.805, 100: 0.7764, 200: 0.758, 500: 0.740}
"""Places -> mean of the shortest tour over sqrt(places x area) in a square, on the way down to .7124 (Beardwood,
Halton & Hammersley 1959). 100: Johnson & McGeoch 1997 (M); the others: Kool, van Hoof & Welling 2019 and after (M)."""
GRID = 4.0 / np.pi
"""Blocks over the crow's way, in the mean over directions."""


def bhh(router: CheapestInsertion | PyVrp, places: int, seeds: int) -> tuple[float, float]:
    """Mean and standard error of one tour over sqrt(places x area), over the best that is known."""
    found = [planned(router, places - 1, seed, carries=places, centre=False)[0] for seed in range(seeds)]
    share = np.array(found) / np.sqrt(places * AREA) / OPTIMAL[places]
    return float(share.mean()), float(share.std(ddof=1) / np.sqrt(seeds))


def daganzo(stops: int, carries: int, mean_m: float, *, grid: bool) -> float:
    """2 r n / C + .57 sqrt(n A) (Daganzo 1984, M): metres of the tours of a district."""
    return 2.0 * mean_m * stops / carries + 0.57 * (GRID if grid else 1.0) * float(np.sqrt(stops * AREA))


def test_one_tour_has_the_constant_of_its_size() -> None:
    """PyVRP's tour of 20 and of 50 places is as long as the shortest is in the mean, within 4 s.e. and 3 %."""
    for places, seeds in ((20, 20), (50, 10)):
        mean, error = bhh(PyVrp(iterations=150), places, seeds)
        assert -4 * error < mean - 1.0 < 4 * error + 0.03


@pytest.mark.slow
@pytest.mark.parametrize(("places", "seeds", "iterations"), [(100, 24, 600), (200, 16, 1_000), (500, 6, 2_000)])
def test_one_long_tour_has_the_constant_of_its_size(places: int, seeds: int, iterations: int) -> None:
    """The same for 100 to 500 places, where the search leaves a little: within 4 s.e. and 5 %."""
    mean, error = bhh(PyVrp(iterations=iterations), places, seeds)
    assert -4 * error < mean - 1.0 < 4 * error + 0.05


@pytest.mark.parametrize("grid", [False, True])
def test_planned_tours_are_as_long_as_daganzo_says(grid: bool) -> None:
    """Tours of 20 stops over 120 doors, as the crow flies and along blocks, within 15 %."""
    found = [planned(PyVrp(iterations=100), 120, seed, carries=20, grid=grid) for seed in range(3)]
    metres, away = np.mean(found, axis=0)
    assert metres == pytest.approx(daganzo(120, 20, away, grid=grid), rel=0.15)


def test_the_twin_drives_what_daganzo_says() -> None:
    """Vans that load 20 parcels for 120 doors of a city of blocks, driven on its streets by the twin: within 15 %."""
    metres, away = driven(CheapestInsertion(), 120, 3, 1, carries=20).mean(axis=0)
    assert metres == pytest.approx(daganzo(120, 20, away, grid=True), rel=0.15)


@pytest.mark.slow
@pytest.mark.parametrize(("orders", "carries"), [(80, 20), (120, 40), (200, 20), (300, 30)])
def test_the_twin_drives_what_daganzo_says_at_any_density(orders: int, carries: int) -> None:
    """The same with PyVRP for sparse and dense districts, over five days."""
    metres, away = driven(PyVrp(iterations=200), orders, 5, 1, carries=carries).mean(axis=0)
    assert metres == pytest.approx(daganzo(orders, carries, away, grid=True), rel=0.15)
