"""The depot: how a packed parcel goes on, by the choice of the carrier selector."""

from functools import partial
from typing import TYPE_CHECKING

from twin import carriers, hubs, legal, orders, recovery, replan, room
from twin.entities import OWN, CarrierOffer, Trigger
from twin.ledger import Kind
from twin.units import usd

if TYPE_CHECKING:
    from twin.engine import Twin


def route(twin: "Twin", parcel: int) -> None:
    """Ask the carrier selector how a packed parcel goes, and put it there."""
    offers = _offers(twin, parcel)
    if not offers:
        if reachable(twin, twin.state.depot[parcel], parcel):
            put_down(twin, parcel)
        else:
            recovery.unreachable(twin, parcel)
        return
    packed = orders.parcel_view(twin, parcel)
    chosen = twin.ask("carriers", partial(legal.carrier, offers), packed, offers)
    sortie = -1 if chosen.sortie is None else int(chosen.sortie)
    twin.note(Kind.ROUTED, parcel, chosen.carrier, sortie, chosen.price)
    twin.state.sortie[parcel] = sortie
    if chosen.carrier == OWN:
        put_down(twin, parcel)
    else:
        carriers.hand(twin, parcel, chosen.carrier)


def reconsider(twin: "Twin", parcel: int) -> None:
    """Ask the carrier selector again about a parcel on the floor: a carrier, or to stay."""
    state = twin.state
    if state.goal[parcel] >= 0:
        return  # carriers do not serve our lockers
    offers = tuple(offer for offer in _offers(twin, parcel) if offer.sortie is None)
    if not any(offer.carrier != OWN for offer in offers):
        return  # all carriers are full
    packed = orders.parcel_view(twin, parcel)
    chosen = twin.ask("carriers", partial(legal.carrier, offers), packed, offers)
    if chosen.carrier != OWN:
        del state.ready[state.depot[parcel]][parcel]
        twin.note(Kind.ROUTED, parcel, chosen.carrier, -1, chosen.price)
        carriers.hand(twin, parcel, chosen.carrier)


def _offers(twin: "Twin", parcel: int) -> tuple[CarrierOffer, ...]:
    state, facts = twin.state, twin.facts
    depot, area = state.depot[parcel], facts.area_of[parcel]
    offers: list[CarrierOffer] = []
    if facts.fits_streets(depot, parcel):
        hits, tries = twin.view.own_record(area)
        when, price = room.expected(twin, depot, parcel), usd(twin.world.operation.street_usd)
        offers.append(CarrierOffer(OWN, "streets", None, price, when, hubs.STATED_ON_TIME, hits, tries))
    if facts.sorties_at[depot]:
        offers += hubs.offers(twin, parcel)
    if twin.world.carriers:
        offers += carriers.offers(twin, parcel)
    return tuple(offers)


def reachable(twin: "Twin", depot: int, parcel: int) -> bool:
    """Whether anything at a depot, or any carrier, could ever bring a parcel."""
    facts = twin.facts
    if twin.world.carriers or facts.fits_streets(depot, parcel):
        return True
    kinds = (facts.kinds[group] for groups in facts.sorties_at[depot].values() for group in groups)
    return any(hubs.can_carry(twin, kind, depot, parcel) for kind in kinds)


def put_down(twin: "Twin", parcel: int) -> None:
    """Put a packed parcel on the floor for the next wave, or in the queue of the sorties."""
    state = twin.state
    depot = state.depot[parcel]
    if state.sortie[parcel] >= 0:
        hubs.queue(twin, parcel)
    else:
        state.ready[depot][parcel] = twin.state.now
        room.take(twin, depot, parcel)
        replan.wish(twin, depot, Trigger.ORDER)
