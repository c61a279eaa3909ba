"""The remedy with the lowest cost to be expected, its own failure and lateness included."""

from collections.abc import Sequence

from pydantic.dataclasses import dataclass

from twin.entities import Cause, Remedy, RemedyOffer, Trouble
from twin.ports import View
from twin.units import HOUR, STRICT, NonNeg, Pos, usd

_LOST = (Remedy.RETURN, Remedy.CANCEL)
_HOPELESS = ((Cause.ADDRESS, Remedy.REATTEMPT),)
"""A wrong address stays wrong until somebody has asked."""


@dataclass(frozen=True, config=STRICT)
class CheapestRemedy:
    """Price, plus the next failure times its probability, plus lateness, plus the sale if it is lost.

    Parameters
    ----------
    failure_usd : float
        Of the next failure: a further attempt, $4-20 (evidence 3, B). It grows by a half with each attempt
        made, as the chances of the next one fall (.85, then .75).
    late_usd, late_usd_h : float
        Of being late at all, once more contacts are sure, and of each further hour (evidence 5 and 6, D).
    late_h : float
        Hours after which more lateness costs nothing more (D).
    sale_usd : float
        Margin lost when the parcel goes back or the order is cancelled: .30 of $65 (evidence 8, D).
    """

    failure_usd: NonNeg = 10.0
    late_usd: NonNeg = 2.0
    late_usd_h: NonNeg = 0.25
    late_h: Pos = 48.0
    sale_usd: NonNeg = 19.5

    def __call__(self, view: View, trouble: Trouble, remedies: Sequence[RemedyOffer], /) -> RemedyOffer:  # noqa: ARG002
        """The remedy to take."""
        return min(remedies, key=lambda offer: self.cost(trouble, offer))

    def cost(self, trouble: Trouble, offer: RemedyOffer) -> float:
        """Micro-dollars to be expected."""
        if offer.remedy in _LOST:
            return float(offer.price + usd(self.sale_usd))
        again = usd(self.failure_usd) * (1 + 0.5 * max(0, trouble.parcel.attempts - 1))
        success = 0.0 if (trouble.cause, offer.remedy) in _HOPELESS else offer.success
        behind_h = min(max(0, offer.expected - trouble.parcel.promise.late) / HOUR, self.late_h)
        late = usd(self.late_usd) + usd(self.late_usd_h) * behind_h if behind_h else 0
        return offer.price + (1 - success) * again + late
