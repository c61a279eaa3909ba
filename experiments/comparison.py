"""From the runs of a study to intervals, differences and a sentence."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from experiments.family import DECIDES, QUANTILES, Together, of_a_quantile, together
from experiments.statistics import LEVEL, Interval, mean, mean_difference, ratio, ratio_difference
from twin.kpis import MEANING, RATIOS

HEADLINE = (
    "cost_per_delivered_parcel",
    "on_time",
    "first_attempt_success",
    "kgco2e_per_parcel",
    "contribution_per_checkout",
)
"""What two operations are compared by; in this order everywhere."""
TITLES = {
    "cost_per_delivered_parcel": "Cost per delivered parcel",
    "on_time": "On time",
    "first_attempt_success": "First attempt succeeds",
    "kgco2e_per_parcel": "Carbon per parcel (CO2e)",
    "contribution_per_checkout": "Contribution per checkout",
}
LOWER_IS_BETTER = ("cost_per_delivered_parcel", "kgco2e_per_parcel")

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Comparison:
    """What a study found.

    Attributes
    ----------
    arms : tuple of str
        The baseline first.
    seeds : tuple of int
        One for each world; every arm played all of them.
    estimates : dict
        Arm -> KPI -> interval over the worlds.
    differences : dict
        Arm (but the baseline) -> KPI -> interval of the paired difference, arm minus baseline.
    records : dict
        Arm -> one record for each world, by seed.
    together : Together
        What is found when all arms and figures are looked at together.
    """

    question: str
    baseline: str
    arms: tuple[str, ...]
    seeds: tuple[int, ...]
    estimates: dict[str, dict[str, Interval]]
    differences: dict[str, dict[str, Interval]]
    records: dict[str, tuple[Record, ...]]
    together: Together

    def beyond_chance(self, arm: str, name: str) -> bool:
        """Whether a headline figure differs from the baseline's, judged among all of them."""
        return self.together.holm[arm][name] <= 1 - LEVEL


def compared(question: str, baseline: str, arms: Sequence[str], runs: Sequence[Record]) -> Comparison:
    """Pair the runs of all arms by world and estimate every KPI.

    Parameters
    ----------
    runs : sequence of mapping
        With ``arm``, ``seed``, ``totals`` and ``values``; every arm has every seed.
    """
    records = {arm: tuple(sorted((r for r in runs if r["arm"] == arm), key=lambda r: int(r["seed"]))) for arm in arms}
    names = [name for name in MEANING if any(name in run["values"] for run in runs)]
    names = list(dict.fromkeys([*HEADLINE, *names]))
    others = [arm for arm in arms if arm != baseline]
    differences = {arm: {name: _difference(name, records[arm], records[baseline]) for name in names} for arm in others}
    records = {arm: records[arm] for arm in (baseline, *others)}
    return Comparison(
        question=question,
        baseline=baseline,
        arms=(baseline, *others),
        seeds=tuple(int(record["seed"]) for record in records[baseline]),
        estimates={arm: {name: _estimate(name, records[arm]) for name in names} for arm in (baseline, *others)},
        differences=differences,
        records=records,
        together=together(records, baseline, differences, HEADLINE),
    )


def _estimate(name: str, records: Sequence[Record]) -> Interval:
    if name in RATIOS:
        found = ratio(*_totals(name, records))
        return found.within(0.0, 1.0) if MEANING[name][0] == "share" else found
    return of_a_quantile(_values(name, records)) if name in QUANTILES else mean(_values(name, records))


def _difference(name: str, records: Sequence[Record], baseline: Sequence[Record]) -> Interval:
    if name in RATIOS:
        return ratio_difference(_totals(name, records), _totals(name, baseline))
    one, other = _values(name, records), _values(name, baseline)
    return of_a_quantile(one, other) if name in QUANTILES else mean_difference(one, other)


def _values(name: str, records: Sequence[Record]) -> list[float]:
    """A figure of each run; NaN where it is not defined."""
    return [record["values"].get(name, math.nan) for record in records]


def _totals(name: str, records: Sequence[Record]) -> tuple[list[float], list[float]]:
    above, below = RATIOS[name]
    return [record["totals"][above] for record in records], [record["totals"][below] for record in records]


def as_json(found: Comparison) -> dict[str, Any]:
    """The comparison as JSON values; an interval that does not exist has null ends."""
    return {
        "question": found.question,
        "baseline": found.baseline,
        "level": LEVEL,
        "best": {"kpi": DECIDES, "arm": found.together.best, "shortfall": _number(found.together.shortfall)},
        "seeds": list(found.seeds),
        "units": {name: MEANING[name][0] for name in found.estimates[found.baseline]},
        "arms": {
            arm: {
                "estimates": {name: i.plain for name, i in found.estimates[arm].items()},
                "differences": {name: i.plain for name, i in found.differences.get(arm, {}).items()},
                **_together(found, arm),
                "fingerprints": [record["fingerprint"] for record in found.records[arm]],
            }
            for arm in found.arms
        },
    }


def _together(found: Comparison, arm: str) -> dict[str, Any]:
    pairs = found.together.pairings.get(arm, {})
    return {
        "simultaneous": {name: i.plain for name, i in found.together.simultaneous.get(arm, {}).items()},
        "holm_p": found.together.holm.get(arm, {}),
        "correlation": {name: _number(pair.correlation) for name, pair in pairs.items()},
        "variance_reduction": {name: _number(pair.reduction) for name, pair in pairs.items()},
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
