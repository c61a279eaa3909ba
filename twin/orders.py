"""OMS: from the windows that could be promised, through the promise, to the release and to promises broken."""

from typing import TYPE_CHECKING

from twin import carriers, customers, depot, messages, room, stock, withdrawals
from twin.custody import move
from twin.draws import Stream
from twin.entities import Cause, Offer, Parcel, Session, Slot
from twin.errors import InvariantError
from twin.ledger import Account, Kind
from twin.state import Phase, Status
from twin.units import DAY

if TYPE_CHECKING:
    from twin.engine import Twin

BAD_ADDRESS, ABORTED = 1, 2
"""Bits of a parcel's flags: the address is wrong; a sortie with it was aborted. The upper four count phantom picks."""
# Members of enums that each parcel needs, looked up once: before Python 3.12 that costs ten times a global's.
_DELIVERED = Kind.DELIVERED
_CASH, _GOODS = Account.CASH, Account.GOODS
_WITHDRAWN, _TOLD = Cause.WITHDRAWN, Cause.DELIVERED


def slots(twin: "Twin", session: Session) -> tuple[Slot, ...]:
    """The windows of the next days whose wave has not left, with how full they are.

    Without a fleet of our own, those by whose end the fastest carrier means to deliver; none for who cannot be reached.
    """
    facts, now, ready = twin.facts, twin.state.now, stock.ready_time(twin, session)
    nearest = facts.nearest_depot[session.area]
    if not all(depot.reachable(twin, nearest, parcel) for parcel in session.parcels):
        return ()
    per_day = len(facts.windows)
    first = now // DAY * per_day
    days = range(first, first + twin.world.operation.promise_days * per_day)
    if facts.has_fleet:
        cut_offs = [(slot, facts.cut_offs[slot]) for slot in days if facts.cut_offs[slot] > now]
    else:
        comes = carriers.earliest(twin, ready)
        cut_offs = [(slot, ready) for slot in days if facts.slots[slot].late >= comes]
    rooms, booked = room.of_slots(twin, [slot for slot, _ in cut_offs], ready), twin.state.booked
    return tuple(
        Slot(facts.slots[slot], by, booked.get(slot, 0), most, ready)
        for (slot, by), most in zip(cut_offs, rooms, strict=True)
    )


def take(twin: "Twin", session: Session, offer: Offer) -> None:
    """Turn a session into an order with a promise, and release its parcels."""
    state, facts, order = twin.state, twin.facts, session.id
    early, late = offer.window.early, offer.window.late
    _promise(twin, order, early, late)
    twin.note(Kind.ORDERED, order, session.customer, session.area, late)
    twin.note(Kind.PROMISED, order, session.customer, session.area, early)
    if offer.price:
        twin.post(Account.CASH, offer.price, session.parcels[0], order, Account.FEES)
    waiting = state.due.get(late)
    if waiting is None:
        waiting = state.due[late] = []
        twin.calendar.schedule(late, Phase.DUE, late // 1000)
    waiting.append(order)
    slot = facts.slot_index[early, late]
    count = len(session.parcels)
    state.booked[slot] = state.booked.get(slot, 0) + count
    state.left[order] = count
    state.ordered[twin.state.now // DAY * twin.world.city.areas + session.area] += count
    bad = _bad_address(twin, order)
    nearest = facts.nearest_depot[session.area]
    for parcel in session.parcels:
        state.flags[parcel] = bad
        state.sortie[parcel] = -1
        state.demand[nearest * facts.skus + facts.sku[parcel]] += 1
        move(twin, Kind.CREATED, parcel, order, session.area, facts.weight_g[parcel])
        stock.release(twin, parcel)
    messages.tell(twin, session.parcels[0], Cause.CONFIRMED)
    withdrawals.foresee(twin, order)


def _promise(twin: "Twin", order: int, early: int, late: int) -> None:
    """Write a promise down, once (I10)."""
    state = twin.state
    if state.late[order]:
        raise InvariantError(f"I10: order {order} was promised by {state.late[order]}, not by {late}")
    if late <= twin.state.now:
        raise InvariantError(f"I10: order {order} is promised by {late}, which is over at {twin.state.now}")
    state.early[order], state.late[order] = early, late


def _bad_address(twin: "Twin", order: int) -> int:
    """Whether the address as typed is wrong and was not caught at checkout."""
    share = twin.world.people.bad_address * (1.0 - twin.world.operation.cleansed)
    return BAD_ADDRESS if twin.draws.uniform(Stream.ADDRESS, order) < share else 0


def parcel_view(twin: "Twin", parcel: int) -> Parcel:
    """What operations know of a parcel."""
    state, facts = twin.state, twin.facts
    order = facts.order_of[parcel]
    customer = facts.session_customer[order]
    goal = state.goal[parcel]
    return Parcel(
        parcel,
        order,
        facts.node[customer] if goal < 0 else goal,
        facts.area[customer],
        customers.DWELLINGS[facts.dwelling[customer]],
        facts.weight_g[parcel],
        facts.volume_ml[parcel],
        facts.slots[facts.slot_index[state.early[order], state.late[order]]],
        state.attempts[parcel],
        state.depot[parcel],
    )


def due(twin: "Twin", seconds: int) -> None:
    """The end of a promised window: what has not come is a broken promise, and customers may ask."""
    state, facts = twin.state, twin.facts
    late = seconds * 1000
    for order in state.due.pop(late):
        if state.late[order] != late:
            raise InvariantError(f"I10: order {order} was promised by {late}, the books say {state.late[order]}")
        if state.order_flags[order] & customers.WITHDRAWN:
            continue
        kept = state.left[order] == 0 and not state.order_flags[order] & customers.LATE
        window = facts.slot_index[state.early[order], late] % len(facts.windows)
        state.slot_ended[window] += 1
        state.slot_kept[window] += kept
        if state.left[order]:
            _broken(twin, order)


def _broken(twin: "Twin", order: int) -> None:
    state, facts = twin.state, twin.facts
    customer = facts.session_customer[order]
    state.order_flags[order] |= customers.BROKEN
    twin.note(Kind.BROKEN, order, customer, facts.area[customer], state.late[order], Cause.LATE)
    messages.tell(twin, _open_parcel(twin, order), Cause.LATE)
    customers.wonder(twin, order, twin.world.people.contact_late)


def _open_parcel(twin: "Twin", order: int) -> int:
    facts, status = twin.facts, twin.state.status
    parcels = range(facts.first_parcel[order], facts.first_parcel[order + 1])
    return next(parcel for parcel in parcels if status[parcel] < Status.DELIVERED)


def end(twin: "Twin", kind: Kind, parcel: int, holder: int, place: int, value: int, cause: int, by: int) -> None:
    """A parcel comes to its end; with the last one the order does."""
    state = twin.state
    order = twin.facts.order_of[parcel]
    move(twin, kind, parcel, holder, place, value, cause, by)
    if kind == _DELIVERED:
        twin.post(_CASH, twin.facts.goods_margin, parcel, order, _GOODS)
    if cause != _WITHDRAWN and (kind != _DELIVERED or twin.state.now > state.late[order]):
        state.order_flags[order] |= customers.LATE
    state.left[order] -= 1
    if state.left[order] == 0:
        if kind == _DELIVERED:
            messages.tell(twin, parcel, _TOLD)
        customers.finished(twin, order)
