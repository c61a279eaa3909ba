"""Batteries: what a way takes, and the chargers of a depot.

I5: a battery is never below nothing or above full, and what went in less what went out is what is there.
"""

from heapq import heapreplace
from typing import TYPE_CHECKING

from twin import hubs
from twin.entities import Cause
from twin.errors import InvariantError
from twin.ledger import Account, Kind
from twin.state import Duty, Phase, Unit
from twin.units import HOUR, MINUTE, usd

if TYPE_CHECKING:
    from twin.engine import Twin


def charge(twin: "Twin", unit: Unit) -> None:
    """Queue a vehicle at the chargers of its depot until its battery is full."""
    kind = twin.facts.kinds[unit.group]
    chargers = twin.state.chargers[unit.depot]
    missing = kind.battery_wh - unit.battery_wh
    full = max(twin.state.now, chargers[0]) + round(missing / kind.spec.charge_kw * HOUR / 1000)
    heapreplace(chargers, full)
    unit.duty = Duty.CHARGING
    unit.wait = twin.calendar.schedule(full, Phase.CHARGED, unit.id)


def charged(twin: "Twin", who: int) -> None:
    """A battery is full."""
    unit = twin.state.units[who]
    top_up(twin, unit)
    unit.duty = Duty.IDLE
    if twin.facts.kinds[unit.group].is_sortie:
        hubs.ask_look(twin, unit.depot, twin.state.now)


def top_up(twin: "Twin", unit: Unit) -> None:
    """Fill a battery and pay for the energy."""
    _put_in(twin, unit, twin.facts.kinds[unit.group].battery_wh - unit.battery_wh)


def _put_in(twin: "Twin", unit: Unit, missing: int) -> None:
    unit.battery_wh += missing
    unit.charged_wh += missing
    check_energy(twin, unit)
    twin.note(Kind.CHARGED, unit.id, place=unit.depot, value=missing)
    operation = twin.world.operation
    twin.post(Account.ENERGY, round(missing * operation.energy_usd_kwh * 1000 / operation.charging), actor=unit.id)


def helped(twin: "Twin", unit: Unit, metres: int) -> int:
    """Charge a vehicle by the road if its battery would not last for a way that is longer than planned.

    Returns how many ms that takes: as long, and as dear, as a usual repair.
    """
    kind = twin.facts.kinds[unit.group]
    if not kind.battery_wh:
        return 0
    missing = min(_need(twin, unit, metres), kind.battery_wh) - unit.battery_wh
    if missing <= 0:
        return 0
    lost = round(kind.spec.repair_min * MINUTE)
    twin.note(Kind.BROKE_DOWN, unit.id, unit.load_n, unit.node, lost, Cause.ENERGY)
    twin.post(Account.REPAIRS, usd(kind.spec.repair_usd), actor=unit.id)
    _put_in(twin, unit, missing)
    return lost


def _need(twin: "Twin", unit: Unit, metres: int) -> int:
    """Watt-hours for a way at this temperature."""
    return round(metres * twin.facts.kinds[unit.group].spec.kwh_km * by_temperature(twin, unit))


def use_energy(twin: "Twin", unit: Unit, metres: int) -> None:
    """Take the energy of a distance from the battery; cold and heat take more."""
    kind = twin.facts.kinds[unit.group]
    if kind.battery_wh:
        drain(twin, unit, min(_need(twin, unit, metres), unit.battery_wh))  # it may have got colder on the way


def drain(twin: "Twin", unit: Unit, used: int) -> None:
    """Take watt-hours from a battery."""
    unit.battery_wh -= used
    unit.used_wh += used
    check_energy(twin, unit)


def by_temperature(twin: "Twin", unit: Unit) -> float:
    """Factor on energy: 1.5 % more for each degree below 20, 1.2 % more for each above 22, to heat and to cool.

    Geotab's fleets lose more (B): their range, 1.15 of the rated one at 21 degrees, is .54 at -15 and .70 at 46, which
    is 3.2 and 2.6 % a degree; about half of that is taken here, as of a vehicle that is parked indoors (D).
    """
    zone = twin.facts.zone[twin.facts.area_of_node[unit.node]]
    celsius = twin.sky.at(twin.state.now, zone).temperature_c
    return 1.0 + 0.015 * max(0.0, 20.0 - celsius) + 0.012 * max(0.0, celsius - 22.0)


def check_energy(twin: "Twin", unit: Unit) -> None:
    """I5: within the battery, and what came in less what went out is what is there."""
    full = twin.facts.kinds[unit.group].battery_wh
    if not 0 <= unit.battery_wh <= full or full + unit.charged_wh - unit.used_wh != unit.battery_wh:
        raise InvariantError(
            f"I5: vehicle {unit.id} has {unit.battery_wh} Wh of {full}, charged {unit.charged_wh}, used {unit.used_wh}"
        )


def charge_overnight(twin: "Twin") -> None:
    """Midnight: everything that is at home and not full queues for a charger; lost aircraft are replaced."""
    for unit in twin.state.units:
        kind = twin.facts.kinds[unit.group]
        if unit.duty == Duty.GONE:
            unit.duty = Duty.IDLE
        if unit.duty == Duty.IDLE and unit.battery_wh < kind.battery_wh:
            charge(twin, unit)
