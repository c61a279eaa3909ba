"""The depot: how a parcel goes, what a wave sees, docks, chargers and wages."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.toy import toy_world
from scenarios.toyfleet import certain_operation, certain_people, toy_carrier, toy_fleet, toy_kind
from tests.worlds import PLAIN, chain, cost, counts, deal, play, prefer, rows
from twin.engine import Twin
from twin.entities import OWN, Adjustment, CarrierOffer, Cause, Dispatch, Knob, Mode, Parcel, Tour
from twin.ledger import Account, Kind, Ledger
from twin.specs import FleetGroup, Limits, Operation
from twin.state import Duty
from twin.units import DAY, HOUR, SECOND, clock, usd
from twin.world import World


def operation(**changes: Any) -> Operation:
    """The certain operation, changed."""
    return replace(certain_operation(), **changes)


def fleet(mode: Mode = Mode.VAN, count: int = 2, **changes: Any) -> tuple[FleetGroup, ...]:
    """One group of toy vehicles, changed."""
    return (FleetGroup(toy_kind(mode, **changes), count),)


def dispatches(world: World) -> list[Dispatch]:
    """Every wave that a router was asked to plan, in order."""
    seen: list[Dispatch] = []

    def watch(view: Any) -> list[Tour]:
        seen.append(view.dispatch)
        return chain(view)

    play(world, routing=watch)
    return seen


def offered(world: World) -> list[tuple[Parcel, tuple[CarrierOffer, ...]]]:
    """What the carrier selector was offered for each packed parcel."""
    seen: list[tuple[Parcel, tuple[CarrierOffer, ...]]] = []

    def watch(view: Any, parcel: Parcel, offers: tuple[CarrierOffer, ...]) -> CarrierOffer:
        seen.append((parcel, tuple(offers)))
        return offers[0]

    play(world, carriers=watch)
    return seen


class TestRoute:
    """How a packed parcel goes."""

    def test_a_way_is_offered_for_each_that_there_is(self) -> None:
        """Streets, each sortie that can carry it, and each carrier with room; own ways are carrier -1."""
        everything = toy_world(
            fleet=toy_fleet(van=1, robot=1, drone=1), carriers=(toy_carrier(), toy_carrier("postal"))
        )
        for parcel, offers in offered(everything):
            names = [offer.name for offer in offers]
            light = parcel.weight_g <= 2300
            assert names == ["streets", "robot", *(["drone"] if light else []), "regional", "postal"]
            assert [offer.carrier for offer in offers if offer.sortie is not None or offer.name == "streets"] == [
                OWN
            ] * (3 if light else 2)

    def test_the_choice_is_what_happens(self) -> None:
        """ROUTED says what was chosen, and each parcel goes that way only."""
        world = toy_world(fleet=toy_fleet(van=1, drone=2), carriers=(toy_carrier(),))
        for name, kind in (("streets", Kind.TOUR), ("drone", Kind.SORTIE), ("regional", Kind.HANDED)):
            ledger = play(world, carriers=prefer(name))
            seen = counts(ledger)
            assert seen[kind] > 0
            if name == "regional":
                assert set(rows(ledger, Kind.ROUTED)["actor"].tolist()) == {0}
                assert seen[Kind.LOADED] == 0

    def test_streets_are_not_offered_for_what_no_vehicle_can_carry(self) -> None:
        """A parcel of 3 kg is not for a bike of 2."""
        bikes = toy_world(fleet=fleet(Mode.BIKE, capacity_kg=2.0), carriers=(toy_carrier(),))
        for parcel, offers in offered(bikes):
            assert ("streets" in [offer.name for offer in offers]) == (parcel.weight_g <= 2000)

    def test_who_cannot_be_reached_is_promised_nothing(self) -> None:
        """Without a vehicle and a carrier every checkout walks away for want of a window."""
        seen = counts(play(toy_world(fleet=toy_fleet(van=0))))
        assert seen[Kind.WALKED] == seen[Kind.SESSION] > 0
        assert seen[Kind.ORDERED] == 0

    def test_a_parcel_that_nothing_can_carry_is_given_up(self) -> None:
        """Packed at a place from where nothing can bring it, it is cancelled with its cause, not left on the floor."""
        world = toy_world(fleet=toy_fleet(van=1))
        twin = Twin(world, PLAIN)
        twin.run(7 * HOUR)
        twin.facts.street_loads[0] = []
        gone = rows(twin.run(), Kind.CANCELLED)
        assert len(gone)
        assert set(gone["cause"].tolist()) == {Cause.UNREACHABLE}

    def test_expectations_lie_ahead(self) -> None:
        """No way is expected to have delivered before now, and none is free of charge."""
        world = toy_world(fleet=toy_fleet(van=1, robot=1, drone=1), carriers=(toy_carrier(days=0), toy_carrier("p")))

        def watch(view: Any, parcel: Parcel, offers: tuple[CarrierOffer, ...]) -> CarrierOffer:
            assert all(offer.expected > view.now and offer.price > 0 for offer in offers)
            return offers[0]

        play(world, carriers=watch)


class TestWaves:
    """What a router is asked."""

    def test_waves_come_at_their_hours_every_day(self) -> None:
        """A wave is planned whenever something may go and somebody can take it, never between waves."""
        times = {dispatch.time for dispatch in dispatches(toy_world(days=3))}
        waves = {day * DAY + clock(wave) for day in range(3) for wave in ("09:00", "13:00", "17:00")}
        assert times <= waves
        assert {time for time in waves if time > DAY} <= times

    def test_only_what_may_be_delivered_before_the_next_wave_is_planned(self) -> None:
        """Windows that open after the next wave wait for that wave."""
        for dispatch in dispatches(toy_world(days=2)):
            after = {9: 13, 13: 17, 17: 24}[dispatch.time % DAY // HOUR] * HOUR + dispatch.time // DAY * DAY
            assert all(stop.tw_early <= after for stop in dispatch.stops)

    @settings(max_examples=30)
    @given(st.integers(0, 2**31), st.sampled_from([Mode.VAN, Mode.BIKE, Mode.CAR, Mode.EVAN]))
    def test_stops_and_vehicles_are_possible(self, seed: int, mode: Mode) -> None:
        """No stop's window is inverted, each parcel stands in one stop, and what it adds up to is right."""
        world = toy_world(seed=seed, days=3, noise=True, fleet=fleet(mode, capacity_kg=4.0))
        for dispatch in dispatches(world):
            parcels = [parcel for stop in dispatch.stops for parcel in stop.parcels]
            assert len(parcels) == len(set(parcels))
            for stop in dispatch.stops:
                assert stop.tw_early <= stop.tw_late
                assert stop.service_duration > 0
                assert stop.weight_g == world.parcels.weight_g[list(stop.parcels)].sum()
                assert stop.volume_ml == world.parcels.volume_ml[list(stop.parcels)].sum()
            for vehicle in dispatch.vehicles:
                assert dispatch.time <= vehicle.tw_early < vehicle.tw_late
                assert vehicle.range_m >= 0

    def test_a_door_is_no_heavier_than_a_vehicle(self) -> None:
        """Parcels for one door stand in as many stops as the vehicle needs, and all are delivered."""
        world = toy_world(days=3, fleet=fleet(Mode.BIKE, capacity_kg=3.3, count=3))
        for dispatch in dispatches(world):
            for stop in dispatch.stops:
                assert stop.weight_g <= 3300
        assert counts(play(world))[Kind.OPEN] < 36

    def test_matrices_match_the_stops(self) -> None:
        """Row and column 0 are the depot, the others the stops, with nothing on the diagonal, and not to be changed."""
        for dispatch in dispatches(toy_world(days=2)):
            for matrix in (*dispatch.duration, *dispatch.distance):
                assert matrix.shape == (len(dispatch.stops) + 1,) * 2
                assert np.all(np.diag(matrix) == 0)
                with pytest.raises(ValueError, match="read-only"):
                    matrix[0, 0] = 1

    def test_what_is_left_out_waits(self) -> None:
        """A plan without tours leaves everything for the next wave, and at the end it is open."""
        ledger = play(toy_world(), routing=lambda view: [])
        assert counts(ledger)[Kind.TOUR] == counts(ledger)[Kind.DELIVERED] == 0
        assert rows(ledger, Kind.PLANNED)["place"].tolist() == sorted(rows(ledger, Kind.PLANNED)["place"].tolist())
        assert counts(ledger)[Kind.OPEN] == 12

    def test_vehicles_wait_for_their_weather(self) -> None:
        """What may not be out in the wind at the depot is not among the vehicles; the others are."""
        timid = FleetGroup(toy_kind(Mode.BIKE, limits=Limits(wind_mps=10.0)), 1)
        for wind, modes in ((9.0, {Mode.VAN, Mode.BIKE}), (11.0, {Mode.VAN})):
            world = toy_world(fleet=(*fleet(count=1), timid), wind_mps=wind)
            assert {vehicle.mode for dispatch in dispatches(world) for vehicle in dispatch.vehicles} <= modes
            assert {vehicle.mode for vehicle in dispatches(world)[0].vehicles} == modes

    def test_vehicles_keep_their_shift(self) -> None:
        """Before its shift, and in its last hour, a vehicle is not offered."""
        late = toy_world(fleet=fleet(shift_start="12:00", shift_h=5.5, max_duty_h=6.0))
        assert {dispatch.time // HOUR for dispatch in dispatches(late)} == {13}
        for vehicle in dispatches(late)[0].vehicles:
            assert vehicle.tw_late == 18 * HOUR

    @pytest.mark.parametrize(("window", "wave"), [(("09:00", "21:00"), 17), (("09:00", "17:30"), 9)])
    def test_areas_for_the_evening_wait_for_it(self, window: tuple[str, str], wave: int) -> None:
        """A knob keeps an area's stops for the last wave, if that one can still keep the promise."""
        seen: list[Dispatch] = []

        def evening(view: Any) -> list[Adjustment]:
            return [Adjustment(Knob.EVENING_FIRST, area, 1) for area in range(view.areas)]

        def watch(view: Any) -> list[Tour]:
            seen.append(view.dispatch)
            return chain(view)

        works = operation(windows=(window,), promise_days=1)
        play(toy_world(days=2, operation=works), adapting=evening, routing=watch)
        assert min(dispatch.time % DAY for dispatch in seen) == wave * HOUR

    def test_a_promise_that_is_broken_untried_does_not_wait_for_the_evening(self) -> None:
        """What is late goes with the next wave; only after an attempt has failed by day it waits for the evening."""
        away = certain_people(presence_weekday=(0.0,) * 24, office_hours=("0:00", "0:01"), safe_place=(0.0,) * 5)
        works = operation(windows=(("09:00", "12:00"),), max_attempts=9)

        def evening(view: Any) -> list[Adjustment]:
            return [Adjustment(Knob.EVENING_FIRST, area, 1) for area in range(view.areas)]

        ledger = play(toy_world(days=3, people=away, operation=works), adapting=evening)
        attempts = rows(ledger, Kind.ATTEMPTED)
        again = attempts["time"][attempts["value"] > 1] % DAY
        assert np.all(attempts["time"][attempts["value"] == 1] % DAY < 16 * HOUR)
        assert np.all(again > 17 * HOUR)
        none = play(toy_world(days=2, people=away, operation=works), adapting=evening, routing=lambda view: [])
        planned = rows(none, Kind.PLANNED)["time"]
        assert DAY + 9 * HOUR in planned


class TestDocks:
    """Loading takes a dock and time."""

    def test_loading_takes_the_handling_of_each_parcel(self) -> None:
        """A tour leaves so many times the handling after its wave."""
        ledger = play(toy_world(fleet=fleet(count=1, handling_s=60.0)))
        tour = rows(ledger, Kind.TOUR)[0]
        assert tour["time"] == 9 * HOUR + 60 * SECOND * tour["value"]

    def test_with_one_dock_tours_leave_one_after_the_other(self) -> None:
        """Two tours of a wave share the dock, or leave together from two."""
        for docks, together in ((1, False), (2, True)):
            world = toy_world(operation=operation(docks=docks), fleet=fleet(handling_s=300.0))
            tours = rows(play(world, routing=deal), Kind.TOUR)
            first, second = tours[tours["time"] > 13 * HOUR][:2].tolist()
            assert first[0] == 13 * HOUR + 300 * SECOND * first[-1]
            assert second[0] == (13 * HOUR if together else first[0]) + 300 * SECOND * second[-1]


class TestEnergy:
    """Batteries: used by the metre, filled at the depot, never out of balance."""

    def electric(self, **changes: Any) -> World:
        """One small electric van that uses a lot."""
        plain: dict[str, Any] = {"battery_kwh": 6.0, "kwh_km": 1.0, "charge_kw": 2.0}
        return toy_world(days=3, fleet=fleet(Mode.EVAN, 1, **{**plain, **changes}))

    def test_the_balance_of_energy_is_exact(self) -> None:
        """Start + charged - used is what is in the battery, to the watt-hour."""
        twin = Twin(self.electric(), PLAIN)
        ledger = twin.run()
        unit = twin.state.units[0]
        assert 6000 + unit.charged_wh - unit.used_wh == unit.battery_wh
        assert unit.charged_wh == rows(ledger, Kind.CHARGED)["value"].sum() > 0

    def test_driving_uses_the_energy_of_its_metres_and_the_cold_more(self) -> None:
        """One watt-hour a metre at 20 degrees; 7.5 % more at 15."""
        world = self.electric()
        warm = replace(world, weather=replace(world.weather, temperature_c=world.weather.temperature_c + 5.0))
        for each, factor in ((warm, 1.0), (world, 1.075)):
            twin = Twin(each, PLAIN)
            metres = rows(twin.run(), Kind.HOME)["value"].sum()
            assert twin.state.units[0].used_wh == pytest.approx(metres * factor, abs=50)

    def test_charging_takes_its_time_and_is_paid_with_its_losses(self) -> None:
        """Half empty at home, a van is at the charger for missing / power, and pays the meter behind a loss of 10 %."""
        ledger = play(self.electric())
        charged, home = rows(ledger, Kind.CHARGED), rows(ledger, Kind.HOME)
        begun = home["time"][home["time"] < charged["time"][0]][-1]
        duration = charged["time"][0] - begun
        midnight = charged["time"][0] - DAY
        hours = charged["value"][0] / 2000 * HOUR
        assert duration == pytest.approx(hours, abs=1) or midnight == pytest.approx(hours, abs=1)
        assert cost(ledger, Account.ENERGY) == sum(round(wh * 140 / 0.9) for wh in charged["value"].tolist())

    def test_a_van_goes_to_the_charger_when_it_is_below_half(self) -> None:
        """At home with less than half it charges at once, with more it waits for the night."""
        for battery, by_day in ((6.0, True), (30.0, False)):
            ledger = play(self.electric(battery_kwh=battery))
            charged, home = rows(ledger, Kind.CHARGED), rows(ledger, Kind.HOME)
            assert (charged["time"][0] < DAY) == by_day
            left = battery * 1000 - home["value"][home["time"] < charged["time"][0]].sum() * 1.075
            assert (left < battery * 500) == by_day

    def test_vehicles_queue_for_a_charger(self) -> None:
        """With one charger the second van is full when the first is and its own time has passed."""
        ends = []
        for chargers in (2, 1):
            vans = fleet(Mode.EVAN, 2, battery_kwh=30.0, kwh_km=1.0, charge_kw=2.0)
            ledger = play(toy_world(days=2, fleet=vans, operation=operation(chargers=chargers)), routing=deal)
            night = rows(ledger, Kind.CHARGED)[:2]
            assert np.all(night["time"] > DAY)
            ends.append([DAY + round(wh / 2000 * HOUR) for wh in night["value"].tolist()])
            assert night["time"].tolist() == (ends[-1] if chargers == 2 else [ends[-1][0], sum(ends[-1]) - DAY])

    def test_a_van_that_charges_over_midnight_works_the_next_day(self) -> None:
        """It is offered again once it is full, and is paid for each of its duties once."""
        ledger = play(self.electric(charge_kw=0.4))
        charged = rows(ledger, Kind.CHARGED)["time"]
        assert any(DAY < time < DAY + 9 * HOUR for time in charged)
        assert (rows(ledger, Kind.TOUR)["time"] // DAY == 1).any()
        assert len(np.unique(rows(ledger, Kind.SHIFT)["time"])) == len(rows(ledger, Kind.SHIFT)) == 3

    def test_range_is_what_the_battery_leaves(self) -> None:
        """A nearly empty van is offered with the metres that its reserve leaves, not more than its battery."""
        for dispatch in dispatches(self.electric()):
            assert all(vehicle.range_m <= 6000 * 0.85 for vehicle in dispatch.vehicles)


class TestWages:
    """What people cost."""

    def paid(self, **changes: Any) -> tuple[Ledger, int]:
        """A run of one van, and its duty in ms on the first day."""
        ledger = play(toy_world(fleet=fleet(count=1, **changes)))
        return ledger, int(rows(ledger, Kind.SHIFT)["value"][0])

    def test_a_duty_is_from_the_first_loading_to_the_last_return(self) -> None:
        """SHIFT is the time between the first wave with work and the last HOME."""
        ledger, duty = self.paid()
        assert duty == rows(ledger, Kind.HOME)["time"][-1] - rows(ledger, Kind.PLANNED)["time"][0]

    def test_wages_are_by_the_hour_with_overtime_on_top(self) -> None:
        """Hours x wage x burden; hours after eight cost half of it again."""
        ledger, duty = self.paid(overtime_after_h=2.0)
        hour = usd(23.0 * 1.35)
        assert cost(ledger, Account.LABOUR) == hour * max(duty, 4 * HOUR) // HOUR
        assert cost(ledger, Account.OVERTIME) == pytest.approx(hour * (duty - 2 * HOUR) / HOUR * 0.5, abs=1)
        assert cost(self.paid(overtime_after_h=12.0)[0], Account.OVERTIME) == 0

    def test_who_is_called_in_is_paid_four_hours(self) -> None:
        """A short duty is paid as four hours, no duty not at all."""
        short = operation(waves=("09:00",), windows=(("10:00", "11:00"),), promise_days=1)
        ledger = play(toy_world(operation=short, fleet=fleet(count=2)))
        assert rows(ledger, Kind.SHIFT)["value"].max() < 4 * HOUR
        assert cost(ledger, Account.LABOUR) == usd(23.0 * 1.35) * 4 * len(rows(ledger, Kind.SHIFT))
        assert cost(play(toy_world(), promising=lambda *_: []), Account.LABOUR) == 0

    def test_vehicles_cost_by_the_day_and_the_kilometre(self) -> None:
        """Fixed cost and depreciation each day, used or not; running cost of the metres driven."""
        world = toy_world(days=3, fleet=fleet(count=2, capex_usd=2555.0))
        ledger = play(world)
        metres = rows(ledger, Kind.HOME)["value"]
        assert cost(ledger, Account.VEHICLE) == usd(61.0) * 2 * 3
        assert cost(ledger, Account.RUNNING) == sum(round(each * 280) for each in metres.tolist())

    def test_depots_and_operators_are_paid_by_the_day(self) -> None:
        """A depot's day, and the shifts of remote operators, cost whatever happens."""
        robots = (FleetGroup(toy_kind(Mode.ROBOT, operator_usd_h=40.0, shift_h=9.0), 2, operators=3),)
        world = toy_world(days=2, fleet=robots, depots=(0, 8), operation=operation(hub_usd_day=100.0))
        ledger = play(world)
        assert cost(ledger, Account.HUB) == usd(100.0) * 2 * 2
        assert cost(ledger, Account.SUPERVISION) == usd(40.0 * 9.0 * 3) * 2


def test_at_home_is_idle() -> None:
    """After the last wave's tours every vehicle is at its depot, empty and idle."""
    twin = Twin(toy_world(days=2, noise=True, fleet=toy_fleet(van=2, car=1, bike=1)), PLAIN)
    twin.run()
    for unit in twin.state.units:
        assert (unit.duty, unit.node, unit.load_n, unit.load_g, unit.tour) == (Duty.IDLE, 4, 0, 0, [])
