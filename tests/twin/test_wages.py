"""Wages: what people and vehicles cost a day."""

from typing import Any

import pytest

from scenarios.toy import toy_world
from scenarios.toyfleet import toy_kind
from tests.worlds import cost, dispatches, fleet, operation, play, rows
from twin.entities import Mode
from twin.ledger import Account, Kind, Ledger
from twin.specs import FleetGroup
from twin.units import HOUR, usd


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

    def test_a_router_knows_until_when_a_driver_is_paid_anyway(self) -> None:
        """Called in now, four hours from now; on duty, the last return, or four hours from the first loading."""
        late = [
            (vehicle, dispatch.time)
            for dispatch in dispatches(
                toy_world(days=2, fleet=fleet(count=1), operation=operation(waves=("09:00", "15:00")))
            )
            for vehicle in dispatch.vehicles
        ]
        fresh = [(vehicle, time) for vehicle, time in late if vehicle.fixed_cost]
        assert all(vehicle.paid_to == time + 4 * HOUR for vehicle, time in fresh)
        assert 0 < len(fresh) < len(late)
        again = [vehicle.paid_to - time for vehicle, time in late if not vehicle.fixed_cost]
        assert -4 * HOUR <= min(again) < 0

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
