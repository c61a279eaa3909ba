"""Which parcel leaves a hub with which drone or robot, for a router that wants to say so.

Without one the hub sends what is due first with whatever is fullest. The router is asked about what could leave at
this moment: weather, hours, seats of operators and batteries are in the dispatch already, as ways that exist or do not.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from twin import energy, hubs, legal, sorties
from twin.entities import FAR, Dispatch, IntMatrix, Stop, Trigger, Vehicle
from twin.flight import Way
from twin.state import Unit
from twin.units import MINUTE, SECOND

if TYPE_CHECKING:
    from twin.engine import Twin

Idle = dict[int, list[Unit]]


def planned(twin: "Twin", hub: int, waiting: list[tuple[int, int]], idle: Idle) -> Callable[[int, Idle], int]:
    """Ask the router; what comes back sends a parcel out, or says when to look at it again (0: it has left)."""
    found = {parcel: hubs.options(twin, hub, parcel, idle) for _, parcel in waiting}
    ways = {parcel: dict(options.able) for parcel, options in found.items() if options.able}
    units = [unit for group, mine in sorted(idle.items()) for unit in mine[-twin.state.seats[group] :]] if ways else []
    units = [unit for unit in units if twin.state.seats[unit.group] > 0]
    chosen = _ask(twin, hub, ways, units)
    for unit in units:
        wanted = [mine for mine in ways.values() if unit.group in mine]
        if wanted and not any(_lasts(twin, unit, mine) for mine in wanted):
            energy.charge(twin, unit)

    def go(parcel: int, _idle: Idle) -> int:
        if parcel in chosen:
            unit = twin.state.units[chosen[parcel]]
            sorties.launch(twin, unit, parcel, ways[parcel][unit.group])
            return 0
        if parcel in ways:
            return twin.state.now + round(twin.world.operation.replan_min * MINUTE)
        return hubs.stays(twin, parcel, found[parcel])

    return go


def _ask(twin: "Twin", hub: int, ways: dict[int, dict[int, Way]], units: list[Unit]) -> dict[int, int]:
    """Parcel -> the vehicle that the router sends with it."""
    if not ways or not units:
        return {}
    now = twin.state.now
    stops = tuple(_stop(twin, parcel) for parcel in ways)
    vehicles = tuple(_vehicle(twin, unit, profile) for profile, unit in enumerate(units))
    pairs = [_ways(twin, unit, list(ways.values())) for unit in units]
    dispatch = Dispatch(
        hub, stops, vehicles, tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs), now, (Trigger.LAUNCH,)
    )
    with twin.view._planning(dispatch):
        tours = twin.ask("routing", partial(legal.tours, dispatch))
    return {stop.parcels[0]: tour.vehicle for tour in tours for stop in tour.stops}


def _lasts(twin: "Twin", unit: Unit, ways: dict[int, Way]) -> bool:
    """Whether a vehicle's battery lasts for a way, if its group may take it at all."""
    way = ways.get(unit.group)
    return way is not None and way.energy_wh <= unit.battery_wh - twin.facts.kinds[unit.group].reserve_wh


def _ways(twin: "Twin", unit: Unit, ways: list[dict[int, Way]]) -> tuple[IntMatrix, IntMatrix]:
    """Milliseconds and metres from the hub to each address and back; ``FAR`` between, and where it cannot go."""
    shape = (len(ways) + 1, len(ways) + 1)
    duration, distance = (np.full(shape, FAR, dtype=np.int64) for _ in range(2))
    for place, mine in enumerate(ways, 1):
        if _lasts(twin, unit, mine):
            way = mine[unit.group]
            duration[0, place] = duration[place, 0] = way.out
            distance[0, place] = distance[place, 0] = way.metres
    for matrix in (duration, distance):
        np.fill_diagonal(matrix, 0)
        matrix.flags.writeable = False
    return duration, distance


def _stop(twin: "Twin", parcel: int) -> Stop:
    state, facts = twin.state, twin.facts
    order = facts.order_of[parcel]
    return Stop(
        node=hubs.address(twin, parcel), parcels=(parcel,), tw_early=state.early[order], tw_late=state.late[order],
        service_duration=0, weight_g=facts.weight_g[parcel], volume_ml=facts.volume_ml[parcel],
        area=facts.area_of[parcel], attempts=state.attempts[parcel],
    )  # fmt: skip


def _vehicle(twin: "Twin", unit: Unit, profile: int) -> Vehicle:
    """A sortie takes one parcel; ``handling`` is what a turn takes at the hub and at the address."""
    kind = twin.facts.kinds[unit.group]
    return Vehicle(
        id=unit.id, mode=kind.mode, capacity_g=kind.capacity[0], capacity_ml=kind.capacity[1], capacity_parcels=1,
        tw_early=twin.state.now, tw_late=FAR, range_m=FAR, fixed_cost=kind.loss_cost,
        unit_distance_cost=kind.metre_cost, unit_duration_cost=0, profile=profile,
        handling=round((kind.spec.drop_s + kind.spec.cycle_s) * SECOND),
    )  # fmt: skip
