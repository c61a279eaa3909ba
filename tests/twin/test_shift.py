"""The working day of a vehicle: legs, stops, rest, the law, mishaps, and the way home."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from scenarios.toy import toy_world
from scenarios.toyfleet import certain_people, toy_kind
from tests.worlds import PLAIN, Rows, cost, counts, deal, operation, play, rows
from twin.engine import Twin
from twin.entities import Cause, Mode
from twin.ledger import Account, Kind, Ledger
from twin.specs import FleetGroup, People
from twin.state import Duty
from twin.units import DAY, HOUR, MINUTE, SECOND
from twin.world import World


def one(mode: Mode = Mode.VAN, **changes: Any) -> tuple[FleetGroup, ...]:
    """A single toy vehicle, changed."""
    return (FleetGroup(toy_kind(mode, **changes), 1),)


def of(ledger: Ledger, vehicle: int, *kinds: Kind) -> Rows:
    """A vehicle's events of some kinds."""
    about = rows(ledger, *kinds)
    mine: Rows = about[about["subject"] == vehicle]
    return mine


def test_a_tour_is_legs_and_stops_and_home() -> None:
    """TOUR, then LEG, ARRIVED, SERVED for each stop in order, then a LEG and HOME."""
    ledger = play(toy_world(fleet=one()))
    story = of(ledger, 0, Kind.TOUR, Kind.LEG, Kind.ARRIVED, Kind.SERVED, Kind.HOME)
    tour = story[0]
    kinds = story["kind"][: 3 * tour["actor"] + 3].tolist()
    assert kinds == [Kind.TOUR, *[Kind.LEG, Kind.ARRIVED, Kind.SERVED] * int(tour["actor"]), Kind.LEG, Kind.HOME]
    metres = story[story["kind"] == Kind.LEG]["value"][: int(tour["actor"]) + 1].sum()
    assert story["value"][3 * tour["actor"] + 2] == metres


def test_without_noise_arrivals_are_the_closed_form() -> None:
    """No noise, no traffic: every arrival is the sum of ways, parking, waiting and service by the specification."""
    world = toy_world(fleet=one(break_after_h=12.0))
    people, city = world.people, world.city
    ledger = play(world)
    seconds = {(a, b): ms for a, b, ms in _ways(world)}
    time, here = 0, 4
    early = {int(row["subject"]): int(row["value"]) for row in rows(ledger, Kind.PROMISED)}
    loaded = rows(ledger, Kind.LOADED)
    attempts = rows(ledger, Kind.ATTEMPTED)
    order_of = {int(row["subject"]): int(row["actor"]) for row in rows(ledger, Kind.CREATED)}
    for row in of(ledger, 0, Kind.TOUR, Kind.ARRIVED, Kind.SERVED, Kind.HOME).tolist():
        at, kind, place = row[0], row[1], row[5]
        if kind == Kind.TOUR:
            time, here = at, 4
        elif kind == Kind.ARRIVED:
            moved = place != here
            time, here = time + seconds[here, place], place
        elif kind == Kind.SERVED:
            parcels = attempts["subject"][attempts["time"] == at].tolist()
            customer = world.sessions.customer[order_of[parcels[0]]]
            opens = max(early[order_of[parcel]] for parcel in parcels)
            district, dwelling = (
                city.district[city.area[world.customers.node[customer]]],
                world.customers.dwelling[customer],
            )
            parking = people.parking_s[district] if moved else 0.0
            walk = people.walk_s[district] * people.walk_dwelling[dwelling]
            service = people.service_s[dwelling] + 15.0 * (len(parcels) - 1)
            time = max(time, opens) + sum(round(seconds_ * SECOND) for seconds_ in (parking, walk, service))
        else:
            time, here = time + seconds[here, 4], 4
        assert at == time
    assert len(loaded) == len(attempts) > 0


def _ways(world: World) -> list[tuple[int, int, int]]:
    """Milliseconds between all nodes of the toy at free flow, by Floyd and Warshall."""
    city = world.city
    ways = np.full((9, 9), 10**9)
    np.fill_diagonal(ways, 0)
    ways[city.tail, city.head] = city.length_mm * 1000 // city.speed_mmps
    for k in range(9):
        ways = np.minimum(ways, ways[:, [k]] + ways[[k]])
    return [(a, b, int(ways[a, b])) for a in range(9) for b in range(9)]


def test_who_is_early_waits() -> None:
    """Nobody is served before the window opens, however early the vehicle stands there."""
    ledger = play(toy_world(days=2))
    early = {int(row["subject"]): int(row["value"]) for row in rows(ledger, Kind.PROMISED)}
    order_of = {int(row["subject"]): int(row["actor"]) for row in rows(ledger, Kind.CREATED)}
    for row in rows(ledger, Kind.ATTEMPTED):
        assert row["time"] > early[order_of[int(row["subject"])]]


