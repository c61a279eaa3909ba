"""What a decision looks at does not grow with what is over: counted, not timed."""

import sys
from collections import Counter
from typing import Any

from experiments.bench import day
from experiments.bench.arrivals import finished
from policies.routing.insertion import CheapestInsertion
from twin import dispatches
from twin.engine import Twin
from twin.entities import Trigger
from twin.kpis import kpis
from twin.units import DAY


def looked_at(twin: Twin) -> tuple[int, int, Counter[str]]:
    """Stops of a wave, and how often each function of ours was called to plan it."""
    calls: Counter[str] = Counter()

    def count(frame: Any, event: str, _: object) -> None:
        if event == "call" and frame.f_globals.get("__name__", "").partition(".")[0] in ("twin", "policies"):
            calls[f"{frame.f_globals['__name__']}.{frame.f_code.co_qualname}"] += 1

    dispatch = dispatches.at(twin, 0, (Trigger.WAVE,))  # what is computed once a city is there
    sys.setprofile(count)
    try:
        dispatch = dispatches.at(twin, 0, (Trigger.WAVE,))
        with twin.view._planning(dispatch):
            CheapestInsertion()(twin.view)
    finally:
        sys.setprofile(None)
    return len(dispatch.stops), int(kpis(twin.ledger).values["delivered"]), calls


def test_finished_orders_are_not_looked_at() -> None:
    """A wave of the same orders calls the same functions as often, behind 40 finished orders and behind 400."""
    seen = []
    for orders in (40, 400):
        twin = Twin(finished(orders, 20, 400), day.POLICIES)
        twin.run(DAY + day.WAVE)
        seen.append(looked_at(twin))
    (stops, few, calls), (same, many, more) = seen
    assert stops == same > 10
    assert many > 5 * few > 100
    assert calls == more
    assert calls["twin.dispatches.stop_of"] == stops
