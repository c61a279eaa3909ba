"""The hub of drones and robots: what may leave, when, and with which vehicle."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from scenarios.toy import toy_world
from scenarios.toyfleet import certain_operation, toy_fleet, toy_kind
from tests.twin.flights import drones, fly, hub, most_at_once, out
from tests.worlds import cost, counts, prefer, remedy, rows
from twin.entities import Cause, Mode, Remedy
from twin.ledger import Account, Kind
from twin.specs import FleetGroup, Limits
from twin.units import DAY, HOUR, usd
from twin.world import World


def test_the_hub_keeps_its_hours() -> None:
    """Nothing leaves before or after the shift; what comes too late goes the next morning."""
    ledger = fly(hub(drones(2, shift_start="11:00", shift_h=4.0), days=2, vans=0))
    times = rows(ledger, Kind.SORTIE)["time"]
    assert set((times // DAY).tolist()) == {0, 1}
    assert np.all((times % DAY >= 11 * HOUR) & (times % DAY < 15 * HOUR))


class TestWeather:
    """What the weather forbids."""

    def test_in_wind_drones_stay_down_and_their_parcels_go_by_street(self) -> None:
        """Grounded for the weather, remedied, paid for, and delivered by van."""
        ledger = fly(hub(drones(limits=Limits(wind_mps=8.0)), days=2, wind_mps=10.0))
        grounded = rows(ledger, Kind.GROUNDED)
        assert len(grounded)
        assert counts(ledger)[Kind.SORTIE] == 0
        assert set(grounded["cause"].tolist()) == {Cause.WEATHER}
        assert set(grounded["actor"].tolist()) == {Remedy.GROUND}
        assert cost(ledger, Account.REMEDIES) == usd(2.0) * len(grounded)
        loaded = rows(ledger, Kind.LOADED)["subject"]
        assert set(grounded["subject"][grounded["time"] < DAY].tolist()) <= set(loaded.tolist())
        assert set(rows(ledger, Kind.DELIVERED)["actor"].tolist()) == {2}

    def test_waiting_for_better_weather_asks_again_each_hour(self) -> None:
        """Who chooses to wait is asked at every full hour, and flies once the wind has dropped."""
        world = hub(drones(limits=Limits(wind_mps=8.0)))
        wind = world.weather.wind_mps
        wind[9:12] = 10.0
        ledger = fly(world, recovering=remedy(Remedy.REATTEMPT))
        grounded = rows(ledger, Kind.GROUNDED)
        assert set(grounded["actor"].tolist()) == {Remedy.REATTEMPT}
        for parcel in np.unique(grounded["subject"]):
            mine = grounded["time"][grounded["subject"] == parcel]
            assert mine[-1] == 11 * HOUR
            assert np.all(mine[1:] % HOUR == 0)
            assert np.all(np.diff(mine // HOUR) == 1)
        assert rows(ledger, Kind.SORTIE)["time"].min() >= 12 * HOUR

    @pytest.mark.parametrize(
        ("field", "value"),
        [("wind_mps", 13.0), ("gust_mps", 13.0), ("rain_mmh", 13.0), ("snow_mmh", 13.0), ("visibility_m", 900.0),
         ("temperature_c", -30.0), ("temperature_c", 45.0)],
    )  # fmt: skip
    @pytest.mark.parametrize("zone", [0, 1])
    def test_every_limit_holds_at_the_hub_and_at_the_door(self, field: str, value: float, zone: int) -> None:
        """No sortie leaves when the weather there or here is out of any limit, and in fair weather they do."""
        limits = Limits(12.0, 12.0, 12.0, 12.0, 1000.0, -20.0, 40.0)
        world = hub(drones(limits=limits))
        weather = getattr(world.weather, field)
        assert counts(fly(world))[Kind.SORTIE] > 0
        weather[:, zone] = value
        zone_of = world.city.zone
        hub_zone = zone_of[world.city.area[4]]
        areas = rows(fly(world), Kind.SORTIE)["place"]
        assert all(zone_of[area] != zone for area in areas) and (hub_zone != zone or not len(areas))  # noqa: PT018

    def test_a_gale_stops_what_flies_and_not_what_rolls(self) -> None:
        """A drone that would be blown away stays down although its limits would let it; a robot goes."""
        gale = hub(drones(limits=Limits(wind_mps=99.0, gust_mps=99.0)), *toy_fleet(robot=1), wind_mps=24.5)
        ledger = fly(gale)
        assert counts(ledger)[Kind.GROUNDED] > 0
        assert {0, 1}.isdisjoint(rows(ledger, Kind.SORTIE)["subject"].tolist())
        assert counts(fly(gale, carriers=prefer("robot")))[Kind.SORTIE] > 0


class TestSupervision:
    """Remote operators can run out."""

    SLOW = toy_kind(Mode.DRONE, vehicles_per_operator=1, speed_kmh=(20.0,) * 4)
    ALL_DAY = replace(certain_operation(), windows=(("10:00", "20:00"),), promise_days=1)

    @pytest.mark.parametrize(("operators", "ratio", "most"), [(1, 1, 1), (1, 2, 2), (2, 1, 2), (9, 1, 4)])
    def test_no_more_are_out_than_there_are_seats(self, operators: int, ratio: int, most: int) -> None:
        """Operators times ratio is the limit, or the number of drones."""
        kind = toy_kind(Mode.DRONE, vehicles_per_operator=ratio, speed_kmh=(20.0,) * 4)
        ledger = fly(toy_world(fleet=(FleetGroup(kind, 4, operators),), operation=self.ALL_DAY))
        assert most_at_once(ledger) == most
        assert counts(ledger)[Kind.OPEN] <= 6

    def test_who_waits_for_a_seat_goes_when_one_is_free(self) -> None:
        """With one seat sorties follow one another without a pause, and all are delivered."""
        few, many = (
            fly(toy_world(fleet=(FleetGroup(self.SLOW, 3, operators),), operation=self.ALL_DAY)) for operators in (1, 3)
        )
        story = out(few)
        gaps = [int(b["time"] - a["time"]) for a, b in itertools.pairwise(story)
                if a["kind"] == Kind.HOME and a["time"] < 11 * HOUR]  # fmt: skip
        assert gaps[:2] == [0, 0]
        assert counts(few)[Kind.DELIVERED] == counts(many)[Kind.DELIVERED]

    def test_a_seat_freed_at_one_hub_is_used_at_another(self) -> None:
        """Hubs share the operators of a fleet: no parcel waits while one has nothing to do."""
        one, two = (
            fly(toy_world(fleet=(FleetGroup(self.SLOW, 2, operators),), depots=(0, 8), operation=self.ALL_DAY))
            for operators in (1, 2)
        )
        assert most_at_once(one) == 1
        assert counts(one)[Kind.DELIVERED] == counts(two)[Kind.DELIVERED] > 0
        assert set(rows(one, Kind.SORTIE)["subject"].tolist()) == {0, 1}

    def test_a_crash_frees_its_seat(self) -> None:
        """The parcel that waits for a seat leaves at the moment in which another aircraft is lost."""
        lossy = replace(self.SLOW, loss=1.0)
        ledger = fly(toy_world(fleet=(FleetGroup(lossy, 3, 1),), operation=self.ALL_DAY))
        lost, gone = rows(ledger, Kind.LOST)["time"].tolist(), rows(ledger, Kind.SORTIE)["time"].tolist()
        assert len(lost) == len(gone) == 3
        assert gone[1:] == lost[:2]

    def test_without_operators_nothing_leaves(self) -> None:
        """No seat, no sortie, and so no promise."""
        ledger = fly(toy_world(fleet=(FleetGroup(self.SLOW, 3, 0),), operation=self.ALL_DAY))
        assert counts(ledger)[Kind.SORTIE] == counts(ledger)[Kind.DELIVERED] == 0
        assert counts(ledger)[Kind.CREATED] == 0 < counts(ledger)[Kind.WALKED]


class TestOffers:
    """Which parcels may fly."""

    def flown(self, world: World) -> set[int]:
        """Parcels that were routed to a drone."""
        routed = rows(fly(world), Kind.ROUTED)
        return set(routed["subject"][routed["place"] == Mode.DRONE].tolist())

    def test_what_is_too_heavy_too_large_or_too_far_does_not(self) -> None:
        """Capacity in grams and millilitres and the radius are respected; without a radius there is no limit."""
        world = hub(drones(capacity_kg=1.0))
        assert {int(world.parcels.weight_g[parcel]) for parcel in self.flown(world)} == {500, 750, 1000}
        assert {int(world.parcels.volume_ml[parcel]) for parcel in self.flown(hub(drones(capacity_l=5.0)))} == {
            2500, 3750, 5000,
        }  # fmt: skip
        near, all_ = self.flown(hub(drones(radius_km=0.6))), self.flown(hub(drones(radius_km=0.0)))
        assert near < all_

    def test_a_drone_needs_a_drop_point(self) -> None:
        """Customers without a yard or roof are served otherwise."""
        world = hub(drones())
        world.customers.drop_point[:] = False
        assert self.flown(world) == set()

    def test_a_longer_way_costs_more(self) -> None:
        """The price of a sortie rises with its way; operators are paid by the day."""
        prices: dict[float, list[int]] = {}
        for detour in (1.0, 1.5):
            world = hub(drones(detour=detour, running_usd_km=1.0))
            prices[detour] = rows(fly(world), Kind.ROUTED)["value"].tolist()
        assert all(far >= near for near, far in zip(prices[1.0], prices[1.5], strict=True))
        assert prices[1.0] != prices[1.5]


def test_every_drone_that_is_paid_for_can_fly() -> None:
    """Two groups of drones at one hub fly both."""
    lifting = drones(1, capacity_kg=5.0, capacity_l=50.0)
    ledger = fly(hub(drones(1, capacity_kg=0.6), lifting, days=2))
    assert set(rows(ledger, Kind.SORTIE)["subject"].tolist()) == {0, 1}
