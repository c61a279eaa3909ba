"""What may wait waits, what must go goes, and nothing is lost by it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from policies.cases import plain_view
from policies.routing.ahead import imagined
from policies.routing.consolidate import Consolidate
from policies.routing.prepare import prepare
from policies.routing.problem import Stakes
from policies.routing.wavemodel import wave_model
from policies.waves import wave
from scenarios.toy import toy_world
from tests.policies.routing.watched import watched
from tests.worlds import PLAIN, operation, play, rows
from twin.entities import Dispatch, Forecast
from twin.ledger import Kind
from twin.specs import Operation
from twin.units import DAY, HOUR, MINUTE

QUICK = Consolidate(iterations=20, futures=4, rounds=2, search=20)
OFTEN = ("09:00", "11:00", "13:00", "15:00", "17:00")


def view_of(dispatch: Dispatch, waves: tuple[str, ...] = OFTEN, **changes: Any) -> Any:
    """A view at nine with waves every two hours."""
    return plain_view(0, dispatch=dispatch, operation=Operation(waves=waves), **changes)


def loose(stops: int, until: int, seed: int = 1) -> Dispatch:
    """A wave of stops that are open until an hour of the day."""
    made = wave(stops, 3, seed=seed)
    return replace(made, stops=tuple(replace(it, tw_early=9 * HOUR, tw_late=until) for it in made.stops))


def test_what_must_go_goes() -> None:
    """Windows that the wave at eleven cannot keep leave now; of those that it can some wait."""
    made = loose(12, 18 * HOUR)
    soon = tuple(replace(it, tw_late=11 * HOUR + 30 * MINUTE) if i < 4 else it for i, it in enumerate(made.stops))
    view = view_of(replace(made, stops=soon))
    waits = QUICK.waiting(view, prepare(view, Stakes()))
    assert waits
    assert not waits & {1, 2, 3, 4}
    served = {stop for tour in QUICK(view) for stop in tour.stops}
    assert served == {stop for i, stop in enumerate(soon) if i + 1 not in waits}


@pytest.mark.parametrize(("waves", "until"), [(("09:00",), 18 * HOUR), (OFTEN, 11 * HOUR)])
def test_nothing_waits_at_the_last_wave_or_without_time(waves: tuple[str, ...], until: int) -> None:
    """Without a later wave today, or when that would be too late for everything, all go."""
    view = view_of(loose(10, until), waves)
    assert QUICK.waiting(view, prepare(view, Stakes())) == frozenset()


def test_as_much_is_imagined_as_is_foretold() -> None:
    """In the mean the forecast's share of the day, in the window after the next wave; another luck, another future."""
    dispatch = loose(20, 18 * HOUR)
    mean = np.full(6, 40.0)
    view = view_of(dispatch, forecast=Forecast(0, mean, mean, mean))
    problem = prepare(view, Stakes())
    visits = wave_model(problem, list(problem.places)).visits
    futures = [imagined(view, dispatch, visits, 11 * HOUR, luck) for luck in range(200)]
    sizes = [len(each) for each in futures]
    assert np.mean(sizes) == pytest.approx(3 * 40 * 2 / 16, rel=0.1)
    assert np.std(sizes) == pytest.approx(np.sqrt(15), rel=0.2)
    assert {time for each in futures for time in (*each.early.tolist(), *each.late.tolist())} == {10 * HOUR, 14 * HOUR}
    assert futures[0].place.tolist() != futures[1].place.tolist()
    again = imagined(view, dispatch, visits, 11 * HOUR, 0)
    assert again.place.tolist() == futures[0].place.tolist()


def test_a_run_keeps_its_books() -> None:
    """Waves every two hours for two days: every plan passes the checker, some parcels wait for a later wave and come.

    Each parcel is at one end of the ledger.
    """
    seen: list[Any] = []
    world = toy_world(days=2, noise=True, operation=operation(waves=OFTEN))
    ledger = play(world, PLAIN, routing=watched(QUICK, seen))
    assert [found for _, _, found in seen if found] == []
    waited = {
        parcel
        for dispatch, tours, _ in seen
        for stop in dispatch.stops
        if stop not in {went for tour in tours for went in tour.stops} and dispatch.time % DAY < 17 * HOUR
        for parcel in stop.parcels
    }
    delivered = set(rows(ledger, Kind.DELIVERED)["subject"].tolist())
    assert waited & delivered
    created = set(rows(ledger, Kind.CREATED)["subject"].tolist())
    ended = rows(ledger, Kind.DELIVERED, Kind.OPEN, Kind.RETURNED, Kind.CANCELLED, Kind.LOST)["subject"].tolist()
    assert sorted(ended) == sorted(created)