def test_late_is_against_the_promise() -> None:
    """DELIVERED holds the milliseconds after the end of the promise, negative before."""
    ledger = play(toy_world(days=3, noise=True))
    late = {int(row["subject"]): int(row["value"]) for row in rows(ledger, Kind.ORDERED)}
    order_of = {int(row["subject"]): int(row["actor"]) for row in rows(ledger, Kind.CREATED)}
    for row in rows(ledger, Kind.DELIVERED):
        assert row["value"] == row["time"] - late[order_of[int(row["subject"])]]


def test_traffic_slows_and_belief_is_off_by_it() -> None:
    """At half the speed each leg takes twice as long, and ARRIVED says how late that is against the plan."""
    world = toy_world(fleet=one())
    jam = replace(world, traffic=replace(world.traffic, noise=world.traffic.noise // 2))
    calm, slow = (of(play(each), 0, Kind.LEG, Kind.ARRIVED) for each in (world, jam))
    took = [int(rows_["time"][1] - rows_["time"][0]) for rows_ in (calm, slow)]
    assert took[1] == 2 * took[0]
    assert (calm["value"][1], slow["value"][1]) == (0, took[0])


class TestRest:
    """Breaks and the end of duty."""

    LONG = operation(windows=(("9:00", "20:00"),), waves=("09:00",), promise_days=2)

    def day(self, people: People | None = None, days: int = 2, **changes: Any) -> Ledger:
        """One van, one wave, slow doors."""
        slow = people or certain_people(service_s=(3600.0,) * 5)
        return play(toy_world(days=days, fleet=one(**changes), people=slow, operation=self.LONG))

    def test_a_driver_rests_once_when_it_is_due(self) -> None:
        """After so many hours of duty, between two stops, for as long as the kind says, once a day."""
        ledger = self.day(break_after_h=3.0, break_min=40.0)
        rests = of(ledger, 0, Kind.BREAK)
        assert len(rests) == len(np.unique(rests["time"] // DAY)) > 0
        for row in rests:
            began = rows(ledger, Kind.PLANNED)["time"]
            duty = row["time"] - began[began <= row["time"]][-1]
            assert 3 * HOUR <= duty < 3 * HOUR + 90 * MINUTE
            legs = of(ledger, 0, Kind.LEG)["time"]
            assert legs[legs > row["time"]][0] == row["time"] + 40 * MINUTE
            assert not np.any((legs > row["time"]) & (legs < row["time"] + 40 * MINUTE))

    def test_machines_do_not_rest(self) -> None:
        """A robovan has no break."""
        world = toy_world(days=2, fleet=one(Mode.ROBOVAN, break_after_h=0.1), operation=self.LONG)
        assert counts(play(world))[Kind.BREAK] == 0

    def test_nobody_starts_for_a_stop_after_the_legal_end(self) -> None:
        """What does not fit into the duty comes back and is open, or goes the next day."""
        ledger = self.day(
            certain_people(service_s=(5400.0,) * 5), 2, shift_h=6.0, max_duty_h=6.0, break_min=90.0, break_after_h=2.0
        )
        first = int(rows(ledger, Kind.PLANNED)["time"][-1])
        legs, tour = of(ledger, 0, Kind.LEG), of(ledger, 0, Kind.TOUR)[-1]
        to_stops = legs[(legs["actor"] < tour["actor"]) & (legs["time"] >= tour["time"])]
        assert len(to_stops)
        assert np.all(to_stops["time"] <= first + 6 * HOUR)

    def test_overtime_is_duty_after_the_eighth_hour(self) -> None:
        """A plan ends with the shift, delays run into overtime, which is paid."""
        slow = certain_people(service_s=(3600.0,) * 5, service_cv=(0.9,) * 5, parking_s=(600.0,) * 3, parking_cv=1.0)
        ledger = self.day(slow, days=6, overtime_after_h=6.0)
        duties = rows(ledger, Kind.SHIFT)["value"]
        over = np.maximum(duties - 6 * HOUR, 0).sum()
        assert over > 0
        assert cost(ledger, Account.OVERTIME) == pytest.approx(23.0 * 1.35e6 * over / HOUR * 0.5, abs=9)


class TestMishaps:
    """Breakdowns and assists, by the metre."""

    def test_a_breakdown_takes_time_money_and_nothing_else(self) -> None:
        """With the same luck everything but the times is as it was."""
        calm, broken = (play(toy_world(days=2, fleet=one(breakdown_km=km, repair_min=5.0))) for km in (0.0, 0.8))
        about = (Kind.TOUR, Kind.LEG, Kind.ATTEMPTED, Kind.DELIVERED)
        assert counts(broken)[Kind.BROKE_DOWN] > 0
        for name in ("kind", "subject", "actor"):
            assert np.array_equal(rows(calm, *about)[name], rows(broken, *about)[name])
        assert cost(broken, Account.REPAIRS) == 250_000_000 * counts(broken)[Kind.BROKE_DOWN]

    def test_a_vehicle_breaks_down_at_most_once_a_day(self) -> None:
        """The luck of a vehicle's day is one metre at which it breaks down."""
        rows_ = rows(play(toy_world(days=5, fleet=one(breakdown_km=0.2))), Kind.BROKE_DOWN)
        assert len(rows_) == len(np.unique(rows_["time"] // DAY)) > 1

    def assists(self, operators: int) -> Rows:
        """What happens to two robovans that get stuck all the time."""
        van = toy_kind(Mode.ROBOVAN, assist_km=0.1, assist_min=5.0)
        ledger = play(toy_world(days=2, fleet=(FleetGroup(van, 2, operators=operators),)), routing=deal)
        return rows(ledger, Kind.ASSISTED)

    def test_who_is_stuck_waits_for_an_operator(self) -> None:
        """An assist takes its minutes, or longer when the only operator is with the other van."""
        stuck = self.assists(1)
        ends = stuck["time"] + stuck["value"]
        assert np.all(stuck["value"] >= 5 * MINUTE)
        assert np.all(np.diff(np.sort(ends)) >= 5 * MINUTE)
        assert np.any(stuck["value"] > 5 * MINUTE)

    def test_nobody_is_helped_twice_at_once(self) -> None:
        """With an operator for each van nobody waits: who is being helped does not get stuck again meanwhile."""
        assert set(self.assists(2)["value"].tolist()) == {5 * MINUTE}

    def test_a_leg_of_no_metres_has_no_mishap(self) -> None:
        """Who was on the road at midnight may have its new day's breakdown behind it; a leg of no metres has none."""

        def next_door(view: Any, session: Any, slots: Any) -> Any:
            return PLAIN.promising(view, session, slots) if session.node == 0 else []

        twin = Twin(toy_world(days=2, fleet=one(), depots=(0,)), PLAIN.replace(promising=next_door))
        twin.run(DAY + HOUR)
        unit = twin.state.units[0]
        unit.today_m, unit.breakdown_m = 1000, 162
        twin.run()
        assert set(of(twin.ledger, 0, Kind.LEG)["value"].tolist()) == {0}
        assert counts(twin.ledger)[Kind.DELIVERED] > 1

    def test_robovans_need_a_seat_to_leave(self) -> None:
        """Without operators none leaves; with one seat one at a time."""
        van = toy_kind(Mode.ROBOVAN, vehicles_per_operator=1)
        none, single = (
            play(toy_world(days=2, fleet=(FleetGroup(van, 2, operators=operators),)), routing=deal)
            for operators in (0, 1)
        )
        assert counts(none)[Kind.TOUR] == 0
        out = 0
        for row in rows(single, Kind.TOUR, Kind.HOME):
            out += 1 if row["kind"] == Kind.TOUR else -1
            assert 0 <= out <= 1
        assert counts(single)[Kind.DELIVERED] > 0

    def test_no_electric_van_goes_farther_than_its_battery(self) -> None:
        """Between two charges a van never uses more than it has: it turns back before."""
        van = one(Mode.EVAN, battery_kwh=6.0, kwh_km=1.0, charge_kw=0.4)
        twin = Twin(toy_world(days=4, noise=True, fleet=van), PLAIN)
        ledger = twin.run()
        since = 0
        for row in of(ledger, 0, Kind.HOME, Kind.CHARGED):
            since = since + int(row["value"]) if row["kind"] == Kind.HOME else 0
            assert since <= 6000


def test_what_cannot_be_reached_in_time_is_left_out_not_forced() -> None:
    """A vehicle skips home when the next stop would not fit, and the rest of the tour is unloaded untried."""
    van = one(shift_h=6.0, max_duty_h=6.0, breakdown_km=0.8, repair_min=300.0)
    works = operation(waves=("09:00",), windows=(("9:00", "21:00"),))
    world = toy_world(days=3, fleet=van, operation=works)
    twin = Twin(world, PLAIN)
    ledger = twin.run()
    unloaded = rows(ledger, Kind.UNLOADED)
    attempted = {(int(row["subject"]), int(row["time"] // DAY)) for row in rows(ledger, Kind.ATTEMPTED)}
    back = unloaded[unloaded["cause"] == Cause.SHIFT_END]
    assert len(back)
    for row in back:
        assert (int(row["subject"]), int(row["time"] // DAY)) not in attempted
    assert all(unit.duty in (Duty.IDLE, Duty.CHARGING) for unit in twin.state.units)
