"""A world is drawn in parts that do not disturb each other."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenarios.build import draw_world, ordered
from scenarios.cityfile import write_city
from scenarios.spec import CitySpec, DemandSpec, Scenario
from scenarios.toy import toy_city
from scenarios.toyfleet import toy_carrier, toy_fleet
from scenarios.trafficspec import TrafficSpec
from scenarios.weatherspec import WeatherSpec
from tests.scenarios.drawn import TOWN, VANS, differing, digests, scenario
from twin.entities import Mode
from twin.errors import InputError
from twin.specs import FleetGroup, Operation, People
from twin.world import World

BASE = draw_world(scenario(), 1)
CITY_PARTS = {"city", "sites", "customers"}


def drawn(seed: int = 1, **changes: Any) -> World:
    """The base world with something changed."""
    return draw_world(scenario(**changes), seed)


def test_the_same_seed_draws_the_same_world() -> None:
    """Bit for bit."""
    assert digests(drawn()) == digests(BASE)


def test_the_run_s_seed_leaves_city_sites_and_people_alone() -> None:
    """Only sessions, parcels, weather and traffic follow it."""
    assert differing(drawn(seed=2), BASE) == {"sessions", "parcels", "weather", "traffic", "disruptions"}


@pytest.mark.parametrize(
    ("changes", "moved"),
    [
        ({"fleet": {"vans": VANS["vans"], "drones": FleetGroup(toy_fleet(drone=1)[0].kind, 3)}}, set()),
        ({"carriers": (toy_carrier(),)}, set()),
        ({"operation": Operation(pickers=2)}, set()),
        ({"demand": DemandSpec(parcels_per_day=300.0)}, {"sessions", "parcels"}),
        ({"demand": DemandSpec(parcels_per_day=200.0, weight_kg=2.0)}, {"parcels"}),
        ({"weather": WeatherSpec(wet_days=1.0, depth_mm=40.0)}, {"weather", "traffic", "disruptions", "sessions"}),
        ({"traffic": TrafficSpec(cv=0.1)}, {"traffic"}),
        ({"people": People(presence_sigma=0.1)}, {"customers"}),
        ({"city": replace(TOWN, lockers=5)}, {"sites"}),
    ],
)
def test_changing_one_part_leaves_the_others_bit_equal(changes: dict[str, Any], moved: set[str]) -> None:
    """Each change moves exactly the parts that depend on it."""
    assert differing(drawn(**changes), BASE) == moved


@pytest.mark.parametrize(("vans", "depots", "bare"), [(2, 5, 3), (2, 2, 0), (0, 5, 0)])
def test_depots_without_a_vehicle_are_said(vans: int, depots: int, bare: int) -> None:
    """As far as others have one: without any fleet nobody expects any."""
    fleet = {"vans": replace(VANS["vans"], count=vans)}
    notes = drawn(fleet=fleet, carriers=(toy_carrier(),), city=replace(TOWN, depots=depots)).notes
    assert [note[:21] for note in notes] == [f"{bare} of {depots} depots have no"] * bool(bare)


def test_a_longer_run_begins_with_the_same_days() -> None:
    """Sessions and parcels of the first day are the same."""
    longer = drawn(days=3)
    count = len(BASE.sessions.time)
    assert np.array_equal(longer.sessions.time[:count], BASE.sessions.time)
    assert np.array_equal(longer.sessions.customer[:count], BASE.sessions.customer)
    assert np.array_equal(longer.parcels.weight_g[: len(BASE.parcels.weight_g)], BASE.parcels.weight_g)


def test_adding_drones_leaves_the_vans_their_numbers() -> None:
    """Groups stand by mode, then name, whatever the order of the file."""
    van, drone = toy_fleet(van=1, drone=1)
    groups = ordered({"b": drone, "z": van, "a": van})
    assert [group.kind.mode for group in groups] == [Mode.VAN, Mode.VAN, Mode.DRONE]
    assert ordered({"a": van, "b": drone}) == ordered({"b": drone, "a": van})


def test_a_city_may_come_from_a_file_and_a_newer_file_is_read_again(tmp_path: Path) -> None:
    """The file's city is drawn on; when the file changes, so does the world."""
    path = tmp_path / "a.city"
    spec = CitySpec(kind="file", path=str(path), depots=1, lockers=1)
    write_city(toy_city(), path)
    assert draw_world(scenario(city=spec), 1).city.name == "toy"
    write_city(replace(toy_city(), name="a larger name"), path)
    assert draw_world(scenario(city=spec), 1).city.name == "a larger name"


def test_a_missing_city_file_is_refused_in_a_sentence() -> None:
    """Key, value, reason and fix."""
    spec = CitySpec(kind="file", path="nowhere.city")
    with pytest.raises(InputError, match=r"city\.path\(=nowhere\.city\) cannot be read \(No such file.*check the path"):
        draw_world(scenario(city=spec), 1)


def test_the_toy_city_can_be_played_with_any_demand() -> None:
    """Nine nodes, drawn customers, drawn weather."""
    world = drawn(city=CitySpec(kind="toy", depots=1, lockers=1))
    assert world.city.nodes == 9
    assert len(world.sessions.time) > 100
    assert world.weather.wind_mps.shape == (48, 2)


def test_too_many_parcels_from_households_are_refused() -> None:
    """The limit holds where demand follows from the city too."""
    demand = DemandSpec(catchment=1.0, peak=10.0)
    with pytest.raises(InputError, match="must be at most 10000000; set fewer parcels, or fewer days"):
        draw_world(Scenario(fleet=VANS, days=365, city=CitySpec(nodes=20_000, depots=1), demand=demand), 1)
