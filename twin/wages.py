"""Wages: a duty from its first loading to its last return."""

from typing import TYPE_CHECKING

from twin.ledger import Account, Kind
from twin.state import Duty, Unit
from twin.units import HOUR

if TYPE_CHECKING:
    from twin.engine import Twin

MIN_PAID = 4 * HOUR
"""A driver who is called in is paid for at least so long (D)."""


def off_duty(unit: Unit) -> None:
    """A duty is over and paid; the next one begins with its first loading."""
    unit.duty_from = unit.duty_to = unit.on_since = -1
    unit.rested = unit.overnight = False


def owed_to(twin: "Twin", unit: Unit) -> int:
    """Until when a driver is paid even if it does nothing more today, or is called in now; -1 without a driver."""
    if not twin.facts.kinds[unit.group].has_driver:
        return -1
    if unit.duty_from < 0:
        return twin.state.now + MIN_PAID
    return unit.duty_to if unit.overnight else max(unit.duty_to, unit.duty_from + MIN_PAID)


def pay(twin: "Twin", unit: Unit) -> None:
    """Wages of a duty: from the first loading to the last return, at least ``MIN_PAID``, overtime on top.

    Who is out at midnight is paid until then, and the rest when home.
    """
    kind = twin.facts.kinds[unit.group]
    if unit.duty_from < 0 or not kind.has_driver:
        return
    home = unit.duty in (Duty.IDLE, Duty.CHARGING)
    worked = (unit.duty_to if home else twin.state.now) - unit.duty_from
    over = max(0, worked - round(kind.spec.overtime_after_h * HOUR))
    paid = worked if unit.overnight else max(worked, MIN_PAID)
    twin.note(Kind.SHIFT, unit.id, place=unit.depot, value=worked)
    twin.post(Account.LABOUR, kind.hour_cost * paid // HOUR, actor=unit.id)
    extra = kind.spec.overtime_factor - 1.0
    twin.post(Account.OVERTIME, round(kind.hour_cost * over / HOUR * extra), actor=unit.id)
    if not home:
        unit.duty_from = twin.state.now
        unit.overnight = True
