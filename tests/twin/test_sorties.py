"""Drones and robots: one parcel out and back, under weather, energy, seats and bad luck."""

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from scenarios.toy import toy_world
from scenarios.toyfleet import certain_operation, certain_people, toy_fleet, toy_kind
from tests.worlds import PLAIN, Rows, cost, counts, play, prefer, remedy, rows
from twin.engine import Twin
from twin.entities import Cause, Mode, Remedy
from twin.ledger import Account, Kind, Ledger
from twin.specs import FleetGroup, Limits
from twin.units import DAY, HOUR, MINUTE, SECOND, usd
from twin.world import World

FLY = prefer("drone", "robot", "streets")


def drones(count: int = 2, operators: int | None = None, **changes: Any) -> FleetGroup:
    """So many drones, changed."""
    return FleetGroup(toy_kind(Mode.DRONE, **changes), count, operators)


def hub(*groups: FleetGroup, vans: int = 1, **changes: Any) -> World:
    """A toy with these groups and so many vans to fall back on."""
    return toy_world(fleet=(*groups, *(toy_fleet(van=vans) if vans else ())), **changes)


def fly(world: World, **changes: Any) -> Ledger:
    """A run in which everything flies that can."""
    return play(world, **{"carriers": FLY, **changes})


def out(ledger: Ledger) -> Rows:
    """Departures and returns of sorties, in order."""
    mine = rows(ledger, Kind.SORTIE, Kind.HOME)
    flying = np.unique(rows(ledger, Kind.SORTIE)["subject"])
    return mine[np.isin(mine["subject"], flying)]


def most_at_once(ledger: Ledger) -> int:
    """How many sorties were out together at most."""
    return int(np.cumsum(np.where(out(ledger)["kind"] == Kind.SORTIE, 1, -1)).max(initial=0))


def test_a_sortie_takes_one_parcel_there_and_the_vehicle_back() -> None:
    """LOADED, SORTIE, ATTEMPTED, DELIVERED, HOME; twice the way in metres, and the time that the speed gives."""
    ledger = fly(hub(drones(1), vans=0))
    sorties, delivered, home = (rows(ledger, kind) for kind in (Kind.SORTIE, Kind.DELIVERED, Kind.HOME))
    assert len(sorties) == len(delivered) == len(home) > 0
    for leave, give, back in zip(sorties, delivered, home, strict=True):
        assert give["subject"] == leave["actor"]
        assert back["value"] == leave["value"]
        way = leave["value"] / 2 / 25.0 / np.sqrt(1 - (3.0 / 25.0) ** 2)
        assert (give["time"] - leave["time"]) / SECOND == pytest.approx(way + 1 + 60, abs=0.01)
        assert (back["time"] - give["time"]) / SECOND == pytest.approx(way + 1, abs=0.01)


def test_nothing_arrives_before_its_window() -> None:
    """A sortie leaves so that it does not arrive early."""
    ledger = fly(hub(drones(4), days=2))
    early = {int(row["subject"]): int(row["value"]) for row in rows(ledger, Kind.PROMISED)}
    order_of = {int(row["subject"]): int(row["actor"]) for row in rows(ledger, Kind.CREATED)}
    flown = set(rows(ledger, Kind.SORTIE)["actor"].tolist())
    for row in rows(ledger, Kind.DELIVERED):
        if int(row["subject"]) in flown:
            assert row["time"] >= early[order_of[int(row["subject"])]]


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


