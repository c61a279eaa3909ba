"""Baseline: bring each micro-fulfilment centre back to the stock it opened with."""

import numpy as np
from pydantic.dataclasses import dataclass

from twin.entities import Replenishment
from twin.ports import View
from twin.units import STRICT


@dataclass(frozen=True, config=STRICT)
class RefillToOpening:
    """Order what is missing to the opening stock, whatever sells."""

    def __call__(self, view: View, /) -> tuple[Replenishment, ...]:
        """What each centre orders tonight."""
        return tuple(
            line
            for mfc in range(view.depots)
            for line in order_up_to(view, mfc, np.asarray(view.opening_stock(mfc), dtype=np.int64))
        )


def order_up_to(view: View, mfc: int, target: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> list[Replenishment]:
    """Orders that bring stock and what is coming up to a target, (skus,) units."""
    missing = target - view.stock(mfc) - view.in_transit(mfc)
    return [Replenishment(mfc, sku, units) for sku, units in enumerate(missing.tolist()) if units > 0]
