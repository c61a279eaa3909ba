"""Customers who change their mind: an order is withdrawn, and each of its parcels stops where it is.

What has not been loaded is cancelled at once and its room in the window is free again. What is on board of a
vehicle on the streets comes back: its driver finds out at the door, unless a router plans the tour anew. A sortie in
the air and a carrier cannot be called back, so those parcels are delivered.
"""

from heapq import heapify
from typing import TYPE_CHECKING

from twin import customers, recovery, replan, room
from twin.draws import Stream
from twin.entities import Cause, Trigger
from twin.ledger import Kind
from twin.state import PARCELS, Phase, Status

if TYPE_CHECKING:
    from twin.engine import Twin

_PROMISED_WAITS = (Phase.PICKED, Phase.BACKORDER, Phase.ANSWER)


def foresee(twin: "Twin", order: int) -> None:
    """At checkout, luck of the order: whether it will be withdrawn, and when until the end of its promise."""
    share = twin.world.people.withdrawn
    if not share or twin.draws.uniform(Stream.WITHDRAWAL, order, 0) >= share:
        return
    now = twin.state.now
    wait = round(twin.draws.uniform(Stream.WITHDRAWAL, order, 1) * (twin.state.late[order] - now))
    twin.calendar.schedule(now + wait, Phase.WITHDRAWN, order)


def withdrawn(twin: "Twin", order: int) -> None:
    """The customer does not want it any more."""
    state, facts = twin.state, twin.facts
    parcels = range(facts.first_parcel[order], facts.first_parcel[order + 1])
    still = [parcel for parcel in parcels if state.status[parcel] < Status.DELIVERED]
    if not still:
        return
    customer = facts.session_customer[order]
    state.order_flags[order] |= customers.WITHDRAWN
    twin.note(Kind.WITHDRAWN, order, customer, facts.area[customer], len(still))
    for parcel in still:
        _stop(twin, parcel)


def is_withdrawn(twin: "Twin", parcel: int) -> bool:
    """Whether nobody wants a parcel any more."""
    return bool(twin.state.order_flags[twin.facts.order_of[parcel]] & customers.WITHDRAWN)


def parted(twin: "Twin", tour: list[list[int]]) -> tuple[list[list[int]], list[int]]:
    """The stops of a tour with what is still wanted, and the parcels that are not; a stop with nothing left is none."""
    unwanted = [parcel for stop in tour for parcel in stop[PARCELS:] if is_withdrawn(twin, parcel)]
    if not unwanted:
        return tour, []
    gone = set(unwanted)
    rows = [[*stop[:PARCELS], *(parcel for parcel in stop[PARCELS:] if parcel not in gone)] for stop in tour]
    return [row for row in rows if len(row) > PARCELS], unwanted


def _stop(twin: "Twin", parcel: int) -> None:
    state = twin.state
    status = state.status[parcel]
    if status == Status.ABOARD:
        unit = state.units[state.holder[parcel]]
        if not twin.facts.kinds[unit.group].is_sortie:
            replan.wish(twin, unit.depot, Trigger.CANCELLED, unit.id)
    elif status != Status.CARRIER and _taken_out(twin, parcel, status):
        cancel(twin, parcel)


def cancel(twin: "Twin", parcel: int) -> None:
    """Give up a parcel that nobody wants and that has not left; its place in the window is free again."""
    room.free(twin, parcel)
    recovery.cancel(twin, parcel, Cause.WITHDRAWN)


def _taken_out(twin: "Twin", parcel: int, status: int) -> bool:
    """Take a parcel out of where it waits; False if it is being loaded, and then stays behind at the dock."""
    state = twin.state
    hub = state.depot[parcel]
    if _waits_no_more(twin, parcel):
        if status == Status.PICKING:
            state.reserved[state.holder[parcel] * twin.facts.skus + twin.facts.sku[parcel]] -= 1
        state.asked.pop(parcel, None)
        return True
    if state.ready[hub].pop(parcel, None) is not None:
        room.leave(twin, hub, parcel)
        return True
    queue = state.aloft[hub]
    entry = (state.late[twin.facts.order_of[parcel]], parcel)
    if entry in queue:
        queue.remove(entry)
        heapify(queue)
        state.held.pop(parcel, None)
        return True
    return False


def _waits_no_more(twin: "Twin", parcel: int) -> bool:
    """Take back what a parcel waits for by itself: a picker, the regional centre, an answer."""
    waits = twin.state.pending.items()
    mine = [seq for seq, wait in waits if wait.who == parcel and wait.phase in _PROMISED_WAITS]
    for seq in mine:
        twin.calendar.cancel(seq)
    return bool(mine)
