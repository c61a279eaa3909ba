"""OR-Tools' guided local search, stopped by solutions: never by a clock, so a busy machine plans the same."""

from dataclasses import field

from pydantic.dataclasses import dataclass

from policies.routing.grow import prune
from policies.routing.prepare import prepare
from policies.routing.problem import Plan, Problem, Stakes
from policies.routing.timing import trim
from policies.routing.wavesolve import on_streets, solved
from policies.solvers.model import Stop
from twin.entities import Tour
from twin.ports import View
from twin.units import STRICT, PosInt


@dataclass(frozen=True, config=STRICT)
class OrTools:
    """Parallel cheapest insertion and guided local search by OR-Tools' routing library (Perron & Furnon).

    Windows are soft as lateness costs, stops optional as leaving them does, vehicles unlike each other in
    speed, capacity, cost, range and working time. Its gap is 4-6 % on 100 stops after 10 s (M).

    Parameters
    ----------
    solutions : int
        Accepted changes until it stops. The search has no other randomness, hence no seed.
    territory : int
        As of :class:`~policies.routing.pyvrp.PyVrp`.
    stakes : Stakes
    """

    solutions: PosInt = 100
    territory: PosInt = 250
    stakes: Stakes = field(default_factory=Stakes)

    def __call__(self, view: View, /) -> tuple[Tour, ...]:
        """Tours for ``view.dispatch``."""
        problem = prepare(view, self.stakes)
        return problem.tours(on_streets(view, problem, self.plan(problem)))

    def plan(self, problem: Problem) -> Plan:
        """The places of each vehicle, by the constant times of now."""
        wanted = [place for place in problem.places if problem.worth[place]]
        if not problem.vehicles or not wanted:
            return [[] for _ in problem.vehicles]
        stop = Stop(solutions=self.solutions)
        return prune(problem, trim(problem, solved(problem, wanted, "ortools", stop, territory=self.territory)))
