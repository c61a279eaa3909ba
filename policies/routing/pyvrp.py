"""PyVRP's iterated local search, started from the insertion plan and stopped by iterations."""

from dataclasses import field

from pydantic.dataclasses import dataclass

from policies.routing.insertion import CheapestInsertion
from policies.routing.prepare import prepare
from policies.routing.problem import Plan, Problem, Stakes
from policies.routing.timing import starts, total, trim
from policies.routing.wavesolve import on_streets, solved
from policies.solvers.model import Stop
from twin.entities import Tour
from twin.ports import View
from twin.units import STRICT, Count, PosInt


@dataclass(frozen=True, config=STRICT)
class PyVrp:
    """Iterated local search by PyVRP (Wouda, Lan & Kool 2024), gap 1-2 % on 100 to 200 stops (M).

    PyVRP's windows are hard, ours cost; so a window that the insertion plan misses is widened to when that
    plan arrives, and what PyVRP finds is polished with lateness as a cost. Then the plan is timed again on the streets
    as they will be by the hour, with the drivers' breaks, and late stops go where they cost less.

    Parameters
    ----------
    iterations : int
        Of the search: 100 to 200 a second with 100 to 300 stops (D).
    seed : int
        Of its random numbers.
    territory : int
        Stops of a territory, into which waves half as large again are split.
    stakes : Stakes
    """

    iterations: Count = 300
    seed: Count = 1
    territory: PosInt = 250
    stakes: Stakes = field(default_factory=Stakes)

    def __call__(self, view: View, /) -> tuple[Tour, ...]:
        """Tours for ``view.dispatch``."""
        problem = prepare(view, self.stakes)
        return problem.tours(on_streets(view, problem, self.plan(problem)))

    def plan(self, problem: Problem) -> Plan:
        """The places of each vehicle, by the constant times of now."""
        insertion = CheapestInsertion(stakes=self.stakes)
        begin = insertion.plan(problem)
        wanted = [place for place in problem.places if problem.worth[place]]
        if not wanted or not problem.vehicles:
            return begin
        plan = solved(
            problem, wanted, "pyvrp", Stop(iterations=self.iterations),
            seed=self.seed, late=widened(problem, begin), begin=begin, territory=self.territory,
        )  # fmt: skip
        polished = insertion.polish(problem, trim(problem, plan))
        return min(begin, polished, key=lambda plan: total(problem, plan))


def widened(problem: Problem, begin: Plan) -> list[int]:
    """By place: when service must begin, not before the plan ``begin`` arrives."""
    late = [max(door.due, door.early) for door in problem.doors]
    for vehicle, places in enumerate(begin):
        for place, start in zip(places, starts(problem, vehicle, places), strict=True):
            late[place] = max(late[place], start)
    return late
