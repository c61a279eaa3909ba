"""At the door: who opens to whom, and how long it takes."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.toy import toy_world
from scenarios.toyfleet import certain_people, toy_fleet
from tests.worlds import PLAIN, counts, play, remedy, rows, tell
from twin import doors
from twin.engine import Twin
from twin.entities import Cause, Dwelling, Mode, Remedy
from twin.ledger import Kind
from twin.specs import People
from twin.units import HOUR, MINUTE


class TestAtTheDoor:
    """Who opens to whom."""

    def first_causes(self, mode: Mode, **people: Any) -> set[int]:
        """Causes of the first attempts of a mode."""
        world = toy_world(fleet=toy_fleet(**{mode.name.lower(): 2}), people=certain_people(**people))
        attempts = rows(play(world), Kind.ATTEMPTED)
        return set(attempts["cause"][attempts["value"] == 1].tolist())

    @pytest.mark.parametrize("mode", [Mode.VAN, Mode.EVAN, Mode.BIKE, Mode.CAR])
    def test_a_driver_rings_and_walks_to_a_safe_place(self, mode: Mode) -> None:
        """With a driver the door or the safe place decides."""
        away: dict[str, Any] = {"presence_weekday": (0.0,) * 24, "office_hours": ("0:00", "0:01")}
        assert self.first_causes(mode) == {Cause.NONE}
        assert self.first_causes(mode, **away, safe_place=(1.0,) * 5) == {Cause.NONE}
        assert self.first_causes(mode, **away, safe_place=(0.0,) * 5) == {Cause.ABSENT}

    def test_a_robovan_needs_somebody_at_the_kerb(self) -> None:
        """A safe place is no use to it: who is away does not come."""
        away: dict[str, Any] = {"presence_weekday": (0.0,) * 24, "office_hours": ("0:00", "0:01")}
        assert self.first_causes(Mode.ROBOVAN) == {Cause.NONE}
        assert self.first_causes(Mode.ROBOVAN, **away, safe_place=(1.0,) * 5) == {Cause.HANDOFF}

    def test_who_has_read_the_message_comes_out(self) -> None:
        """Told, all come or none as the hour says, also when the table has nobody home; none from a closed office."""
        away: dict[str, Any] = {
            "presence_weekday": (0.0,) * 24, "presence_weekend": (0.0,) * 24, "office_hours": ("0:00", "0:01"),
            "message_delivered": (1.0,) * 3, "message_seen": (1.0,) * 3, "message_seen_min": (0.1,) * 3,
        }  # fmt: skip
        for share in (0.0, 1.0):
            people = certain_people(**away, handoff_hour=(share,) * 24)
            world = toy_world(days=5, fleet=toy_fleet(robovan=2), people=people)
            silent, told = (play(world, notifying=tell(*causes)) for causes in ((), (Cause.DISPATCHED,)))
            assert counts(silent)[Kind.DELIVERED] == 0
            attempts = rows(told, Kind.ATTEMPTED)
            order = np.searchsorted(world.sessions.parcel, attempts["subject"], side="right") - 1
            office = world.customers.dwelling[world.sessions.customer[order]] == Dwelling.OFFICE
            assert office.any()
            assert set(attempts["cause"][office].tolist()) == {Cause.HANDOFF}
            assert set(attempts["cause"][~office].tolist()) == {Cause.NONE if share else Cause.HANDOFF}

    @given(st.integers(0, 10_000), st.floats(0, 1), st.floats(0, 1))
    def test_more_presence_never_fails_more(self, order: int, one_: float, other: float) -> None:
        """With the same luck a hand-off that works at a presence works at a higher one."""
        twin = _TWIN
        low, high = sorted((one_, other))
        if doors.handoff(twin, twin.state.units[0], order % 11, order, low, 0) == Cause.NONE:
            assert doors.handoff(twin, twin.state.units[0], order % 11, order, high, 0) == Cause.NONE

    @given(st.integers(0, 10_000))
    def test_the_wait_at_the_kerb_is_triangular(self, occasion: int) -> None:
        """Between the shortest and the longest; who does not come is waited for to the end."""
        wait = doors.handoff_wait(_TWIN, 0, occasion, Cause.NONE)
        assert 2 * MINUTE <= wait <= 8 * MINUTE
        assert doors.handoff_wait(_TWIN, 0, occasion, Cause.HANDOFF) == 8 * MINUTE

    def test_the_mean_wait_is_that_of_the_triangle(self) -> None:
        """(2 + 4 + 8) / 3 minutes over many hand-offs."""
        waits = [doors.handoff_wait(_TWIN, 1, occasion, Cause.NONE) for occasion in range(4_000)]
        assert np.mean(waits) / MINUTE == pytest.approx(14 / 3, rel=0.02)


_TWIN = Twin(toy_world(fleet=toy_fleet(robovan=1)), PLAIN)


class TestKerb:
    """Who comes out to a vehicle without a driver."""

    def success(self, habit: float, **changes: Any) -> float:
        """Share of 4,000 hand-offs at noon that succeed, all told."""
        world = toy_world(fleet=toy_fleet(robovan=1), people=certain_people(**changes))
        world.customers.dwelling[:] = Dwelling.APARTMENT
        world.customers.kerb[:] = habit
        twin = Twin(world, PLAIN)
        twin.state.seen[0] = 0
        tries = (doors.handoff(twin, twin.state.units[0], 0, attempt, 0.5, 12 * HOUR) for attempt in range(4_000))
        return sum(cause == Cause.NONE for cause in tries) / 4_000

    def test_hour_dwelling_and_habit_move_the_logit(self) -> None:
        """The share is that of the hour, shifted on the logit scale by dwelling and by the customer's own effect."""
        noon: dict[str, Any] = {"handoff_hour": (0.0,) * 12 + (0.5,) * 12, "handoff_dwelling": (0.0,) * 5}
        near = {**noon, "handoff_dwelling": (0.0, 0.0, 1.0, 0.0, 0.0)}
        assert self.success(0.0, **noon) == pytest.approx(0.5, abs=0.03)
        assert self.success(0.0, **near) == self.success(1.0, **noon) == pytest.approx(0.731, abs=0.03)

    def test_the_wait_is_longer_at_some_hours(self) -> None:
        """The triangle is stretched by the factor of the hour."""
        twice = certain_people(handoff_wait_hour=(2.0,) * 24)
        plain, slow = (
            Twin(toy_world(fleet=toy_fleet(robovan=1), people=each), PLAIN) for each in (certain_people(), twice)
        )
        for attempt in range(20):
            wait = doors.handoff_wait(plain, 0, attempt, Cause.NONE)
            assert doors.handoff_wait(slow, 0, attempt, Cause.NONE) == pytest.approx(2 * wait, abs=1)


