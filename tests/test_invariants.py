"""The laws I1 to I16: each check fires on a planted mutant, and on no drawn scenario; an independent audit agrees."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.toy import toy_world
from scenarios.toyfleet import certain_operation, certain_people, toy_carrier, toy_fleet, toy_kind
from tests.swarm import keyed, scenario
from tests.twin.audit import audit
from tests.twin.corruptions import CORRUPTIONS, healthy
from tests.worlds import PLAIN, disturbed, everything, in_turn, play, prefer, remedy, rows, tell
from twin import carriers, customers, energy, hubs, legal, messages, orders, shift, stock
from twin.engine import HANDLERS, Twin
from twin.entities import Cause, Channel, Mode, Remedy, Tour
from twin.errors import InvariantError
from twin.ledger import Account, Kind
from twin.roads import Roads
from twin.specs import FleetGroup, Limits
from twin.state import Duty, Phase, Status
from twin.units import DAY, HOUR, MINUTE
from twin.world import LEADS_H, World

BUSY = PLAIN.replace(
    carriers=in_turn, notifying=tell(*Cause), recovering=remedy(Remedy.CONTACT, Remedy.REATTEMPT, Remedy.GROUND)
)

# --- planted mutants ------------------------------------------------------------------------------------------------

Plant = Callable[[pytest.MonkeyPatch], Twin]
MUTANTS: list[tuple[str, Plant]] = []


def mutant(law: str) -> Callable[[Plant], Plant]:
    """Register a mutant that a law must catch: it returns a twin that is then run to its end."""

    def register(plant: Plant) -> Plant:
        MUTANTS.append((law, plant))
        return plant

    return register


def at(time: int, world: World | None = None, policies: Any = PLAIN) -> Twin:
    """A toy twin that has run to a time."""
    twin = Twin(world or toy_world(days=2), policies)
    twin.run(time)
    return twin


def parcels(twin: Twin, status: Status) -> list[int]:
    """Parcels in a status."""
    return [parcel for parcel, s in enumerate(twin.state.status) if s == status]


def until(twin: Twin, status: Status) -> int:
    """Run on, minute by minute, until some parcel has a status; which."""
    while not parcels(twin, status):
        twin.run(twin.now + MINUTE)
    return parcels(twin, status)[0]


def _corrupted(change: Callable[[Twin], None]) -> Plant:
    """A mutant that a corruption makes."""

    def plant(_: pytest.MonkeyPatch) -> Twin:
        twin = healthy()
        change(twin)
        return twin

    plant.__name__ = change.__name__
    return plant


@mutant("I1")
def on_another_vehicle(_: pytest.MonkeyPatch) -> Twin:
    """A parcel on board is suddenly said to be with another vehicle."""
    twin = at(9 * HOUR)
    twin.state.holder[until(twin, Status.ABOARD)] = 1
    return twin


@mutant("I1")
def on_another_floor(_: pytest.MonkeyPatch) -> Twin:
    """A parcel on the floor belongs to a depot that has never seen it."""
    twin = at(8 * HOUR + 30 * MINUTE)
    twin.state.holder[1] = 7
    return twin


@mutant("I1")
def delivered_by_somebody_else(patch: pytest.MonkeyPatch) -> Twin:
    """A delivery is written down for the wrong vehicle."""
    end = orders.end
    patch.setattr(orders, "end", lambda twin, kind, parcel, holder, *rest: end(twin, kind, parcel, holder + 1, *rest))
    return at(0)


@mutant("I2")
def a_parcel_from_nowhere(_: pytest.MonkeyPatch) -> Twin:
    """One more is counted than was created."""
    twin = at(12 * HOUR)
    twin.custody.created += 1
    return twin


@mutant("I2")
def a_status_too_few(_: pytest.MonkeyPatch) -> Twin:
    """A parcel is taken out of the count of those on the floor."""
    twin = at(8 * HOUR + 30 * MINUTE)
    twin.custody.counts[Status.READY] = 0
    return twin


@mutant("I3")
def picked_twice(patch: pytest.MonkeyPatch) -> Twin:
    """The same pick is done twice."""

    def twice(twin: Twin, parcel: int) -> None:
        stock.picked(twin, parcel)
        stock.picked(twin, parcel)

    patch.setitem(HANDLERS, Phase.PICKED, twice)
    return at(0)


@mutant("I3")
def loaded_after_its_end(_: pytest.MonkeyPatch) -> Twin:
    """A parcel on the floor is said to be delivered already."""
    twin = at(8 * HOUR + 30 * MINUTE)
    twin.state.status[1] = Status.DELIVERED
    return twin


@mutant("I3")
def on_two_floors(_: pytest.MonkeyPatch) -> Twin:
    """A parcel that a van has loaded still stands on the floor, and is loaded again."""
    twin = at(9 * HOUR)
    parcel = until(twin, Status.ABOARD)
    twin.state.ready[0][parcel] = twin.now
    return twin


@mutant("I4")
def more_than_it_can_carry(patch: pytest.MonkeyPatch) -> Twin:
    """A plan that overloads a van is taken for legal."""
    patch.setattr(legal, "tours", lambda *_: None)
    bikes = toy_world(days=2, fleet=(FleetGroup(toy_kind(Mode.BIKE, capacity_kg=3.0), 1),))
    return at(
        0, bikes, PLAIN.replace(routing=lambda view: [Tour(0, view.dispatch.stops)] if view.dispatch.vehicles else [])
    )


@mutant("I4")
def less_than_nothing(_: pytest.MonkeyPatch) -> Twin:
    """A vehicle forgets what it has on board."""
    twin = at(9 * HOUR)
    until(twin, Status.ABOARD)
    for unit in twin.state.units:
        unit.load_g = unit.load_ml = unit.load_n = 0
    return twin


@mutant("I5")
def energy_from_nowhere(_: pytest.MonkeyPatch) -> Twin:
    """A battery gains a watt-hour that nobody charged."""
    twin = at(9 * HOUR, toy_world(days=2, fleet=toy_fleet(evan=1)))
    twin.state.units[0].battery_wh -= 1
    return twin


@mutant("I5")
def below_empty(patch: pytest.MonkeyPatch) -> Twin:
    """A vehicle goes on driving when its battery is empty."""
    patch.setattr(energy, "use_energy", lambda twin, unit, metres: energy.drain(twin, unit, 40 * metres))
    return at(0, toy_world(days=2, fleet=toy_fleet(evan=1)))


@mutant("I6")
def arrived_before_it_left(patch: pytest.MonkeyPatch) -> Twin:
    """A leg ends an hour before it begins."""
    patch.setattr(Roads, "drive", lambda self, edges, profile, planned, time, *_: (time - HOUR, len(edges)))
    return at(0)


@mutant("I6")
def half_a_millisecond(patch: pytest.MonkeyPatch) -> Twin:
    """A time that is no integer."""
    patch.setattr(Roads, "drive", lambda self, edges, profile, planned, time, *_: (time + 100_000.5, len(edges)))
    return at(0)


@mutant("I7")
def faster_than_it_can(patch: pytest.MonkeyPatch) -> Twin:
    """Every leg takes a second."""
    patch.setattr(Roads, "drive", lambda self, edges, profile, planned, time, *_: (time + 1000, len(edges)))
    return at(0)


@mutant("I7")
def beamed_across_town(_: pytest.MonkeyPatch) -> Twin:
    """A van on the road is suddenly somewhere else, far from where it is going."""
    twin = at(9 * HOUR)
    until(twin, Status.ABOARD)
    unit = next(unit for unit in twin.state.units if unit.duty == Duty.DRIVING)
    far = max(range(9), key=lambda node: twin.facts.metres(node, unit.tour[0][0]))
    unit.node, unit.moved = far, twin.now
    twin.facts.x_m[far] += 90_000.0
    return twin


@mutant("I7")
def faster_than_it_flies(patch: pytest.MonkeyPatch) -> Twin:
    """A drone makes 900 m/s."""
    patch.setattr(hubs, "ground_speed", lambda *_: 900.0)
    return at(0, toy_world(fleet=toy_fleet(drone=1)), PLAIN.replace(carriers=prefer("drone")))


@mutant("I8")
def a_balance_that_was_changed(_: pytest.MonkeyPatch) -> Twin:
    """Money on one side only."""
    twin = at(12 * HOUR)
    twin.accounts.balance[Account.LABOUR] += 1
    return twin


@mutant("I8")
def a_fraction_of_a_micro_dollar(_: pytest.MonkeyPatch) -> Twin:
    """A price that is no integer."""
    twin = at(0)
    twin.facts.pick_cost = 2.2  # type: ignore[assignment]
    return twin


@mutant("I8")
def a_negative_cost(_: pytest.MonkeyPatch) -> Twin:
    """A price below nothing."""
    twin = at(0)
    twin.facts.pick_cost = -1
    return twin


@mutant("I9")
def goods_that_vanish(_: pytest.MonkeyPatch) -> Twin:
    """A unit disappears from the shelf."""
    twin = at(12 * HOUR)
    twin.state.shelf[0] -= 1
    return twin


@mutant("I9")
def goods_from_nowhere(_: pytest.MonkeyPatch) -> Twin:
    """A unit is on the shelf that never came."""
    twin = at(12 * HOUR)
    twin.state.shelf[5] += 1
    return twin


@mutant("I9")
def more_reserved_than_there_is(patch: pytest.MonkeyPatch) -> Twin:
    """Every centre is said to have everything."""
    patch.setattr(stock, "source", lambda *_: 0)
    return at(0, toy_world(days=2, scarce=True))


@mutant("I10")
def a_promise_made_twice(patch: pytest.MonkeyPatch) -> Twin:
    """The same order is taken again with another promise."""
    take = orders.take

    def twice(twin: Twin, session: Any, offer: Any) -> None:
        take(twin, session, offer)
        take(twin, session, offer)

    patch.setattr(orders, "take", twice)
    return at(0)


@mutant("I10")
def a_promise_of_the_past(patch: pytest.MonkeyPatch) -> Twin:
    """A window that is over is promised."""
    take = orders.take

    def yesterday(twin: Twin, session: Any, offer: Any) -> None:
        take(twin, session._replace(id=session.id), offer._replace(window=twin.facts.slots[0]))

    patch.setattr(orders, "take", yesterday)
    return at(0)


@mutant("I10")
def a_promise_that_was_moved(_: pytest.MonkeyPatch) -> Twin:
    """A promise becomes that of the next window, without an event."""
    twin = at(9 * HOUR)
    order = next(order for order, late in enumerate(twin.state.late) if late == 14 * HOUR)
    twin.state.early[order], twin.state.late[order] = 14 * HOUR, 18 * HOUR
    return twin


@mutant("I11")
def on_and_on(patch: pytest.MonkeyPatch) -> Twin:
    """A driver who never turns back."""
    patch.setattr(shift, "_can_go_on", lambda *_: True)
    patch.setattr(legal, "tours", lambda *_: None)
    slow = certain_people(service_s=(7200.0,) * 5)
    van = (FleetGroup(toy_kind(shift_h=4.0, max_duty_h=4.0, capacity_parcels=99), 1),)
    everything_ = PLAIN.replace(routing=lambda view: [Tour(0, view.dispatch.stops)] if view.dispatch.vehicles else [])
    return at(0, toy_world(days=2, people=slow, fleet=van), everything_)


@mutant("I12")
def into_the_storm(patch: pytest.MonkeyPatch) -> Twin:
    """Nobody looks at the weather before a launch."""
    patch.setattr(hubs, "_refused", lambda *_: Cause.NONE)
    windy = toy_world(days=2, wind_mps=10.0, fleet=(FleetGroup(toy_kind(Mode.DRONE, limits=Limits(wind_mps=8.0)), 1),))
    return at(0, windy, PLAIN.replace(carriers=prefer("drone")))


@mutant("I13")
def told_twice_at_once(patch: pytest.MonkeyPatch) -> Twin:
    """One channel is used twice for one notice."""
    patch.setattr(legal, "channels", lambda *_: None)
    return at(0, policies=PLAIN.replace(notifying=lambda view, notice: [Channel.SMS, Channel.SMS]))


@mutant("I13")
def confirmed_again(patch: pytest.MonkeyPatch) -> Twin:
    """An order is confirmed again with each contact, by a channel that was used."""
    patch.setattr(legal, "channels", lambda *_: None)
    wonder = customers.wonder

    def loud(twin: Twin, order: int, *rest: Any) -> None:
        messages.tell(twin, twin.facts.first_parcel[order], Cause.CONFIRMED)
        wonder(twin, order, *rest)

    patch.setattr(customers, "wonder", loud)
    return at(0, policies=PLAIN.replace(notifying=lambda view, notice: [Channel.SMS]))


@mutant("I15")
def one_more_than_agreed(patch: pytest.MonkeyPatch) -> Twin:
    """A full carrier is still offered."""
    offers = carriers.offers

    def generous(twin: Twin, parcel: int) -> Any:
        handed, twin.state.handed = twin.state.handed, [0] * len(twin.state.handed)
        try:
            return offers(twin, parcel)
        finally:
            twin.state.handed = handed

    patch.setattr(carriers, "offers", generous)
    world = toy_world(days=2, fleet=(), carriers=(toy_carrier(capacity=2),))
    return at(0, world)


@mutant("I16")
def dropped_before_the_end(_: pytest.MonkeyPatch) -> Twin:
    """A parcel that is open is gone when the books are closed."""
    twin = at(2 * DAY, toy_world(days=2), PLAIN.replace(routing=lambda view: []))
    twin.state.status[parcels(twin, Status.READY)[0]] = Status.NONE
    return twin


MUTANTS += [(law, _corrupted(change)) for law, change in CORRUPTIONS]


@pytest.mark.parametrize(("law", "plant"), MUTANTS, ids=[f"{law} {plant.__name__}" for law, plant in MUTANTS])
def test_a_planted_mutant_is_caught(law: str, plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each law has a check that stops the run with the law's number."""
    with pytest.raises(InvariantError, match=rf"^{law}: "):
        plant(monkeypatch).run()


