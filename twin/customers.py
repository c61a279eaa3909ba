"""Customers: the checkout, being at home, getting in touch, coming back."""

import math
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from twin import calls, legal, orders
from twin.draws import Stream
from twin.entities import Cause, Dwelling, Offer, Segment, Session
from twin.ledger import Account, Kind
from twin.state import Phase
from twin.units import DAY, HOUR, USD

if TYPE_CHECKING:
    from twin.engine import Twin

CONTACTED, INFORMED, FAILED, BROKEN, LATE, WITHDRAWN = 1, 2, 4, 8, 16, 32
"""Bits of an order's flags: what befell it."""
_SEGMENTS, DWELLINGS = tuple(Segment), tuple(Dwelling)
# Members of enums that each parcel needs, looked up once: before Python 3.12 that costs ten times a global's.
_RATED = Kind.RATED
_RATING, _CONTACT = Stream.RATING, Stream.CONTACT
_OFFICE = Dwelling.OFFICE


def arrive(twin: "Twin", _who: int) -> None:
    """The next candidate of the world reaches the checkout, if the customer still orders as often."""
    state, facts = twin.state, twin.facts
    number = state.next_session
    state.next_session = number + 1
    if number + 1 < len(facts.session_time):
        twin.calendar.schedule(facts.session_time[number + 1], Phase.SESSION, 0)
    customer = facts.session_customer[number]
    rate = state.propensity[customer] * facts.session_weather[number]
    if twin.draws.uniform(Stream.THINNING, number) < rate / facts.most_sessions:
        _shop(twin, _session(twin, number, customer))


def _session(twin: "Twin", number: int, customer: int) -> Session:
    facts = twin.facts
    return Session(
        number,
        twin.state.now,
        customer,
        facts.node[customer],
        facts.area[customer],
        DWELLINGS[facts.dwelling[customer]],
        _SEGMENTS[facts.segment[customer]],
        range(facts.first_parcel[number], facts.first_parcel[number + 1]),
    )


def _shop(twin: "Twin", session: Session) -> None:
    number, customer, area = session.id, session.customer, session.area
    twin.note(Kind.SESSION, number, customer, area, len(session.parcels))
    slots = orders.slots(twin, session)
    offers = twin.ask("promising", partial(legal.offers, slots), session, slots)
    cheapest = min((offer.price for offer in offers), default=0)
    twin.note(Kind.OFFERED, number, len(offers), area, cheapest)
    chosen = choose(twin, session, offers)
    if chosen is None:
        twin.note(Kind.WALKED, number, customer, area, cause=Cause.NONE if offers else Cause.CAPACITY)
    else:
        orders.take(twin, session, chosen)


def choose(twin: "Twin", session: Session, offers: Sequence[Offer]) -> Offer | None:
    """The offer that the customer takes, or None: multinomial logit with walking away (evidence 16.2).

    One uniform number decides, with walking away at its upper end: a better set of offers never loses a buyer. Where
    records say that there was an order, nobody walks away from an offer.
    """
    people, segment, now = twin.world.people, session.segment, session.time
    base, money = people.utility_base[segment], people.utility_usd[segment] / USD
    wait, width = people.utility_hour[segment] / HOUR, people.utility_width / HOUR
    utilities = [
        base
        + money * offer.price
        + wait * (offer.window.late - now)
        + width * (offer.window.late - offer.window.early - HOUR)
        for offer in offers
    ]
    top = max(utilities, default=0.0)  # taken off everywhere, so that no utility is too large for exp
    weights = [math.exp(utility - top) for utility in utilities]
    walking = 0.0 if twin.world.sessions.certain else math.exp(min(-top, 700.0))
    left = twin.draws.uniform(Stream.CHOICE, session.id) * (walking + sum(weights))
    for offer, weight in zip(offers, weights, strict=True):
        left -= weight
        if left < 0:
            return offer
    return offers[-1] if offers and not walking else None


def presence(twin: "Twin", order: int, customer: int, time: int) -> float:
    """Probability that somebody opens at ``time``: by hour, dwelling, person, and whether a message was seen."""
    facts, people = twin.facts, twin.world.people
    weekend = (twin.world.first_weekday + time // DAY) % 7 >= 5
    if facts.dwelling[customer] == _OFFICE:
        opens, closes = facts.office_hours
        return 0.0 if weekend or not opens <= time % DAY < closes else people.office_presence
    table = people.presence_weekend if weekend else people.presence_weekday
    level = table[time % DAY // HOUR]
    told = people.notice_logit if twin.state.seen[order] <= time else 0.0
    return shifted(level, facts.presence[customer] + told)


def shifted(share: float, effect: float) -> float:
    """A probability with ``effect`` added to its logit; 0 and 1 stay what they are."""
    if share <= 0.0 or share >= 1.0 or not effect:
        return share
    odds = (1.0 - share) / share * math.exp(min(max(-effect, -700.0), 700.0))
    return 1.0 / (1.0 + odds)


def wonder(twin: "Twin", order: int, factor: float, extra: float = 0.0) -> None:
    """A moment at which the customer may ask where the order is; at most one contact an order.

    ``factor`` multiplies the base rate, which a message that was received lowers; ``extra`` comes on top. One
    number an order decides, so more reasons never mean fewer contacts.
    """
    state, people = twin.state, twin.world.people
    flags = state.order_flags[order]
    if flags & (CONTACTED | WITHDRAWN):
        return
    rate = people.contact * factor
    if flags & INFORMED:
        rate *= people.contact_informed
    if twin.draws.uniform(_CONTACT, order) >= rate + extra:
        return
    state.order_flags[order] = flags | CONTACTED
    luck = twin.draws.uniform(Stream.CONTACT_CHANNEL, order)
    mix = people.contact_mix
    way = 0 if luck < mix[0] else 1 if luck < mix[0] + mix[1] else 2
    twin.note(Kind.CONTACT, order, twin.facts.session_customer[order], way)
    twin.post(Account.CONTACTS, twin.facts.contact_cost[way], twin.facts.first_parcel[order])
    if way == 0:
        calls.ring(twin, order)


def finished(twin: "Twin", order: int) -> None:
    """The last parcel of an order has come to its end: the customer rates it, and comes back or not."""
    state, people = twin.state, twin.world.people
    customer, flags = twin.facts.session_customer[order], state.order_flags[order]
    if flags & WITHDRAWN:
        return  # who did not want it has nothing to rate
    bad = flags & (LATE | BROKEN)
    mean = people.rating[1 if bad else 0]
    stars = min(max(round(mean + twin.draws.normal(_RATING, order)), 1), 5)
    twin.note(_RATED, order, customer, twin.facts.area[customer], stars)
    keep = (people.late_propensity if bad else 1.0) * (people.fail_propensity if flags & FAILED else 1.0)
    if keep == 1.0:
        keep = people.good_propensity
    state.propensity[customer] = min(round(state.propensity[customer] * keep), twin.facts.top_propensity)
