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
from twin.units import MINUTE


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
        """Told, nearly a third come also when the table says that nobody is home."""
        away = certain_people(
            presence_weekday=(0.0,) * 24, presence_weekend=(0.0,) * 24, office_hours=("0:00", "0:01"),
            message_delivered=(1.0,) * 3, message_seen=(1.0,) * 3, message_seen_min=(0.1,) * 3,
        )  # fmt: skip
        world = toy_world(days=5, fleet=toy_fleet(robovan=2), people=away)
        silent, told = (play(world, notifying=tell(*causes)) for causes in ((), (Cause.DISPATCHED,)))
        assert counts(silent)[Kind.DELIVERED] == 0
        attempts = rows(told, Kind.ATTEMPTED)
        assert 0.1 < (attempts["cause"] == Cause.NONE).mean() < 0.6

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

    def test_a_closed_office_has_no_desk_to_leave_it_at(self) -> None:
        """Outside its hours a safe place at an office is no use."""
        people = certain_people(office_hours=("0:00", "0:01"), safe_place=(1.0,) * 5)
        world = toy_world(people=people)
        world.customers.dwelling[:] = Dwelling.OFFICE
        assert set(rows(play(world), Kind.ATTEMPTED)["cause"].tolist()) == {Cause.ABSENT}
