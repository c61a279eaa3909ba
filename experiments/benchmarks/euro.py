"""The contest EURO meets NeurIPS 2022: the static problem and the dynamic game, played by strategies."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from experiments.benchmarks.eurogame import Epoch, Game, Requests, fleet_at, in_time, open_model
from experiments.benchmarks.instances import Instance, vrplib
from experiments.benchmarks.solomon import model_of
from experiments.benchmarks.strategies import Strategy, at_random, greedy, lazy, ours
from policies.solvers.consensus import Consensus
from policies.solvers.feasible import check
from policies.solvers.model import Stop, part
from policies.solvers.solve import solve

NAMES = ("greedy", "lazy", "random", "ours")
AHEAD = 1
"""Epochs that ours imagines: with one it saves more than with three, in a fraction of the time."""
LUCK = 1
"""Seed of a strategy's own draws, apart from the game's."""


class Played(NamedTuple):
    """An instance, played or solved."""

    instance: str
    strategy: str
    seed: int
    cost: int
    """Seconds of driving."""
    requests: int
    routes: int
    cpu_s: float


def strategy(name: str, how: Consensus) -> Strategy:
    """A strategy by its name."""
    return {"greedy": greedy, "lazy": lazy, "random": at_random}.get(name) or ours(how, AHEAD)


def play(instance: Instance, name: str, how: Consensus, stop: Stop, seed: int) -> Played:
    """One day of the game.

    Raises
    ------
    RuntimeError
        If a plan breaks a rule of the contest: a bug.
    """
    game, luck, choose = Game(instance, seed), np.random.default_rng(LUCK), strategy(name, how)
    began, routes = time.process_time(), 0
    while (epoch := game.observe()) is not None:
        sent = _sent(instance, epoch, np.flatnonzero(choose(instance, epoch, luck)), stop)
        game.dispatch(sent)
        routes += len(sent)
    return Played(instance.name, name, seed, game.cost, game.served, routes, time.process_time() - began)


def _sent(
    instance: Instance, epoch: Epoch, going: "np.ndarray[tuple[int], np.dtype[np.int64]]", stop: Stop
) -> Sequence[Sequence[int]]:
    """Routes of the requests that go."""
    model = part(open_model(instance, epoch.open, epoch.leaves), going, np.arange(0))
    model = model.replace(fleet=fleet_at(instance, len(going), epoch.leaves))
    plan = solve(model, "pyvrp", stop, LUCK)
    if faults := check(model, plan):
        raise RuntimeError(f"{instance.name}, epoch {epoch.number}: the plan cannot be driven: {faults[0]}")
    return [[int(going[visit]) for visit in route.visits] for route in plan.routes]


def solved(instance: Instance, stop: Stop, seed: int) -> Played:
    """The static problem: all requests known, the fleet as given.

    Customers whom a vehicle of their own would not reach in time are left out, as they are of the dynamic game.

    Raises
    ------
    RuntimeError
        If the plan breaks a rule of the contest: a bug.
    """
    began, whole = time.process_time(), model_of(instance)
    everybody = Requests(whole.visits.place, *(getattr(instance, name)[1:] for name in Requests._fields[1:]))
    model = part(whole, np.flatnonzero(in_time(instance, everybody, 0)), np.arange(len(whole.fleet)))
    plan = solve(model, "pyvrp", stop, seed)
    if faults := check(model, plan):
        raise RuntimeError(f"{instance.name}: the plan cannot be driven: {faults[0]}")
    used = time.process_time() - began
    return Played(instance.name, "static", seed, plan.cost, len(model.visits), len(plan.routes), used)


def study(
    files: Sequence[Path], names: Sequence[str], how: Consensus, stop: Stop, seeds: Sequence[int]
) -> Iterator[Played]:  # fmt: skip
    """Each instance under each seed, by each strategy, or ``static``."""
    for file in files:
        instance = vrplib(file)
        for seed in seeds:
            for name in names:
                yield solved(instance, stop, seed) if name == "static" else play(instance, name, how, stop, seed)
