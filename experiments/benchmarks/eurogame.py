"""The dynamic game of the EURO meets NeurIPS 2022 contest.

Requests come by the hour, drawn from a static instance; each hour some leave and the others wait. The rules, and the
order of the draws, are those of the contest's environment, so a seed gives the requests that it gave there.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from experiments.benchmarks.instances import Instance
from policies.solvers.model import Bools, Fleet, Ints, RoutingModel, fleet_of, visits_of

EPOCH = 3600
"""Seconds from one departure to the next."""
MARGIN = 3600
"""Seconds from the end of ordering to the departure."""
MOST = 100
"""Requests that are drawn for an epoch; those that nobody could bring in time are dropped."""


class Requests(NamedTuple):
    """Requests as columns; times are seconds of the day."""

    customer: Ints
    early: Ints
    late: Ints
    demand: Ints
    service: Ints

    def pick(self, which: Ints | Bools) -> "Requests":
        """Some of them."""
        return Requests(*(column[which] for column in self))

    def and_also(self, others: "Requests") -> "Requests":
        """These and others behind them."""
        return Requests(*(np.concatenate(pair) for pair in zip(self, others, strict=True)))


def draw(instance: Instance, generator: np.random.Generator, leaves: int) -> Requests:
    """Requests of an epoch whose departure is at ``leaves``: customer, window, demand and service drawn apart."""
    count = len(instance.demand) - 1
    customer, window, demand, service = (generator.integers(count, size=MOST) + 1 for _ in range(4))
    drawn = Requests(
        customer, instance.early[window], instance.late[window], instance.demand[demand], instance.service[service]
    )
    return drawn.pick(in_time(instance, drawn, leaves))


def in_time(instance: Instance, requests: Requests, leaves: int) -> Bools:
    """Which requests a vehicle that leaves then can bring, each alone, and be back before the depot closes."""
    out, back = instance.duration[0, requests.customer], instance.duration[requests.customer, 0]
    begin = np.maximum(leaves + out, requests.early)
    reached: Bools = (begin <= requests.late) & (begin + requests.service + back <= instance.late[0])
    return reached


def epochs_of(instance: Instance) -> range:
    """The epochs of a day: from the one whose goods leave for the first window to that for the last."""
    first, last = ((int(early) - MARGIN) // EPOCH for early in (instance.early[1:].min(), instance.early[1:].max()))
    return range(max(first, 0), max(last, 0) + 1)


class Epoch(NamedTuple):
    """What a strategy sees: the open requests, which of them must leave now, and when they do."""

    number: int
    last: int
    leaves: int
    open: Requests
    must: Bools


def open_model(instance: Instance, requests: Requests, leaves: int) -> RoutingModel:
    """The open requests as a routing problem that begins when the vehicles leave, with as many as it takes."""
    visits = visits_of(
        requests.customer,
        load=np.stack([requests.demand, *[np.zeros_like(requests.demand)] * 2], axis=1),
        early=np.maximum(requests.early - leaves, 0),
        late=np.maximum(requests.late - leaves, 0),
        service=requests.service,
    )
    fleet = fleet_at(instance, len(visits), leaves)
    return RoutingModel(visits, fleet, (instance.duration,), (instance.duration,), np.array([0]))


def fleet_at(instance: Instance, count: int, leaves: int) -> Fleet:
    """A vehicle for each of ``count`` visits, back before the depot closes."""
    return fleet_of(count, count, capacity=instance.capacity, late=int(instance.late[0]) - leaves)


class Game:
    """A day of an instance under a seed, played epoch by epoch."""

    def __init__(self, instance: Instance, seed: int) -> None:
        self.instance = instance
        self.epochs = epochs_of(instance)
        self._generator = np.random.default_rng(seed)
        self._next = self.epochs.start
        nothing = np.zeros(0, dtype=np.int64)
        self._open = Requests(nothing, nothing, nothing, nothing, nothing)
        self._must = np.zeros(0, dtype=np.bool_)
        self.cost = 0
        """Seconds of driving so far."""
        self.served = 0

    def observe(self) -> Epoch | None:
        """New requests, and what is open with them; None after the last epoch."""
        if self._next not in self.epochs:
            return None
        leaves = EPOCH * self._next + MARGIN
        self._open = self._open.and_also(draw(self.instance, self._generator, leaves))
        last = self._next == self.epochs[-1]
        later = ~in_time(self.instance, self._open, leaves + EPOCH)
        self._must = np.ones_like(later) if last else later
        return Epoch(self._next, self.epochs[-1], leaves, self._open, self._must)

    def dispatch(self, routes: Sequence[Sequence[int]]) -> int:
        """Send routes of open requests, by their position, and go on to the next epoch; what they cost.

        Raises
        ------
        ValueError
            If a request is on two routes, or one that must leave is on none. Capacities and windows are checked
            apart, by the checker of all plans.
        """
        sent = [request for route in routes for request in route]
        gone = np.zeros(len(self._must), dtype=np.bool_)
        gone[sent] = True
        if len(set(sent)) < len(sent) or (self._must & ~gone).any():
            raise ValueError(f"epoch {self._next}: {len(sent)} requests sent, {gone.sum()} unlike ones, {self._must}")
        cost = sum(self._driven([int(self._open.customer[request]) for request in route]) for route in routes)
        self._open = self._open.pick(~gone)
        self._next += 1
        self.cost += cost
        self.served += len(sent)
        return cost

    def _driven(self, customers: list[int]) -> int:
        stops = [0, *customers, 0]
        return int(self.instance.duration[stops[:-1], stops[1:]].sum())
