"""Exceptions and remedies: what can be done now, what was chosen, and what comes of it."""

from typing import TYPE_CHECKING

from twin import depot, legal, messages, orders, stock
from twin.draws import Stream
from twin.entities import Cause, Dwelling, Remedy, RemedyOffer, Trouble
from twin.ledger import Account, Kind
from twin.state import Phase, Status
from twin.units import HOUR, usd

if TYPE_CHECKING:
    from twin.engine import Twin


def _resolve(twin: "Twin", parcel: int, cause: Cause, possible: list[RemedyOffer]) -> Remedy:
    """Let the resolver choose among the remedies, and write it down."""
    remedies = tuple(possible)
    trouble = Trouble(orders.parcel_view(twin, parcel), cause, twin.state.now)
    chosen = twin.ask("recovering", lambda answer: legal.remedy(remedies, answer), trouble, remedies)
    area = trouble.parcel.area
    twin.note(Kind.EXCEPTION, parcel, chosen.remedy, area, len(remedies), cause)
    twin.post(Account.REMEDIES, chosen.price, parcel)
    return Remedy(chosen.remedy)


# --- stock ----------------------------------------------------------------------------------------------------------


def stock_out(twin: "Twin", parcel: int) -> None:
    """No centre has it on record: wait for the regional centre, or cancel."""
    _no_stock(twin, parcel, Cause.OUT_OF_STOCK, -1)


def short(twin: "Twin", parcel: int, mfc: int) -> None:
    """The record had it, the shelf has not."""
    _no_stock(twin, parcel, Cause.SHORT_STOCK, mfc)


def _no_stock(twin: "Twin", parcel: int, cause: Cause, mfc: int) -> None:
    now, tomorrow = twin.state.now, stock.next_inbound(twin)
    operation = twin.world.operation
    transfer = twin.facts.transfer_cost
    again = mfc >= 0 and twin.state.flags[parcel] >> 4 < 3 and stock.source(twin, parcel, mfc) >= 0
    remedies = [RemedyOffer(Remedy.RESOURCE, transfer, now + HOUR, 0.99)] if again else []
    if mfc >= 0 and stock.can_substitute(twin, mfc):
        remedies.append(RemedyOffer(Remedy.SUBSTITUTE, usd(operation.substitute_usd), now, 0.65))
    remedies.append(RemedyOffer(Remedy.BACKORDER, 0, tomorrow, 0.97))
    remedies.append(RemedyOffer(Remedy.CANCEL, usd(operation.cancel_usd), now, 0.0))
    remedy = _resolve(twin, parcel, cause, remedies)
    if remedy == Remedy.RESOURCE:
        stock.release(twin, parcel, besides=mfc)
    elif remedy == Remedy.SUBSTITUTE and twin.draws.uniform(Stream.SUBSTITUTE, parcel) < 0.65:
        stock.substitute(twin, parcel, mfc)
    elif remedy == Remedy.CANCEL:
        cancel(twin, parcel, cause)
    else:
        stock.backorder(twin, parcel, cause)


def cancel(twin: "Twin", parcel: int, cause: Cause) -> None:
    """Give a parcel up before it has left."""
    order, state = twin.facts.order_of[parcel], twin.state
    orders.end(twin, Kind.CANCELLED, parcel, state.holder[parcel], state.depot[parcel], 0, cause, order)


def unreachable(twin: "Twin", parcel: int) -> None:
    """Packed, and nothing that we have or hire can bring it."""
    price = usd(twin.world.operation.cancel_usd)
    _resolve(twin, parcel, Cause.UNREACHABLE, [RemedyOffer(Remedy.CANCEL, price, twin.state.now, 0.0)])
    cancel(twin, parcel, Cause.UNREACHABLE)


# --- at the door ----------------------------------------------------------------------------------------------------


