"""WMS: stock by micro-fulfilment centre, picks, the record that is not the shelf, goods on their way.

I9: received = on the shelf + sold, and reservations never exceed the record.
"""

from array import array
from heapq import heapreplace
from typing import TYPE_CHECKING

from twin import depot, recovery
from twin.custody import move
from twin.draws import Stream
from twin.entities import Cause, Session
from twin.errors import InvariantError
from twin.facts import Facts
from twin.ledger import Account, Kind
from twin.state import Phase
from twin.units import DAY, MINUTE
from twin.world import World

if TYPE_CHECKING:
    from twin.engine import Twin


def opening(world: World, facts: Facts) -> "array[int]":
    """(depots * skus,) units with which each centre opens: ``stock_days`` of an even share of demand, at least one."""
    room = world.sessions.headroom * world.sessions.ceiling
    parcels = len(facts.sku) / (room * world.days) * world.operation.stock_days
    level = parcels / len(facts.depots)
    return array("q", [max(1, round(level * share)) for _ in facts.depots for share in world.popularity.tolist()])


def _free(twin: "Twin", mfc: int, sku: int) -> int:
    """Units on record and not reserved."""
    at = mfc * twin.facts.skus + sku
    return twin.state.record[at] - twin.state.reserved[at]


def source(twin: "Twin", parcel: int, besides: int = -1) -> int:
    """The centre to pick from: the nearest with the product on record, then any other; -1: nowhere."""
    facts = twin.facts
    sku = facts.sku[parcel]
    customer = facts.session_customer[facts.order_of[parcel]]
    nearest = facts.nearest_depot[facts.area[customer]]
    if nearest != besides and _free(twin, nearest, sku) > 0:
        return nearest
    others = (mfc for mfc in range(len(facts.depots)) if mfc not in (nearest, besides) and _free(twin, mfc, sku) > 0)
    return next(others, -1)


def ready_time(twin: "Twin", session: Session) -> int:
    """When the goods of a session could leave, as the record has it."""
    facts, now = twin.facts, twin.state.now
    nearest = facts.nearest_depot[session.area]
    have = all(source(twin, parcel) >= 0 for parcel in session.parcels)
    start = max(now, twin.state.pickers[nearest][0]) if have else next_inbound(twin)
    return _open(twin, start) + round(twin.world.operation.pick_min * MINUTE)


