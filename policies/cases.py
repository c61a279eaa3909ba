"""Situations to try a policy in, as plain data: no twin is needed to run the contract test."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from policies.plainview import PlainView
from policies.waves import grid_wave, underway, wave
from twin.entities import (
    OWN,
    CarrierOffer,
    Cause,
    Channel,
    Dwelling,
    Knob,
    Mode,
    Notice,
    Parcel,
    Remedy,
    RemedyOffer,
    Segment,
    Session,
    Slot,
    TimeWindow,
    Trouble,
)
from twin.specs import CarrierSpec, Operation
from twin.units import DAY, HOUR, clock, usd

AREAS, DEPOTS, SKUS, HISTORY = 6, 2, 5, 10
_CARRIERS = (CarrierSpec("regional", 6.2, 0.5), CarrierSpec("postal", 5.0, 0.7, on_time=0.945, days=2))
_MORNING = TimeWindow(10 * HOUR, 14 * HOUR)


@dataclass(frozen=True)
class Case:
    """One question to a policy: the port, and the arguments of the call, the view first.

    ``underway``: between the waves, with vehicles that are away; only routers with ``triggers`` are asked.
    """

    port: str
    args: tuple[Any, ...]
    underway: bool = False


def cases(port: str) -> tuple[Case, ...]:
    """Hand-made situations for a port, from the empty one to the awkward one.

    Raises
    ------
    ValueError
        If there is no such port.
    """
    if port not in _SITUATIONS:
        raise ValueError(f"port(={port!r}) must be one of {', '.join(_SITUATIONS)}")
    between = _underway() if port == "routing" else []
    return (*(Case(port, args) for args in _SITUATIONS[port]()), *(Case(port, args, True) for args in between))


def plain_view(day: int = HISTORY, hour: int = 9, **changes: Any) -> Any:
    """An ordinary operation of 6 areas, 2 depots and 5 products on a day, its first being a Monday.

    A :class:`~policies.plainview.PlainView`, typed so that it can stand in for the twin's view.
    """
    rows, cols = np.indices((day + 1, AREAS))
    orders = 20.0 + 5.0 * cols + 4.0 * (rows % 7 < 5) + (rows * 3 + cols) % 4
    orders[-1] = 0.0
    sales = np.outer(np.arange(1, DEPOTS + 1), np.arange(SKUS, 0, -1)) * 9 * day
    opening = np.full((DEPOTS, SKUS), 150)
    ordinary = PlainView(
        now=day * DAY + hour * HOUR,
        weekday=day % 7,
        orders=orders,
        sales=sales.astype(np.int64),
        stocks=np.maximum(opening - sales, 3).astype(np.int64),
        coming=np.zeros((DEPOTS, SKUS), dtype=np.int64),
        opening=opening.astype(np.int64),
        operation=Operation(),
        carriers=_CARRIERS,
    )
    return replace(ordinary, **changes)


def parcel(day: int = HISTORY, **changes: Any) -> Parcel:
    """A parcel promised for the morning of a day."""
    promise = TimeWindow(day * DAY + _MORNING.early, day * DAY + _MORNING.late)
    return Parcel(7, 5, 3, 2, Dwelling.HOUSE, 1200, 4000, promise)._replace(**changes)


def slots(day: int = HISTORY, booked: tuple[int, ...] = (40, 390, 0, 400)) -> tuple[Slot, ...]:
    """The next windows of the operation, so full; goods are ready an hour and a half before their cut-off."""
    operation = Operation()
    windows = [
        TimeWindow(d * DAY + clock(early), d * DAY + clock(late))
        for d in (day, day + 1)
        for early, late in operation.windows
    ]
    return tuple(
        Slot(window, window.early - HOUR, count, 400, window.early - HOUR * 5 // 2)
        for window, count in zip(windows, booked, strict=False)
    )


def _routing() -> list[tuple[Any, ...]]:
    waves = (wave(0, 2), wave(12, 2), grid_wave(), wave(30, 3, seed=4), wave(8, 0))
    hold = {(Knob.AVOID_MODE, 1 * 8 + Mode.VAN): 1, (Knob.EVENING_FIRST, 2): 1}
    seen: dict[str, Any] = {"drivers": {0: (57.0, 60.0), 1: (30.0, 60.0)}, "visited": {(0, 1): 40, (1, 2): 5}}
    views = [plain_view(0, dispatch=each, **seen) for each in waves]
    return [(view,) for view in (*views, plain_view(0, dispatch=wave(20, 2, seed=7), knob_values=hold))]


def _underway() -> list[tuple[Any, ...]]:
    return [(plain_view(0, hour=11, dispatch=underway(stops, seed)),) for stops, seed in ((9, 1), (24, 2), (0, 3))]


def _promising() -> list[tuple[Any, ...]]:
    session = Session(11, HISTORY * DAY + 8 * HOUR, 4, 3, 2, Dwelling.HOUSE, Segment.BALANCED, range(20, 22))
    poor = plain_view(slot={0: (20, 90), 1: (85, 90)})
    return [(plain_view(), session, slots()), (poor, session, slots()), (plain_view(0), session, ())]


def _placement() -> list[tuple[Any, ...]]:
    return [(plain_view(0, 23),), (plain_view(HISTORY, 23),)]


def _carriers() -> list[tuple[Any, ...]]:
    due = HISTORY * DAY + 13 * HOUR
    offers = (
        CarrierOffer(OWN, "own fleet", None, usd(4.1), due, 0.95, 40, 44),
        CarrierOffer(OWN, "own drone", Mode.DRONE, usd(9.0), due - HOUR, 0.95, 0, 0),
        CarrierOffer(0, "regional", None, usd(7.4), due + HOUR, 0.955, 3, 9),
        CarrierOffer(1, "postal", None, usd(6.0), due + DAY, 0.945, 0, 0),
    )
    avoid = plain_view(knob_values={(Knob.AVOID_CARRIER, 0): 1, (Knob.AVOID_MODE, 2 * 8 + Mode.DRONE): 1})
    return [(plain_view(), parcel(), offers), (avoid, parcel(), offers), (avoid, parcel(), offers[2:3])]


def _recovering() -> list[tuple[Any, ...]]:
    soon = HISTORY * DAY + 18 * HOUR
    remedies = (
        RemedyOffer(Remedy.RETURN, usd(10), soon + DAY, 1.0),
        RemedyOffer(Remedy.REATTEMPT, usd(6), soon, 0.85),
        RemedyOffer(Remedy.LOCKER, usd(0.6), soon, 0.97),
    )
    view = plain_view(hour=15)
    absent = Trouble(parcel(attempts=1), Cause.ABSENT, view.now)
    short = Trouble(parcel(), Cause.OUT_OF_STOCK, view.now)
    return [(view, absent, remedies), (view, short, (RemedyOffer(Remedy.CANCEL, 0, view.now, 1.0),))]


def _notifying() -> list[tuple[Any, ...]]:
    eta = TimeWindow(HISTORY * DAY + 11 * HOUR, HISTORY * DAY + 12 * HOUR)
    every = tuple(Channel)
    notices = [Notice(7, 5, cause, every, 0, eta) for cause in (Cause.CONFIRMED, Cause.DISPATCHED, Cause.ABSENT)]
    notices += [Notice(7, 5, Cause.ABSENT, every, 9, eta), Notice(7, 5, Cause.DISPATCHED, (), 0, eta)]
    return [(plain_view(), notice) for notice in notices]


def _forecasting() -> list[tuple[Any, ...]]:
    silent = plain_view()
    silent.orders[:] = 0.0
    return [(plain_view(day, 5),) for day in (0, 1, HISTORY)] + [(silent,)]


def _adapting() -> list[tuple[Any, ...]]:
    attempts = {(1, 11, int(Mode.ROBOVAN)): (4, 40), (2, 10, int(Mode.VAN)): (20, 60), (2, 19, int(Mode.VAN)): (57, 60)}
    failing = plain_view(hour=23, attempts=attempts, carrier_area={(0, 1): (30, 80), (1, 1): (77, 80)})
    return [(plain_view(0, 23),), (failing,)]


_SITUATIONS: dict[str, Callable[[], list[tuple[Any, ...]]]] = {
    "routing": _routing,
    "promising": _promising,
    "placement": _placement,
    "carriers": _carriers,
    "recovering": _recovering,
    "notifying": _notifying,
    "forecasting": _forecasting,
    "adapting": _adapting,
}
