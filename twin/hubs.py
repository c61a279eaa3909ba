"""The hub of drones and sidewalk robots: what may fly or roll, when, and with which vehicle.

The queue is data: a heap by the end of the promise.
"""

from functools import partial
from heapq import heappush
from typing import TYPE_CHECKING, NamedTuple

from twin import energy, launches, recovery, sorties
from twin.entities import OWN, CarrierOffer, Cause, Mode, Remedy, Trigger
from twin.fleetfacts import KindFacts
from twin.flight import Way, energy_wh, ground_speed
from twin.ledger import Kind
from twin.state import Duty, Phase, Unit
from twin.units import DAY, HOUR, NEVER, SECOND
from twin.weather import Air, allows

if TYPE_CHECKING:
    from twin.engine import Twin

STATED_ON_TIME = 0.95
"""What we say of our own ways, streets and sorties, before there is a record (D)."""


def offers(twin: "Twin", parcel: int) -> list[CarrierOffer]:
    """The sorties that could take a parcel: one offer a mode, at the price of its cheapest kind that can."""
    facts, state = twin.facts, twin.state
    order, hub = facts.order_of[parcel], state.depot[parcel]
    area, straight = facts.area_of[parcel], facts.metres(facts.depots[hub], address(twin, parcel))
    found = []
    for mode, groups in facts.sorties_at[hub].items():
        kinds = [facts.kinds[group] for group in groups if can_carry(twin, facts.kinds[group], hub, parcel)]
        if not kinds:
            continue
        hits, tries = twin.view.own_record(area, mode)
        when = max(twin.state.now, state.early[order]) + _delay(twin, hub, kinds[0], groups, straight)
        price = min(_price(kind, straight) for kind in kinds)
        found.append(CarrierOffer(OWN, mode.name.lower(), mode, price, when, STATED_ON_TIME, hits, tries))
    return found


def _delay(twin: "Twin", hub: int, kind: KindFacts, groups: list[int], straight: float) -> int:
    """How long until a sortie that is asked for now is at the door: the queue before it, shared out, and its way."""
    way = straight * kind.spec.detour / kind.top_mps * SECOND
    turn = 2 * way + (kind.spec.drop_s + kind.spec.cycle_s) * SECOND
    vehicles = sum(unit.depot == hub and unit.group in groups for unit in twin.state.units)
    return round(way + kind.spec.cycle_s * SECOND + turn * len(twin.state.aloft[hub]) / max(vehicles, 1))


def address(twin: "Twin", parcel: int) -> int:
    """The node of a parcel's address."""
    facts = twin.facts
    return facts.node[facts.session_customer[facts.order_of[parcel]]]


def can_carry(twin: "Twin", kind: KindFacts, hub: int, parcel: int) -> bool:
    """Light, small and near enough, with a place to put it down."""
    facts = twin.facts
    if kind.spec.radius_km:
        straight = facts.metres(facts.depots[hub], address(twin, parcel))
        if straight > kind.spec.radius_km * 1000:
            return False
    if kind.mode == Mode.DRONE and not facts.drop_point[facts.session_customer[facts.order_of[parcel]]]:
        return False
    return facts.weight_g[parcel] <= kind.capacity[0] and facts.volume_ml[parcel] <= kind.capacity[1]


def _price(kind: KindFacts, straight: float) -> int:
    """What one more sortie costs: its way, and what it puts by for losses; operators are paid by the day."""
    return round(2 * straight * kind.spec.detour * kind.metre_cost) + kind.loss_cost


def queue(twin: "Twin", parcel: int) -> None:
    """Put a parcel into the hub's queue and look at it at once."""
    state = twin.state
    hub = state.depot[parcel]
    heappush(state.aloft[hub], (state.late[twin.facts.order_of[parcel]], parcel))
    ask_look(twin, hub, twin.state.now)


def ask_look(twin: "Twin", hub: int, time: int) -> None:
    """See to it that somebody looks at the queue by ``time``."""
    state = twin.state
    pending = state.pending.get(state.launch[hub])
    if pending is not None:
        if pending.due <= time:
            return
        twin.calendar.cancel(state.launch[hub])
    state.launch[hub] = twin.calendar.schedule(max(time, twin.state.now), Phase.LAUNCH, hub)


def look(twin: "Twin", hub: int) -> None:
    """Go through the queue; who cannot go now says when to look again."""
    state = twin.state
    state.launch[hub] = -1
    idle = _idle(twin, hub)
    if not any(idle.values()):
        return  # whatever comes back, is charged or replaced asks for the next look
    # What can still be in time goes first: serving by the end of the promise alone makes everything late in overload.
    waiting = sorted(state.aloft[hub], key=lambda entry: (entry[0] <= state.now, entry))
    state.aloft[hub], kept, again = [], [], NEVER
    go = launches.planned(twin, hub, waiting, idle) if Trigger.LAUNCH in twin.triggers else partial(_try, twin, hub)
    for late, parcel in waiting:
        time = go(parcel, idle)
        if time:
            kept.append((late, parcel))
            again = min(again, time)
    state.aloft[hub] = sorted([*kept, *state.aloft[hub]])
    if again < NEVER:
        ask_look(twin, hub, again)


def _idle(twin: "Twin", hub: int) -> dict[int, list[Unit]]:
    """Vehicles at home by group, the fullest battery last."""
    idle: dict[int, list[Unit]] = {group: [] for groups in twin.facts.sorties_at[hub].values() for group in groups}
    for unit in twin.state.units:
        if unit.depot == hub and unit.duty == Duty.IDLE and unit.group in idle:
            idle[unit.group].append(unit)
    for units in idle.values():
        units.sort(key=lambda unit: (unit.battery_wh, -unit.id))
    return idle


