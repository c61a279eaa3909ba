"""Customers who change their mind: where parcels stop, who finds out, and what the figures say of it."""

from collections import Counter
from typing import Any

import numpy as np
import pytest

from scenarios.toy import toy_world
from scenarios.toyfleet import certain_people, toy_fleet
from tests.twin.audit import audit
from tests.worlds import PLAIN, Restless, chain, deal, play, rows
from twin import withdrawals
from twin.engine import Twin
from twin.entities import Cause
from twin.kpis import kpis
from twin.ledger import Kind
from twin.state import Duty, Status
from twin.units import DAY, HOUR


def stopped(world_seed: int, at: int, status: Status) -> tuple[Twin, int]:
    """A twin at some time, and an order of which a parcel is then in a status."""
    twin = Twin(toy_world(world_seed, days=2, fleet=toy_fleet(van=2)), PLAIN.replace(routing=deal))
    twin.run(at)
    parcel = twin.state.status.index(status)
    return twin, twin.facts.order_of[parcel]


def fates(twin: Twin, order: int) -> Counter[str]:
    """What became of the parcels of an order."""
    parcels = range(twin.facts.first_parcel[order], twin.facts.first_parcel[order + 1])
    return Counter(Status(twin.state.status[parcel]).name for parcel in parcels)


def test_nobody_changes_their_mind_by_default_in_the_toy() -> None:
    """Certain customers withdraw nothing."""
    assert len(rows(play(toy_world(days=3), PLAIN), Kind.WITHDRAWN)) == 0


def test_the_share_is_that_of_the_people() -> None:
    """Of many orders as many are withdrawn as ``people.withdrawn`` says, all before their promise ends."""
    share = 0.3
    ledger = play(toy_world(days=60, people=certain_people(withdrawn=share)), PLAIN)
    ordered, withdrawn = rows(ledger, Kind.ORDERED), rows(ledger, Kind.WITHDRAWN)
    late = dict(zip(ordered["subject"].tolist(), ordered["value"].tolist(), strict=True))
    assert all(row["time"] <= late[row["subject"]] for row in withdrawn)
    # who would withdraw after all has come withdraws nothing
    assert share - 4 * np.sqrt(share / len(ordered)) - 0.15 < len(withdrawn) / len(ordered) < share + 0.05


@pytest.mark.parametrize("status", [Status.PICKING, Status.READY])
def test_what_has_not_left_is_cancelled_at_once(status: Status) -> None:
    """In the picker's queue or on the floor: cancelled, its cause in the ledger, its room free, the books in order."""
    at = _first(status)
    twin, order = stopped(1, at, status)
    booked = sum(twin.state.booked.values())
    withdrawals.withdrawn(twin, order)
    assert set(fates(twin, order)) == {"CANCELLED"}
    assert sum(twin.state.booked.values()) == booked - sum(fates(twin, order).values())
    assert audit(twin) == []
    ledger = twin.run()
    assert set(rows(ledger, Kind.CANCELLED)["cause"].tolist()) == {Cause.WITHDRAWN}
    assert order not in rows(ledger, Kind.BROKEN)["subject"]
    assert order not in rows(ledger, Kind.RATED)["subject"]


def _first(status: Status) -> int:
    return next(time for time in range(HOUR, 2 * DAY, HOUR // 30) if status in _statuses(time))


def _statuses(time: int) -> set[int]:
    twin = Twin(toy_world(1, days=2, fleet=toy_fleet(van=2)), PLAIN.replace(routing=deal))
    twin.run(time)
    return set(twin.state.status)


def on_its_way(routing: Any) -> tuple[Twin, int]:
    """A twin with a van on its way, and the order of its last stop."""
    twin = Twin(toy_world(1, days=2, fleet=toy_fleet(van=1)), PLAIN.replace(routing=routing))
    for time in range(8 * HOUR, 2 * DAY, HOUR // 30):
        twin.run(time)
        for unit in twin.state.units:
            if unit.duty == Duty.DRIVING and len(unit.tour) > unit.stop + 2:
                return twin, twin.facts.order_of[unit.tour[-1][-1]]
    raise AssertionError("no van was on its way with three stops before it")


def test_a_driver_finds_out_at_the_door() -> None:
    """On board, and nobody plans anew: one attempt that fails because of it, then back to the sender without a word."""
    twin, order = on_its_way(chain)
    told = len(rows(twin.ledger, Kind.MESSAGE))
    withdrawals.withdrawn(twin, order)
    ledger = twin.run()
    tried = rows(ledger, Kind.ATTEMPTED)
    assert (tried["cause"] == Cause.WITHDRAWN).any()
    assert set(fates(twin, order)) <= {"RETURNED", "CANCELLED"}
    back = rows(ledger, Kind.RETURNED)
    assert set(back["cause"].tolist()) == {Cause.WITHDRAWN}
    assert len(rows(ledger, Kind.MESSAGE)) >= told
    assert audit(twin) == []


def test_a_router_that_plans_anew_saves_the_way() -> None:
    """With the trigger, the stop is left out: no attempt, and the parcel comes home with the vehicle."""
    twin, order = on_its_way(Restless())
    withdrawals.withdrawn(twin, order)
    ledger = twin.run()
    tried = rows(ledger, Kind.ATTEMPTED)
    mine = [parcel for parcel in tried["subject"].tolist() if twin.facts.order_of[parcel] == order]
    assert mine == []
    assert set(fates(twin, order)) <= {"RETURNED", "CANCELLED"}
    assert audit(twin) == []


def test_withdrawn_parcels_count_neither_as_late_nor_as_on_time() -> None:
    """What was withdrawn is out of both totals of ``on_time``."""
    ledger = play(toy_world(days=20, people=certain_people(withdrawn=1.0)), PLAIN)
    figures = kpis(ledger).values
    trace = ledger.trace.columns()
    gone = trace[(trace["cause"] == Cause.WITHDRAWN) & np.isin(trace["kind"], (Kind.CANCELLED, Kind.RETURNED))]
    assert len(gone) > 50
    assert figures["due_parcels"] <= figures["parcels"] - len(gone)
