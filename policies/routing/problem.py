"""A wave as every router here sees it: which stops are due, what may serve them, what lateness is worth.

The dispatch is the operation's; what may wait for the next wave and how much a late hour weighs is a decision.
"""

from dataclasses import dataclass as plain_dataclass
from typing import NamedTuple

import numpy as np
from pydantic.dataclasses import dataclass

from policies.routing.risk import risks
from twin.entities import FAR, Dispatch, Knob, Stop, Tour, Vehicle
from twin.errors import PolicyError
from twin.ports import View
from twin.units import DAY, HOUR, MINUTE, SECOND, STRICT, NonNeg, clock, usd

Plan = list[list[int]]
"""The places that each vehicle visits, in order; place ``i + 1`` is stop ``i``, 0 the depot."""


@dataclass(frozen=True, config=STRICT)
class Stakes:
    """What a router weighs against the cost of driving.

    Parameters
    ----------
    late_usd_h : float
        What an hour of lateness costs, a parcel. A late order costs about $3 in contacts and $2 in lost repeat
        business (.1 contacts x 6 x $5.5; 8 % of a year's margin: evidence 5 and 6); most are late by a third of
        an hour, so that is $15 an hour (D).
    margin_min : float
        Plan to be there so long before a window ends, as docks, streets and doors are slower than believed (D).
    left_usd : float
        What it costs to leave a parcel behind that the next wave cannot bring in time. More than a van's
        day for a single stop ($60 and an hour of stem driving), so that nobody waits because of being alone (D).
    fail_usd : float
        What a failed attempt costs, a parcel: $4-20 (evidence 3, B), times how often a mode fails in the area.
    defer_usd : float
        What it costs to leave a parcel for a later wave that still is in time: about two stops' labour,
        so that it goes along where a vehicle passes anyway (D).
    """

    late_usd_h: NonNeg = 15.0
    margin_min: NonNeg = 20.0
    fail_usd: NonNeg = 10.0
    left_usd: NonNeg = 100.0
    defer_usd: NonNeg = 5.0


class Door(NamedTuple):
    """A stop in time: what a tour pays for being there when."""

    early: int
    due: int
    """Until when service may begin without loss: the window's end less the margin, or the earliest possible
    arrival if that is already lost (sunk lateness decides nothing)."""
    service: int
    rate: int
    """Micro-dollars a second of lateness, all its parcels."""


@plain_dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """A wave, prepared. ``leave``, ``barred`` and ``risk`` are by vehicle, the others by place, 0 being the depot.

    Attributes
    ----------
    leave : list of int
        When each vehicle leaves.
    barred : list of frozenset of int
        Places that each vehicle must not visit.
    risk : list of list of int
        Micro-dollars of failure to be expected of each vehicle at each place.
    doors : list of Door
    loads : list of tuple of int
        Grams, millilitres, parcels.
    worth : list of int
        Micro-dollars lost by leaving the stop; 0: leave it.
    urgent : list of bool
        No later wave is in time.
    ways, lengths : list of list of memoryview
        ``ways[profile][a][b]`` is the way between two places in milliseconds, as a plain int; and in metres.
    """

    dispatch: Dispatch
    leave: list[int]
    barred: list[frozenset[int]]
    risk: list[list[int]]
    doors: list[Door]
    loads: list[tuple[int, int, int]]
    worth: list[int]
    urgent: list[bool]
    ways: list[list["memoryview[int]"]]
    lengths: list[list["memoryview[int]"]]

    @property
    def stops(self) -> tuple[Stop, ...]:
        """Stop ``i`` is at place ``i + 1``."""
        return self.dispatch.stops

    @property
    def vehicles(self) -> tuple[Vehicle, ...]:
        """What can leave."""
        return self.dispatch.vehicles

    @property
    def places(self) -> range:
        """Every place but the depot."""
        return range(1, len(self.stops) + 1)

    def tours(self, plan: Plan) -> tuple[Tour, ...]:
        """The plan as a decision; vehicles without stops have no tour."""
        return tuple(
            Tour(vehicle.id, tuple(self.stops[place - 1] for place in places))
            for vehicle, places in zip(self.vehicles, plan, strict=True)
            if places
        )


