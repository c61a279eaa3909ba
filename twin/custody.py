"""Who has a parcel: the only way its status changes, checked at every step.

I1 each parcel is in one state and one place; I2 what was created is somewhere; I3 only legal transitions;
I4 no vehicle carries less than nothing or more than it can.
"""

from typing import TYPE_CHECKING

from twin.errors import InvariantError
from twin.ledger import Kind
from twin.state import Status, Unit

if TYPE_CHECKING:
    from twin.engine import Twin

_LEGAL: dict[Kind, dict[Status, Status]] = {
    Kind.CREATED: {Status.NONE: Status.ORDERED},
    Kind.RESERVED: {Status.ORDERED: Status.PICKING, Status.BACKORDER: Status.PICKING},
    Kind.BACKORDERED: {Status.ORDERED: Status.BACKORDER},
    Kind.SHORT: {Status.PICKING: Status.ORDERED},
    Kind.PICKED: {Status.PICKING: Status.READY},
    Kind.HANDED: {Status.READY: Status.CARRIER},
    Kind.LOADED: {Status.READY: Status.ABOARD},
    Kind.UNLOADED: {Status.ABOARD: Status.READY},
    Kind.DELIVERED: {Status.ABOARD: Status.DELIVERED, Status.CARRIER: Status.DELIVERED},
    Kind.RETURNED: {Status.READY: Status.RETURNED, Status.CARRIER: Status.RETURNED},
    Kind.LOST: {Status.ABOARD: Status.LOST, Status.CARRIER: Status.LOST},
    Kind.CANCELLED: {
        Status.ORDERED: Status.CANCELLED, Status.BACKORDER: Status.CANCELLED,
        Status.PICKING: Status.CANCELLED, Status.READY: Status.CANCELLED,
    },
}  # fmt: skip
_STATUSES = len(Status)
_NEXT = [-1] * (64 * _STATUSES)
for _kind, _moves in _LEGAL.items():
    for _old, _new in _moves.items():
        _NEXT[_kind * _STATUSES + _old] = _new
_FROM_PLACE = frozenset({Kind.PICKED, Kind.SHORT, Kind.LOADED, Kind.HANDED})
_HELD = frozenset({Status.PICKING, Status.READY, Status.ABOARD, Status.CARRIER})


class Custody:
    """Counts of parcels by status, and the check of each move.

    Parameters
    ----------
    status : bytearray
        The column of the state that this keeps.
    """

    __slots__ = ("counts", "created")

    def __init__(self, status: bytearray) -> None:
        self.counts = [status.count(bytes([s])) for s in range(_STATUSES)]
        self.created = len(status) - self.counts[Status.NONE]

    @property
    def in_system(self) -> int:
        """Parcels created and not final."""
        return sum(self.counts[Status.ORDERED : Status.DELIVERED])


def move(
    twin: "Twin", kind: Kind, parcel: int, holder: int, place: int, value: int, cause: int = 0, by: int = -1
) -> None:
    """Change a parcel's status, its holder, and write the event.

    Parameters
    ----------
    twin : Twin
    kind : Kind
        The event; it decides the new status.
    parcel : int
    holder : int
        Who has it afterwards (depot, vehicle or carrier), or who had it last where it ends.
    place, value, cause : int
        Further columns of the event.
    by : int
        The actor written in the ledger, if it is not the holder.
    """
    state, custody = twin.state, twin.custody
    old = state.status[parcel]
    new = _NEXT[kind * _STATUSES + old]
    if new < 0:
        raise InvariantError(f"I3: parcel {parcel} cannot be {kind.name} when it is {Status(old).name}")
    if old in _HELD:
        _check_holder(state.holder[parcel], kind, parcel, holder, place, by)
    state.status[parcel] = new
    state.holder[parcel] = holder
    counts = custody.counts
    counts[old] -= 1
    counts[new] += 1
    if not old:
        custody.created += 1
    if counts[0] + custody.created != len(state.status) or counts[old] < 0:
        raise InvariantError(f"I2: {custody.created} parcels created, {counts[1:]} by status")
    twin.note(kind, parcel, holder if by == -1 else by, place, value, cause)


def _check_holder(now: int, kind: Kind, parcel: int, holder: int, place: int, by: int) -> None:
    """Refuse a move by somebody who has not got the parcel."""
    mover = place if kind in _FROM_PLACE else by if kind == Kind.UNLOADED else holder
    if now != mover:
        raise InvariantError(f"I1: parcel {parcel} is with {now}, so {mover} cannot make it {kind.name}")


def aboard(twin: "Twin", unit: Unit, parcel: int, sign: int) -> None:
    """Put a parcel on a vehicle (``sign`` 1) or take it off (-1), within what the vehicle can carry."""
    unit.load_g += sign * twin.facts.weight_g[parcel]
    unit.load_ml += sign * twin.facts.volume_ml[parcel]
    unit.load_n += sign
    top = twin.facts.kinds[unit.group].capacity
    if not (0 <= unit.load_g <= top[0] and 0 <= unit.load_ml <= top[1] and 0 <= unit.load_n <= top[2]):
        raise InvariantError(
            f"I4: vehicle {unit.id} carries {unit.load_g} g, {unit.load_ml} ml, {unit.load_n} parcels of {top}"
        )
