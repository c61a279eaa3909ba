"""SMS, WhatsApp, e-mail: what is sent, whether and when it is seen, what it costs.

I13: a customer gets at most one message a parcel, cause and channel.
"""

import math
from typing import TYPE_CHECKING

from twin import customers, legal
from twin.draws import Stream
from twin.entities import Cause, Channel, Notice, TimeWindow
from twin.errors import InvariantError
from twin.ledger import Account, Kind
from twin.units import MINUTE

if TYPE_CHECKING:
    from twin.engine import Twin

_REACH = [tuple(channel for channel in Channel if mask >> channel & 1) for mask in range(1 << len(Channel))]


def tell(twin: "Twin", parcel: int, cause: Cause, eta: TimeWindow | None = None) -> None:
    """Ask the notifier whether and how to tell the customer, and send what it says."""
    state, facts = twin.state, twin.facts
    order = facts.order_of[parcel]
    customer = facts.session_customer[order]
    window = eta or facts.slots[facts.slot_index[state.early[order], state.late[order]]]
    notice = Notice(parcel, order, cause, _REACH[facts.channels[customer]], state.messages[order], window)
    for channel in twin.ask("notifying", lambda answer: legal.channels(notice, answer), notice):
        _send(twin, notice, customer, channel)


def _send(twin: "Twin", notice: Notice, customer: int, channel: Channel) -> None:
    state, parcel = twin.state, notice.parcel
    bit = 1 << (notice.cause * len(Channel) + channel)
    if state.told[parcel] & bit:
        if notice.cause in _REPEATS:
            return
        raise InvariantError(f"I13: parcel {parcel} is told of {notice.cause.name} by {channel.name} twice")
    state.told[parcel] |= bit
    state.messages[notice.order] = min(state.messages[notice.order] + 1, 255)
    seen = _seen(twin, notice, channel)
    twin.note(Kind.MESSAGE, parcel, channel, customer, seen, notice.cause)
    twin.post(Account.MESSAGES, twin.facts.message_cost[channel], parcel, customer)
    if seen >= 0:
        state.order_flags[notice.order] |= customers.INFORMED
        if notice.cause == Cause.DISPATCHED:
            state.seen[notice.order] = min(state.seen[notice.order], seen)


_REPEATS = frozenset({Cause.DISPATCHED, Cause.ABSENT, Cause.ACCESS, Cause.ADDRESS, Cause.HANDOFF, Cause.NO_DROP_POINT})
"""Causes that a second attempt brings again: the first message stands."""


def _seen(twin: "Twin", notice: Notice, channel: Channel) -> int:
    """When the customer sees the message, or -1: one number each for delivery and for being seen."""
    people, draws = twin.world.people, twin.draws
    occasion = notice.cause << 2 | channel
    if draws.uniform(Stream.MESSAGE_DELIVERY, notice.parcel, occasion) >= people.message_delivered[channel]:
        return -1
    luck = draws.uniform(Stream.MESSAGE_SEEN, notice.parcel, occasion)
    share = people.message_seen[channel]
    if luck >= share:
        return -1
    # The same number, stretched, is the delay: exponential with the mean of those who look.
    delay = -people.message_seen_min[channel] * MINUTE * math.log1p(-luck / share)
    return twin.now + round(delay)