def test_every_law_has_a_mutant() -> None:
    """All but I14, which has tests of its own: it is a law about what cannot be asked."""
    assert {law for law, _ in MUTANTS} == {f"I{number}" for number in range(1, 17)} - {"I14"}


# --- drawn scenarios ------------------------------------------------------------------------------------------------


def accounted(twin: Twin) -> bool:
    """Whether every created parcel has exactly one end, or is listed as open."""
    ended = rows(twin.ledger, Kind.DELIVERED, Kind.RETURNED, Kind.CANCELLED, Kind.LOST, Kind.OPEN)["subject"]
    return np.array_equal(np.sort(ended), np.sort(rows(twin.ledger, Kind.CREATED)["subject"]))


@settings(max_examples=100)
@given(st.data())
def test_no_law_is_broken_in_any_scenario(data: st.DataObject) -> None:
    """Any fleet, weather, stock, people and policies: no check fires, the audit agrees, and all is accounted for."""
    world, policies = scenario(lambda options: data.draw(st.sampled_from(list(options))))
    twin = Twin(world, policies)
    for cut in sorted(data.draw(st.lists(st.integers(0, world.days * DAY), max_size=3))):
        twin.run(cut)
        assert audit(twin) == []
    twin.run()
    assert audit(twin) == []
    assert accounted(twin)


