"""The audit at the end of each day and of the run: everything is counted again, from the ground.

The cheap checks stand where things happen, at every event: I1 to I4 in ``custody``, I5 in ``energy``, I6 in
``calendar``, I7 in ``shift`` and ``sorties``, I8 in ``accounts``, I9 in ``stock``, I10 in ``orders``, I11 in
``shift``, I12 in ``sorties``, I13 in ``messages``, I15 in ``carriers``, I16 in ``day``. This finds what they cannot
see: a fact that changed without its event.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from twin.custody import Custody
from twin.errors import InvariantError
from twin.ledger import Account
from twin.state import PARCELS, Duty, Phase, Status, Unit

if TYPE_CHECKING:
    from twin.engine import Twin

_OUT = frozenset({Duty.LOADING, Duty.DRIVING, Duty.SERVING, Duty.RESTING, Duty.FLYING})
_STILL = frozenset({Duty.IDLE, Duty.GONE})


def check(twin: "Twin") -> None:
    """Count everything again.

    Raises
    ------
    InvariantError
        Naming the law and the first thing that breaks it.
    """
    _parcels(twin)
    _orders(twin)
    for unit in twin.state.units:
        _vehicle(twin, unit)
    _seats(twin)
    _stock(twin)
    _books(twin)


def _places(twin: "Twin") -> Iterator[int]:
    """The parcel at each place there is: floors, queues, tours, carriers, waits."""
    state = twin.state
    for floor in state.ready:
        yield from floor
    for hub in state.aloft:
        yield from (parcel for _, parcel in hub)
    for unit in state.units:
        wanted = Status.READY if unit.duty == Duty.LOADING else Status.ABOARD
        yield from (p for stop in unit.tour for p in stop[PARCELS:] if state.status[p] == wanted)
        yield from unit.kept
        yield from (p for stop in unit.next for p in stop[PARCELS:] if state.status[p] == Status.READY)
    for deliveries in state.queue:
        yield from (delivery[1] for delivery in deliveries)
    yield from (wait.who for wait in state.pending.values() if wait.phase in _WAITS)


_WAITS = frozenset({Phase.PICKED, Phase.BACKORDER, Phase.ANSWER})


def _active(twin: "Twin") -> NDArray[np.int64]:
    """Parcels in the system, in order."""
    status = np.frombuffer(bytes(twin.state.status), dtype=np.uint8)
    return np.flatnonzero((status > Status.NONE) & (status < Status.DELIVERED))


def _parcels(twin: "Twin") -> None:
    """I1 each parcel in the system is in one place; I2 the counts by status are what counting gives."""
    active, found = _active(twin), np.sort(np.fromiter(_places(twin), dtype=np.int64))
    if not np.array_equal(active, found):
        odd = int(np.setxor1d(active, found).tolist()[0]) if len(set(found.tolist())) == len(found) else _twice(found)
        raise InvariantError(f"I1: parcel {odd} ({Status(twin.state.status[odd]).name}) is not in exactly one place")
    counts = Custody(twin.state.status).counts
    if counts != twin.custody.counts:
        raise InvariantError(f"I2: parcels by status are {counts}, the books say {twin.custody.counts}")


def _twice(found: NDArray[np.int64]) -> int:
    return int(found[:-1][found[1:] == found[:-1]][0])


def _orders(twin: "Twin") -> None:
    """I2 an order waits for as many parcels as it has in the system."""
    state = twin.state
    order_of = np.frombuffer(twin.facts.order_of, dtype=np.int64)
    counted = np.bincount(order_of[_active(twin)], minlength=len(state.left))
    left = np.frombuffer(bytes(state.left), dtype=np.uint8)
    if not np.array_equal(counted, left):
        order = int(np.flatnonzero(counted != left)[0])
        raise InvariantError(
            f"I2: order {order} has {counted[order]} parcels in the system, the books say {left[order]}"
        )


def _vehicle(twin: "Twin", unit: Unit) -> None:
    """I4 its load is what is on board; I7 a busy vehicle waits for something, one at home for nothing."""
    state, facts = twin.state, twin.facts
    mine = [p for stop in unit.tour for p in stop[PARCELS:] if state.status[p] == Status.ABOARD] + unit.kept
    load = (sum(facts.weight_g[p] for p in mine), sum(facts.volume_ml[p] for p in mine), len(mine))
    if load != (unit.load_g, unit.load_ml, unit.load_n):
        books = (unit.load_g, unit.load_ml, unit.load_n)
        raise InvariantError(f"I4: vehicle {unit.id} has {load} (g, ml, parcels) on board, the books say {books}")
    wait = state.pending.get(unit.wait)
    busy = unit.duty not in _STILL
    if busy != (wait is not None and wait.who == unit.id):
        raise InvariantError(f"I7: vehicle {unit.id} is {Duty(unit.duty).name} and waits for {wait}")


def _seats(twin: "Twin") -> None:
    """I7 every operator's seat is free or taken by a vehicle that is out."""
    state = twin.state
    for group, free in enumerate(state.seats):
        out = sum(unit.group == group and unit.duty in _OUT for unit in state.units)
        if free + out != twin.facts.seats[group]:
            raise InvariantError(
                f"I7: fleet group {group} has {free} free seats and {out} out of {twin.facts.seats[group]}"
            )


def _stock(twin: "Twin") -> None:
    """I9 received = on the shelf + sold; reserved is what is being picked, and within the record."""
    state, facts = twin.state, twin.facts
    received, shelf, sold, record, reserved = (
        np.frombuffer(column, dtype=np.int64)
        for column in (state.received, state.shelf, state.sold, state.record, state.reserved)
    )
    picking = np.flatnonzero(np.frombuffer(bytes(state.status), dtype=np.uint8) == Status.PICKING).tolist()
    wanted = np.bincount(
        np.array([state.holder[p] * facts.skus + facts.sku[p] for p in picking], dtype=np.int64), minlength=len(shelf)
    )
    wrong = (received != shelf + sold) | (shelf < 0) | (reserved != wanted) | (reserved > record)
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        raise InvariantError(
            f"I9: stock entry {at}: {received[at]} received, {shelf[at]} there, {sold[at]} sold, "
            f"{record[at]} on record, {reserved[at]} reserved, {wanted[at]} being picked"
        )


def _books(twin: "Twin") -> None:
    """I8 the balances are the sums of what was posted, and sum to zero."""
    accounts = twin.accounts
    accounts.check()
    costs = twin.ledger.costs.since(accounts.audited)
    for column, sign in (("kind", 1), ("place", -1)):
        np.add.at(accounts.counted, costs[column], sign * costs["value"])
    accounts.audited += len(costs)
    if accounts.counted.tolist() != accounts.balance:
        account = next(a for a in Account if accounts.counted[a] != accounts.balance[a])
        raise InvariantError(
            f"I8: {account.name} was posted {accounts.counted[account]}, the books say {accounts.balance[account]}"
        )
