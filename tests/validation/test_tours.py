"""Tours over a uniform district are as long as continuous approximation says they are."""

import numpy as np
import pytest

from policies.routing.insertion import CheapestInsertion
from policies.routing.pyvrp import PyVrp
from tests.validation.district import SIDE_M, driven, in_windows, planned

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


def figliozzi(stops: int, tours: float, mean_m: float, k: float) -> float:
    """K (n - m) / n sqrt(n A) + 2 r m (Figliozzi 2008, M): metres of the tours of a district, m of them."""
    return k * (stops - tours) / stops * float(np.sqrt(stops * AREA)) + 2.0 * mean_m * tours


SIZES = ((80, 20), (120, 20), (120, 40), (200, 20), (200, 40))
"""Doors, and stops that a vehicle can take."""


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
    metres, away, _ = np.mean(found, axis=0)
    assert metres == pytest.approx(daganzo(120, 20, away, grid=grid), rel=0.15)


def test_windows_cost_what_figliozzi_says() -> None:
    """Windows of four hours, as the twin sells them: k is .9, within 15 %."""
    metres, away, tours = np.mean(
        [in_windows(PyVrp(iterations=150), 80, s, carries=20, width_h=4) for s in range(2)], 0
    )
    assert metres == pytest.approx(figliozzi(80, tours, away, 0.9), rel=0.15)


@pytest.mark.slow
@pytest.mark.parametrize(("width_h", "k"), [(4, 0.9), (2, 1.1)])
def test_windows_cost_what_figliozzi_says_at_any_density(width_h: int, k: float) -> None:
    """Within 15 % for each size, at the ends of the constant's range: .9 for windows of four hours, 1.1 for two."""
    for stops, carries in SIZES:
        found = [in_windows(PyVrp(iterations=500), stops, s, carries=carries, width_h=width_h) for s in range(10, 14)]
        metres, away, tours = np.mean(found, axis=0)
        share = metres / figliozzi(stops, tours, away, k)
        print(f"{stops} doors, {carries} a van, windows of {width_h} h: {share:.2f} of Figliozzi's form at k = {k}")  # noqa: T201
        assert share == pytest.approx(1.0, abs=0.15)


@pytest.mark.slow
def test_one_constant_of_figliozzi_s_holds_for_all_sizes() -> None:
    """Without windows k is smaller, but one k, fitted to the other sizes, foretells each size within 15 %."""
    rows = []
    for stops, carries in SIZES:
        found = [planned(PyVrp(iterations=300), stops, s, carries=carries) for s in range(4)]
        metres, away, tours = np.mean(found, axis=0)
        rows.append((metres, figliozzi(stops, tours, away, 0.0), figliozzi(stops, tours, 0.0, 1.0)))
    table = np.array(rows)
    for held in range(len(table)):
        others = np.delete(table, held, axis=0)
        k = ((others[:, 0] - others[:, 1]) * others[:, 2]).sum() / (others[:, 2] ** 2).sum()
        share = table[held, 0] / (table[held, 1] + k * table[held, 2])
        print(f"{SIZES[held]}: {share:.2f} of the form at k = {k:.2f}, fitted to the others")  # noqa: T201
        assert share == pytest.approx(1.0, abs=0.15)


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
