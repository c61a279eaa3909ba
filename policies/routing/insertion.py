"""Cheapest insertion by regret, then a counted local search."""

from dataclasses import field

from pydantic.dataclasses import dataclass

from policies.routing.grow import dissolve, grow, prune, split
from policies.routing.improve import improve
from policies.routing.prepare import prepare
from policies.routing.problem import Plan, Problem, Stakes
from twin.entities import Tour
from twin.ports import View
from twin.units import STRICT, Count, PosInt


@dataclass(frozen=True, config=STRICT)
class CheapestInsertion:
    """Insert where it costs least, the stop first that would regret it most; then improve.

    Regret insertion is that of Potvin & Rousseau (1993) (M), over tours of unlike vehicles, with lateness as
    a cost; the local search is relocation, 2-opt and exchange of tails among near neighbours.

    Parameters
    ----------
    sweeps : int
        Passes over all stops of the local search; 0: none. It ends earlier when nothing improves.
    neighbours : int
        How many near stops each stop is tried with (10 to 20 is usual in granular search) (M).
    stakes : Stakes
    """

    sweeps: Count = 2
    neighbours: PosInt = 10
    stakes: Stakes = field(default_factory=Stakes)

    def __call__(self, view: View, /) -> tuple[Tour, ...]:
        """Tours for ``view.dispatch``."""
        problem = prepare(view, self.stakes)
        return problem.tours(self.plan(problem))

    def plan(self, problem: Problem) -> Plan:
        """The places of each vehicle."""
        plan = grow(problem, [[] for _ in problem.vehicles])
        return self.polish(problem, plan) if self.sweeps else prune(problem, plan)

    def polish(self, problem: Problem, plan: Plan) -> Plan:
        """A plan improved: stops moved, those left out inserted, short tours dealt out, late ones cut."""
        moved = improve(problem, plan, self.sweeps, self.neighbours)
        dealt = split(problem, dissolve(problem, grow(problem, moved)))
        return prune(problem, dealt if dealt == moved else improve(problem, dealt, self.sweeps, self.neighbours))
