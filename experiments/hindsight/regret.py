"""From the oracle's answers to regret: per parcel, with intervals over worlds, and paired differences of arms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from experiments.statistics import LEVEL, Interval, ratio, ratio_difference

COLUMNS = ("arm", "seed", "fingerprint", "realised", "plan", "bound", "visits", "parcels", "left")
"""Of a run, in the file of all runs; money in micro-dollars."""
TITLES = {
    "realised": "Routing cost: drivers' time and kilometres",
    "bound": "Lower bound with the day known",
    "plan": "Best plan found with the day known",
    "regret": "Regret: routing cost less the lower bound",
    "regret_plan": "Routing cost less the best plan found",
}
"""Figure -> what it is called; all in USD per parcel."""
_USD = 1_000_000
Run = Mapping[str, Any]


@dataclass(frozen=True)
class Regrets:
    """What the oracle says of each arm; the baseline comes first.

    Attributes
    ----------
    runs : dict
        Arm -> its runs by seed.
    estimates, differences : dict
        Arm -> figure of :data:`TITLES` -> interval over worlds, and of the paired difference from the baseline.
    """

    arms: tuple[str, ...]
    runs: dict[str, tuple[Run, ...]]
    estimates: dict[str, dict[str, Interval]]
    differences: dict[str, dict[str, Interval]]

    @property
    def titles(self) -> dict[str, str]:
        """The figures that are there; without a search there is no plan."""
        searched = any(run["plan"] != run["realised"] for runs in self.runs.values() for run in runs)
        return {name: title for name, title in TITLES.items() if searched or "plan" not in name}

    @property
    def plain(self) -> dict[str, Any]:
        """As JSON values; an interval that does not exist has null ends."""
        arms = {
            arm: {
                "estimates": {name: self.estimates[arm][name].plain for name in self.titles},
                "differences": {
                    name: i.plain for name, i in self.differences.get(arm, {}).items() if name in self.titles
                },
            }
            for arm in self.arms
        }
        return {"level": LEVEL, "unit": "USD per parcel", "baseline": self.arms[0], "arms": arms}


def regrets(baseline: str, arms: Sequence[str], runs: Sequence[Run]) -> Regrets:
    """Pair the answers of all arms by world."""
    order = (baseline, *(arm for arm in arms if arm != baseline))
    of = {arm: tuple(sorted((run for run in runs if run["arm"] == arm), key=lambda run: run["seed"])) for arm in order}
    return Regrets(
        order,
        of,
        {arm: {name: ratio(*_totals(name, of[arm])) for name in TITLES} for arm in order},
        {
            arm: {name: ratio_difference(_totals(name, of[arm]), _totals(name, of[baseline])) for name in TITLES}
            for arm in order[1:]
        },
    )


def _totals(name: str, runs: Sequence[Run]) -> tuple[list[float], list[float]]:
    return [_money(name, run) / _USD for run in runs], [float(run["parcels"]) for run in runs]


def _money(name: str, run: Run) -> int:
    if name in run:
        return int(run[name])
    return int(run["realised"]) - int(run["bound" if name == "regret" else "plan"])