def swarm(numbers: range) -> tuple[Counter[int], Counter[int]]:
    """Play these scenarios under audit; the kinds of events that happened, and the causes of what went wrong."""
    kinds: Counter[int] = Counter()
    causes: Counter[int] = Counter()
    for number in numbers:
        choose = keyed(number)
        world, policies = scenario(choose)
        twin = Twin(world, policies)
        twin.run(choose(range(world.days * DAY)))
        assert audit(twin) == [], number
        trace = twin.run().trace.columns()
        assert accounted(twin), number
        kinds.update(trace["kind"].tolist())
        causes.update(trace["cause"][np.isin(trace["kind"], (Kind.ATTEMPTED, Kind.EXCEPTION, Kind.UNLOADED))].tolist())
    return kinds, causes


def test_every_fault_is_met_and_none_breaks_a_law() -> None:
    """Over 400 scenarios each kind of event and each cause of failure happens at least once: no path is untested."""
    kinds, causes = swarm(range(400))
    assert [kind.name for kind in Kind if not kinds[kind]] == []
    met = (
        Cause.ABSENT, Cause.ACCESS, Cause.ADDRESS, Cause.HANDOFF, Cause.NO_DROP_POINT, Cause.SHORT_STOCK,
        Cause.OUT_OF_STOCK, Cause.WEATHER, Cause.ENERGY, Cause.SHIFT_END, Cause.ABORTED, Cause.WITHDRAWN,
    )  # fmt: skip
    assert [cause.name for cause in met if not causes[cause]] == []