def at_the_door(twin: "Twin", parcel: int, cause: Cause, *, neighbour: bool) -> Remedy:
    """A failed attempt: what the person at the door, or the vehicle, does next.

    Returns the remedy; NEIGHBOUR is carried out by the caller, which knows the door.
    """
    state, facts, operation = twin.state, twin.facts, twin.world.operation
    now, left = twin.state.now, operation.max_attempts - state.attempts[parcel]
    remedies = []
    if neighbour:
        chance = twin.world.people.neighbour[_dwelling(twin, parcel)]
        remedies.append(RemedyOffer(Remedy.NEIGHBOUR, usd(operation.card_usd), now, chance))
    if left > 0:
        again = 0.0 if cause == Cause.ADDRESS else 0.85
        remedies.append(RemedyOffer(Remedy.REATTEMPT, 0, now + 20 * HOUR, again))
        if cause == Cause.ADDRESS:
            price = facts.message_cost[0]
            remedies.append(RemedyOffer(Remedy.CONTACT, price, now + 4 * HOUR, twin.world.people.answer))
        if facts.lockers and facts.fits_streets(state.depot[parcel], parcel):
            remedies.append(RemedyOffer(Remedy.LOCKER, usd(operation.locker_usd), now + 20 * HOUR, 0.98))
    remedies.append(RemedyOffer(Remedy.RETURN, usd(operation.return_usd), now + 24 * HOUR, 0.0))
    return _resolve(twin, parcel, cause, remedies)


def _dwelling(twin: "Twin", parcel: int) -> Dwelling:
    facts = twin.facts
    return Dwelling(facts.dwelling[facts.session_customer[facts.order_of[parcel]]])


def carry_out(twin: "Twin", parcel: int, remedy: Remedy, cause: Cause) -> None:
    """What was decided at the door is done when the parcel is back on the depot's floor."""
    state, facts = twin.state, twin.facts
    place = state.depot[parcel]
    if remedy == Remedy.RETURN:
        orders.end(twin, Kind.RETURNED, parcel, state.holder[parcel], place, 0, cause, -1)
        return
    if remedy == Remedy.CONTACT:
        ask_address(twin, parcel)
        return
    if remedy == Remedy.LOCKER:
        home = facts.node[facts.session_customer[facts.order_of[parcel]]]
        state.goal[parcel] = min(facts.lockers, key=lambda node: facts.metres(node, home))
        state.sortie[parcel] = -1
    elif remedy == Remedy.GROUND:
        state.sortie[parcel] = -1
    depot.put_down(twin, parcel)


def ask_address(twin: "Twin", parcel: int) -> None:
    """Ask the customer for the right address; the answer comes within hours, or never."""
    messages.tell(twin, parcel, Cause.ADDRESS)
    twin.state.asked[parcel] = twin.state.now
    people, draws = twin.world.people, twin.draws
    if draws.uniform(Stream.MESSAGE_ANSWER, parcel, 0) < people.answer:
        hours = draws.exponential(people.answer_h, Stream.MESSAGE_ANSWER, parcel, 1)
        wait = round(min(hours, 3 * people.answer_h) * HOUR)
    else:
        wait = 24 * HOUR
    twin.calendar.schedule(twin.state.now + wait, Phase.ANSWER, parcel)


def answered(twin: "Twin", parcel: int) -> None:
    """The customer has put the address right, or a day has passed and the parcel goes back."""
    state, facts = twin.state, twin.facts
    asked = state.asked.pop(parcel)
    if state.status[parcel] != Status.READY:
        return
    if twin.draws.uniform(Stream.MESSAGE_ANSWER, parcel, 0) < twin.world.people.answer:
        state.flags[parcel] &= ~orders.BAD_ADDRESS
        customer = facts.session_customer[facts.order_of[parcel]]
        twin.note(Kind.FIXED, parcel, customer, facts.area[customer], state.now - asked)
        carry_out(twin, parcel, Remedy.REATTEMPT, Cause.ADDRESS)
        return
    twin.post(Account.REMEDIES, usd(twin.world.operation.return_usd), parcel)
    carry_out(twin, parcel, Remedy.RETURN, Cause.NO_REMEDY)


def closed_off(twin: "Twin", parcel: int) -> None:
    """On the floor, and no street leads to the address and back now: the next wave, a locker, or back to the sender."""
    remedy = at_the_door(twin, parcel, Cause.CLOSED, neighbour=False)
    if remedy != Remedy.REATTEMPT:
        del twin.state.ready[twin.state.depot[parcel]][parcel]
        carry_out(twin, parcel, remedy, Cause.CLOSED)


def grounded(twin: "Twin", parcel: int, cause: Cause) -> Remedy:
    """A sortie cannot go: on the streets instead, or wait for better weather."""
    now = twin.state.now
    remedies = [
        RemedyOffer(Remedy.GROUND, usd(twin.world.operation.ground_usd), now + 4 * HOUR, 0.95),
        RemedyOffer(Remedy.REATTEMPT, 0, now + 2 * HOUR, 0.5),
    ]
    return _resolve(twin, parcel, cause, remedies)
