"""What a policy may decide: one validator a port, called at every decision and by the contract test.

A decision is a stranger's value, so each validator takes any object and raises
:class:`~twin.errors.PolicyError` with one sentence: what came back, and what is legal. They know no
policy's name; who calls them adds it. The frequent ones cost about a microsecond when all is well.
"""

from collections.abc import Sequence
from reprlib import Repr

import numpy as np

from twin.entities import (
    FAR,
    Adjustment,
    CarrierOffer,
    Channel,
    Dispatch,
    Forecast,
    Knob,
    Mode,
    Notice,
    Offer,
    RemedyOffer,
    Replenishment,
    Slot,
    Stop,
    Tour,
    Vehicle,
)
from twin.errors import PolicyError
from twin.units import DAY

_REPR = Repr()
_REPR.maxother = _REPR.maxstring = _REPR.maxlong = 60
_MOST = 10**9
"""Units or parcels: it fits into a column of the ledger, and nobody means more."""
_DEAREST = 10**12
"""Micro-dollars: a million dollars."""
_MODES = 8
"""Keys of ``Knob.AVOID_MODE`` an area."""


def offers(slots: Sequence[Slot], decision: object) -> None:
    """Refuse offers of a checkout unless each is a window of its own with room, at a price of 0 or more.

    Raises
    ------
    PolicyError
    """
    free = [slot.window for slot in slots if slot.booked < slot.capacity]
    for offer in _items(decision, "offers"):
        if type(offer) is not Offer:
            raise PolicyError(f"an offer is {_show(offer)}, but must be an Offer")
        if type(offer.price) is not int or not 0 <= offer.price <= _DEAREST:
            allowed = f"an int >= 0 (micro-dollars), at most {_DEAREST}"
            raise PolicyError(f"the price of an offer is {_show(offer.price)}, but must be {allowed}")
        try:
            free.remove(offer.window)
        except ValueError:
            raise PolicyError(
                f"the window {_show(offer.window)} is offered, but must be that of a slot with room, offered once"
            ) from None


def carrier(offered: Sequence[CarrierOffer], decision: object) -> None:
    """Refuse a carrier unless it is one of the offers.

    Raises
    ------
    PolicyError
    """
    if type(decision) is not CarrierOffer or decision not in offered:
        names = ", ".join(f"{i}: {offer.name}" for i, offer in enumerate(offered))
        raise PolicyError(f"the choice is {_show(decision)}, but must be one of the offers it was given ({names})")


def remedy(offered: Sequence[RemedyOffer], decision: object) -> None:
    """Refuse a remedy unless it is one of those possible now.

    Raises
    ------
    PolicyError
    """
    if type(decision) is not RemedyOffer or decision not in offered:
        names = ", ".join(offer.remedy.name for offer in offered)
        raise PolicyError(f"the choice is {_show(decision)}, but must be one of the remedies it was given ({names})")


def channels(notice: Notice, decision: object) -> None:
    """Refuse channels unless each is one of the notice's, named once; none at all is legal.

    Raises
    ------
    PolicyError
    """
    seen = 0
    for channel in _items(decision, "channels"):
        if type(channel) is not Channel or channel not in notice.channels or seen >> channel & 1:
            names = ", ".join(c.name for c in notice.channels)
            raise PolicyError(f"a channel is {_show(channel)}, but must be one of the notice's ({names}), named once")
        seen |= 1 << channel


def replenishments(mfcs: int, skus: int, decision: object) -> None:
    """Refuse stock orders unless each names an mfc and a product once, for at least one unit.

    Raises
    ------
    PolicyError
    """
    seen = set()
    for line in _items(decision, "replenishments"):
        if type(line) is not Replenishment:
            raise PolicyError(f"a replenishment is {_show(line)}, but must be a Replenishment")
        _check_id("the mfc of a replenishment", line.mfc, mfcs)
        _check_id("the sku of a replenishment", line.sku, skus)
        if type(line.units) is not int or not 1 <= line.units <= _MOST:
            allowed = f"an int >= 1, at most {_MOST}"
            raise PolicyError(f"a replenishment is for {_show(line.units)} units, but must be for {allowed}")
        if (line.mfc, line.sku) in seen:
            raise PolicyError(f"mfc {line.mfc} orders sku {line.sku} twice, but must order it in one line")
        seen.add((line.mfc, line.sku))