def prepare(view: View, stakes: Stakes) -> Problem:
    """The wave of ``view.dispatch``, with the adapter's knobs and the stakes applied.

    Raises
    ------
    PolicyError
        If there is no wave to plan.
    """
    dispatch = view.dispatch
    if dispatch is None:
        raise PolicyError("a router was asked while view.dispatch is None, but must be asked to plan a wave")
    stops, leave = dispatch.stops, [max(dispatch.time, vehicle.tw_early) for vehicle in dispatch.vehicles]
    drive = _first_legs(dispatch)
    later = _next_wave(view, dispatch.time)
    urgent = [stop.tw_early < later + way for stop, way in zip(stops, drive, strict=True)]
    first = min(leave, default=dispatch.time)
    doors = [_door(stop, first + way, stakes) for stop, way in zip(stops, drive, strict=True)]
    return Problem(
        dispatch=dispatch,
        leave=leave,
        barred=_barred(view, dispatch),
        risk=risks(view, dispatch, stakes.fail_usd),
        doors=[Door(0, FAR, 0, 0), *doors],
        loads=[(0, 0, 0), *((stop.weight_g, stop.volume_ml, len(stop.parcels)) for stop in stops)],
        worth=[0, *(_worth(view, dispatch, stop, now, stakes) for stop, now in zip(stops, urgent, strict=True))],
        urgent=[True, *urgent],
        ways=[[memoryview(row) for row in np.ascontiguousarray(matrix)] for matrix in dispatch.duration],
        lengths=[[memoryview(row) for row in np.ascontiguousarray(matrix)] for matrix in dispatch.distance],
    )


def _door(stop: Stop, arrival: int, stakes: Stakes) -> Door:
    """A stop in time, whose earliest arrival this is."""
    due = stop.tw_late - round(stakes.margin_min * MINUTE)
    rate = round(usd(stakes.late_usd_h) * SECOND / HOUR)
    return Door(stop.tw_early, max(due, stop.tw_early, arrival), stop.service_duration, rate * len(stop.parcels))


def _first_legs(dispatch: Dispatch) -> list[int]:
    """Milliseconds from the depot to each stop with the fastest vehicle; ``FAR`` without vehicles."""
    profiles = sorted({vehicle.profile for vehicle in dispatch.vehicles})
    if not profiles:
        return [FAR] * len(dispatch.stops)
    legs: list[int] = np.min([dispatch.duration[profile][0, 1:] for profile in profiles], axis=0).tolist()
    return legs


def _next_wave(view: View, now: int) -> int:
    """When the wave after this one leaves: later today, or tomorrow's first."""
    midnight = now // DAY * DAY
    waves = [midnight + clock(text) for text in view.operation.waves]
    return min((wave for wave in waves if wave > now), default=waves[0] + DAY)


def _worth(view: View, dispatch: Dispatch, stop: Stop, urgent: bool, stakes: Stakes) -> int:
    """What leaving the stop loses; nothing if its area is for the evening and the evening is not too late."""
    evening = dispatch.time // DAY * DAY + clock(view.operation.waves[-1])
    waits = dispatch.time < evening and (stop.attempts > 0 or stop.tw_late >= evening)
    if waits and view.knob(Knob.EVENING_FIRST, stop.area):
        return 0
    return usd(stakes.left_usd if urgent else stakes.defer_usd) * len(stop.parcels)


def _barred(view: View, dispatch: Dispatch) -> list[frozenset[int]]:
    """The places that each vehicle must avoid: those where its mode has failed."""
    avoided = {key for knob, key in view.knobs() if knob == Knob.AVOID_MODE}
    by_mode = {
        mode: frozenset(i + 1 for i, stop in enumerate(dispatch.stops) if stop.area * 8 + mode in avoided)
        for mode in {vehicle.mode: None for vehicle in dispatch.vehicles}
    }
    return [by_mode[vehicle.mode] for vehicle in dispatch.vehicles]
