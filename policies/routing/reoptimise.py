"""Rolling re-optimisation: the plan follows what happens during the day."""

from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from policies.routing.improve import improve
from policies.routing.insertion import CheapestInsertion
from policies.routing.launches import assign
from policies.routing.parts import at_home, under_way
from policies.routing.prepare import next_wave, prepare
from policies.routing.problem import Stakes
from policies.routing.timing import price
from twin.entities import Dispatch, Tour, Trigger
from twin.errors import PolicyError
from twin.ports import View
from twin.units import STRICT, Count, NonNeg, PosInt, usd

Name = Literal["order", "cancelled", "closure", "traffic", "weather", "breakdown", "late", "home", "launch"]
EVERY: tuple[Name, ...] = ("order", "cancelled", "closure", "traffic", "weather", "breakdown", "late", "home", "launch")


@dataclass(frozen=True, config=STRICT)
class Reoptimise:
    """Plan waves by insertion, and plan anew between them when something happens.

    Who is away gets its stops in a better order, by the same counted local search; what it drives to, and what it has
    on board, stays. What waits on the floor is inserted into tours of vehicles that are at home and on duty, if they
    are back by the next wave. Time costs what it adds to wages: a duty is paid from its first loading to its last
    return, so a driver who waits for the next wave may as well bring something.

    Parameters
    ----------
    sweeps, neighbours : int
        As of :class:`~policies.routing.insertion.CheapestInsertion`.
    stakes : Stakes
    when : tuple of str
        What it plans anew for: order, cancelled, closure, traffic, weather, breakdown, late, home; with launch it says
        which drone or robot takes what.
    least_usd : float
        A tour under way is changed only where that saves so much: a driver who is redirected for cents loses more by
        looking up the new list (D).
    """

    sweeps: Count = 2
    neighbours: PosInt = 10
    stakes: Stakes = field(default_factory=Stakes)
    when: Annotated[tuple[Name, ...], Field(min_length=1)] = EVERY
    least_usd: NonNeg = 0.5

    @property
    def triggers(self) -> frozenset[Trigger]:
        """When it wants to be asked, beside the waves."""
        return frozenset(Trigger[name.upper()] for name in self.when)

    def __call__(self, view: View, /) -> tuple[Tour, ...]:
        """Tours for ``view.dispatch``: from the depot, then those under way."""
        dispatch = view.dispatch
        if dispatch is None:
            raise PolicyError("a router was asked while view.dispatch is None, but must be asked to plan a wave")
        if Trigger.LAUNCH in dispatch.triggers:
            return assign(view, dispatch, self.stakes)
        insertion = CheapestInsertion(self.sweeps, self.neighbours, self.stakes)
        home = at_home(dispatch, next_wave(view, dispatch.time))
        problem = prepare(view, self.stakes, home, wages=True)
        fresh = problem.tours(insertion.plan(problem)) if problem.stops and problem.vehicles else ()
        return (*fresh, *(self._ordered(view, alone) for alone in under_way(dispatch)))

    def _ordered(self, view: View, alone: Dispatch) -> Tour:
        """The tour of one vehicle that is away: as it is, or in an order that is worth the change."""
        problem = prepare(view, self.stakes, alone)
        before = list(problem.places)
        after = improve(problem, [before], self.sweeps, self.neighbours)[0]
        saves = price(problem, 0, before) - price(problem, 0, after)
        if saves < max(usd(self.least_usd), 1):
            return Tour(alone.vehicles[0].id, alone.stops)
        return Tour(alone.vehicles[0].id, tuple(alone.stops[place - 1] for place in after), saves)