def forecast(decision: object, areas: int, day: int) -> None:
    """Refuse a forecast unless it is of this day and finite, not negative and ordered for each area.

    ``mean`` may exceed ``high``: 9 days of 10 are empty where one parcel comes every three weeks.

    Raises
    ------
    PolicyError
    """
    if type(decision) is not Forecast:
        raise PolicyError(f"the forecast is {_show(decision)}, but must be a Forecast")
    if type(decision.day) is not int or decision.day != day:
        raise PolicyError(f"the forecast is of day {_show(decision.day)}, but must be of day {day}")
    for name in ("mean", "low", "high"):
        _check_expected(name, getattr(decision, name), areas)
    if bool((decision.low > decision.high).any()):
        area = int(np.argmax(decision.low > decision.high))
        raise PolicyError(f"low(={decision.low[area]}) of area {area} must be <= high(={decision.high[area]})")


def adjustments(areas: int, carriers: int, decision: object) -> None:
    """Refuse changes of strategy unless each sets a knob that exists to a value it has, once.

    Raises
    ------
    PolicyError
    """
    seen = set()
    for change in _items(decision, "adjustments"):
        if type(change) is not Adjustment or type(change.knob) is not Knob or type(change.why) is not str:
            raise PolicyError(f"an adjustment is {_show(change)}, but must be an Adjustment of a Knob with a text why")
        _check_knob(change, areas, carriers)
        if (change.knob, change.key) in seen:
            raise PolicyError(f"{change.knob.name} of key {change.key} is set twice, but must be set once")
        seen.add((change.knob, change.key))


def tours(dispatch: Dispatch, decision: object) -> None:
    """Refuse a plan unless each vehicle can do its tour and no stop or vehicle is used twice.

    Hard are capacity in grams, millilitres and parcels, reachability, range and working time, by the
    believed matrices: a vehicle leaves at ``max(dispatch.time, tw_early)``, waits where it is early, serves,
    and is back by ``tw_late``. A stop served after its ``tw_late`` is legal: late, not forbidden. A vehicle that is
    away serves what it has on board, nobody else does; what it takes from the floor comes after that, by way of the
    depot. Its working time may be used up already, or a closure cut it off: then it must not take more.

    Raises
    ------
    PolicyError
    """
    free = {vehicle.id: vehicle for vehicle in dispatch.vehicles}
    known = {stop: i + 1 for i, stop in enumerate(dispatch.stops)}
    used: set[int] = set()
    owner = {stop + 1: vehicle.id for vehicle in dispatch.vehicles for stop in vehicle.aboard}
    for tour in _items(decision, "tours"):
        if type(tour) is not Tour or type(tour.vehicle) is not int or type(tour.stops) is not tuple:
            raise PolicyError(f"a tour is {_show(tour)}, but must be a Tour of a vehicle id and a tuple of stops")
        if type(tour.saves) is not int or abs(tour.saves) > _DEAREST:
            raise PolicyError(f"a tour saves {_show(tour.saves)}, but must save an int of at most {_DEAREST}")
        vehicle = free.pop(tour.vehicle, None)
        if vehicle is None:
            raise PolicyError(f"vehicle {_show(tour.vehicle)} must be one of the dispatch's, with one tour")
        places = _places(tour.stops, known, used)
        for place in places:
            if owner.get(place, vehicle.id) != vehicle.id:
                raise PolicyError(
                    f"vehicle {vehicle.id} visits stop {place - 1}, but only vehicle {owner[place]} has it on board"
                )
        if vehicle.away:
            _check_change(dispatch, vehicle, tour.stops, places)
        else:
            _check_tour(dispatch, vehicle, tour.stops, places)


def _places(stops: tuple[Stop, ...], known: dict[Stop, int], used: set[int]) -> list[int]:
    places = []
    for stop in stops:
        place = known.get(stop) if type(stop) is Stop and type(stop.parcels) is tuple else None
        if place is None:
            raise PolicyError(f"a tour visits {_show(stop)}, but must visit stops of the dispatch, unchanged")
        if place in used:
            raise PolicyError(f"stop {place - 1} of the dispatch is visited twice, but must be at most once")
        used.add(place)
        places.append(place)
    return places


def _check_tour(dispatch: Dispatch, vehicle: Vehicle, stops: tuple[Stop, ...], places: list[int]) -> None:
    who = f"the tour of vehicle {vehicle.id}"
    _check_load(who, "g", sum(stop.weight_g for stop in stops), vehicle.capacity_g)
    _check_load(who, "ml", sum(stop.volume_ml for stop in stops), vehicle.capacity_ml)
    _check_load(who, "parcels", sum(len(stop.parcels) for stop in stops), vehicle.capacity_parcels)
    if stops:
        leaves = max(dispatch.time, vehicle.tw_early)
        _check_reach(who, vehicle, *driven(dispatch, vehicle, places, 0, leaves))