@pytest.mark.slow
@pytest.mark.parametrize("thousand", range(1, 21))
def test_no_law_is_broken_in_twenty_thousand_scenarios(thousand: int) -> None:
    """The nightly swarm: rare meetings of rare things."""
    kinds, _ = swarm(range(1000 * thousand, 1000 * (thousand + 1)))
    assert kinds[Kind.DELIVERED] > 1000


@pytest.mark.parametrize("number", range(6))
def test_the_audit_agrees_after_every_event(number: int) -> None:
    """Stopped after each moment at which something happens, the state is in order."""
    twin = Twin(everything(number), BUSY)
    while twin.state.pending:
        due = min(wait.due for wait in twin.state.pending.values())
        if due >= twin.facts.horizon:
            break
        twin.run(due + 1)
        assert audit(twin) == []


# --- I14: no policy knows the future --------------------------------------------------------------------------------


def noticed(world: World, until: int) -> list[tuple[object, ...]]:
    """Every decision up to a time, with all that could be asked of the view then."""
    said: list[tuple[object, ...]] = []

    def witness(port: str, policy: Callable[..., Any]) -> Callable[..., Any]:
        def decide(view: Any, *question: Any) -> Any:
            answer = policy(view, *question)
            said.append((port, view.now, repr(question), repr(answer), *known(view)))
            return answer

        return decide

    ports = {name: witness(name, getattr(BUSY, name)) for name in ("promising", "carriers", "recovering", "notifying",
                                                                   "placement", "forecasting", "adapting")}  # fmt: skip
    Twin(world, BUSY.replace(routing=witness("routing", BUSY.routing), **ports)).run(until)
    return said


