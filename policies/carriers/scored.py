"""The lowest cost to be expected: price, and what lateness costs times how probable it is."""

from collections.abc import Sequence

from pydantic.dataclasses import dataclass

from twin.entities import OWN, CarrierOffer, Knob, Parcel
from twin.ports import View
from twin.units import HOUR, STRICT, NonNeg, Pos, usd


@dataclass(frozen=True, config=STRICT)
class Scored:
    """Price plus expected lateness, with service levels learnt from what has been delivered.

    On-time is Beta-Binomial: the record in this area, shrunk to the carrier's record everywhere, shrunk to what
    its contract says (evidence 16.5). What the adapter tells to avoid is taken only if nothing else is left.

    Parameters
    ----------
    late_usd : float
        Of a late delivery: .6 contacts of $3.5 and 8 % of the next $20 of margins (evidence 5 and 6, D).
    late_usd_h : float
        More for each hour that the delivery is expected after the promise (D).
    weight : float
        Deliveries that a wider record counts for (evidence 16.5, D).
    """

    late_usd: NonNeg = 4.0
    late_usd_h: NonNeg = 0.25
    weight: Pos = 20.0

    def __call__(self, view: View, parcel: Parcel, offers: Sequence[CarrierOffer], /) -> CarrierOffer:
        """The offer to take."""
        open_ = [offer for offer in offers if not _avoided(view, parcel, offer)] or offers
        return min(open_, key=lambda offer: self.cost(view, parcel, offer))

    def cost(self, view: View, parcel: Parcel, offer: CarrierOffer) -> float:
        """Micro-dollars to be expected."""
        behind_h = max(0, offer.expected - parcel.promise.late) / HOUR
        late = 1.0 if behind_h else 1 - self.on_time(view, offer)
        return offer.price + usd(self.late_usd) * late + usd(self.late_usd_h) * behind_h

    def on_time(self, view: View, offer: CarrierOffer) -> float:
        """Probability that a delivery of this offer is on time."""
        good, trials = view.carrier_record(offer.carrier) if offer.carrier != OWN else (0, 0)
        everywhere = (good + self.weight * offer.stated_on_time) / (trials + self.weight)
        return (offer.on_time + self.weight * everywhere) / (offer.trials + self.weight)


def _avoided(view: View, parcel: Parcel, offer: CarrierOffer) -> bool:
    if offer.carrier != OWN:
        return bool(view.knob(Knob.AVOID_CARRIER, offer.carrier))
    return offer.sortie is not None and bool(view.knob(Knob.AVOID_MODE, parcel.area * 8 + offer.sortie))
