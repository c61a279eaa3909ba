"""A sortie: one parcel out and back, its energy, and what can go wrong on the way."""

import numpy as np
import pytest

from scenarios.toy import toy_world
from scenarios.toyfleet import certain_people, toy_fleet, toy_kind
from tests.twin.flights import FLY, drones, fly, hub
from tests.worlds import PLAIN, cost, counts, play, rows
from twin.engine import Twin
from twin.entities import Cause, Mode
from twin.ledger import Account, Kind
from twin.specs import FleetGroup
from twin.units import DAY, HOUR, MINUTE, SECOND, usd


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

    def test_a_robot_that_is_full_takes_the_next_parcel_at_once(self) -> None:
        """Who waits for a battery leaves at the moment in which it is full."""
        tired = (FleetGroup(toy_kind(Mode.ROBOT, battery_kwh=0.15, kwh_km=0.05, charge_kw=0.1), 1),)
        ledger = fly(toy_world(days=2, fleet=tired))
        charged, gone = rows(ledger, Kind.CHARGED)["time"], rows(ledger, Kind.SORTIE)["time"]
        by_day = charged[(charged > 14 * HOUR) & (charged < 17 * HOUR)]
        assert len(by_day)
        assert set(by_day.tolist()) <= set(gone.tolist())

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


def test_carbon_is_that_of_the_energy_used() -> None:
    """What is booked as carbon is what the batteries gave, at the grid's intensity; climbing and landing included."""
    twin = Twin(hub(drones(2), vans=0), PLAIN)
    carbon = rows(twin.run(), Kind.CARBON)["value"].sum()
    used = sum(unit.used_wh for unit in twin.state.units)
    assert used > 0
    assert carbon == pytest.approx(used * twin.world.operation.grid_kgco2_kwh / 0.9 * 1000, rel=1e-3)


def test_a_drone_breaks_down_and_is_repaired_at_its_hub() -> None:
    """Its metres bring it to the workshop, which costs time and money."""
    ledger = fly(hub(drones(1, breakdown_km=0.5, repair_min=30.0, repair_usd=150.0)))
    broken = rows(ledger, Kind.BROKE_DOWN)
    assert len(broken) == 1
    assert cost(ledger, Account.REPAIRS) == usd(150.0)
