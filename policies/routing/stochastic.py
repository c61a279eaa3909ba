"""Insertion, then a local search on what tours cost in the mean of uncertain times and doors."""

from dataclasses import field

from pydantic.dataclasses import dataclass

from policies.routing.expected import Expected
from policies.routing.improve import improve
from policies.routing.insertion import CheapestInsertion
from policies.routing.prepare import prepare
from policies.routing.problem import Problem, Stakes
from twin.entities import Tour
from twin.ports import View
from twin.units import NEVER, STRICT, Count, PosInt


@dataclass(frozen=True, config=STRICT)
class Stochastic:
    """Plan waves by insertion, and improve them by their expected cost instead of the cost of the expected day.

    A margin before the end of a window is a guess at what spread does; here the spread itself is used, as learnt from
    the legs driven so far, and the break that a driver owes. The margin stays all the same, for what no record knows:
    docks and doors that are slower than believed. Attempts fail by the hour, as learnt.

    Parameters
    ----------
    sweeps, neighbours : int
        As of :class:`~policies.routing.insertion.CheapestInsertion`.
    stakes : Stakes
    """

    sweeps: Count = 2
    neighbours: PosInt = 10
    stakes: Stakes = field(default_factory=Stakes)

    def __call__(self, view: View, /) -> tuple[Tour, ...]:
        """Tours for ``view.dispatch``."""
        problem = prepare(view, self.stakes)
        return problem.tours(self._plan(view, problem))

    def _plan(self, view: View, problem: Problem) -> list[list[int]]:
        plan = CheapestInsertion(self.sweeps, self.neighbours, self.stakes).plan(problem)
        cost = Expected.of(view, {vehicle.mode for vehicle in problem.vehicles})
        if any(cost(problem, vehicle, places) >= NEVER for vehicle, places in enumerate(plan)):
            return plan  # in the mean somebody would not be back in time: insertion has planned to the minute
        return improve(problem, plan, self.sweeps, self.neighbours, cost)
