"""Facts: the world's columns in integers, and what follows from them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scenarios.toy import toy_world
from scenarios.toyfleet import toy_fleet, toy_kind
from twin.entities import Mode
from twin.facts import Facts, ints
from twin.fleetfacts import KindFacts
from twin.specs import FleetGroup
from twin.units import DAY, HOUR, usd


@given(st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_columns_hold_the_same_integers(numbers: list[int]) -> None:
    """Any 64-bit integers, from a list or an array."""
    assert list(ints(numbers or np.zeros(0, dtype=np.int64))) == numbers
    assert list(ints(np.array(numbers, dtype=np.int64))) == numbers


def test_parcels_know_their_orders() -> None:
    """Session 3 has parcels 3 and 4, the others one each."""
    facts = Facts(toy_world())
    assert list(facts.order_of) == [0, 1, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10]
    assert [facts.area_of[parcel] for parcel in (3, 4)] == [facts.area[6]] * 2


def test_a_kind_is_told_in_integers() -> None:
    """Grams, millilitres, watt-hours, milliseconds and micro-dollars, burden and depreciation included."""
    kind = toy_kind(Mode.EVAN, capex_usd=2555.0, life_days=2555.0, running_usd_km=5.05, reserve=0.2)
    facts = KindFacts.of(kind, 0.14)
    assert facts.capacity == (800_000, 8_000_000, 120)
    assert (facts.battery_wh, facts.reserve_wh) == (68_000, 13_600)
    assert facts.shift == (8 * HOUR + HOUR // 2, 19 * HOUR + HOUR // 2)
    assert facts.hour_cost == usd(23.0 * 1.35)
    assert facts.day_cost == usd(71.0)
    assert facts.metre_cost == round((5.05 + 0.3 * 0.14) * 1000)


def test_slots_are_the_windows_of_every_day_that_may_be_promised() -> None:
    """Three windows a day, for the days of the run and those ahead, each with the wave that serves it."""
    facts = Facts(toy_world(days=2))
    assert len(facts.slots) == 3 * (2 + 2)
    assert [slot.early // HOUR for slot in facts.slots[:4]] == [10, 14, 18, 34]
    assert [cut_off // HOUR for cut_off in facts.cut_offs[:4]] == [9, 13, 17, 33]
    assert all(facts.slot_index[slot.early, slot.late] == index for index, slot in enumerate(facts.slots))


def test_the_nearest_depot_is_nearest() -> None:
    """By straight line from the middle of the area."""
    world = toy_world(depots=(0, 8))
    city, facts = world.city, Facts(world)
    for area in range(city.areas):
        inside = city.area == area
        middle = city.x_m[inside].mean(), city.y_m[inside].mean()
        way = [np.hypot(middle[0] - city.x_m[node], middle[1] - city.y_m[node]) for node in (0, 8)]
        assert way[facts.nearest_depot[area]] == min(way)


def test_vehicles_stand_at_the_depots_in_turn() -> None:
    """Which ways there are from a depot: its share of each group."""
    bike = FleetGroup(toy_kind(Mode.BIKE), 1)
    facts = Facts(toy_world(fleet=(bike, *toy_fleet(van=2, drone=1)), depots=(0, 8)))
    assert [len(loads) for loads in facts.street_loads] == [2, 1]
    assert facts.sorties_at == [{Mode.DRONE: [2]}, {}]
    assert facts.fits_streets(0, 0)
    assert not Facts(toy_world(fleet=toy_fleet(drone=1))).fits_streets(0, 0)


def test_distance_is_euclid_s() -> None:
    """Metres between nodes."""
    facts = Facts(toy_world())
    assert facts.metres(0, 2) == 1000.0
    assert facts.metres(0, 8) == np.hypot(1000.0, 1000.0)
    assert facts.horizon == DAY