class TestDriver:
    """Drivers differ for good."""

    CROWD = toy_world(fleet=toy_fleet(van=2_000), people=certain_people(driver_sigma=0.25, driver_pace_cv=0.2))

    def test_pace_and_knack_have_the_spread_that_is_said(self) -> None:
        """Over 2,000 drivers the pace has mean 1 and its cv, the knack mean 0 and its sigma."""
        facts = Twin(self.CROWD, PLAIN).facts
        pace, knack = np.array(facts.pace), np.array(facts.knack)
        assert (pace.mean(), pace.std()) == (pytest.approx(1.0, abs=0.015), pytest.approx(0.2, abs=0.015))
        assert (knack.mean(), knack.std()) == (pytest.approx(0.0, abs=0.02), pytest.approx(0.25, abs=0.015))

    def test_more_vehicles_leave_the_drivers_there_are_as_they_were(self) -> None:
        """A driver belongs to the vehicle, and a vehicle without one has none."""
        more = toy_world(fleet=toy_fleet(van=3_000, robovan=5), people=self.CROWD.people)
        facts = Twin(more, PLAIN).facts
        assert facts.pace[:2_000] == Twin(self.CROWD, PLAIN).facts.pace
        assert facts.pace[-5:].tolist() == [1.0] * 5
        assert facts.knack[-5:].tolist() == [0.0] * 5

    @given(st.integers(0, 1), st.integers(0, 50), st.floats(-3, 3), st.floats(-3, 3))
    def test_a_better_driver_never_fails_more(self, who: int, occasion: int, one_: float, other: float) -> None:
        """With the same luck an attempt that succeeds with a knack succeeds with a greater one."""
        twin = Twin(_HALF, PLAIN)
        outcome = []
        for knack in sorted((one_, other)):
            twin.facts.knack[0] = knack
            twin.state.attempts[who] = occasion
            outcome.append(doors.knock(twin, twin.state.units[0], who, 12 * HOUR) == Cause.NONE)
        assert outcome != [True, False]

    def test_a_slow_driver_takes_longer_by_the_pace(self) -> None:
        """Walking and the time at the door are multiplied, the search for a place is not."""
        world = toy_world(fleet=toy_fleet(van=1))
        ledgers = []
        for pace in (1.0, 2.0):
            twin = Twin(world, PLAIN)
            twin.facts.pace[0] = pace
            ledgers.append(twin.run())
        parked, door = ([rows(ledger, kind)[:3] for ledger in ledgers] for kind in (Kind.PARKED, Kind.AT_DOOR))
        assert parked[0]["actor"].tolist() == parked[1]["actor"].tolist()
        assert (2 * parked[0]["value"]).tolist() == parked[1]["value"].tolist()
        assert (2 * door[0]["value"]).tolist() == door[1]["value"].tolist()


