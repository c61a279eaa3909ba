"""What a program may answer, port by port: plain data to decisions. Whether they are legal is for the twin to say."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from policies.programs.wire import show
from twin.entities import (
    Adjustment,
    CarrierOffer,
    Channel,
    Dispatch,
    Forecast,
    Knob,
    Notice,
    Offer,
    RemedyOffer,
    Replenishment,
    Slot,
    Tour,
)
from twin.ports import View

_LARGEST = 1 << 62


def routing(decision: Any, wave: Dispatch) -> tuple[Tour, ...]:
    """``[{"vehicle": id, "stops": [index, ...]}, ...]``, with ``"saves": micro-dollars`` where a change is worth it."""
    tours = []
    for tour in _objects(decision, "vehicle", "stops", maybe="saves"):
        stops = tuple(_one_of(wave.stops, at, "a stop") for at in _list(tour["stops"], "the stops of a tour"))
        tours.append(Tour(_integer(tour["vehicle"], "vehicle"), stops, _integer(tour.get("saves", 0), "saves")))
    return tuple(tours)


def promising(decision: Any, slots: Sequence[Slot]) -> tuple[Offer, ...]:
    """``[{"slot": index, "price": micro-dollars}, ...]``."""
    return tuple(
        Offer(_one_of(slots, offer["slot"], "a slot").window, _integer(offer["price"], "price"))
        for offer in _objects(decision, "slot", "price")
    )


def placement(decision: Any) -> tuple[Replenishment, ...]:
    """``[{"mfc": id, "sku": id, "units": count}, ...]``."""
    names = ("mfc", "sku", "units")
    return tuple(Replenishment(*(_integer(each[n], n) for n in names)) for each in _objects(decision, *names))


def carriers(decision: Any, offers: Sequence[CarrierOffer]) -> CarrierOffer:
    """The index of an offer."""
    chosen: CarrierOffer = _one_of(offers, decision, "the choice")
    return chosen


def recovering(decision: Any, remedies: Sequence[RemedyOffer]) -> RemedyOffer:
    """The index of a remedy."""
    chosen: RemedyOffer = _one_of(remedies, decision, "the choice")
    return chosen


def notifying(decision: Any, notice: Notice) -> tuple[Channel, ...]:
    """``["SMS", ...]``, maybe none."""
    names = {channel.name: channel for channel in notice.channels}
    for name in _list(decision, "the channels"):
        if not isinstance(name, str) or name not in names:
            raise ValueError(f"a channel is {show(name)}, but must be one of {', '.join(names)}")
    return tuple(names[name] for name in decision)


def forecasting(decision: Any, view: View) -> Forecast:
    """``{"mean": [...], "low": [...], "high": [...]}``, a number for each area."""
    names = ("mean", "low", "high")
    (columns,) = _objects([decision], *names)
    for name in names:
        numbers = _list(columns[name], name)
        if len(numbers) != view.areas or any(type(number) not in (int, float) for number in numbers):
            raise ValueError(f"{name} is {show(numbers)}, but must be {view.areas} numbers, one for each area")
    try:
        return Forecast(view.day, *(np.array(columns[name], dtype=np.float64) for name in names))
    except OverflowError:
        raise ValueError("a number of the forecast is too large") from None


def adapting(decision: Any) -> tuple[Adjustment, ...]:
    """``[{"knob": name, "key": integer, "value": integer, "why": text}, ...]``."""
    changes = []
    for change in _objects(decision, "knob", "key", "value", "why"):
        if not isinstance(change["knob"], str) or change["knob"] not in Knob.__members__:
            raise ValueError(f"a knob is {show(change['knob'])}, but must be one of {', '.join(Knob.__members__)}")
        if not isinstance(change["why"], str):
            raise ValueError(f"why is {show(change['why'])}, but must be a text")
        key, value = _integer(change["key"], "key"), _integer(change["value"], "value")
        changes.append(Adjustment(Knob[change["knob"]], key, value, change["why"]))
    return tuple(changes)


def _objects(values: Any, *names: str, maybe: str = "") -> list[dict[str, Any]]:
    """A list of objects with exactly these names, and maybe one more."""
    for value in _list(values, "the decision"):
        if not isinstance(value, dict) or set(value) - {maybe} != set(names):
            raise ValueError(f"a part of the decision is {show(value)}, but must be an object of {', '.join(names)}")
    return list(values)


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{what} is {show(value)}, but must be a list")
    return value


def _integer(value: Any, what: str) -> int:
    if type(value) is not int or abs(value) > _LARGEST:
        raise ValueError(f"{what} is {show(value)}, but must be an integer")
    return value


def _one_of(some: Sequence[Any], at: Any, what: str) -> Any:
    if type(at) is not int or not 0 <= at < len(some):
        raise ValueError(f"{what} is {show(at)}, but must be an index from 0 to {len(some) - 1}")
    return some[at]
