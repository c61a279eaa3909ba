"""Stock orders: the baseline refills, the better policy follows demand and what shortage costs."""

from dataclasses import replace
from typing import Any

import numpy as np

from policies.cases import DEPOTS, SKUS, plain_view
from policies.placement.sensed import SensedDemand
from policies.placement.static import RefillToOpening
from twin.entities import Forecast


def units(policy: Any, view: Any) -> np.ndarray[Any, np.dtype[np.int64]]:
    """(depots, skus) units ordered."""
    ordered = np.zeros((DEPOTS, SKUS), dtype=np.int64)
    for line in policy(view):
        ordered[line.mfc, line.sku] += line.units
    return ordered


def stocked(**changes: Any) -> Any:
    """The evening of an ordinary day with full shelves that then changed."""
    view = plain_view(hour=23)
    return replace(view, **{"stocks": view.opening.copy(), **changes})


def test_the_baseline_replaces_what_is_gone_and_not_yet_coming() -> None:
    """Opening stock less stock less what is on its way."""
    view = stocked()
    view.stocks[0, 1] -= 30
    view.coming[0, 1] += 12
    ordered = units(RefillToOpening(), view)
    assert ordered[0, 1] == 18
    assert ordered.sum() == 18


def test_a_centre_orders_more_of_what_sells_there() -> None:
    """Shares of products follow local sales, and an empty shelf is filled beyond the mean demand."""
    view = stocked(stocks=np.zeros((DEPOTS, SKUS), dtype=np.int64))
    ordered = units(SensedDemand(), view)
    assert (np.diff(ordered, axis=1) < 0).all()
    daily = view.orders_by_day().mean(axis=0).sum()
    assert ordered.sum() > SensedDemand().cover_days * daily


def test_twice_the_forecast_is_about_twice_the_stock() -> None:
    """What the forecaster says moves the orders."""
    none = np.zeros((DEPOTS, SKUS), dtype=np.int64)
    mean = np.full(6, 40.0)
    low = units(SensedDemand(), stocked(stocks=none, forecast=Forecast(10, mean, mean, mean))).sum()
    high = units(SensedDemand(), stocked(stocks=none, forecast=Forecast(10, 2 * mean, mean, 3 * mean))).sum()
    assert 1.8 * low < high < 2.2 * low


def test_dearer_shortage_means_more_stock_and_free_shortage_none() -> None:
    """The critical ratio of the newsvendor."""
    demand = np.full(SKUS, 20.0)
    few, some, many = (SensedDemand().target(demand, usd, 0.5).sum() for usd in (0.3, 3.0, 30.0))
    assert few < some < many
    assert SensedDemand().target(demand, 0.0, 0.5).sum() == 0


def test_the_target_covers_the_critical_share_of_days() -> None:
    """Negative binomial demand stays below it as often as the ratio says."""
    policy = SensedDemand(cover_days=1.0, dispersion=6.0)
    target = int(policy.target(np.array([50.0]), 9.0, 1.0)[0])
    days = np.random.default_rng(7).negative_binomial(6, 6 / 56, 20_000)
    assert abs((days <= target).mean() - 0.9) < 0.02


def test_what_another_centre_has_is_cheaper_to_lack() -> None:
    """With several centres a shortage mostly costs a transfer; when none of the others has it, what it costs alone."""
    view = stocked()
    assert view.depots > 1
    assert SensedDemand(elsewhere=0.0).costs(view)[0] == SensedDemand().shortage_usd
    assert SensedDemand(elsewhere=1.0).costs(view)[0] == view.operation.transfer_usd
    alone = replace(view, stocks=view.stocks[:1])
    assert SensedDemand(elsewhere=1.0).costs(alone)[0] == SensedDemand().shortage_usd


def test_full_shelves_order_nothing() -> None:
    """What is there and coming is enough."""
    assert SensedDemand()(stocked(stocks=np.full((DEPOTS, SKUS), 10_000))) == ()
