"""Promise only what will probably be kept, and price by how full a window is."""

import math
from collections.abc import Sequence

from pydantic.dataclasses import dataclass

from twin.entities import Knob, Offer, Session, Slot
from twin.ports import View
from twin.units import DAY, HOUR, STRICT, NonNeg, Pos, Share, usd

_TIGHT = HOUR
"""From this much time between goods ready and cut-off on, readiness is no risk (D)."""
_RARE = 0.001
"""No probability is estimated nearer to 0 or 1."""


@dataclass(frozen=True, config=STRICT)
class CalibratedPromise:
    """Show the windows whose estimated probability of being kept is high enough.

    The estimate is the window's own record, shrunk towards that of all windows and of the prior (Beta-Binomial,
    evidence 16.5), lowered on the logit by load and by goods that are ready late. Prices are discounts for
    windows with room and a surcharge for scarce ones of today; never do they depend on the address
    (evidence 16.2).

    Parameters
    ----------
    quantile : float
        Least probability of keeping the promise. A sale that is lost for want of windows costs $20 of margin, a
        broken promise $5 (evidence 5, 6 and 8), so only poor windows are withheld (evidence 16.3, D).
    prior : float
        Share of promises kept before there is a record (evidence 7: regional carriers .955, ours less certain; D).
    weight : float
        Promises that the prior counts for (evidence 16.5, D).
    load_logit, late_logit : float
        What a full window takes off the logit, and goods that are ready just at the cut-off (D).
    explore : float
        Share of sessions that see all windows, so that a window with a bad record can recover (D).
    price_usd, discount_usd, surcharge_usd : float
        Price of a half-full window, and how far an empty one is below and a full one of today above it (D).
    """

    quantile: Share = 0.6
    prior: Share = 0.93
    weight: Pos = 20.0
    load_logit: NonNeg = 0.8
    late_logit: NonNeg = 1.0
    explore: Share = 0.03
    price_usd: NonNeg = 2.99
    discount_usd: NonNeg = 0.8
    surcharge_usd: NonNeg = 1.5

    def __call__(self, view: View, session: Session, slots: Sequence[Slot], /) -> tuple[Offer, ...]:
        """Windows and prices for this session; the most probable one if none is probable enough.

        Never shown are windows without room for the order, or whose wave leaves before the goods are ready.
        """
        count = len(session.parcels)
        slack = view.knob(Knob.PROMISE_SLACK, session.area)
        fitting = [s for s in slots if s.booked + count <= s.capacity and s.ready + slack <= s.cut_off]
        if not fitting:
            return ()
        records = self.records(view)
        kept = [self.probability(slot, records[view.window_index(slot.window)], slack) for slot in fitting]
        least = 0.0 if view.luck(session.id) < self.explore else min(self.quantile, max(kept))
        chosen = [slot for slot, chance in zip(fitting, kept, strict=True) if chance >= least]
        return tuple([Offer(slot.window, self.price(session, slot)) for slot in chosen])

    def records(self, view: View) -> list[float]:
        """Share of promises kept by window: its own, shrunk to that of all, that shrunk to the prior."""
        seen = [view.slot_record(index) for index in range(len(view.operation.windows))]
        kept, ended = (sum(column) for column in zip(*seen, strict=True))
        parent = (kept + self.weight * self.prior) / (ended + self.weight)
        return [(kept + self.weight * parent) / (ended + self.weight) for kept, ended in seen]

    def probability(self, slot: Slot, record: float, slack: int) -> float:
        """How probably a promise is kept, by the window's record, load, and time from goods ready to cut-off."""
        spare = slot.cut_off - slot.ready - slack
        chance = min(max(record, _RARE), 1 - _RARE)
        logit = math.log(chance / (1 - chance))
        logit -= self.load_logit * slot.booked / slot.capacity
        logit -= self.late_logit * max(0.0, 1 - spare / _TIGHT)
        return 1 / (1 + math.exp(-logit))

    def price(self, session: Session, slot: Slot) -> int:
        """Micro-dollars: lower for windows with room, higher for scarce ones of the same day."""
        fullness = 2 * slot.booked / slot.capacity - 1
        if fullness < 0:
            return max(0, usd(self.price_usd + self.discount_usd * fullness))
        today = slot.window.early // DAY == session.time // DAY
        return usd(self.price_usd + self.surcharge_usd * fullness * today)
