"""Third-party carriers: tariffs, capacity, a service level that falls with load, delays and losses of their own."""

import math
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from twin import customers, messages, orders
from twin.custody import move
from twin.draws import Stream
from twin.entities import CarrierOffer, Cause
from twin.errors import InvariantError
from twin.ledger import Account, Kind
from twin.specs import CarrierSpec
from twin.state import Phase
from twin.units import DAY, HOUR, NEVER, clock, usd

if TYPE_CHECKING:
    from twin.engine import Twin

_SUNDAY = 6
_OUTSIDE = -2
"""The actor of carrier ``c`` in the ledger is ``_OUTSIDE - c``, so that it is not taken for a vehicle."""


def offers(twin: "Twin", parcel: int) -> list[CarrierOffer]:
    """What the carriers with capacity left today ask for a parcel, and when they say it will be there."""
    state, facts = twin.state, twin.facts
    area = facts.area[facts.session_customer[facts.order_of[parcel]]]
    found = []
    for number, spec in enumerate(twin.world.carriers):
        if state.handed[number] < _capacity(twin, spec, state.now):
            hits, tries = twin.view.carrier_record(number, area)
            price, when = tariff(spec, facts.weight_g[parcel]), _due(twin, spec, twin.state.now)
            found.append(CarrierOffer(number, spec.name, None, price, when, spec.on_time, hits, tries))
    return found


