"""The calendar day: what a run begins with, what each midnight and the last one do."""

from array import array
from functools import partial
from typing import TYPE_CHECKING

from twin import energy, hubs, laws, legal, replan, room, shift, stock, wages
from twin.entities import Cause, Knob
from twin.errors import InvariantError
from twin.facts import Facts
from twin.ledger import Account, Kind
from twin.state import Duty, Phase, Replan, Status, TwinState, Unit
from twin.units import DAY, NEVER, usd
from twin.world import World

if TYPE_CHECKING:
    from twin.engine import Twin


_AT_HOME = frozenset({Duty.IDLE, Duty.CHARGING, Duty.TURNING, Duty.GONE})


def first_state(world: World, facts: Facts) -> TwinState:
    """The state at the first midnight: shelves filled, vehicles at home, nobody at the checkout yet."""
    parcels, sessions, areas = len(facts.sku), len(facts.session_time), world.city.areas
    depots, operation = len(facts.depots), world.operation
    units = _roster(world, facts)
    opening = stock.opening(world, facts)
    zeros = partial(_zeros, "q")
    return TwinState(
        now=0, seq=0, pending={},
        status=bytearray(parcels), holder=_zeros("i", parcels), depot=_zeros("h", parcels),
        attempts=bytearray(parcels), sortie=_zeros("b", parcels), goal=array("i", [-1]) * parcels,
        told=_zeros("q", parcels), flags=bytearray(parcels),
        early=zeros(sessions), late=zeros(sessions), left=bytearray(sessions), order_flags=bytearray(sessions),
        messages=bytearray(sessions), seen=array("q", [NEVER]) * sessions,
        asked={}, decided={}, next_session=0, due={},
        propensity=array("i", [1_000_000]) * len(world.customers.node),
        ready=[{} for _ in range(depots)], aloft=[[] for _ in range(depots)], held={}, launch=[-1] * depots,
        pickers=[[0] * operation.pickers for _ in range(depots)],
        docks=[[0] * operation.docks for _ in range(depots)],
        chargers=[[0] * operation.chargers for _ in range(depots)],
        agents=[0] * operation.agents, calls={},
        shelf=array("q", opening), record=array("q", opening), reserved=zeros(len(opening)),
        received=array("q", opening), sold=zeros(len(opening)), opening=opening, inbound=[],
        units=units,
        seats=list(facts.seats),
        operators=[[0] * crew for crew in facts.crews],
        handed=[0] * len(world.carriers), queue=[[] for _ in world.carriers], carrier_wait=[-1] * len(world.carriers),
        tries=_nothing(areas * 25 * 8), hits=_nothing(areas * 25 * 8),
        carrier_tries=_nothing(len(world.carriers) * areas), carrier_hits=_nothing(len(world.carriers) * areas),
        own_tries=_nothing(areas * 8), own_hits=_nothing(areas * 8),
        driver_tries=_nothing(len(units)), driver_hits=_nothing(len(units)), visits={},
        legs=[[0.0, 0.0, 0.0] for _ in range(24)],
        brought=[0.0] * depots, hours_out=[0.0] * depots, taken=[{} for _ in range(depots)], behind=[0] * depots,
        slot_kept=[0.0] * len(facts.windows), slot_ended=[0.0] * len(facts.windows), booked={},
        ordered=_zeros("i", world.days * areas), demand=_zeros("i", depots * facts.skus),
        knobs={}, forecast=[], forecast_day=-1, replans=[Replan() for _ in range(depots)],
    )  # fmt: skip


def _zeros(code: str, size: int) -> "array[int]":
    return array(code, bytes(array(code).itemsize * size))


def _nothing(size: int) -> "array[float]":
    return array("d", bytes(8 * size))


def _roster(world: World, facts: Facts) -> list[Unit]:
    units: list[Unit] = []
    for group, kind in enumerate(facts.kinds):
        for number in range(world.fleet[group].count):
            home = number % len(facts.depots)
            units.append(Unit(len(units), group, home, facts.depots[home], kind.battery_wh))
    return units