class TestEnergy:
    """Batteries of sorties."""

    def test_a_way_beyond_the_battery_is_grounded_for_energy(self) -> None:
        """What a full battery less its reserve does not reach goes by street, and the ledger says why."""
        ledger = fly(hub(drones(battery_kwh=0.02, reserve=0.2)))
        assert Cause.ENERGY in rows(ledger, Kind.GROUNDED)["cause"].tolist()
        assert counts(ledger)[Kind.DELIVERED] > 0

    def test_a_drone_swaps_its_battery_and_a_robot_charges(self) -> None:
        """After each flight the drone is full; a robot goes to the charger when it is below half."""
        twin = Twin(hub(drones(1), vans=0), PLAIN.replace(carriers=FLY))
        ledger = twin.run()
        assert counts(ledger)[Kind.CHARGED] == counts(ledger)[Kind.SORTIE]
        robots = (FleetGroup(toy_kind(Mode.ROBOT, battery_kwh=0.3, kwh_km=0.05), 1),)
        tired = play(toy_world(days=2, fleet=robots), carriers=FLY)
        charged, trips = rows(tired, Kind.CHARGED), rows(tired, Kind.SORTIE)
        assert 0 < len(charged) < len(trips)
        assert np.all(charged["value"] <= 300)

    def test_the_balance_of_energy_is_exact(self) -> None:
        """Start + charged - used is what is there, for each vehicle, and the reserve is never touched."""
        fleet = toy_fleet(drone=2, robot=2)
        twin = Twin(toy_world(days=3, noise=True, fleet=fleet), PLAIN.replace(carriers=FLY))
        twin.run()
        for unit in twin.state.units:
            full = twin.facts.kinds[unit.group].battery_wh
            assert full + unit.charged_wh - unit.used_wh == unit.battery_wh
            assert unit.battery_wh >= twin.facts.kinds[unit.group].reserve_wh
            assert unit.used_wh > 0


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


class TestMishaps:
    """What can go wrong on the way."""

    def test_a_lost_aircraft_takes_its_parcel_and_is_replaced_tomorrow(self) -> None:
        """LOST with the aircraft: parcel and capital are booked as losses, and it flies again the next day."""
        ledger = fly(hub(drones(1, loss=1.0, capex_usd=1000.0, life_days=1000.0), days=3, vans=0))
        lost = rows(ledger, Kind.LOST)
        assert set(lost["cause"].tolist()) == {Cause.LOST_AIRCRAFT}
        assert (lost["time"] // DAY).tolist() == [0, 1, 2]
        assert cost(ledger, Account.LOSSES) == usd(1065.0) * 3

    def test_an_abort_brings_the_parcel_back_and_is_no_attempt(self) -> None:
        """Aborted, it comes home unattempted and goes out again; a parcel is aborted at most once."""
        ledger = fly(hub(drones(2, abort=1.0), vans=0))
        unloaded = rows(ledger, Kind.UNLOADED)
        assert set(unloaded["cause"].tolist()) == {Cause.ABORTED}
        assert len(np.unique(unloaded["subject"])) == len(unloaded)
        first = unloaded["subject"][0]
        sorties = rows(ledger, Kind.SORTIE)
        assert (sorties["actor"] == first).sum() == 2
        attempts = rows(ledger, Kind.ATTEMPTED)
        assert attempts["value"][attempts["subject"] == first].tolist() == [1]

    def test_a_drop_that_fails_is_an_attempt_that_failed(self) -> None:
        """Nowhere to put it down: an exception, the parcel comes back, and the resolver decides."""
        ledger = fly(hub(drones(2, recipient_failure=1.0), days=2, vans=0))
        assert set(rows(ledger, Kind.ATTEMPTED)["cause"].tolist()) == {Cause.NO_DROP_POINT}
        assert counts(ledger)[Kind.RETURNED] > 0

    def test_a_robot_needs_somebody_who_comes_out(self) -> None:
        """Nobody home, no hand-off; it waits to the end and comes back."""
        away = certain_people(presence_weekday=(0.0,) * 24, office_hours=("0:00", "0:01"))
        ledger = fly(toy_world(fleet=toy_fleet(robot=2), people=away))
        assert set(rows(ledger, Kind.ATTEMPTED)["cause"].tolist()) == {Cause.HANDOFF}
        attempt, home = rows(ledger, Kind.ATTEMPTED)[0], rows(ledger, Kind.HOME)[0]
        assert home["time"] - attempt["time"] > 8 * MINUTE


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
