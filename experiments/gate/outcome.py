"""Playing until the family is decided, and what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.gate.baseline import Baseline
from experiments.gate.figures import level_of, loss_of
from experiments.gate.plan import Plan
from experiments.gate.verdicts import FIRST, Key, Loss, Verdict, looks, overall

GLANCE = 2
"""Worlds in which the runs of a pull request must be equal, event by event, to pass at once."""
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
        self._play_to({scenario: self._glance(scenario) for scenario in self.plan.jobs})
        for scenario in self.plan.jobs:
            if self._same(scenario):
                self.verdicts |= {key: Verdict.SAME for key in self.verdicts if key[0] == scenario}
        most = min(self.plan.gate.worlds, self.baseline.worlds)
        rules = self.plan.gate.rules(most)
        for look, worlds in enumerate(looks(most)):
            if overall(self.verdicts) is not Verdict.OPEN:
                break
            self._play_to(dict.fromkeys((scenario for scenario, _ in self._open()), worlds))
            fresh = {key: self._loss(key) for key in self._open()}
            found = {key: loss for key, loss in fresh.items() if loss is not None}
            self.losses |= found
            self.verdicts = rules.judge(look, found, self.verdicts)
        return self._outcome()

    def _open(self) -> list[Key]:
        return [key for key, verdict in self.verdicts.items() if verdict is Verdict.OPEN]

    def _glance(self, scenario: str) -> int:
        """Few worlds for the same configuration; by night, or of another one, as many as a look."""
        then = self.baseline.scenarios[scenario].settings
        quick = self.plan.gate.tier == "pull_request" and self.plan.settings(scenario) == then
        return GLANCE if quick else FIRST

    def _play_to(self, worlds: Mapping[str, int]) -> None:
        tasks = [(name, i) for name, most in worlds.items() for i in range(len(self.runs[name]), most)]
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
