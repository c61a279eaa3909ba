"""The toy world is small, calm and the same each day."""

from itertools import pairwise

import numpy as np
import pytest

from scenarios.toy import toy_city, toy_world
from scenarios.toyfleet import toy_carrier, toy_fleet, toy_kind
from tests.scenarios.drawn import differing
from twin.entities import Mode, Street
from twin.units import DAY


def test_nine_nodes_two_vans_twelve_parcels() -> None:
    """The toy world is what its name says."""
    world = toy_world()
    assert (world.city.nodes, world.fleet[0].count, len(world.parcels.sku)) == (9, 2, 12)
    assert world.fleet[0].kind.mode is Mode.VAN


def test_streets_take_the_times_in_the_picture() -> None:
    """An arterial street takes 40 s, a residential one 50 s."""
    city = toy_city()
    seconds = city.length_mm / city.speed_mmps
    assert set(seconds[city.street == Street.ARTERIAL]) == {40.0}
    assert set(seconds[city.street == Street.RESIDENTIAL]) == {50.0}


def test_every_street_runs_both_ways() -> None:
    """For each edge there is one back."""
    city = toy_city()
    ahead = set(zip(city.tail.tolist(), city.head.tolist(), strict=True))
    assert ahead == {(b, a) for a, b in ahead}
    assert len(ahead) == len(city.head) == 24


def test_each_day_is_like_the_first() -> None:
    """Sessions of day d are those of day 0, d days later, in time order."""
    world = toy_world(days=3)
    by_day = world.sessions.time.reshape(3, -1)
    assert np.array_equal(by_day, by_day[0] + DAY * np.arange(3)[:, None])
    assert all(a <= b for a, b in pairwise(world.sessions.time.tolist()))
    assert world.sessions.parcel[-1] == len(world.parcels.sku) == 36


def test_without_noise_the_seed_changes_nothing_drawn() -> None:
    """Two seeds give one calm world, and two noisy ones."""
    assert differing(toy_world(1), toy_world(2)) == set()
    assert differing(toy_world(1, noise=True), toy_world(2, noise=True)) == {"traffic"}


def test_what_a_test_asks_for_is_there() -> None:
    """Wind, scarcity, fleet, carriers and sites can be varied."""
    world = toy_world(wind_mps=14.0, scarce=True, fleet=toy_fleet(drone=3), carriers=(toy_carrier(),), depots=(0, 8))
    assert world.weather.wind_mps.min() == 14.0
    assert world.operation.stock_days == 0.25
    assert world.fleet[0].kind.mode is Mode.DRONE
    assert world.carriers[0].name == "regional"
    assert world.sites.depots.tolist() == [0, 8]


@pytest.mark.parametrize("mode", list(Mode))
def test_there_is_a_kind_for_each_mode(mode: Mode) -> None:
    """Every mode has a toy vehicle that never breaks down."""
    assert toy_kind(mode).mode is mode
    assert toy_kind(mode).breakdown_km == 0.0
    assert toy_kind(mode, capacity_parcels=3).capacity_parcels == 3