def known(view: Any) -> Iterator[object]:
    """Everything that a view answers."""
    yield view.weekday
    yield repr(
        [view.orders_by_day().tolist(), view.sold().tolist(), view.stock(0).tolist(), view.in_transit(0).tolist()]
    )
    for area in range(view.areas):
        yield view.success(area)
        yield view.carrier_record(0, area)
        yield [view.weather_forecast(view.now + ahead * HOUR, area) for ahead in range(-24, 120, 3)]
    yield [view.slot_record(window) for window in range(3)]
    yield view.disruptions()
    if view.dispatch is not None:
        yield repr([matrix.tolist() for matrix in (*view.dispatch.duration, *view.dispatch.distance)])
        yield repr((view.dispatch.stops, view.dispatch.vehicles))


def poisoned(world: World, time: int) -> World:
    """The same past; another weather, traffic, forecast and other customers, with other goods, from a time on."""
    hour, field = -(-time // HOUR), world.weather
    tomorrow = (time // DAY + 2) * 24
    truth = ("temperature_c", "wind_mps", "gust_mps", "rain_mmh", "snow_mmh", "visibility_m")
    columns: dict[str, Any] = {name: getattr(field, name).copy() for name in truth}
    for column in columns.values():
        column[hour:] = 99.0
    for name in ("forecast_wind_mps", "forecast_rain_mmh"):
        columns[name] = getattr(field, name).copy()
        columns[name][tomorrow:] = 99.0
        for lead, ahead in enumerate(LEADS_H):  # what is issued from this time on
            columns[name][hour + ahead :, lead] = 99.0
    traffic = world.traffic.noise.copy()
    traffic[-(-time // world.traffic.period) :] = 50
    disruptions = world.disruptions
    unheard = (disruptions.start >= time) & (disruptions.detected >= time)
    later = world.sessions.time >= time
    customer = np.where(later, (world.sessions.customer + 5) % 12, world.sessions.customer)
    goods = np.repeat(later, np.diff(world.sessions.parcel))
    return replace(
        world,
        weather=replace(field, **columns),
        traffic=replace(world.traffic, noise=traffic),
        disruptions=replace(
            disruptions,
            start=np.where(unheard, 4 * DAY, disruptions.start),
            end=np.where(disruptions.end > time, disruptions.end + HOUR, disruptions.end),
        ),
        sessions=replace(world.sessions, customer=customer),
        parcels=replace(
            world.parcels,
            sku=np.where(goods, (world.parcels.sku + 1) % 6, world.parcels.sku),
            weight_g=np.where(goods, 4321, world.parcels.weight_g),
        ),
    )


@settings(max_examples=25)
@given(st.integers(1, 3 * DAY - 1))
def test_a_poisoned_future_changes_no_decision_of_the_past(time: int) -> None:
    """With everything dated after a time replaced, decisions and views up to then are the same, to the last digit."""
    world = disturbed(everything(days=3))
    assert noticed(poisoned(world, time), time) == noticed(world, time)


def test_the_poison_works() -> None:
    """The same poison in the past does change decisions, so the test above can fail."""
    world = disturbed(everything(days=3))
    assert noticed(poisoned(world, 8 * HOUR), 2 * DAY) != noticed(world, 2 * DAY)


def test_the_certain_toy_keeps_all_its_promises() -> None:
    """A last check of the checks: where nothing can go wrong nothing does, and all parcels arrive."""
    ledger = play(toy_world(days=4, operation=replace(certain_operation(), stock_days=30.0)))
    late = rows(ledger, Kind.DELIVERED)["value"]
    assert len(late) > 35
    assert np.all(late <= 0)
