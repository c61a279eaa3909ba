"""Baseline: each vehicle in turn drives to the nearest stop it still can serve."""

from dataclasses import field

from pydantic.dataclasses import dataclass

from policies.routing.prepare import prepare
from policies.routing.problem import Plan, Problem, Stakes
from policies.routing.timing import price
from twin.entities import Tour
from twin.ports import View
from twin.units import NEVER, STRICT


@dataclass(frozen=True, config=STRICT)
class NearestNeighbour:
    """Fill one vehicle after another, always with the stop that is nearest in driving time.

    Parameters
    ----------
    stakes : Stakes
        Only what may wait is read from it: a stop that a later wave brings in time is left for that wave.
    """

    stakes: Stakes = field(default_factory=Stakes)

    def __call__(self, view: View, /) -> tuple[Tour, ...]:
        """Tours for ``view.dispatch``."""
        problem = prepare(view, self.stakes)
        waiting = [place for place in problem.places if problem.urgent[place] and problem.worth[place]]
        plan: Plan = []
        for vehicle in range(len(problem.vehicles)):
            plan.append(_fill(problem, vehicle, waiting))
            waiting = [place for place in waiting if place not in set(plan[-1])]
        return problem.tours(plan)


def _fill(problem: Problem, vehicle: int, waiting: list[int]) -> list[int]:
    """The nearest stops one after another, until none can be added."""
    way = problem.ways[problem.vehicles[vehicle].profile]
    tour: list[int] = []
    open_ = [place for place in waiting if price(problem, vehicle, [place]) < NEVER]
    while open_:
        here = tour[-1] if tour else 0
        place = min(open_, key=lambda place: (way[here][place], place))
        open_.remove(place)
        if price(problem, vehicle, [*tour, place]) < NEVER:
            tour.append(place)
    return tour
