"""Batteries: used by the metre, filled at the depot, never out of balance."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from scenarios.toy import toy_world
from tests.worlds import PLAIN, cost, deal, dispatches, fleet, operation, play, rows
from twin import energy
from twin.engine import Twin
from twin.entities import Cause, Mode
from twin.ledger import Account, Kind
from twin.units import DAY, HOUR, MINUTE
from twin.world import World


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

    @pytest.mark.parametrize(("warmer", "factor"), [(0.0, 1.075), (5.0, 1.0), (7.0, 1.0), (25.0, 1.216)])
    def test_driving_uses_the_energy_of_its_metres_and_cold_and_heat_more(self, warmer: float, factor: float) -> None:
        """One watt-hour a metre from 20 to 22 degrees; 7.5 % more at 15, 21.6 % more at 40."""
        world = self.electric()
        sky = replace(world.weather, temperature_c=world.weather.temperature_c + warmer)
        twin = Twin(replace(world, weather=sky), PLAIN)
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

    def test_a_battery_that_would_not_last_is_charged_by_the_road(self) -> None:
        """What is missing for a way is put in, paid and waited for like a repair."""
        twin = Twin(self.electric(), PLAIN)
        twin.run(8 * HOUR)
        unit = twin.state.units[0]
        before, spent = len(rows(twin.ledger, Kind.BROKE_DOWN)), cost(twin.ledger, Account.REPAIRS)
        spec = twin.facts.kinds[0].spec
        assert energy.helped(twin, unit, 1_000) == 0
        energy.drain(twin, unit, unit.battery_wh - 10)
        assert energy.helped(twin, unit, 1_000) == round(spec.repair_min * MINUTE)
        assert unit.battery_wh == round(1_000 * energy.by_temperature(twin, unit))
        helped = rows(twin.ledger, Kind.BROKE_DOWN)
        assert len(helped) == before + 1
        assert helped["cause"][-1] == Cause.ENERGY
        assert cost(twin.ledger, Account.REPAIRS) == spent + round(spec.repair_usd * 1e6)

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
