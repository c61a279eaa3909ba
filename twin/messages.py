"""SMS, WhatsApp, e-mail: what is sent, whether and when it is seen, what it costs.

I13: a customer gets at most one message a parcel, cause and channel.
"""

import math
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from twin import customers, legal
from twin.draws import Stream
from twin.entities import Cause, Channel, Notice, TimeWindow
from twin.errors import InvariantError
from twin.ledger import Account, Kind
from twin.units import MINUTE, NEVER

if TYPE_CHECKING:
    from twin.engine import Twin

_REACH = [tuple(channel for channel in Channel if mask >> channel & 1) for mask in range(1 << len(Channel))]
_CAUSES = (
    Cause.CONFIRMED, Cause.LATE, Cause.DELIVERED,
    Cause.DISPATCHED, Cause.ABSENT, Cause.ACCESS, Cause.ADDRESS, Cause.HANDOFF, Cause.NO_DROP_POINT, Cause.LOCKER_FULL,
    Cause.CLOSED,
)  # fmt: skip
"""What a customer may be told of; from DISPATCHED on, once an attempt."""
_SHIFT = {cause: place * len(Channel) for place, cause in enumerate(_CAUSES)}
_ALL = (1 << len(Channel)) - 1
_FOR_EVER = (1 << _SHIFT[Cause.DISPATCHED]) - 1
# Members of enums that each parcel needs, looked up once: before Python 3.12 that costs ten times a global's.
_MESSAGE = Kind.MESSAGE
_MESSAGES = Account.MESSAGES
_DISPATCHED = Cause.DISPATCHED
_DELIVERY, _SEEN = Stream.MESSAGE_DELIVERY, Stream.MESSAGE_SEEN


def tell(twin: "Twin", parcel: int, cause: Cause, eta: TimeWindow | None = None) -> None:
    """Ask the notifier whether and how to tell the customer, and send what it says; only of causes that it names."""
    if cause not in twin.causes:
        return
    state, facts = twin.state, twin.facts
    order = facts.order_of[parcel]
    customer = facts.session_customer[order]
    fresh = facts.channels[customer] & ~(state.told[parcel] >> _SHIFT[cause]) & _ALL
    window = eta or facts.slots[facts.slot_index[state.early[order], state.late[order]]]
    notice = Notice(parcel, order, cause, _REACH[fresh], state.messages[order], window)
    for channel in twin.ask("notifying", partial(legal.channels, notice), notice):
        _send(twin, notice, customer, channel)


def new_attempt(twin: "Twin", parcels: Iterable[int]) -> None:
    """A further attempt may be announced again, and what was read of the last one tells nothing of it."""
    state, order_of = twin.state, twin.facts.order_of
    for parcel in parcels:
        if state.attempts[parcel]:
            state.told[parcel] &= _FOR_EVER
            state.seen[order_of[parcel]] = NEVER


def _send(twin: "Twin", notice: Notice, customer: int, channel: Channel) -> None:
    state, parcel, cause = twin.state, notice.parcel, notice.cause
    bit = 1 << (_SHIFT[cause] + channel)
    if state.told[parcel] & bit:
        raise InvariantError(f"I13: parcel {parcel} is told of {cause.name} by {channel.name} twice")
    state.told[parcel] |= bit
    if state.messages[notice.order] < 255:
        state.messages[notice.order] += 1
    seen = _seen(twin, notice, channel)
    twin.note(_MESSAGE, parcel, channel, customer, seen, cause)
    twin.post(_MESSAGES, twin.facts.message_cost[channel], parcel, customer)
    if seen >= 0:
        state.order_flags[notice.order] |= customers.INFORMED
        if cause == _DISPATCHED:
            state.seen[notice.order] = min(state.seen[notice.order], seen)


def _seen(twin: "Twin", notice: Notice, channel: Channel) -> int:
    """When the customer sees the message, or -1: one number each for delivery and for being seen."""
    people, draws = twin.world.people, twin.draws
    occasion = (twin.state.attempts[notice.parcel] << 5 | notice.cause) << 2 | channel
    if draws.uniform(_DELIVERY, notice.parcel, occasion) >= people.message_delivered[channel]:
        return -1
    luck = draws.uniform(_SEEN, notice.parcel, occasion)
    share = people.message_seen[channel]
    if luck >= share:
        return -1
    # The same number, stretched, is the delay: exponential with the mean of those who look.
    delay = -people.message_seen_min[channel] * MINUTE * math.log1p(-luck / share)
    return twin.state.now + round(delay)
