"""Planning between the waves: what gives cause to it, and when a depot asks its router again.

A router that has ``triggers`` is asked at those; one that has none is asked at the waves alone, and nothing of this
happens. What comes within ``operation.replan_min`` of the last plan is answered by one plan, of the tours that it
concerns: a driver's lateness is that driver's, a closure everybody's, a new order nobody's who is away.
"""

from typing import TYPE_CHECKING

import numpy as np

from twin import dispatches, tours
from twin.entities import Trigger
from twin.state import Phase
from twin.units import HOUR, MINUTE
from twin.weather import allows

if TYPE_CHECKING:
    from twin.engine import Twin

WATCHED = frozenset({Trigger.CLOSURE, Trigger.TRAFFIC, Trigger.WEATHER})
"""Triggers that concern everybody who is away."""


def wish(twin: "Twin", depot: int, trigger: Trigger, unit: int | None = None) -> None:
    """Something has happened, to a vehicle or in general: let the router plan anew soon, if it wants to be asked."""
    if trigger not in twin.triggers:
        return
    state, operation = twin.state, twin.world.operation
    entry = state.replans[depot]
    entry.mask |= 1 << trigger
    if unit is not None and unit not in entry.units:
        entry.units.append(unit)
    if entry.wait in state.pending:
        return
    soon = state.now + round(operation.plan_min * MINUTE)
    again = entry.last + round(operation.replan_min * MINUTE) if entry.last >= 0 else 0
    entry.wait = twin.calendar.schedule(max(soon, again), Phase.REPLAN, depot)


def plan(twin: "Twin", depot: int) -> None:
    """Ask the router about everything that has happened at a depot since its last plan."""
    entry = twin.state.replans[depot]
    triggers = tuple(trigger for trigger in Trigger if entry.mask >> trigger & 1 and trigger in twin.triggers)
    everybody = not WATCHED.isdisjoint(triggers)
    concerned = [unit.id for unit in twin.state.units if unit.depot == depot and (everybody or unit.id in entry.units)]
    _done(twin, depot)
    if triggers:
        tours.plan(twin, dispatches.at(twin, depot, triggers, concerned))


def _done(twin: "Twin", depot: int) -> None:
    entry = twin.state.replans[depot]
    entry.wait, entry.mask, entry.units = -1, 0, []
    entry.last, entry.pace = twin.state.now, _pace(twin)


def watch(twin: "Twin") -> None:
    """Begin to look at streets and weather, if the router wants to be asked about them and nobody looks yet."""
    state = twin.state
    if twin.triggers & WATCHED and state.watch not in state.pending:
        now, period = state.now, twin.world.traffic.period
        soon = min((now // period + 1) * period, twin.roads.known.span(now)[1])
        state.watch = twin.calendar.schedule(soon, Phase.WATCH, 0)


def look(twin: "Twin", _who: int) -> None:
    """At the beginning of a period of traffic, or when a street is heard of, see what has changed."""
    now = twin.state.now
    closed = twin.roads.known.changed(now)
    for depot, entry in enumerate(twin.state.replans):
        if closed:
            wish(twin, depot, Trigger.CLOSURE)
        if Trigger.TRAFFIC in twin.triggers and _shifted(twin, entry.pace):
            wish(twin, depot, Trigger.TRAFFIC)
        if now % HOUR == 0 and _weather(twin, depot, now) != _weather(twin, depot, now - HOUR):
            wish(twin, depot, Trigger.WEATHER)
    watch(twin)


def _pace(twin: "Twin") -> int:
    """How fast streets are now, in thousandths of what is usual: the mean over all groups of streets."""
    traffic = twin.world.traffic
    step = min(twin.state.now // traffic.period, len(traffic.noise) - 1)
    seen: int = traffic.noise[step].astype(np.int64).sum().item()
    return seen // len(traffic.noise[step])


def _shifted(twin: "Twin", before: int) -> bool:
    return abs(_pace(twin) - before) > twin.world.operation.traffic_shift * before


def _weather(twin: "Twin", depot: int, time: int) -> tuple[bool, ...]:
    """What of the weather matters at a depot: whether it is wet, and which kinds of vehicle may go out."""
    facts = twin.facts
    air = twin.sky.at(max(time, 0), facts.zone[facts.area_of_node[facts.depots[depot]]])
    return (air.rain_mmh > 0, air.snow_mmh > 0, *(allows(kind.spec.limits, air) for kind in facts.kinds))
