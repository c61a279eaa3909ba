"""PyVRP's iterated local search, started from the insertion plan and stopped by iterations."""

import warnings
from dataclasses import field

from pydantic.dataclasses import dataclass

from policies.routing.insertion import CheapestInsertion
from policies.routing.prepare import prepare
from policies.routing.problem import Plan, Problem, Stakes
from policies.routing.pyvrpdata import problem_data, to_plan, to_solution, vehicle_types
from policies.routing.timing import total, trim
from twin.entities import Tour
from twin.ports import View
from twin.units import STRICT, Count

_PENALTY = 1e8
"""Highest penalty for a millisecond, metre, gram or millilitre too many, in thousandths of micro-dollars."""


@dataclass(frozen=True, config=STRICT)
class PyVrp:
    """Iterated local search by PyVRP (Wouda, Lan & Kool 2024), gap 1-2 % on 100 to 200 stops (M).

    PyVRP's windows are hard, ours cost; so a window that the insertion plan misses is widened to when that
    plan arrives, and what PyVRP finds is polished with lateness as a cost.

    Parameters
    ----------
    iterations : int
        Of the search: 100 to 200 a second with 100 to 300 stops (D).
    seed : int
        Of its random numbers.
    stakes : Stakes
    """

    iterations: Count = 300
    seed: Count = 1
    stakes: Stakes = field(default_factory=Stakes)

    def __call__(self, view: View, /) -> tuple[Tour, ...]:
        """Tours for ``view.dispatch``."""
        problem = prepare(view, self.stakes)
        return problem.tours(self.plan(problem))

    def plan(self, problem: Problem) -> Plan:
        """The places of each vehicle."""
        insertion = CheapestInsertion(stakes=self.stakes)
        begin = insertion.plan(problem)
        wanted = [place for place in problem.places if problem.worth[place]]
        if not wanted or not problem.vehicles:
            return begin
        found = insertion.polish(problem, trim(problem, self._solve(problem, wanted, begin)))
        return min(begin, found, key=lambda plan: total(problem, plan))

    def _solve(self, problem: Problem, wanted: list[int], begin: Plan) -> Plan:
        from pyvrp import PenaltyParams, SolveParams, solve
        from pyvrp.stop import MaxIterations

        types = vehicle_types(problem)
        if not types:
            return begin
        data = problem_data(problem, types, wanted, begin)
        with warnings.catch_warnings():  # a wave that nobody can serve is no mistake here
            warnings.simplefilter("ignore")
            result = solve(
                data,
                MaxIterations(self.iterations),
                self.seed,
                collect_stats=False,
                params=SolveParams(penalty=PenaltyParams(max_penalty=_PENALTY)),
                initial_solution=to_solution(data, types, wanted, begin),
            )
        return to_plan(result.best, types, wanted, len(problem.vehicles)) if result.is_feasible() else begin