def next_inbound(twin: "Twin") -> int:
    """When goods ordered now come from the regional centre: at the inbound hour of the next day."""
    return (twin.state.now // DAY + 1) * DAY + twin.facts.inbound


def _open(twin: "Twin", time: int) -> int:
    """The first moment from ``time`` on at which picking goes on."""
    facts, midnight = twin.facts, time // DAY * DAY
    if time < midnight + facts.pick_from:
        return midnight + facts.pick_from
    return time if time < midnight + facts.pick_to else midnight + DAY + facts.pick_from


def release(twin: "Twin", parcel: int, besides: int = -1) -> None:
    """Reserve a parcel's product and queue its pick; without stock anywhere it is an exception."""
    mfc = source(twin, parcel, besides)
    if mfc < 0:
        recovery.stock_out(twin, parcel)
    else:
        _reserve(twin, parcel, mfc)


def _reserve(twin: "Twin", parcel: int, mfc: int) -> None:
    state, facts = twin.state, twin.facts
    state.reserved[mfc * facts.skus + facts.sku[parcel]] += 1
    left = _free(twin, mfc, facts.sku[parcel])
    if left < 0:
        raise InvariantError(f"I9: mfc {mfc} has reserved {-left} more of sku {facts.sku[parcel]} than it has")
    state.depot[parcel] = mfc
    move(twin, Kind.RESERVED, parcel, mfc, mfc, left, by=facts.order_of[parcel])
    _queue_pick(twin, parcel, mfc)


def _queue_pick(twin: "Twin", parcel: int, mfc: int) -> None:
    """The first free picker takes it, within the hours of work."""
    operation = twin.world.operation
    minutes = twin.draws.lognormal(operation.pick_min, operation.pick_cv, Stream.PICK_TIME, parcel)
    free = twin.state.pickers[mfc]
    done = _open(twin, max(free[0], twin.state.now)) + round(minutes * MINUTE)
    heapreplace(free, done)
    twin.calendar.schedule(done, Phase.PICKED, parcel)


def picked(twin: "Twin", parcel: int) -> None:
    """A picker is at the shelf: the goods are there, or only on record."""
    state, facts = twin.state, twin.facts
    mfc = state.holder[parcel]
    at = mfc * facts.skus + facts.sku[parcel]
    twin.post(Account.PICKING, facts.pick_cost, parcel, mfc)
    state.reserved[at] -= 1
    occasion = state.flags[parcel] >> 4
    if state.shelf[at] <= 0 or twin.draws.uniform(Stream.PHANTOM, parcel, occasion) < twin.world.operation.phantom:
        state.flags[parcel] = min(occasion + 1, 15) << 4 | state.flags[parcel] & 15
        move(twin, Kind.SHORT, parcel, facts.order_of[parcel], mfc, 0, Cause.SHORT_STOCK)
        state.record[at] -= 1
        recovery.short(twin, parcel, mfc)
        return
    _sell(twin, at)
    released = facts.session_time[facts.order_of[parcel]]
    move(twin, Kind.PICKED, parcel, mfc, mfc, twin.state.now - released, by=facts.order_of[parcel])
    depot.route(twin, parcel)


def _sell(twin: "Twin", at: int) -> None:
    state = twin.state
    state.shelf[at] -= 1
    state.record[at] -= 1
    state.sold[at] += 1
    if state.shelf[at] < 0 or state.received[at] != state.shelf[at] + state.sold[at]:
        raise InvariantError(
            f"I9: {state.received[at]} received, {state.shelf[at]} on the shelf, {state.sold[at]} sold at {at}"
        )


def backorder(twin: "Twin", parcel: int, cause: int) -> None:
    """Order the goods from the regional centre for tomorrow, to the nearest centre."""
    facts = twin.facts
    customer = facts.session_customer[facts.order_of[parcel]]
    mfc = facts.nearest_depot[facts.area[customer]]
    comes = next_inbound(twin)
    twin.state.depot[parcel] = mfc
    move(twin, Kind.BACKORDERED, parcel, facts.order_of[parcel], mfc, comes, cause)
    twin.post(Account.TRANSFER, facts.transfer_cost, parcel, mfc)
    twin.calendar.schedule(comes, Phase.BACKORDER, parcel)


def backorder_came(twin: "Twin", parcel: int) -> None:
    """Goods from the regional centre arrive for one parcel, and are queued for its pick."""
    state, facts = twin.state, twin.facts
    mfc = state.depot[parcel]
    _receive(twin, mfc, facts.sku[parcel], 1)
    _reserve(twin, parcel, mfc)


def substitute(twin: "Twin", parcel: int, mfc: int) -> None:
    """Pick the most plentiful product of the centre instead."""
    state, facts = twin.state, twin.facts
    shelf = range(mfc * facts.skus, (mfc + 1) * facts.skus)
    at = max(shelf, key=lambda i: (min(state.shelf[i], state.record[i] - state.reserved[i]), -i))
    move(twin, Kind.RESERVED, parcel, mfc, mfc, state.record[at], Cause.SHORT_STOCK, facts.order_of[parcel])
    _sell(twin, at)
    move(twin, Kind.PICKED, parcel, mfc, mfc, 0, Cause.SHORT_STOCK, facts.order_of[parcel])
    depot.route(twin, parcel)


def can_substitute(twin: "Twin", mfc: int) -> bool:
    """Whether a centre has any product to spare."""
    state, skus = twin.state, twin.facts.skus
    shelf = range(mfc * skus, (mfc + 1) * skus)
    return any(state.shelf[i] > 0 and state.record[i] > state.reserved[i] for i in shelf)


def order(twin: "Twin", mfc: int, sku: int, units: int) -> None:
    """Send units on their way to a centre; they arrive with the morning's goods."""
    twin.state.inbound.append([mfc, sku, units])
    twin.post(Account.TRANSFER, round(units * twin.facts.transfer_cost * _BULK), actor=mfc)


_BULK = 0.25
"""A unit in a replenishment costs a quarter of one that is fetched singly (D)."""


def arrive(twin: "Twin", _today: int) -> None:
    """The morning's goods arrive."""
    goods, twin.state.inbound = twin.state.inbound, []
    for mfc, sku, units in goods:
        _receive(twin, mfc, sku, units)


def _receive(twin: "Twin", mfc: int, sku: int, units: int) -> None:
    state, at = twin.state, mfc * twin.facts.skus + sku
    state.shelf[at] += units
    state.record[at] += units
    state.received[at] += units
    twin.note(Kind.STOCKED, sku, mfc, units)
