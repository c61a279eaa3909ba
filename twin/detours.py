"""What closures do to who is on the way: a longer way, an address out of reach, a vehicle that is boxed in."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from twin import messages, recovery
from twin.entities import Cause
from twin.ledger import Kind
from twin.roads import Way
from twin.state import PARCELS, Duty, Phase, Unit

if TYPE_CHECKING:
    from twin.engine import Twin


def write_down(twin: "Twin", unit: Unit, ahead: NDArray[np.int64], way: Way) -> None:
    """Note what a detour costs: against the way that the vehicle was on, as it usually is at this time."""
    usual = twin.roads.usual(twin.roads.profile_of[unit.group], twin.state.now)
    longer = way.metres - twin.roads.metres(ahead)
    twin.note(Kind.DETOUR, unit.id, longer, unit.node, int(usual[way.edges].sum() - usual[ahead].sum()), Cause.CLOSED)


def cut_off(twin: "Twin", unit: Unit, heading_home: bool) -> None:
    """There is no way to where it goes: give the stop up, unless the vehicle cannot get home either."""
    profile, home = twin.roads.profile_of[unit.group], twin.facts.depots[unit.depot]
    if heading_home or twin.roads.way(unit.node, home, profile, twin.state.now, tuple(unit.shut)) is None:
        _wait(twin, unit)
        return
    for parcel in unit.tour[unit.stop][PARCELS:]:
        messages.tell(twin, parcel, Cause.CLOSED)
        remedy = recovery.at_the_door(twin, parcel, Cause.CLOSED, neighbour=False)
        twin.state.decided[parcel] = [remedy, Cause.CLOSED]
    unit.stop += 1
    _try_again(twin, unit, twin.state.now)


def _wait(twin: "Twin", unit: Unit) -> None:
    """Boxed in: stand until something is heard of, is thought to be over, or a barrier opens."""
    now = twin.state.now
    due = twin.roads.known.changes(now, unit.shut)
    twin.note(Kind.BLOCKED, unit.id, unit.load_n, unit.node, due - now, Cause.CLOSED)
    _try_again(twin, unit, due)


def _try_again(twin: "Twin", unit: Unit, due: int) -> None:
    unit.duty = Duty.RESTING
    unit.wait = twin.calendar.schedule(due, Phase.RESUME, unit.id)
