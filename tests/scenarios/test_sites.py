"""Sites are distinct, spread over demand, and refused when there are too many."""

import numpy as np
import pytest

from scenarios.sites import place_sites
from scenarios.spec import CitySpec
from scenarios.synthetic import synthetic_city
from scenarios.toy import toy_city
from twin.entities import Street
from twin.errors import InputError

CITY = synthetic_city(CitySpec(nodes=2_500))


@pytest.mark.parametrize(("depots", "lockers"), [(1, 0), (2, 12), (8, 100), (30, 300)])
def test_there_are_exactly_so_many_distinct_sites(depots: int, lockers: int) -> None:
    """Counts are kept, nodes exist and differ."""
    sites = place_sites(CITY, depots, lockers)
    for found, count in ((sites.depots, depots), (sites.lockers, lockers)):
        assert len(set(found.tolist())) == len(found) == count
        assert ((found >= 0) & (found < CITY.nodes)).all()


def test_depots_stand_on_wide_streets() -> None:
    """Each has a collector or an arterial at its door."""
    for depot in place_sites(CITY, 8, 0).depots:
        streets = CITY.street[CITY.start[depot] : CITY.start[depot + 1]]
        assert streets.max() >= Street.COLLECTOR


def test_more_sites_bring_people_nearer() -> None:
    """The mean distance to the nearest locker falls with their number."""

    def mean_distance(count: int) -> float:
        at = place_sites(CITY, 1, count).lockers
        gaps = np.hypot(CITY.x_m[:, None] - CITY.x_m[at], CITY.y_m[:, None] - CITY.y_m[at]).min(axis=1)
        return float(np.average(gaps, weights=CITY.households[CITY.area]))

    assert mean_distance(4) > 1.3 * mean_distance(16) > 1.3 * mean_distance(64)


def test_places_are_chosen_well() -> None:
    """Two depots serve people from nearer than nineteen of twenty pairs of random nodes would."""
    weight = CITY.households[CITY.area]

    def mean_distance(at: np.ndarray) -> float:
        gaps = np.hypot(CITY.x_m[:, None] - CITY.x_m[at], CITY.y_m[:, None] - CITY.y_m[at]).min(axis=1)
        return float(np.average(gaps, weights=weight))

    luck = np.random.default_rng(1)
    random = sorted(mean_distance(luck.choice(CITY.nodes, 2, replace=False)) for _ in range(100))
    assert mean_distance(place_sites(CITY, 2, 0).depots) < random[5]


def test_the_toy_city_can_be_full_and_no_fuller() -> None:
    """Nine lockers fit on nine nodes, ten are refused in a sentence."""
    assert place_sites(toy_city(), 1, 9).lockers.tolist() == list(range(9))
    with pytest.raises(InputError, match=r"city\.lockers\(=10\) must be at most the city's 9 nodes; set fewer"):
        place_sites(toy_city(), 1, 10)
