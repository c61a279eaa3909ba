"""The twin's queues are the queues of the textbook: docks, chargers, pickers, the contact centre, and Little's law."""

import math
from dataclasses import replace

import numpy as np
import pytest

from tests.validation.formulas import Interval, erlang_b, mg1_wait, mmc_wait
from tests.validation.stations import Run, chargers, contact_centre, dock, picker
from tests.worlds import everything, play, rows, tell
from twin.entities import Cause
from twin.ledger import Kind

BOX = math.sqrt((10**2 - 1) / 12) / 5.5
"""Cv of a load that is uniform on 1 to 10 parcels."""

QUICK: dict[str, tuple[Run, float, int]] = {
    "contact centre, M/M/1 at .5": (contact_centre(1, 0.5, None), mmc_wait(1, 0.5, 4.0), 5_000),
    "contact centre, Erlang-B, 3 agents at 2": (contact_centre(3, 2.0, 0.0), erlang_b(3, 2.0), 1_500),
    "chargers, M/M/2 at .5": (chargers(2, 1.0), mmc_wait(2, 1.0, 20.0), 8_500),
    "dock, M/D/1 at .5": (dock(0.5, 1), mg1_wait(0.5, 1.0, 0.0), 4_000),
    "picker, M/D/1 at .5": (picker(0.5, 0.0), mg1_wait(0.5, 3.0, 0.0), 4_000),
}
SLOW: dict[str, tuple[Run, float]] = {
    "contact centre, M/M/4 at .8": (contact_centre(4, 3.2, None), mmc_wait(4, 3.2, 4.0)),
    "contact centre, Erlang-B, 10 agents at 8": (contact_centre(10, 8.0, 0.0), erlang_b(10, 8.0)),
    "chargers, M/M/4 at .8": (chargers(4, 3.2), mmc_wait(4, 3.2, 20.0)),
    "dock, M/D/1 at .8": (dock(0.8, 1), mg1_wait(0.8, 1.0, 0.0)),
    "dock, M/G/1 at .8, loads of 1 to 10": (dock(0.8, 10), mg1_wait(0.8, 5.5, BOX)),
    "picker, M/G/1 at .8, lognormal cv .5": (picker(0.8, 0.5), mg1_wait(0.8, 3.0 * math.sqrt(1.25), 0.5)),
}


def interval(run: Run, replications: int, customers: int) -> Interval:
    """Over independent runs."""
    return Interval.of([run(seed, customers) for seed in range(1, replications + 1)])


@pytest.mark.parametrize("name", QUICK)
def test_a_queue_meets_its_closed_form(name: str) -> None:
    """The 99.9 % interval of the twin's own queue holds the formula, and is at most 5 % to each side."""
    run, formula, customers = QUICK[name]
    found = interval(run, 24, customers)
    assert found.meets(formula), f"{found} where the formula says {formula:.4g}"


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
def test_a_busy_queue_meets_its_closed_form(name: str) -> None:
    """The same at a load of .8 and for more servers, which takes more customers."""
    run, formula = SLOW[name]
    found = interval(run, 20, 60_000)
    assert found.meets(formula), f"{found} where the formula says {formula:.4g}"


def area_below(starts: np.ndarray, ends: np.ndarray, until: int) -> int:
    """Customer-milliseconds in a station, from the steps of how many were there."""
    steps = np.concatenate([np.stack([starts, np.ones_like(starts)]), np.stack([ends, -np.ones_like(ends)])], axis=1)
    time, change = steps[:, np.argsort(steps[0], kind="stable")]
    inside = np.cumsum(change)
    return int((np.diff(np.append(time, until)) * inside).sum())


def test_little_s_law_holds_for_parcels_on_every_path() -> None:
    """L = lambda W to 1e-9: parcels inside over time are the sum of their stays, and at midnight the twin's count."""
    days = 6
    ledger = play(everything(days=days), carriers=lambda _view, parcel, offers: offers[parcel.id % len(offers)])
    end = days * 24 * 3_600_000
    created = {int(row["subject"]): int(row["time"]) for row in rows(ledger, Kind.CREATED)}
    final = rows(ledger, Kind.DELIVERED, Kind.RETURNED, Kind.CANCELLED, Kind.LOST)
    left = {int(row["subject"]): int(row["time"]) for row in final}
    starts = np.array([created[parcel] for parcel in created], dtype=np.int64)
    ends = np.array([left.get(parcel, end) for parcel in created], dtype=np.int64)
    assert len(left) > 30
    mean_inside = area_below(starts, ends, end) / end
    assert mean_inside == pytest.approx(len(created) / end * float((ends - starts).mean()), rel=1e-9)
    for midnight in rows(ledger, Kind.DAY):
        assert midnight["value"] == ((starts < midnight["time"]) & (ends >= midnight["time"])).sum()


def test_little_s_law_holds_in_the_contact_centre() -> None:
    """Callers waiting over time are the sum of the waits that the ledger has, to 1e-9."""
    world = everything(days=4)
    people = replace(world.people, contact=1.0, contact_mix=(1.0, 0.0, 0.0))
    world = replace(world, people=people, operation=replace(world.operation, agents=1, call_min=90.0))
    ledger = play(world, notifying=tell(Cause.DISPATCHED))
    ended = rows(ledger, Kind.ANSWERED, Kind.HUNG_UP)
    made = {int(row["subject"]): int(row["time"]) for row in rows(ledger, Kind.CONTACT)}
    starts = np.array([made[int(order)] for order in ended["subject"]], dtype=np.int64)
    assert ended["value"].sum() > 0
    span = 4 * 24 * 3_600_000
    waiting = area_below(starts, ended["time"].astype(np.int64), span) / span
    assert waiting == pytest.approx(len(ended) / span * float(ended["value"].mean()), rel=1e-9)