def begin(twin: "Twin", today: int) -> None:
    """Midnight: forecast, place stock, adapt, and set the day's waits."""
    twin.note(Kind.DAY, today, value=twin.custody.in_system)
    state, facts, midnight = twin.state, twin.facts, today * DAY
    state.handed = [0] * len(state.handed)
    room.forget_slots(twin, today)
    _forecast(twin, today)
    _place(twin)
    _adapt(twin)
    for unit in state.units:
        if unit.duty in _AT_HOME:
            shift.fresh_start(twin, unit)
    energy.charge_overnight(twin)
    replan.watch(twin)
    for hub, waiting in enumerate(state.aloft):
        if waiting:
            hubs.ask_look(twin, hub, midnight)
    schedule = twin.calendar.schedule
    if today == 0 and len(facts.session_time):
        schedule(facts.session_time[0], Phase.SESSION, 0)
    schedule(midnight + facts.inbound, Phase.INBOUND, today)
    for number in range(len(facts.depots)):
        schedule(midnight + facts.waves[0], Phase.WAVE, number)
    schedule(midnight + DAY - 1, Phase.NIGHT, today)
    schedule(midnight + DAY, Phase.DAY, today + 1)


def _forget(twin: "Twin") -> None:
    """A night's forgetting: records lose half their weight in their half-life."""
    state, operation = twin.state, twin.world.operation
    keep = round(0.5 ** (1.0 / operation.memory_days), 12)  # libraries differ in the last bit of a power
    columns = (
        state.tries, state.hits, state.carrier_tries, state.carrier_hits, state.own_tries, state.own_hits,
        state.driver_tries, state.driver_hits,
    )  # fmt: skip
    for column in columns:
        for place, count in enumerate(column):
            if count:
                column[place] = count * keep
    state.legs = [[figure * keep for figure in hour] for hour in state.legs]
    state.brought = [count * keep for count in state.brought]
    state.hours_out = [hours * keep for hours in state.hours_out]
    keep = round(0.5 ** (1.0 / operation.promise_memory_days), 12)
    state.slot_kept = [count * keep for count in state.slot_kept]
    state.slot_ended = [count * keep for count in state.slot_ended]


def _forecast(twin: "Twin", today: int) -> None:
    areas = twin.world.city.areas
    forecast = twin.ask("forecasting", partial(legal.forecast, areas=areas, day=today))
    twin.state.forecast = [[float(x) for x in column] for column in (forecast.mean, forecast.low, forecast.high)]
    twin.state.forecast_day = today
    for area in range(areas):
        mean, high = forecast.mean[area], forecast.high[area]
        twin.note(Kind.FORECAST, area, today, round(float(high)), round(float(mean)))


def _place(twin: "Twin") -> None:
    facts = twin.facts
    for item in twin.ask("placement", partial(legal.replenishments, len(facts.depots), facts.skus)):
        stock.order(twin, int(item.mfc), int(item.sku), int(item.units))


def _adapt(twin: "Twin") -> None:
    check = partial(legal.adjustments, twin.world.city.areas, len(twin.world.carriers))
    for change in twin.ask("adapting", check):
        knob, key, value = Knob(change.knob), int(change.key), int(change.value)
        twin.state.knobs[knob << 32 | key] = value
        twin.note(Kind.ADJUSTED, key, knob, value=value)


def end(twin: "Twin", _today: int) -> None:
    """A millisecond before midnight: the day's books are closed and audited, and a little is forgotten."""
    _post_day(twin)
    laws.check(twin)
    _forget(twin)


def _post_day(twin: "Twin") -> None:
    """Costs that a day has whatever was delivered, and the wages of those who worked."""
    state, facts, operation = twin.state, twin.facts, twin.world.operation
    for unit in state.units:
        if facts.kinds[unit.group].day_cost:
            twin.post(Account.VEHICLE, facts.kinds[unit.group].day_cost, actor=unit.id)
        wages.pay(twin, unit)
    for group, crew in enumerate(state.operators):
        spec = facts.kinds[group].spec
        _post_some(twin, Account.SUPERVISION, len(crew) * spec.operator_usd_h * spec.shift_h)
    _post_some(twin, Account.HUB, len(facts.depots) * operation.hub_usd_day)
    _post_some(twin, Account.HOLDING, sum(state.shelf) * operation.holding_usd_unit_day)


def _post_some(twin: "Twin", account: Account, dollars: float) -> None:
    """Book an amount unless it is nothing: a fleet group without vehicles leaves no trace."""
    if dollars:
        twin.post(account, usd(dollars))


def close(twin: "Twin") -> None:
    """The end of the horizon: list every parcel that is still open (I16), and audit once more."""
    facts, state = twin.facts, twin.state
    state.closed = True
    listed = 0
    for parcel, status in enumerate(state.status):
        if Status.NONE < status < Status.DELIVERED:
            age = twin.state.now - facts.session_time[facts.order_of[parcel]]
            twin.note(Kind.OPEN, parcel, status, state.depot[parcel], age, Cause.HORIZON)
            listed += 1
    if listed != twin.custody.in_system:
        raise InvariantError(f"I16: {twin.custody.in_system} parcels are in the system, {listed} were listed")
    laws.check(twin)
