"""What a policy may decide: legal decisions pass, everything else is refused in one sentence."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin import legal
from twin.entities import (
    FAR,
    OWN,
    Adjustment,
    CarrierOffer,
    Cause,
    Channel,
    Dispatch,
    Forecast,
    Knob,
    Mode,
    Notice,
    Offer,
    Remedy,
    RemedyOffer,
    Replenishment,
    Slot,
    Stop,
    TimeWindow,
    Tour,
    Vehicle,
)
from twin.errors import PolicyError
from twin.units import HOUR, MINUTE

WINDOWS = [TimeWindow(hour * HOUR, (hour + 2) * HOUR) for hour in (10, 12, 14)]
SLOTS = [Slot(window, 9 * HOUR, booked, 10, 8 * HOUR) for window, booked in zip(WINDOWS, (0, 9, 10), strict=True)]
CARRIERS = [CarrierOffer(OWN, "streets", None, 1, 1, 0.9, 0, 0), CarrierOffer(0, "postal", None, 2, 1, 0.9, 0, 0)]
REMEDIES = [RemedyOffer(Remedy.REATTEMPT, 1, 1, 0.5), RemedyOffer(Remedy.RETURN, 2, 1, 1.0)]
NOTICE = Notice(1, 1, Cause.ABSENT, (Channel.SMS, Channel.EMAIL), 0, WINDOWS[0])
LEGS = np.array([[0, 10, 20, FAR], [10, 0, 10, FAR], [20, 10, 0, FAR], [FAR, FAR, FAR, 0]], dtype=np.int64)
STOPS = tuple(Stop(i, (i,), 0, 10 * HOUR, MINUTE, 100, 200, 0) for i in range(3))
VAN = Vehicle(7, Mode.VAN, 250, 500, 2, 9 * HOUR, 10 * HOUR, 40, 0, 1, 1)
WAVE = Dispatch(0, STOPS, (VAN, replace(VAN, id=8)), (LEGS * MINUTE // 10,), (LEGS,), 9 * HOUR)


def flat(value: float) -> Any:
    """(3,) of a value."""
    return np.full(3, float(value))


CHECKS: dict[str, Callable[[Any], None]] = {
    "offers": lambda decision: legal.offers(SLOTS, decision),
    "carrier": lambda decision: legal.carrier(CARRIERS, decision),
    "remedy": lambda decision: legal.remedy(REMEDIES, decision),
    "channels": lambda decision: legal.channels(NOTICE, decision),
    "replenishments": lambda decision: legal.replenishments(2, 4, decision),
    "forecast": lambda decision: legal.forecast(decision, 3, 5),
    "adjustments": lambda decision: legal.adjustments(3, 2, decision),
    "tours": lambda decision: legal.tours(WAVE, decision),
}
GOOD: list[tuple[str, Any]] = [
    ("offers", ()),
    ("offers", [Offer(WINDOWS[1], 0), Offer(TimeWindow(10 * HOUR, 12 * HOUR), 5)]),
    ("carrier", CARRIERS[1]),
    ("remedy", REMEDIES[0]),
    ("channels", ()),
    ("channels", [Channel.EMAIL, Channel.SMS]),
    ("replenishments", (Replenishment(0, 3, 1), Replenishment(1, 3, 9))),
    ("forecast", Forecast(5, flat(0.3), flat(0.0), flat(0.0))),
    ("adjustments", [Adjustment(Knob.EVENING_FIRST, 2, 1), Adjustment(Knob.PROMISE_SLACK, 2, HOUR)]),
    ("adjustments", [Adjustment(Knob.AVOID_MODE, 2 * 8 + Mode.DRONE, 1), Adjustment(Knob.AVOID_CARRIER, 1, 0)]),
    ("tours", ()),
    ("tours", [Tour(8, (STOPS[1], STOPS[0])), Tour(7, ())]),
    ("tours", [Tour(8, (replace(STOPS[1]),))]),
]
BAD: list[tuple[str, Any, str]] = [
    ("offers", [Offer(WINDOWS[0], -1)], "price of an offer is -1"),
    ("offers", [Offer(WINDOWS[0], True)], "price of an offer is True"),
    ("offers", [Offer(WINDOWS[0], float("nan"))], "price of an offer is nan"),  # type: ignore[arg-type]
    ("offers", [Offer(WINDOWS[2], 1)], "with room, offered once"),
    ("offers", [Offer(WINDOWS[0], 1), Offer(WINDOWS[0], 2)], "with room, offered once"),
    ("offers", [Offer(TimeWindow(1, 2), 1)], "with room, offered once"),
    ("offers", [(WINDOWS[0], 1)], "must be an Offer"),
    ("offers", (Offer(window, 1) for window in WINDOWS), "must be a tuple or a list"),
    ("carrier", CARRIERS[1]._replace(price=1), r"one of the offers it was given \(0: streets, 1: postal\)"),
    ("carrier", 1, "the choice is 1"),
    ("remedy", REMEDIES[1]._replace(price=0), r"one of the remedies it was given \(REATTEMPT, RETURN\)"),
    ("channels", [Channel.WHATSAPP], r"one of the notice's \(SMS, EMAIL\)"),
    ("channels", [Channel.SMS, Channel.SMS], "named once"),
    ("channels", [0], "a channel is 0"),
    ("channels", "SMS", "the channels are 'SMS'"),
    ("replenishments", [Replenishment(2, 0, 1)], "mfc of a replenishment is 2"),
    ("replenishments", [Replenishment(0, -1, 1)], "sku of a replenishment is -1"),
    ("replenishments", [Replenishment(0, 0, 0)], "for an int >= 1"),
    ("replenishments", [Replenishment(0, 0, 1.5)], "for 1.5"),  # type: ignore[arg-type]
    ("replenishments", [Replenishment(0, 0, 1), Replenishment(0, 0, 2)], "orders sku 0 twice"),
    ("forecast", Forecast(4, flat(1), flat(1), flat(1)), "of day 4"),
    ("forecast", Forecast(5, flat(np.nan), flat(1), flat(1)), "mean of area 0 is nan"),
    ("forecast", Forecast(5, flat(1), flat(1), flat(np.inf)), "high of area 0 is inf"),
    ("forecast", Forecast(5, flat(1), flat(-1), flat(1)), r"low of area 0 is -1\.0"),
    ("forecast", Forecast(5, flat(1), flat(2), flat(1)), r"low\(=2\.0\) of area 0"),
    ("forecast", Forecast(5, np.zeros(2), flat(1), flat(1)), "float64 array of 3 areas"),
    ("forecast", Forecast(5, [1.0] * 3, flat(1), flat(1)), "float64 array of 3 areas"),  # type: ignore[arg-type]
    ("adjustments", [Adjustment(Knob.EVENING_FIRST, 3, 1)], "key of EVENING_FIRST is 3"),
    ("adjustments", [Adjustment(Knob.AVOID_CARRIER, 2, 1)], "key of AVOID_CARRIER is 2"),
    ("adjustments", [Adjustment(Knob.AVOID_MODE, 7, 1)], r"area \* 8 \+ a mode"),
    ("adjustments", [Adjustment(Knob.EVENING_FIRST, 0, 2)], "value of EVENING_FIRST is 2"),
    ("adjustments", [Adjustment(Knob.PROMISE_SLACK, 0, -1)], "value of PROMISE_SLACK is -1"),
    ("adjustments", [Adjustment(1, 0, 1)], "an Adjustment of a Knob"),  # type: ignore[arg-type]
    ("adjustments", [Adjustment(Knob.EVENING_FIRST, 0, v) for v in (0, 1)], "set twice"),
    ("tours", [Tour(9, ())], r"vehicle 9 .* one of the dispatch's"),
    ("tours", [Tour(7, ()), Tour(7, ())], "vehicle 7 .* with one tour"),
    ("tours", [Tour(7, (STOPS[0],)), Tour(8, (STOPS[0],))], "stop 0 of the dispatch is visited twice"),
    ("tours", [Tour(7, (replace(STOPS[0], tw_late=1),))], "stops of the dispatch, unchanged"),
    ("tours", [Tour(7, [STOPS[0]])], "a tuple of stops"),  # type: ignore[arg-type]
    ("tours", [Tour(7, (replace(STOPS[0], parcels=[0]),))], "unchanged"),  # type: ignore[arg-type]
    ("tours", [Tour(7, (STOPS[2],))], "does not exist"),
    ("tours", [Tour(7, STOPS)], "loads 300 g, but must load at most 250 g"),
]


@pytest.mark.parametrize(("port", "decision"), GOOD)
def test_a_legal_decision_passes(port: str, decision: Any) -> None:
    """Nothing is raised."""
    CHECKS[port](decision)


@pytest.mark.parametrize(("port", "decision", "said"), BAD)
def test_an_illegal_decision_is_refused_with_what_is_legal(port: str, decision: Any, said: str) -> None:
    """The sentence shows the value and says what it must be."""
    with pytest.raises(PolicyError, match=said) as refused:
        CHECKS[port](decision)
    assert " must " in str(refused.value)


@pytest.mark.parametrize("port", CHECKS)
@given(junk=st.none() | st.integers() | st.text() | st.floats() | st.lists(st.none() | st.integers(), min_size=1))
def test_junk_is_refused_and_nothing_else_is_raised(port: str, junk: Any) -> None:
    """Whatever plain value comes back, the answer is a PolicyError, except for nothing to do."""
    with pytest.raises(PolicyError):
        CHECKS[port](junk)


@pytest.mark.parametrize("port", CHECKS)
def test_an_array_is_refused_without_a_riddle(port: str) -> None:
    """Comparing arrays raises in Python; here it is an illegal decision."""
    with pytest.raises(PolicyError):
        CHECKS[port](np.zeros(3))
    with pytest.raises(PolicyError):
        CHECKS[port]([np.zeros(3)])


def changed(**changes: Any) -> Dispatch:
    """The wave with another first vehicle."""
    return replace(WAVE, vehicles=(replace(VAN, **changes),))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"capacity_ml": 399}, "400 ml"),
        ({"capacity_parcels": 1}, "2 parcels"),
        ({"range_m": 39}, "is 40 m long, but must be at most 39 m"),
        ({"tw_late": 9 * HOUR + 6 * MINUTE - 1}, "is back at"),
        ({"tw_early": 10 * HOUR - 5 * MINUTE}, "is back at"),
    ],
)
def test_each_limit_of_a_vehicle_is_hard(changes: dict[str, int], said: str) -> None:
    """Exactly at its limits a tour is legal; one unit beyond, it is not."""
    tour = [Tour(7, STOPS[:2])]
    legal.tours(changed(capacity_ml=400, range_m=40, tw_late=9 * HOUR + 6 * MINUTE), tour)
    with pytest.raises(PolicyError, match=said):
        legal.tours(changed(**changes), tour)


def test_late_service_is_legal_and_waiting_takes_time() -> None:
    """A window that has passed is no bar; one that is not open makes the vehicle wait."""
    late = replace(STOPS[0], tw_early=0, tw_late=HOUR)
    legal.tours(replace(WAVE, stops=(late, *STOPS[1:])), [Tour(7, (late,))])
    early = replace(STOPS[0], tw_early=10 * HOUR)
    with pytest.raises(PolicyError, match="is back at"):
        legal.tours(replace(WAVE, stops=(early, *STOPS[1:])), [Tour(7, (early,))])
