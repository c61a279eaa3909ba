"""Baseline: the same order of remedies for everybody, the first that is possible."""

from collections.abc import Sequence

from pydantic.dataclasses import dataclass

from twin.entities import Remedy, RemedyOffer, Trouble
from twin.ports import View
from twin.units import STRICT

_ORDER = (
    Remedy.REATTEMPT,
    Remedy.GROUND,
    Remedy.BACKORDER,
    Remedy.CONTACT,
    Remedy.RESOURCE,
    Remedy.SUBSTITUTE,
    Remedy.NEIGHBOUR,
    Remedy.LOCKER,
    Remedy.RETURN,
    Remedy.CANCEL,
)


@dataclass(frozen=True, config=STRICT)
class FixedOrder:
    """Try again, wait for goods, ask; return or cancel when nothing else is possible."""

    def __call__(self, view: View, trouble: Trouble, remedies: Sequence[RemedyOffer], /) -> RemedyOffer:  # noqa: ARG002
        """The remedy to take."""
        return min(remedies, key=lambda offer: _ORDER.index(offer.remedy))
