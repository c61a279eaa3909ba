"""Playing until the family is decided, and what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.gate.baseline import Baseline
from experiments.gate.figures import level_of, loss_of
from experiments.gate.plan import GLANCE, Plan
from experiments.gate.verdicts import Key, Loss, Verdict, looks, overall

Record = Mapping[str, Any]
Player = Callable[[Sequence[tuple[str, int]]], Sequence[Record]]
"""Plays worlds, each a scenario and its place in the baseline, in the order given."""


@dataclass(frozen=True)
class Row:
    """What was found of one figure of one scenario."""

    scenario: str
    kpi: str
    then: float
    now: float
    loss: Loss | None
    verdict: Verdict
    pairs: int


@dataclass
class Outcome:
    """What a check found.

    Attributes
    ----------
    rows : list of Row
        One for each figure of the family.
    differs : dict
        Scenario -> sentences on what differs first.
    """

    rows: list[Row] = field(default_factory=list)
    differs: dict[str, list[str]] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """On the whole family."""
        return overall({(row.scenario, row.kpi): row.verdict for row in self.rows})


@dataclass
class Family:
    """A family while it is played: verdicts, losses, and the runs so far."""

    plan: Plan
    baseline: Baseline
    play: Player
    runs: dict[str, list[Record]]
    verdicts: dict[Key, Verdict]
    losses: dict[Key, Loss]

    @classmethod
    def of(cls, plan: Plan, baseline: Baseline, play: Player) -> "Family":
        """A family of which nothing is known."""
        return cls(plan, baseline, play, {name: [] for name in plan.jobs}, dict.fromkeys(plan.family, Verdict.OPEN), {})

    def decide(self) -> Outcome:
        """A glance at equal runs, then looks until something is proven or nothing is left to play."""
        self._play_to(GLANCE[self.plan.gate.tier])
        for scenario in self.plan.jobs:
            if self._same(scenario):
                self.verdicts |= {key: Verdict.SAME for key in self.verdicts if key[0] == scenario}
        rules = self.plan.gate.rules(self.baseline.worlds)
        for worlds in looks(self.baseline.worlds):
            if overall(self.verdicts) is not Verdict.OPEN:
                break
            self._play_to(worlds)
            fresh = {key: self._loss(key) for key in self._open()}
            found = {key: loss for key, loss in fresh.items() if loss is not None}
            self.losses |= found
            self.verdicts = rules.judge(found, self.verdicts)
        return self._outcome()

    def _open(self) -> list[Key]:
        return [key for key, verdict in self.verdicts.items() if verdict is Verdict.OPEN]

    def _play_to(self, worlds: int) -> None:
        wanted = {scenario for scenario, _ in self._open()}
        tasks = [(name, i) for name in self.plan.jobs if name in wanted for i in range(len(self.runs[name]), worlds)]
        for run in self.play(tasks):
            self.runs[run["scenario"]].append(run)

    def _same(self, scenario: str) -> bool:
        then = self.baseline.scenarios[scenario].fingerprints
        return all(run["fingerprint"] == then[i] for i, run in enumerate(self.runs[scenario]))

    def _now(self, scenario: str) -> dict[str, NDArray[np.float64]]:
        runs = self.runs[scenario]
        return {name: np.array([run["totals"][name] for run in runs], dtype=np.float64) for name in runs[0]["totals"]}

    def _loss(self, key: Key) -> Loss | None:
        scenario, kpi = key
        now = self._now(scenario)
        then = self.baseline.scenarios[scenario].columns(len(self.runs[scenario]))
        return loss_of(kpi, now, then, self.plan.gate.margins[kpi])

    def _outcome(self) -> Outcome:
        found = Outcome()
        for (scenario, kpi), verdict in self.verdicts.items():
            loss, pairs = self.losses.get((scenario, kpi)), len(self.runs[scenario])
            pairs = loss.pairs if loss else pairs
            now = {name: column[:pairs] for name, column in self._now(scenario).items()}
            then = self.baseline.scenarios[scenario].columns(pairs)
            levels = level_of(kpi, then), level_of(kpi, now)
            found.rows.append(Row(scenario, kpi, *levels, loss, verdict, pairs))
        told = {name: [said for run in runs for said in run["differs"]] for name, runs in self.runs.items()}
        found.differs = {name: said for name, said in told.items() if said and not self._same(name)}
        return found
