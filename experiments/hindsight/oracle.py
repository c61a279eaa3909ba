"""The oracle: of a run that was played, what its routing cost, could have cost, and must have cost."""

from dataclasses import asdict, dataclass
from typing import Any

from experiments.hindsight.bound import tours_cost_at_least
from experiments.hindsight.plan import best_plan
from experiments.hindsight.visits import Work, spent, work_of
from experiments.hindsight.ways import cheapest, paid_hour, street_groups
from twin.engine import Twin
from twin.ledger import Ledger
from twin.units import HOUR
from twin.wages import MIN_PAID


@dataclass(frozen=True)
class Hindsight:
    """Micro-dollars of a run's routing: drivers' time and kilometres of what goes by the streets.

    Attributes
    ----------
    realised : int
        As the ledger has it.
    plan : int
        The best plan that a solver found in hindsight for the same visits, or ``realised`` if it found none.
    bound : int
        What any order and assignment of the same visits must have cost: ``bound`` is never above ``realised``.
    visits, parcels : int
        That were made with success, and what they brought.
    left : int
        Visits that the solver could not place; then ``plan`` is ``realised``.
    """

    realised: int
    plan: int
    bound: int
    visits: int
    parcels: int
    left: int

    @property
    def plain(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def hindsight(twin: Twin, ledger: Ledger, start: int, iterations: int) -> Hindsight:
    """Ask the oracle about a run that was played to its end.

    Parameters
    ----------
    start : int
        Milliseconds since the first midnight, a midnight; what happened before is not counted, as in the KPIs.
    iterations : int
        Of each search for a plan; 0: none, and ``plan`` is ``realised``.
    """
    realised, works = spent(twin, ledger, start), work_of(twin, ledger, start)
    found = [best_plan(twin, work, iterations) for work in works] if iterations else []
    left = sum(one.left for one in found)
    plan = sum(one.cost for one in found) if found and not left else realised
    bound = sum(least(twin, work) for work in works)
    return Hindsight(
        realised=realised,
        plan=max(min(plan, realised), bound),
        bound=bound,
        visits=sum(len(work.visits) for work in works),
        parcels=sum(len(visit.parcels) for work in works for visit in work.visits),
        left=left,
    )


def least(twin: Twin, work: Work) -> int:
    """Micro-dollars that the visits of a depot's day must have cost, in whatever order and by whichever vehicles.

    Two bounds, of which the higher counts. One adds up: each visit takes as long as it took, its parcels are loaded
    once, and the ways between cost no less than trees (:mod:`~experiments.hindsight.bound`) over the least costs of
    ways (:func:`~experiments.hindsight.ways.cheapest`), with as many tours as the load needs. The other is that
    somebody was called in, who is paid for four hours.
    """
    facts = twin.facts
    kinds = [facts.kinds[group] for group in street_groups(twin, work.depot)]
    wage, handling = min(map(paid_hour, kinds)), min(kind.handling for kind in kinds)
    parcels = [parcel for visit in work.visits for parcel in visit.parcels]
    busy = sum(visit.took for visit in work.visits) + handling * len(parcels)
    load = sum(facts.weight_g[p] for p in parcels), sum(facts.volume_ml[p] for p in parcels), len(parcels)
    room = [max(kind.capacity[unit] for kind in kinds) for unit in range(len(load))]
    tours = max(-(-have // most) for have, most in zip(load, room, strict=True))
    driving = tours_cost_at_least(cheapest(twin, work), tours)
    return max(wage * busy // HOUR + driving, wage * MIN_PAID // HOUR)
