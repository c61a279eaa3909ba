"""The lowest price, whatever the service."""

from collections.abc import Sequence

from pydantic.dataclasses import dataclass

from twin.entities import CarrierOffer, Parcel
from twin.ports import View
from twin.units import STRICT


@dataclass(frozen=True, config=STRICT)
class Cheapest:
    """The offer with the lowest price, the first among equals."""

    def __call__(self, view: View, parcel: Parcel, offers: Sequence[CarrierOffer], /) -> CarrierOffer:  # noqa: ARG002
        """The offer to take."""
        return min(offers, key=lambda offer: offer.price)
