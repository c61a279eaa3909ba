"""At the door: parking, who opens, how long it takes, and what comes of the attempt."""

import math
from typing import TYPE_CHECKING

from twin import (
    customers,
    messages,
    orders,
    recovery,
    withdrawals,
)
from twin.custody import aboard
from twin.draws import Stream
from twin.entities import (
    Cause,
    Dwelling,
    Mode,
    Remedy,
)
from twin.ledger import Kind
from twin.specs import People
from twin.state import Unit
from twin.units import DAY, HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from twin.engine import Twin

# Members of enums that each parcel needs, looked up once: before Python 3.12 that costs ten times a global's.
_ATTEMPTED, _DELIVERED, _PARKED, _AT_DOOR = Kind.ATTEMPTED, Kind.DELIVERED, Kind.PARKED, Kind.AT_DOOR
_NONE, _WITHDRAWN = Cause.NONE, Cause.WITHDRAWN
_PARKING, _WALK, _ACCESS, _PRESENCE, _SERVICE = (
    Stream.PARKING,
    Stream.WALK,
    Stream.ACCESS,
    Stream.PRESENCE,
    Stream.SERVICE_TIME,
)


def parking(twin: "Twin", unit: Unit, parcel: int) -> int:
    """Search for a place and walk from it, in ms, both noted; who has not moved keeps the place."""
    facts, people = twin.facts, twin.world.people
    kind, order, occasion = facts.kinds[unit.group], facts.order_of[parcel], twin.state.attempts[parcel]
    search = walk = 0
    known = _known(twin, unit)
    if unit.leg_m:
        factor = 1.0 if kind.has_driver else people.parking_factor_kerb
        factor = people.parking_factor_bike if kind.mode == Mode.BIKE else factor
        median = people.parking_s[facts.district[facts.area_of_node[unit.node]]] * factor * known
        search = round(twin.draws.lognormal(median, people.parking_cv, _PARKING, order, occasion) * SECOND)
    if kind.has_driver and twin.state.goal[parcel] < 0:
        median = facts.walk_s(order) * facts.pace[unit.id] * known
        walk = round(twin.draws.lognormal(median, people.walk_cv, _WALK, order, occasion) * SECOND)
    twin.note(_PARKED, unit.id, search, unit.node, walk)
    return search + walk


def _known(twin: "Twin", unit: Unit) -> float:
    """The factor on searching and walking of a driver who has been in this area before (after Zhong et al. 2007)."""
    people = twin.world.people
    if not people.familiar or not twin.facts.kinds[unit.group].has_driver:
        return 1.0
    visits = twin.state.visits.get(unit.id << 32 | twin.facts.area_of_node[unit.node], 0)
    return 1.0 - people.familiar * visits / (visits + people.familiar_visits)


def knock(twin: "Twin", unit: Unit, parcel: int, time: int) -> Cause:
    """What comes of the attempt: luck of this order and attempt, against presence, access and address."""
    state, facts, people, draws = twin.state, twin.facts, twin.world.people, twin.draws
    order, occasion = facts.order_of[parcel], state.attempts[parcel]
    if withdrawals.is_withdrawn(twin, parcel):
        return _WITHDRAWN
    if state.goal[parcel] >= 0:
        return _NONE if draws.uniform(Stream.LOCKER, order, occasion) < people.locker_room else Cause.LOCKER_FULL
    if state.flags[parcel] & orders.BAD_ADDRESS:
        return Cause.ADDRESS
    customer = facts.session_customer[order]
    home = customers.presence(twin, order, customer, time)
    if not facts.kinds[unit.group].has_driver:
        return handoff(twin, unit, order, occasion, home, time)
    dwelling = facts.dwelling[customer]
    if draws.uniform(_ACCESS, order, occasion) < people.no_access[dwelling]:
        return Cause.ACCESS
    chance = customers.shifted(at_door(people, dwelling, home), facts.knack[unit.id])
    return _NONE if draws.uniform(_PRESENCE, order, occasion) < chance else Cause.ABSENT


def at_locker_s(people: People, parcels: int) -> float:
    """Seconds at a locker for so many parcels."""
    once, each = people.locker_s
    return once + each * parcels


def at_door(people: People, dwelling: int, home: float) -> float:
    """Probability that somebody opens or that there is a safe place; none at an office that is closed."""
    if dwelling == Dwelling.OFFICE and home == 0.0:
        return 0.0
    return 1.0 - (1.0 - home) * (1.0 - people.safe_place[dwelling])