def _capacity(twin: "Twin", spec: CarrierSpec, time: int) -> int:
    """Parcels that a carrier takes on the day of a time; it says so, and so the offers know of a strike."""
    strike = twin.world.strike
    return int(spec.capacity * strike.capacity) if strike.on(time // DAY) else spec.capacity


def tariff(spec: CarrierSpec, weight_g: int) -> int:
    """Micro-dollars: (base + per kilogram) and fuel on top (evidence 7)."""
    return usd((spec.base_usd + spec.per_kg_usd * weight_g / 1000) * (1 + spec.fuel))


def earliest(twin: "Twin", ready: int) -> int:
    """When the fastest carrier means to deliver what it gets at ``ready``; NEVER without carriers."""
    return min((_due(twin, spec, ready) for spec in twin.world.carriers), default=NEVER)


def room(twin: "Twin", ready: int) -> list[tuple[int, int]]:
    """By carrier: when it means to deliver what it gets at ``ready``, and how many parcels it takes a day.

    Beside a fleet of our own, nothing is sold on a carrier that asks more for a kilogram than the goods earn.
    """
    most = twin.facts.goods_margin if twin.facts.has_fleet else NEVER
    ours = (spec for spec in twin.world.carriers if tariff(spec, 1000) <= most)
    return [(_due(twin, spec, ready), _capacity(twin, spec, ready)) for spec in ours]


def _due(twin: "Twin", spec: CarrierSpec, now: int) -> int:
    """When a carrier means to deliver what it gets at a time: after so many working days, Sundays not counted."""
    today = now // DAY
    for _ in range(spec.days + (now % DAY > clock(spec.cut_off))):
        today = _workday(twin, today + 1)
    return max(_workday(twin, today) * DAY + clock(spec.hour), now + HOUR)


def _workday(twin: "Twin", day: int) -> int:
    return day + ((twin.world.first_weekday + day) % 7 == _SUNDAY)


def hand(twin: "Twin", parcel: int, carrier: int) -> None:
    """Hand a parcel over: paid, promised by the carrier, its fate the luck of the day and of the parcel."""
    state, facts, spec = twin.state, twin.facts, twin.world.carriers[carrier]
    state.handed[carrier] += 1
    if state.handed[carrier] > _capacity(twin, spec, state.now):
        raise InvariantError(f"I15: carrier {spec.name} got {state.handed[carrier]} parcels of {spec.capacity}")
    when = _due(twin, spec, twin.state.now)
    move(twin, Kind.HANDED, parcel, carrier, state.depot[parcel], when)
    twin.post(Account.CARRIER, tariff(spec, facts.weight_g[parcel]), parcel, _OUTSIDE - carrier)
    twin.note(Kind.CARBON, _OUTSIDE - carrier, -1, state.depot[parcel], round(spec.kgco2 * 1e6))
    messages.tell(twin, parcel, Cause.DISPATCHED)
    customers.wonder(twin, facts.order_of[parcel], 1.0)
    late = _days_late(twin, parcel, carrier)
    # The hour varies by an hour and a half around the stated one (D); never before the carrier could have it.
    spread = round(twin.draws.normal(Stream.CARRIER_PARCEL, parcel) * 1.5 * HOUR)
    lost = twin.draws.uniform(Stream.CARRIER_LOSS, parcel) < spec.loss
    outcome = Cause.CARRIER_LOSS if lost else Cause.CARRIER_DELAY if late else Cause.NONE
    late_by = _workday(twin, when // DAY + late) * DAY - when // DAY * DAY
    _enqueue(twin, carrier, max(when + late_by + spread, twin.state.now + HOUR), parcel, outcome, 1)


def _days_late(twin: "Twin", parcel: int, carrier: int) -> int:
    """Logit model of the service level, by load, city and day; late is one day, a quarter of it two (D)."""
    spec, draws, today = twin.world.carriers[carrier], twin.draws, twin.state.now // DAY
    load = max(twin.state.handed[carrier] / _capacity(twin, spec, twin.state.now), 0.1)
    city = spec.city_sigma * draws.normal(Stream.CARRIER_DAY, carrier, 0)
    day = spec.day_sigma * draws.normal(Stream.CARRIER_DAY, carrier, today + 1)
    logit = math.log(spec.on_time / (1 - spec.on_time)) - spec.load_slope * math.log(2 * load) + city + day
    if twin.world.strike.on(today):
        logit -= twin.world.strike.on_time_logit
    luck = draws.uniform(Stream.CARRIER_LATE, parcel)
    on_time = 1.0 / (1.0 + math.exp(-logit))
    if luck < on_time:
        return 0
    return 2 if luck > 1 - 0.25 * (1 - on_time) else 1


def _enqueue(twin: "Twin", carrier: int, time: int, parcel: int, outcome: int, attempt: int) -> None:
    """Put a delivery into the carrier's heap; one wait stands for its head."""
    state = twin.state
    queue = state.queue[carrier]
    heappush(queue, (time, parcel, outcome, attempt))
    if queue[0][1] == parcel:
        twin.calendar.cancel(state.carrier_wait[carrier])
        state.carrier_wait[carrier] = twin.calendar.schedule(time, Phase.CARRIER, carrier)


def next_delivery(twin: "Twin", carrier: int) -> None:
    """The carrier is at a door."""
    state = twin.state
    queue = state.queue[carrier]
    _, parcel, outcome, attempt = heappop(queue)
    state.carrier_wait[carrier] = -1
    if queue:
        state.carrier_wait[carrier] = twin.calendar.schedule(max(queue[0][0], twin.state.now), Phase.CARRIER, carrier)
    _attempt(twin, carrier, parcel, outcome, attempt)


def _attempt(twin: "Twin", carrier: int, parcel: int, outcome: int, attempt: int) -> None:
    state, facts, spec = twin.state, twin.facts, twin.world.carriers[carrier]
    order = facts.order_of[parcel]
    area, actor = facts.area[facts.session_customer[order]], _OUTSIDE - carrier
    if outcome == Cause.CARRIER_LOSS:
        _learn(twin, carrier, area, on_time=False)
        twin.post(Account.LOSSES, usd(twin.world.operation.parcel_value_usd), parcel, actor)
        orders.end(twin, Kind.LOST, parcel, carrier, area, 0, Cause.CARRIER_LOSS, actor)
        return
    messages.new_attempt(twin, [parcel])
    state.attempts[parcel] += 1
    bad = state.flags[parcel] & orders.BAD_ADDRESS
    if bad or twin.draws.uniform(Stream.CARRIER_ATTEMPT, parcel, attempt) >= spec.first_attempt:
        _failed(twin, carrier, parcel, outcome, attempt, Cause.ADDRESS if bad else Cause.ABSENT)
        return
    twin.note(Kind.ATTEMPTED, parcel, actor, area, attempt)
    late = twin.state.now - state.late[order]
    _learn(twin, carrier, area, on_time=outcome == Cause.NONE and attempt == 1)
    orders.end(twin, Kind.DELIVERED, parcel, carrier, area, late, Cause(outcome), actor)


def _failed(twin: "Twin", carrier: int, parcel: int, outcome: int, attempt: int, cause: Cause) -> None:
    """Nobody took it: the carrier comes again tomorrow, and in the end sends it back."""
    state, facts = twin.state, twin.facts
    order = facts.order_of[parcel]
    area, actor = facts.area[facts.session_customer[order]], _OUTSIDE - carrier
    twin.note(Kind.ATTEMPTED, parcel, actor, area, attempt, cause)
    state.order_flags[order] |= customers.FAILED
    messages.tell(twin, parcel, cause)
    customers.wonder(twin, order, 0.0, twin.world.people.contact_failed)
    if state.attempts[parcel] < twin.world.operation.max_attempts:  # ours before it count too
        wait = _workday(twin, twin.state.now // DAY + 1) - twin.state.now // DAY
        _enqueue(twin, carrier, twin.state.now + wait * DAY, parcel, outcome, attempt + 1)
        return
    _learn(twin, carrier, area, on_time=False)
    twin.post(Account.REMEDIES, usd(twin.world.operation.return_usd), parcel, actor)
    orders.end(twin, Kind.RETURNED, parcel, carrier, area, 0, Cause.NO_REMEDY, actor)


def _learn(twin: "Twin", carrier: int, area: int, *, on_time: bool) -> None:
    """Count a delivery for or against a carrier, by what the carrier itself had said: its day, its first attempt."""
    key = carrier * twin.world.city.areas + area
    twin.state.carrier_tries[key] += 1
    twin.state.carrier_hits[key] += on_time
