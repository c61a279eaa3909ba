"""Improve a plan by small exact changes, counted: relocate a stop, reverse a stretch, exchange tails."""

from collections.abc import Callable, Iterator

import numpy as np

from policies.routing.problem import Plan, Problem
from policies.routing.timing import price
from twin.units import NEVER

Change = list[tuple[int, list[int]]]
"""Tours that become different: vehicle and its new places."""
Cost = Callable[[Problem, int, list[int]], int]


def improve(problem: Problem, plan: Plan, sweeps: int, neighbours: int, cost: Cost = price) -> Plan:
    """Try every stop next to its near neighbours and keep each change that lowers the cost.

    Parameters
    ----------
    plan : Plan
        Feasible tours; not changed.
    sweeps : int
        At most so many passes over all stops; it ends after one that changes nothing.
    neighbours : int
        Near stops that each stop is tried with.
    cost : callable
        What a vehicle's tour costs: of the problem, the vehicle and its places.
    """
    search = _Search(problem, plan, cost)
    near = _near(problem, neighbours)
    for _ in range(sweeps):
        if not sum(search.improve(place, other) for place in search.served() for other in near[place]):
            break
    return search.tours


def _near(problem: Problem, neighbours: int) -> list[list[int]]:
    """For each place, the nearest others by the first vehicle's driving time, waiting included."""
    if not problem.stops or not problem.vehicles:
        return [[] for _ in problem.doors]
    early, due = (np.array(values) for values in list(zip(*problem.doors, strict=True))[:2])
    size = len(problem.doors)  # beyond them are places where vehicles that are away begin
    between = problem.dispatch.duration[problem.vehicles[0].profile][:size, :size]
    way = np.maximum(between, early[None, :] - due[:, None])
    np.fill_diagonal(way, NEVER)
    way[:, 0] = NEVER
    order = np.argsort(way, axis=1, kind="stable")
    return [row.tolist() for row in order[:, : min(neighbours, len(problem.stops) - 1)]]


class _Search:
    """A plan being improved: its tours, what they cost, and where each place is."""

    def __init__(self, problem: Problem, plan: Plan, cost: Cost) -> None:
        self.problem = problem
        self.cost = cost
        self.tours = [list(places) for places in plan]
        self.prices = [cost(problem, vehicle, places) for vehicle, places in enumerate(plan)]
        self.known: dict[tuple[int, ...], int] = {}
        self.where = {place: vehicle for vehicle, places in enumerate(plan) for place in places}

    def served(self) -> list[int]:
        """The places on tours, in order of their number."""
        return sorted(self.where)

    def improve(self, place: int, other: int) -> int:
        """Make the first change that brings the two together and is cheaper; how many were made (0 or 1)."""
        if other not in self.where:
            return 0
        for change in self._changes(place, other):
            prices = [self._price(vehicle, places) for vehicle, places in change]
            if sum(prices) < sum(self.prices[vehicle] for vehicle, _ in change):
                self._apply(change, prices)
                return 1
        return 0

    def _price(self, vehicle: int, places: list[int]) -> int:
        """The price of a tour, remembered until the next change: most trials share a half."""
        key = (vehicle, *places)
        if key not in self.known:
            self.known[key] = self.cost(self.problem, vehicle, places)
        return self.known[key]

    def _apply(self, change: Change, prices: list[int]) -> None:
        for (vehicle, places), cost in zip(change, prices, strict=True):
            self.tours[vehicle], self.prices[vehicle] = places, cost
            self.where.update(dict.fromkeys(places, vehicle))
        self.known.clear()

    def _changes(self, place: int, other: int) -> Iterator[Change]:
        """Ways to drive between the two directly; none unless that is nearer than a leg of ``place`` is now."""
        a, b = self.where[place], self.where[other]
        here, there = self.tours[a], self.tours[b]
        i, j = here.index(place), there.index(other)
        way = self.problem.ways[self.problem.vehicles[a].profile]
        if way[place][other] >= _longest_leg(way, here, i):
            return
        if a == b:
            yield from _within(a, here, i, j)
        else:
            yield from _between(a, here, i, b, there, j)


def _longest_leg(way: list["memoryview[int]"], tour: list[int], i: int) -> int:
    """The longer of the ways to and from the stop at ``i``."""
    before, after = tour[i - 1] if i else 0, tour[i + 1] if i + 1 < len(tour) else 0
    return max(way[before][tour[i]], way[tour[i]][after])


def _within(vehicle: int, tour: list[int], i: int, j: int) -> Iterator[Change]:
    """Relocate the stop at ``i`` before or after the one at ``j``, or reverse what is between them."""
    place, rest = tour[i], tour[:i] + tour[i + 1 :]
    at = j - (j > i)
    yield [(vehicle, [*rest[:at], place, *rest[at:]])]
    yield [(vehicle, [*rest[: at + 1], place, *rest[at + 1 :]])]
    low, high = min(i, j) + 1, max(i, j) + 1
    yield [(vehicle, tour[:low] + tour[low:high][::-1] + tour[high:])]


def _between(a: int, here: list[int], i: int, b: int, there: list[int], j: int) -> Iterator[Change]:
    """Relocate a stop into the other's tour, before or after it, swap them, or exchange the tails."""
    place, rest = here[i], here[:i] + here[i + 1 :]
    yield [(a, rest), (b, [*there[:j], place, *there[j:]])]
    yield [(a, rest), (b, [*there[: j + 1], place, *there[j + 1 :]])]
    yield [(a, [*here[:i], there[j], *here[i + 1 :]]), (b, [*there[:j], place, *there[j + 1 :]])]
    yield [(a, here[: i + 1] + there[j:]), (b, there[:j] + here[i + 1 :])]