def handoff(twin: "Twin", unit: Unit, order: int, occasion: int, home: float, time: int) -> Cause:
    """A kerb hand-off: who has read the message comes out as the hour and habit say, others only if they are in."""
    facts, people = twin.facts, twin.world.people
    customer = facts.session_customer[order]
    comes = customers.shifted(people.handoff_hour[time % DAY // HOUR], facts.kerb[customer])
    told = twin.state.seen[order] <= time and not (facts.dwelling[customer] == Dwelling.OFFICE and home == 0.0)
    chance = facts.kinds[unit.group].spec.handoff * comes * (1.0 if told else home)
    return Cause.NONE if twin.draws.uniform(Stream.HANDOFF, order, occasion) < chance else Cause.HANDOFF


def service(twin: "Twin", unit: Unit, parcels: list[int], cause: Cause) -> int:
    """Time at the door in ms, noted."""
    took = _service(twin, unit, parcels, cause)
    twin.note(_AT_DOOR, parcels[0], unit.id, twin.facts.area_of_node[unit.node], took, cause)
    return took


def _service(twin: "Twin", unit: Unit, parcels: list[int], cause: Cause) -> int:
    facts, people = twin.facts, twin.world.people
    parcel = parcels[0]
    order, occasion = facts.order_of[parcel], twin.state.attempts[parcel]
    if twin.state.goal[parcel] >= 0:
        return round(at_locker_s(people, len(parcels)) * SECOND)
    if not facts.kinds[unit.group].has_driver:
        return handoff_wait(twin, order, occasion, cause)
    if cause != _NONE:
        return round(people.failed_min * MINUTE)
    dwelling = facts.dwelling[facts.session_customer[order]]
    seconds = twin.draws.lognormal(people.service_s[dwelling], people.service_cv[dwelling], _SERVICE, order, occasion)
    return round((seconds + people.extra_parcel_s * (len(parcels) - 1)) * facts.pace[unit.id] * SECOND)


def handoff_wait(twin: "Twin", order: int, occasion: int, cause: Cause) -> int:
    """Triangular wait at the kerb in ms, by the hour; who does not come is waited for to its end."""
    low, mode, high = twin.world.people.handoff_wait_min
    minute = twin.world.people.handoff_wait_hour[twin.state.now % DAY // HOUR] * MINUTE
    if cause != Cause.NONE:
        return round(high * minute)
    luck = twin.draws.uniform(Stream.HANDOFF_WAIT, order, occasion)
    split = (mode - low) / (high - low)
    if luck < split:
        return round((low + math.sqrt(luck * (high - low) * (mode - low))) * minute)
    return round((high - math.sqrt((1 - luck) * (high - low) * (high - mode))) * minute)


def attempt(twin: "Twin", unit: Unit, parcel: int, area: int, cause: Cause) -> None:
    """Count an attempt, in the ledger and in what operations learn."""
    state, kind = twin.state, twin.facts.kinds[unit.group]
    state.attempts[parcel] += 1
    if state.goal[parcel] < 0 and cause != _WITHDRAWN:  # neither lockers nor these say anything of the doors
        good = cause == _NONE
        whole_day = area * 200 + 192 + kind.mode
        hour = area * 200 + state.now % DAY // HOUR * 8 + kind.mode
        state.tries[hour] += 1
        state.hits[hour] += good
        state.tries[whole_day] += 1
        state.hits[whole_day] += good
        if kind.has_driver:
            state.driver_tries[unit.id] += 1
            state.driver_hits[unit.id] += good
    twin.note(_ATTEMPTED, parcel, unit.id, area, state.attempts[parcel], cause)


def deliver(twin: "Twin", unit: Unit, parcel: int, area: int) -> None:
    """A parcel changes hands."""
    late = twin.state.now - twin.state.late[twin.facts.order_of[parcel]]
    kind, state = twin.facts.kinds[unit.group], twin.state
    key = area * 8 + (kind.mode if kind.is_sortie else 0)
    state.own_tries[key] += 1
    state.own_hits[key] += late <= 0
    aboard(twin, unit, parcel, -1)
    orders.end(twin, _DELIVERED, parcel, unit.id, area, late, _NONE, -1)


def fail(twin: "Twin", unit: Unit, parcels: list[int], area: int, cause: Cause) -> None:
    """Nobody took it: tell the customer, choose a remedy for each parcel."""
    state, order_of = twin.state, twin.facts.order_of
    if cause == Cause.WITHDRAWN:
        state.decided.update({parcel: [Remedy.RETURN, cause] for parcel in parcels})
        return
    for order, parcel in {order_of[parcel]: parcel for parcel in parcels}.items():
        state.order_flags[order] |= customers.FAILED
        messages.tell(twin, parcel, cause)
        customers.wonder(twin, order, 0.0, twin.world.people.contact_failed)
    driver = twin.facts.kinds[unit.group].has_driver and cause in (Cause.ABSENT, Cause.ACCESS)
    for parcel in parcels:
        remedy = recovery.at_the_door(twin, parcel, cause, neighbour=driver)
        if remedy == Remedy.NEIGHBOUR:
            if _neighbour(twin, parcel, order_of[parcel]):
                deliver(twin, unit, parcel, area)
                continue
            remedy = recovery.at_the_door(twin, parcel, cause, neighbour=False)
        state.decided[parcel] = [remedy, cause]


def _neighbour(twin: "Twin", parcel: int, order: int) -> bool:
    """Whether a neighbour takes it."""
    dwelling = twin.facts.dwelling[twin.facts.session_customer[order]]
    chance = twin.world.people.neighbour[dwelling]
    return twin.draws.uniform(Stream.NEIGHBOUR, order, twin.state.attempts[parcel]) < chance