def _check_change(dispatch: Dispatch, vehicle: Vehicle, stops: tuple[Stop, ...], places: list[int]) -> None:
    """A change of a tour under way: what is on board comes first, and more only if it all can be done."""
    who, mine = f"the tour of vehicle {vehicle.id}", {stop + 1 for stop in vehicle.aboard}
    count = next((i for i, place in enumerate(places) if place not in mine), len(places))
    if not mine.isdisjoint(places[count:]):
        raise PolicyError(f"{who} has a stop on board after one from the floor, but must end with those from the floor")
    time, metres = driven(dispatch, vehicle, places[:count], vehicle.start, vehicle.tw_early)
    fresh = stops[count:]
    if fresh:
        parcels = sum(len(stop.parcels) for stop in fresh)
        _check_load(who, "g", sum(stop.weight_g for stop in fresh), vehicle.capacity_g)
        _check_load(who, "ml", sum(stop.volume_ml for stop in fresh), vehicle.capacity_ml)
        _check_load(who, "parcels", parcels, vehicle.capacity_parcels)
        leaves = time + vehicle.handling * parcels
        time, further = driven(dispatch, vehicle, places[count:], 0, leaves)
        _check_reach(who, vehicle, time, metres + further)


def driven(dispatch: Dispatch, vehicle: Vehicle, places: Sequence[int], here: int, time: int) -> tuple[int, int]:
    """When a vehicle is home that goes from a place at a time through these places, and after how many metres.

    By the believed matrices: it waits where it is early, and serves. Place ``i + 1`` is stop ``i`` of the dispatch.
    """
    duration, distance = dispatch.duration[vehicle.profile], dispatch.distance[vehicle.profile]
    metres = 0
    for place in places:
        stop = dispatch.stops[place - 1]
        time = max(time + int(duration[here, place]), stop.tw_early) + stop.service_duration
        metres += int(distance[here, place])
        here = place
    return time + int(duration[here, 0]), metres + int(distance[here, 0])


def _check_reach(who: str, vehicle: Vehicle, time: int, metres: int) -> None:
    if time >= FAR or metres >= FAR:
        raise PolicyError(f"{who} uses a way that does not exist (FAR), but must stay on ways that do")
    if metres > vehicle.range_m:
        raise PolicyError(f"{who} is {metres} m long, but must be at most {vehicle.range_m} m")
    if time > vehicle.tw_late:
        raise PolicyError(f"{who} is back at {time} ms, but must be by {vehicle.tw_late} ms")


def _check_load(who: str, unit: str, load: int, capacity: int) -> None:
    if load > capacity:
        raise PolicyError(f"{who} loads {load} {unit}, but must load at most {capacity} {unit}")


def _check_expected(name: str, values: object, areas: int) -> None:
    if not isinstance(values, np.ndarray) or values.shape != (areas,) or values.dtype != np.float64:
        raise PolicyError(f"{name} of the forecast is {_show(values)}, but must be a float64 array of {areas} areas")
    bad = ~(values >= 0) | (values > _MOST)
    if bool(bad.any()):
        area = int(np.argmax(bad))
        raise PolicyError(f"{name} of area {area} is {values[area]}, but must be finite and >= 0, at most {_MOST}")


def _check_knob(change: Adjustment, areas: int, carriers: int) -> None:
    name = change.knob.name
    keys = {Knob.AVOID_MODE: areas * _MODES, Knob.AVOID_CARRIER: carriers}.get(change.knob, areas)
    _check_id(f"the key of {name}", change.key, keys)
    if change.knob is Knob.AVOID_MODE and change.key % _MODES >= len(Mode):
        raise PolicyError(f"the key of {name} is {change.key}, but must be area * {_MODES} + a mode")
    highest = DAY if change.knob is Knob.PROMISE_SLACK else 1
    if type(change.value) is not int or not 0 <= change.value <= highest:
        raise PolicyError(f"the value of {name} is {_show(change.value)}, but must be an int from 0 to {highest}")


def _check_id(what: str, value: object, count: int) -> None:
    if type(value) is not int or not 0 <= value < count:
        raise PolicyError(f"{what} is {_show(value)}, but must be an int from 0 to {count - 1}")


def _items(decision: object, what: str) -> Sequence[object]:
    if type(decision) is not tuple and type(decision) is not list:
        raise PolicyError(f"the {what} are {_show(decision)}, but must be a tuple or a list")
    return decision


def _show(value: object) -> str:
    """The value, shortened; of one that cannot be shown, its type."""
    try:
        shown = _REPR.repr(value)
    except Exception:
        shown = "something"
    return f"{shown} (a {type(value).__name__})"
