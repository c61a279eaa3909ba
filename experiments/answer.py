"""What a comparison found, in a sentence or two: with its interval, and no more than was found."""

import math
from collections.abc import Callable

from experiments.comparison import Comparison
from experiments.statistics import Interval


def answer(found: Comparison) -> str:
    """The study's answer about cost in a sentence or two, with its interval."""
    base, worlds = found.baseline, len(found.seeds)
    costs = {arm: differences["cost_per_delivered_parcel"] for arm, differences in found.differences.items()}
    if not costs:
        only = found.estimates[base]["cost_per_delivered_parcel"]
        return f"{base} costs {_usd(only.estimate)} per delivered parcel{_between(only, _usd)}."
    arm = min(costs, key=lambda name: costs[name].estimate)
    cost = costs[arm]
    if worlds < 2:
        return f"One world says nothing about chance: there {arm} costs {_more(cost)} per delivered parcel than {base}."
    if all(interval.low == interval.high == 0 for interval in costs.values()):
        return f"{' and '.join([base, *costs])} cost the same in each of {worlds} worlds."
    if cost.high < 0:
        verdict = f"{arm} is the cheapest: it costs {_more(cost)} per delivered parcel than {base}"
    elif all(interval.low > 0 for interval in costs.values()):
        verdict = f"{base} stays the cheapest: the nearest, {arm}, costs {_more(cost)} per delivered parcel"
    else:
        verdict = (
            f"No arm is shown to be cheaper than {base}: the nearest, {arm}, costs {_more(cost)} per delivered parcel"
        )
    return f"{verdict}{_between(cost, _signed_usd)}, in {worlds} paired worlds. {_aside(found, arm)}"


def _aside(found: Comparison, arm: str) -> str:
    """What the arm does to on-time, to carbon, and to what a checkout earns."""
    names = ("on_time", "kgco2e_per_parcel", "contribution_per_checkout")
    on_time, carbon, earned = (found.differences[arm][name] for name in names)
    return (
        f"Its on-time share differs by {100 * on_time.estimate:+.1f} points{_between(on_time, _points)}, "
        f"its carbon by {1000 * carbon.estimate:+.0f} g CO2e per parcel{_between(carbon, _grams)}, "
        f"what a checkout earns by {_signed_usd(earned.estimate)}{_between(earned, _signed_usd)}."
    )


def _more(cost: Interval) -> str:
    return f"{_usd(abs(cost.estimate))} {'less' if cost.estimate < 0 else 'more'}"


def _usd(value: float) -> str:
    return f"${value:.2f}"


def _signed_usd(value: float) -> str:
    return f"{'-' if value < 0 else '+'}${abs(value):.2f}"


def _points(value: float) -> str:
    return f"{100 * value:+.1f}"


def _grams(value: float) -> str:
    return f"{1000 * value:+.0f}"


def _between(interval: Interval, written: Callable[[float], str]) -> str:
    if math.isnan(interval.low):
        return ""
    return f" (95 % interval {written(interval.low)} to {written(interval.high)})"
