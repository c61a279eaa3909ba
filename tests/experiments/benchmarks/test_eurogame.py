"""The contest's game: its draws in its order, who must leave when, and strategies that keep the rules."""

import numpy as np
import pytest

from experiments.benchmarks.euro import play
from experiments.benchmarks.eurogame import EPOCH, Game, epochs_of
from experiments.benchmarks.instances import Instance
from policies.solvers.consensus import Consensus
from policies.solvers.model import Stop

FEW = Consensus(futures=3, rounds=1, iterations=20)


def small(customers: int = 20) -> Instance:
    """A town with windows over six hours."""
    luck = np.random.default_rng(4)
    at = luck.integers(0, 1500, (customers + 1, 2))
    away = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)).astype(np.int64)
    early = np.append(0, luck.integers(1, 6, customers) * 3600)
    late = np.append(9 * 3600, early[1:] + 5400)
    service = np.append(0, luck.integers(60, 300, customers))
    return Instance("small", 9, 40, away, np.append(0, luck.integers(1, 9, customers)), early, late, service)


def test_draws_come_in_the_order_of_the_contest() -> None:
    """Customer, window, demand, service: four draws of a hundred an epoch, from one generator."""
    instance, luck = small(), np.random.default_rng(7)
    game = Game(instance, 7)
    for _ in range(3):
        epoch = game.observe()
        assert epoch is not None
        customer, window, demand, service = (luck.integers(20, size=100) + 1 for _ in range(4))
        begin = np.maximum(epoch.leaves + instance.duration[0, customer], instance.early[window])
        end = begin + instance.service[service] + instance.duration[customer, 0]
        kept = (begin <= instance.late[window]) & (end <= instance.late[0])
        count = int(kept.sum())
        assert epoch.open.customer[-count:].tolist() == customer[kept].tolist()
        assert epoch.open.demand[-count:].tolist() == instance.demand[demand[kept]].tolist()
        assert epoch.open.late[-count:].tolist() == instance.late[window[kept]].tolist()
        game.dispatch([[request] for request in np.flatnonzero(epoch.must).tolist()])


def test_epochs_reach_from_the_first_window_to_the_last() -> None:
    """An hour before each; nothing before the day begins."""
    instance = small()
    first, last = instance.early[1:].min() // 3600, instance.early[1:].max() // 3600
    assert epochs_of(instance) == range(first - 1, last)


def test_who_cannot_wait_must_go_and_at_the_end_all_must() -> None:
    """A request must leave if the next epoch's vehicle would be late; in the last epoch every one."""
    game = Game(small(), 1)
    while (epoch := game.observe()) is not None:
        arrival = epoch.leaves + EPOCH + game.instance.duration[0, epoch.open.customer]
        late = np.maximum(arrival, epoch.open.early) > epoch.open.late
        assert epoch.must[late].all()
        assert epoch.number < epoch.last or epoch.must.all()
        if epoch.must.any():
            with pytest.raises(ValueError, match="epoch"):
                game.dispatch([])
        game.dispatch([[request] for request in np.flatnonzero(epoch.must).tolist()])


def test_driving_is_what_is_paid() -> None:
    """A route of two costs three ways; waiting and service cost nothing."""
    game = Game(small(), 1)
    epoch = game.observe()
    assert epoch is not None
    a, b = (int(customer) for customer in epoch.open.customer[:2])
    way = game.instance.duration
    cost = game.dispatch([[0, 1], *([request] for request in range(2, len(epoch.must)))])
    alone = sum(int(way[0, c] + way[c, 0]) for c in epoch.open.customer[2:])
    assert cost == way[0, a] + way[a, b] + way[b, 0] + alone


@pytest.mark.parametrize("name", ["greedy", "random", "lazy", "ours"])
def test_every_strategy_serves_the_same_requests(name: str) -> None:
    """Whatever waits leaves in the end: no strategy gains by leaving somebody out; twice is the same."""
    played = [play(small(), name, FEW, Stop(30), 3) for _ in range(2)]
    greedy = play(small(), "greedy", FEW, Stop(30), 3)
    assert played[0][:6] == played[1][:6]
    assert played[0].requests == greedy.requests
    assert name != "ours" or played[0].cost < 1.1 * greedy.cost
