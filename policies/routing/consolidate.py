"""Waves with must-go and may-go: what can wait does, if it will share a tour with what is still to come."""

from dataclasses import field, replace

from pydantic.dataclasses import dataclass

from policies.routing.ahead import now_and_later
from policies.routing.prepare import prepare
from policies.routing.problem import Plan, Problem, Stakes
from policies.routing.pyvrp import PyVrp
from policies.routing.wavesolve import on_streets
from policies.solvers.consensus import Consensus
from twin.entities import Tour
from twin.ports import View
from twin.units import MINUTE, STRICT, Count, NonNeg, PosInt


@dataclass(frozen=True, config=STRICT)
class Consolidate:
    """Dispatch at a wave what must go, and of the rest what goes along in most of some imagined futures.

    Must go what the next wave would bring too late for its promise. The others are decided by iterative conditional
    dispatch (Lan, van Doorn, Wouda, Rijal & Bhulai 2024): see :mod:`~policies.solvers.consensus`. What goes is
    planned as by :class:`~policies.routing.pyvrp.PyVrp`; what waits is on the floor of the next wave.

    Parameters
    ----------
    iterations, seed, territory : int
        As of :class:`~policies.routing.pyvrp.PyVrp`.
    futures, rounds, search : int
        Futures of a round, rounds, and PyVRP's iterations in each future.
    slack_min : float
        A stop must go if the next wave could reach it no earlier than so long before its window ends: loading, and
        other stops before it (D).
    stakes : Stakes
    """

    iterations: Count = 300
    seed: Count = 1
    territory: PosInt = 250
    futures: PosInt = 6
    rounds: PosInt = 2
    search: PosInt = 60
    slack_min: NonNeg = 60.0
    stakes: Stakes = field(default_factory=Stakes)

    def __call__(self, view: View, /) -> tuple[Tour, ...]:
        """Tours for ``view.dispatch``."""
        problem = prepare(view, self.stakes)
        return problem.tours(on_streets(view, problem, self.plan(view, problem)))

    def plan(self, view: View, problem: Problem) -> Plan:
        """The places of each vehicle, by the constant times of now."""
        router = PyVrp(self.iterations, self.seed, self.territory, self.stakes)
        waits = self.waiting(view, problem)
        worth = [0 if place in waits else worth for place, worth in enumerate(problem.worth)]
        return router.plan(replace(problem, worth=worth) if waits else problem)

    def waiting(self, view: View, problem: Problem) -> frozenset[int]:
        """The places that stay on the floor for the next wave."""
        how = Consensus(futures=self.futures, rounds=self.rounds, iterations=self.search)
        return now_and_later(view, problem, round(self.slack_min * MINUTE), how, self.seed)
