"""A wave as every router here sees it: which stops are due, what may serve them, what lateness is worth."""

from dataclasses import dataclass as plain_dataclass
from typing import NamedTuple

from pydantic.dataclasses import dataclass

from twin.entities import Dispatch, Stop, Tour, Vehicle
from twin.units import STRICT, NonNeg

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
    """A wave, prepared. ``leave`` to ``risk`` are by vehicle, the others by place, 0 the depot.

    Attributes
    ----------
    leave : list of int
        When each vehicle leaves.
    paid : list of int
        Until when its time costs nothing: when it leaves, or until when its driver is paid anyway.
    start : list of int
        The row of ``ways`` where it does: 0, or where a vehicle that is away will be free.
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
    paid: list[int]
    start: list[int]
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
