"""Base stock from sensed demand: the quantile at which a unit too few costs as much as one too many."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic.dataclasses import dataclass

from policies.placement.static import order_up_to
from twin.entities import Replenishment
from twin.ports import View
from twin.units import STRICT, NonNeg, Pos, Share

Floats = NDArray[np.float64]
_SMALL = 1e-9


@dataclass(frozen=True, config=STRICT)
class SensedDemand:
    """Order up to the critical quantile of the demand until the next delivery but one.

    Demand near a centre is what the forecaster expects in its areas, shared out to products by what has sold
    there, shrunk to what has sold everywhere, shrunk to the opening stock. It is negative binomial; the
    critical ratio is shortage / (shortage + holding) (newsvendor).

    Parameters
    ----------
    cover_days : float
        From tonight's order until tomorrow night's arrives (D: one day, and the half day it is picked in).
    shortage_usd : float
        Of a unit that nobody has: .35 cancel and lose $20 of margin, the others cost a transfer (evidence 9, D).
    elsewhere : float
        Chance that another centre has what one lacks, where there are several: then it costs a transfer (D).
    dispersion : float
        k of the negative binomial, 4 to 8 (evidence 8, D).
    weight : float
        Units that the wider record counts for when shares of products are estimated (D).
    """

    cover_days: Pos = 1.5
    shortage_usd: NonNeg = 8.0
    elsewhere: Share = 0.9
    dispersion: Pos = 6.0
    weight: Pos = 50.0

    def __call__(self, view: View, /) -> tuple[Replenishment, ...]:
        """What each centre orders tonight."""
        daily = _daily(view)
        orders: list[Replenishment] = []
        for mfc in range(view.depots):
            near = [area for area in range(view.areas) if view.nearest_depot(area) == mfc]
            demand = self.cover_days * float(daily[near].sum()) * self.shares(view, mfc)
            orders += order_up_to(view, mfc, self.target(demand, *self.costs(view)))
        return tuple(orders)

    def costs(self, view: View) -> tuple[float, float]:
        """USD of a unit too few, and of one too many for a day."""
        operation = view.operation
        lacking = self.shortage_usd
        if view.depots > 1:
            lacking = self.elsewhere * operation.transfer_usd + (1 - self.elsewhere) * self.shortage_usd
        return lacking, operation.holding_usd_unit_day

    def shares(self, view: View, mfc: int) -> Floats:
        """(skus,) shares of the centre's demand."""
        prior = _share(np.asarray(view.opening_stock(mfc) + _SMALL))
        everywhere = _share(view.sold() + self.weight * prior)
        return _share(view.sold_at(mfc) + self.weight * everywhere)

    def target(self, demand: Floats, shortage_usd: float, holding_usd: float) -> NDArray[np.int64]:
        """(skus,) units to have: the critical quantile of demand with these means."""
        from scipy.stats import nbinom

        ratio = shortage_usd / max(shortage_usd + self.cover_days * holding_usd, _SMALL)
        chance = self.dispersion / (self.dispersion + demand)
        units = nbinom.ppf(min(ratio, 1 - 1e-6), self.dispersion, chance)
        return np.asarray(np.maximum(units, 0), dtype=np.int64)


def _daily(view: View) -> Floats:
    """(areas,) parcels a day: forecast if there is one, else the mean so far."""
    if view.forecast is not None:
        return view.forecast.mean
    daily: Floats = view.orders_by_day().mean(axis=0)
    return daily


def _share(values: NDArray[Any]) -> Floats:
    share: Floats = values / values.sum()
    return share
