"""Which open requests leave now: greedy, lazy and random as in the contest's quick start, and ours."""

from collections.abc import Callable

import numpy as np

from experiments.benchmarks.eurogame import EPOCH, MARGIN, Epoch, Requests, draw, fleet_at, open_model
from experiments.benchmarks.instances import Instance
from policies.solvers.consensus import Consensus, goes_now
from policies.solvers.model import Bools, Visits, visits_of

Strategy = Callable[[Instance, Epoch, np.random.Generator], Bools]
"""Says which open requests leave."""


def greedy(_instance: Instance, epoch: Epoch, _luck: np.random.Generator) -> Bools:
    """All of them."""
    return np.ones_like(epoch.must)


def lazy(_instance: Instance, epoch: Epoch, _luck: np.random.Generator) -> Bools:
    """Only those that must."""
    return epoch.must


def at_random(_instance: Instance, epoch: Epoch, luck: np.random.Generator) -> Bools:
    """Those that must, and each of the others with an even chance."""
    chosen: Bools = epoch.must | (luck.random(len(epoch.must)) < 0.5)
    return chosen


def ours(how: Consensus, ahead: int) -> Strategy:
    """Consensus of imagined futures, ``ahead`` epochs far."""

    def chosen(instance: Instance, epoch: Epoch, luck: np.random.Generator) -> Bools:
        if epoch.must.all():
            return epoch.must
        seed = int(luck.integers(1 << 16))

        def imagine(number: int) -> Visits:
            return imagined(instance, epoch, ahead, np.random.default_rng([seed, number]))

        model = open_model(instance, epoch.open, epoch.leaves)
        staying = fleet_at(instance, len(epoch.must), epoch.leaves)
        return goes_now(model, epoch.must, EPOCH, staying, imagine, how, seed)

    return chosen


def imagined(instance: Instance, epoch: Epoch, ahead: int, generator: np.random.Generator) -> Visits:
    """Requests that the coming epochs may bring, drawn as the contest draws them; time 0 is this departure."""
    coming = [
        (number, draw(instance, generator, EPOCH * number + MARGIN))
        for number in range(epoch.number + 1, min(epoch.last, epoch.number + ahead) + 1)
    ]
    release = [np.full(len(drawn.customer), EPOCH * (number - epoch.number)) for number, drawn in coming]
    nothing = epoch.open.pick(np.zeros(0, dtype=np.int64))
    all_of = Requests(*(np.concatenate(columns) for columns in zip(nothing, *(d for _, d in coming), strict=True)))
    return visits_of(
        all_of.customer,
        load=np.stack([all_of.demand, *[np.zeros_like(all_of.demand)] * 2], axis=1),
        early=np.maximum(all_of.early - epoch.leaves, 0),
        late=all_of.late - epoch.leaves,
        service=all_of.service,
        release=np.concatenate([np.zeros(0, dtype=np.int64), *release]),
    )
