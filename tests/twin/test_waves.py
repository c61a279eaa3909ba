"""Waves: what a router is asked, what waits for the next one, and how tours are loaded."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.toy import toy_world
from scenarios.toyfleet import certain_people, toy_fleet, toy_kind
from tests.worlds import PLAIN, chain, counts, deal, dispatches, fleet, operation, play, rows
from twin.engine import Twin
from twin.entities import Adjustment, Dispatch, Knob, Mode, Tour
from twin.ledger import Kind
from twin.specs import FleetGroup, Limits, People
from twin.state import Duty
from twin.units import DAY, HOUR, SECOND, clock
from twin.world import World


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
        """Four parcels for one door stand in as many stops as the vehicle needs, filled one after the other."""
        for capacity, sizes in ((3.3, [2, 2]), (1.6, [1, 1, 1, 1]), (4.6, [3, 1]), (9.0, [4])):
            world = toy_world(days=3, fleet=fleet(Mode.BIKE, capacity_kg=capacity))
            world.parcels.weight_g[:] = 1500
            door = [stop.parcels for stop in self.left_over(world)[-1].stops if {3, 4, 15, 16} & {*stop.parcels}]
            assert [len(parcels) for parcels in door] == sizes

    def left_over(self, world: World) -> list[Dispatch]:
        """Every wave, when nothing ever leaves."""
        seen: list[Dispatch] = []

        def watch(view: Any) -> list[Tour]:
            seen.append(view.dispatch)
            return []

        play(world, routing=watch)
        return seen

    def test_a_stop_takes_the_mean_time_of_its_door(self) -> None:
        """Mean service and parking by dwelling and district, and a little for each further parcel."""
        world = toy_world(days=2, people=People())
        people, city, customers = world.people, world.city, world.customers
        for stop in self.left_over(world)[-1].stops:
            who = world.sessions.customer[np.searchsorted(world.sessions.parcel, stop.parcels[0], side="right") - 1]
            dwelling, district = customers.dwelling[who], city.district[city.area[customers.node[who]]]
            seconds = (
                people.service_s[dwelling] * (1 + people.service_cv[dwelling] ** 2) ** 0.5
                + people.parking_s[district] * 2**0.5
                + people.walk_s[district] * people.walk_dwelling[dwelling] * (1 + people.walk_cv**2) ** 0.5
                + 15.0 * (len(stop.parcels) - 1)
            )
            assert stop.service_duration == pytest.approx(seconds * SECOND, abs=1)

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


def test_at_home_is_idle() -> None:
    """After the last wave's tours every vehicle is at its depot, empty and idle."""
    twin = Twin(toy_world(days=2, noise=True, fleet=toy_fleet(van=2, car=1, bike=1)), PLAIN)
    twin.run()
    for unit in twin.state.units:
        assert (unit.duty, unit.node, unit.load_n, unit.load_g, unit.tour) == (Duty.IDLE, 4, 0, 0, [])