class Options(NamedTuple):
    """What can be done now about a parcel in the queue of a hub.

    ``able`` are the groups with a vehicle that could leave with it, and the way; ``waits`` when others could be looked
    at again; ``refused`` why the rest cannot take it in this weather.
    """

    able: list[tuple[int, Way]]
    waits: list[int]
    refused: list[Cause]


def options(twin: "Twin", hub: int, parcel: int, idle: dict[int, list[Unit]]) -> Options:
    """Which groups of the parcel's mode could take it now."""
    found = Options([], [], [])
    for group in twin.facts.sorties_at[hub][Mode(twin.state.sortie[parcel])]:
        kind = twin.facts.kinds[group]
        if not can_carry(twin, kind, hub, parcel):
            continue
        wait = _wait(twin, kind, group, hub, parcel, idle)
        if wait:
            found.waits.append(wait)
            continue
        way = _way(twin, kind, hub, parcel)
        cause = _refused(twin, hub, parcel, kind, way)
        if cause == Cause.NONE:
            found.able.append((group, way))
        else:
            found.refused.append(cause)
    return found


def _try(twin: "Twin", hub: int, parcel: int, idle: dict[int, list[Unit]]) -> int:
    """Send a parcel out if it may go now: 0 when it has left the queue, else when to look again."""
    found = options(twin, hub, parcel, idle)
    for group, way in found.able:
        if _sent(twin, idle[group].pop(), twin.facts.kinds[group], parcel, way):
            return 0
        found.waits.append(NEVER)
    return stays(twin, parcel, found)


def stays(twin: "Twin", parcel: int, found: Options) -> int:
    """A parcel that does not leave now: when to look again; 0 when it goes by the streets instead."""
    return min(found.waits) if found.waits else _wait_or_ground(twin, parcel, found.refused[0])


def _wait(twin: "Twin", kind: KindFacts, group: int, hub: int, parcel: int, idle: dict[int, list[Unit]]) -> int:
    """0 if a vehicle of a group could leave with a parcel now, else when to look again."""
    held = twin.state.held.get(parcel, 0)
    start = max(_opens(kind, twin.state.now), _soonest(twin, kind, hub, parcel), held)
    if start > twin.state.now:
        return start
    return 0 if idle[group] and twin.state.seats[group] > 0 else NEVER


def _sent(twin: "Twin", unit: Unit, kind: KindFacts, parcel: int, way: Way) -> bool:
    """Send a vehicle out, or to a charger if its battery would not last."""
    if way.energy_wh > unit.battery_wh - kind.reserve_wh:
        energy.charge(twin, unit)
        return False
    sorties.launch(twin, unit, parcel, way)
    return True


def _opens(kind: KindFacts, now: int) -> int:
    """The first moment from now on at which the hub works."""
    opens = now // DAY * DAY + kind.shift[0]
    if now >= opens + round(kind.spec.shift_h * HOUR):
        return opens + DAY
    return max(opens, now)


def _soonest(twin: "Twin", kind: KindFacts, hub: int, parcel: int) -> int:
    """When to leave to be there, in still air, as the promised window opens."""
    facts = twin.facts
    metres = facts.metres(facts.depots[hub], address(twin, parcel)) * kind.spec.detour
    return twin.state.early[facts.order_of[parcel]] - round(metres / kind.top_mps * SECOND)


def air_here(twin: "Twin", hub: int) -> Air:
    """The weather at a hub."""
    facts = twin.facts
    return twin.sky.at(twin.state.now, facts.zone[facts.area_of_node[facts.depots[hub]]])


def air_there(twin: "Twin", parcel: int) -> Air:
    """The weather at a parcel's address."""
    facts = twin.facts
    return twin.sky.at(twin.state.now, facts.zone[facts.area_of[parcel]])


def _refused(twin: "Twin", hub: int, parcel: int, kind: KindFacts, way: Way) -> Cause:
    """Why nothing can take this parcel there now, or NONE."""
    limits = kind.spec.limits
    if not way.out or not allows(limits, air_here(twin, hub)) or not allows(limits, air_there(twin, parcel)):
        return Cause.WEATHER
    return Cause.ENERGY if way.energy_wh > kind.battery_wh - kind.reserve_wh else Cause.NONE


def _wait_or_ground(twin: "Twin", parcel: int, cause: Cause) -> int:
    """Let the resolver choose between the streets and waiting an hour."""
    remedy = recovery.grounded(twin, parcel, cause)
    twin.note(Kind.GROUNDED, parcel, remedy, twin.state.depot[parcel], cause=cause)
    if remedy == Remedy.GROUND:
        twin.state.held.pop(parcel, None)
        recovery.carry_out(twin, parcel, Remedy.GROUND, cause)
        return 0
    again = twin.state.held[parcel] = (twin.state.now // HOUR + 1) * HOUR
    return again


def _way(twin: "Twin", kind: KindFacts, hub: int, parcel: int) -> Way:
    facts = twin.facts
    metres = facts.metres(facts.depots[hub], address(twin, parcel)) * kind.spec.detour
    drone, here = kind.mode == Mode.DRONE, air_here(twin, hub)
    speed = ground_speed(kind.spec, drone, here.wind_mps)
    if speed == 0.0:
        return Way(round(metres), 0, 0)
    energy = energy_wh(kind.spec, drone, metres, speed, facts.weight_g[parcel] / 1000, here)
    return Way(round(metres), round(metres / speed * SECOND) + SECOND, energy)
