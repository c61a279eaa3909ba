"""Baseline: our own vehicles on the streets, whatever it costs."""

from collections.abc import Sequence

from pydantic.dataclasses import dataclass

from twin.entities import OWN, CarrierOffer, Parcel
from twin.ports import View
from twin.units import STRICT


@dataclass(frozen=True, config=STRICT)
class OwnFirst:
    """The own fleet's street vehicles if they are offered, else the first offer."""

    def __call__(self, view: View, parcel: Parcel, offers: Sequence[CarrierOffer], /) -> CarrierOffer:  # noqa: ARG002
        """The offer to take."""
        return next((offer for offer in offers if offer.carrier == OWN and offer.sortie is None), offers[0])
