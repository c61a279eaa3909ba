"""What a decision costs: behind many finished orders, and as orders come one by one against rebuilding the state.

    pytest experiments/bench/bench_decisions.py -o python_files='bench_*.py' -o python_functions='bench_*' -s

CPU seconds of this process, and ratios within one run.
"""

import time

import numpy as np
import pytest

from experiments.bench import day
from experiments.bench.arrivals import ROUTER, Decisions, finished, same_day
from policies.routing.insertion import CheapestInsertion
from twin import dispatches
from twin.engine import Twin
from twin.entities import Trigger
from twin.kpis import kpis
from twin.ledger import Kind
from twin.units import DAY


def _decision(twin: Twin, rounds: int) -> tuple[float, float, int]:
    """Seconds of the dispatch and of the plan of a wave, the least of some rounds; and how many stops wait."""
    state, plan = [], []
    for _ in range(rounds):
        twin.roads.engines._tables.clear()
        start = time.process_time()
        dispatch = dispatches.at(twin, 0, (Trigger.WAVE,))
        middle = time.process_time()
        with twin.view._planning(dispatch):
            CheapestInsertion()(twin.view)
        state.append(middle - start)
        plan.append(time.process_time() - middle)
    return min(state), min(plan), len(dispatch.stops)


def bench_finished_orders() -> None:
    """A wave of the same hundred orders costs the same behind 1,000 and behind 20,000 finished ones, within 10 %."""
    twins = {}
    for orders in (1_000, 20_000):
        twins[orders] = Twin(finished(orders, 100, 20_000), day.POLICIES)
        twins[orders].run(DAY + day.WAVE)
    rounds = [{orders: _decision(twin, 3) for orders, twin in twins.items()} for _ in range(6)]
    for orders, twin in twins.items():
        delivered = kpis(twin.ledger).values["delivered"]
        state, plan = (min(seen[orders][part] for seen in rounds) for part in (0, 1))
        print(f"\n{orders} orders, {delivered:.0f} parcels delivered: {rounds[0][orders][2]} stops; "
              f"state {1000 * state:.2f} ms, plan {1000 * plan:.1f} ms")  # fmt: skip
    few, many = ([seen[orders] for seen in rounds] for orders in (1_000, 20_000))
    assert few[0][2] == many[0][2]
    state, whole = (min(sum(one[:parts]) for one in many) / min(sum(one[:parts]) for one in few) for parts in (1, 2))
    print(f"20,000 over 1,000: state {state:.3f} x, decision {whole:.3f} x")
    assert whole <= 1.10


def bench_insertion_at_each_arrival(monkeypatch: pytest.MonkeyPatch) -> None:
    """2,000 orders and 60 vans: the state of a decision at least 20 times faster than rebuilding it.

    The whole decision, with the same insertion on top of both, is printed too.
    """
    timed = Decisions(every=40)
    monkeypatch.setattr(dispatches, "at", timed.at)
    world = same_day(2_000, 60)
    Twin(same_day(60, 60), day.POLICIES.replace(routing=ROUTER)).run()  # compiles
    timed.state_s.clear()
    timed.twin = twin = Twin(world, day.POLICIES.replace(routing=timed))
    ledger = twin.run()
    counts = np.bincount(ledger.trace.columns()["kind"], minlength=64)
    own, plan, naive = (1000 * float(np.mean(s)) for s in (timed.state_s, timed.router_s, timed.rebuilt_s))
    print(
        f"\n{counts[Kind.ORDERED]} orders, {counts[Kind.DELIVERED]} parcels delivered, {counts[Kind.TOUR]} tours, "
        f"{timed.made} decisions, {np.mean(timed.open_stops):.0f} open stops on average\n"
        f"a decision: state {own:.2f} ms, insertion {plan:.2f} ms; state rebuilt {naive:.1f} ms\n"
        f"state {naive / own:.1f} x, decision {(naive + plan) / (own + plan):.1f} x"
    )
    assert naive / own >= 20
