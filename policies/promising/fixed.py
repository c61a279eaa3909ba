"""Baseline: every window with room at one price."""

from collections.abc import Sequence

from pydantic.dataclasses import dataclass

from twin.entities import Offer, Session, Slot
from twin.ports import View
from twin.units import STRICT, NonNeg, usd


@dataclass(frozen=True, config=STRICT)
class FixedPrice:
    """Offer all windows with room, at one price.

    Parameters
    ----------
    price_usd : float
        What delivery costs the customer; at this price about .6 of checkouts buy with the default people (D).
    """

    price_usd: NonNeg = 2.99

    def __call__(self, view: View, session: Session, slots: Sequence[Slot], /) -> tuple[Offer, ...]:  # noqa: ARG002
        """Windows and prices for this session."""
        price = usd(self.price_usd)
        return tuple([Offer(slot.window, price) for slot in slots if slot.booked < slot.capacity])
