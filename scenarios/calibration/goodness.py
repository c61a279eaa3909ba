"""What the fitted demand comes to, beside the records: figures that were not fitted themselves."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.daycounts import DayCounts, expected
from scenarios.calibration.fit import Figure
from scenarios.calibration.jackknife import jackknife
from scenarios.demand import popularity
from scenarios.demandfile import Orders
from twin.world import Floats


def figures(orders: Orders, days: DayCounts, values: Mapping[str, Any]) -> tuple[Figure, ...]:
    """Shares by the records, with 95 % intervals, and by the fitted distributions."""
    found = [_quiet(days, values["overdispersion"])]
    if "weight_kg" in values:
        known = orders.weight_kg[~np.isnan(orders.weight_kg)]
        for kilos in (1.0, 5.0):
            model = _below(kilos, values["weight_kg"], values["weight_sigma"])
            found.append(_share(f"share of parcels up to {kilos:g} kg", known <= kilos, model))
    if "weight_kg" in values and "litres_per_kg" in values:
        known = orders.volume_l[~np.isnan(orders.volume_l)]
        median = values["weight_kg"] * values["litres_per_kg"]
        model = _below(10.0, median, math.hypot(values["weight_sigma"], values["litres_sigma"]))
        found.append(_share("share of parcels up to 10 l", known <= 10.0, model))
    if "sku_power" in values:
        sold = orders.sku[orders.sku >= 0]
        products = int(sold.max()) + 1
        top = max(products // 5, 1)
        model = float(popularity(products, values["sku_power"])[:top].sum())
        found.append(_share("share of sales of the best fifth of products", sold < top, model))
    if "parcels_per_order" in values:
        size = np.unique(orders.order, return_counts=True)[1]
        found.append(_share("share of orders of one parcel", size == 1, math.exp(1.0 - values["parcels_per_order"])))
    return tuple(found)


def _share(name: str, hits: NDArray[np.bool_], model: float) -> Figure:
    share = float(hits.mean())
    reach = 1.96 * math.sqrt(share * (1.0 - share) / len(hits))
    return Figure(name, share, model, share - reach, share + reach)


def _below(value: float, median: float, sigma: float) -> float:
    """Share of a lognormal distribution up to a value."""
    if sigma <= 0.0:
        return float(median <= value)
    return 0.5 * math.erfc(-math.log(value / median) / (sigma * math.sqrt(2.0)))


def _quiet(days: DayCounts, k: float) -> Figure:
    """Whether the quieter half of the areas vary as k has it, which the busy ones decide."""
    mean = days.table.mean(axis=(1, 2))
    table = days.table[(mean <= np.median(mean)) & (mean > 0)]

    def spreading(some: Floats) -> Floats:
        wanted = expected(some)
        return np.array([((some - wanted) ** 2).sum() / max(some.sum(), 1.0)])

    wanted = expected(table)
    model = 1.0 + float((wanted * wanted).sum() / wanted.sum()) / k
    weeks = [spreading(np.delete(table, week, axis=1)) for week in range(days.weeks)]
    (seen,) = jackknife(spreading(table), weeks)
    return Figure("variance over mean of a quiet area's days", seen.value, model, seen.low, seen.high)