_HALF = toy_world(fleet=toy_fleet(van=1), people=certain_people(presence_weekday=(0.5,) * 24, safe_place=(0.2,) * 5))


def test_who_does_not_move_keeps_the_place() -> None:
    """At a second door of the same junction nobody searches again, but the driver walks again."""
    world = toy_world(fleet=toy_fleet(van=1))
    world.customers.node[:] = 5
    parked = rows(play(world), Kind.PARKED)
    searched = parked["actor"] > 0
    assert searched.any()
    assert not searched.all()
    assert np.all(parked["value"] > 0)


def test_a_stop_is_waiting_searching_walking_and_the_door() -> None:
    """What is noted of a stop's parts never exceeds the whole, and is the whole where no window is waited for."""
    ledger = play(toy_world(days=2, people=People(), noise=True))
    parts = rows(ledger, Kind.PARKED, Kind.AT_DOOR)
    noted: dict[int, list[int]] = {}
    for row in parts.tolist():
        vehicle = row[3] if row[1] == Kind.PARKED else row[4]
        noted.setdefault(vehicle, []).append(row[6] + (row[4] if row[1] == Kind.PARKED else 0))
    served = rows(ledger, Kind.SERVED)
    for vehicle, each in noted.items():
        whole = served["value"][served["subject"] == vehicle]
        spent = np.array(each).reshape(-1, 2).sum(axis=1)[: len(whole)]
        assert np.all(spent <= whole)
        assert np.any(spent == whole)


class TestLocker:
    """A locker is one stop, and quick."""

    def test_parcels_of_many_customers_are_one_stop(self) -> None:
        """Redirected parcels travel to their locker together, and what they take there does not depend on homes."""
        people = certain_people(
            presence_weekday=(0.0,) * 24, office_hours=("0:00", "0:01"), safe_place=(0.0,) * 5, neighbour=(0.0,) * 5
        )
        ledger = play(toy_world(days=2, people=people, lockers=(8,)), recovering=remedy(Remedy.LOCKER))
        served = rows(ledger, Kind.SERVED)
        good = served[served["cause"] == Cause.NONE]
        assert good["actor"].max() > 1
        assert good["actor"].sum() == counts(ledger)[Kind.DELIVERED] > len(good)

    @pytest.mark.parametrize(("room", "cause"), [(0.0, Cause.LOCKER_FULL), (1.0, Cause.NONE)])
    def test_it_has_room_as_often_as_is_said(self, room: float, cause: Cause) -> None:
        """Never or always, at every attempt at a locker; each takes as long as the specification says."""
        people = certain_people(
            presence_weekday=(0.0,) * 24, safe_place=(0.0,) * 5, neighbour=(0.0,) * 5, locker_room=room,
            locker_s=(40.0, 5.0),
        )  # fmt: skip
        ledger = play(toy_world(days=2, people=people, lockers=(8,)), recovering=remedy(Remedy.LOCKER))
        again = rows(ledger, Kind.ATTEMPTED)
        again = again[again["value"] > 1]
        assert len(again)
        assert set(again["cause"].tolist()) == {cause}
        at_door = rows(ledger, Kind.AT_DOOR)
        assert ((at_door["value"] - 40_000) % 5_000 == 0)[at_door["cause"] == cause].sum() >= 1

    def test_a_closed_office_has_no_desk_to_leave_it_at(self) -> None:
        """Outside its hours a safe place at an office is no use."""
        people = certain_people(office_hours=("0:00", "0:01"), safe_place=(1.0,) * 5)
        world = toy_world(people=people)
        world.customers.dwelling[:] = Dwelling.OFFICE
        assert set(rows(play(world), Kind.ATTEMPTED)["cause"].tolist()) == {Cause.ABSENT}
