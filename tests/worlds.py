"""What the kernel's tests share: policies that a reader takes in at a glance, runs, and rows of a ledger."""

import contextlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.toy import toy_world
from scenarios.toyfleet import certain_operation, toy_carrier, toy_kind
from twin import legal
from twin.draws import Draws, Stream
from twin.engine import Twin
from twin.entities import (
    CarrierOffer,
    Cause,
    Channel,
    Dispatch,
    Forecast,
    Mode,
    Notice,
    Offer,
    Parcel,
    Remedy,
    RemedyOffer,
    Session,
    Slot,
    Stop,
    Tour,
    Trigger,
    Trouble,
    Upset,
    Vehicle,
)
from twin.errors import PolicyError
from twin.kpis import kpis
from twin.ledger import Account, Kind, Ledger
from twin.ports import Policies, View
from twin.specs import FleetGroup, Limits, Operation, People
from twin.units import DAY, HOUR
from twin.world import Disruptions, World

Rows = NDArray[np.void]


def chain(view: View) -> list[Tour]:
    """Each vehicle in turn takes whichever stop it can serve soonest, as long as one fits."""
    dispatch = view.dispatch
    assert dispatch is not None
    left, tours = [(i + 1, dispatch.stops[i]) for i in dispatch.waiting], []
    for vehicle in (it for it in dispatch.vehicles if not it.away):
        taken = _fill(dispatch, vehicle, left)
        if taken:
            tours.append(Tour(vehicle.id, tuple(taken)))
    return tours


class Restless:
    """Turns each tour under way round, at times leaves a stop out, and sends who is away home for what waits."""

    triggers = frozenset(Trigger)

    def __call__(self, view: View) -> list[Tour]:
        """Whatever is legal and upsets most."""
        dispatch = view.dispatch
        assert dispatch is not None
        home = dispatch.waiting and view.luck(dispatch.depot, dispatch.time) < 0.5
        tours = chain(view) if home else []
        used = {stop for tour in tours for stop in tour.stops}
        floor = [dispatch.stops[i] for i in dispatch.waiting if dispatch.stops[i] not in used]
        for vehicle in (it for it in dispatch.vehicles if it.away):
            mine = tuple(dispatch.stops[i] for i in reversed(vehicle.aboard))
            kept = mine[1:] if view.luck(vehicle.id, dispatch.time) < 0.2 else mine
            tours.append(Tour(vehicle.id, kept, 1))
            for stop in floor[:2]:
                more = Tour(vehicle.id, (*kept, stop))
                with contextlib.suppress(PolicyError):
                    legal.tours(dispatch, [*tours[:-1], more])
                    tours[-1] = more
                    floor.remove(stop)
                    break
        return tours


def _fill(dispatch: Dispatch, vehicle: Vehicle, left: list[tuple[int, Stop]]) -> list[Stop]:
    taken: list[Stop] = []
    here, time, metres = 0, max(dispatch.time, vehicle.tw_early), 0
    duration, distance = dispatch.duration[vehicle.profile], dispatch.distance[vehicle.profile]
    while True:
        fitting = []
        for place, stop in left:
            done = max(time + int(duration[here, place]), stop.tw_early) + stop.service_duration
            way = metres + int(distance[here, place])
            back, home = done + int(duration[place, 0]), way + int(distance[place, 0])
            if _fits(vehicle, [*taken, stop]) and back <= vehicle.tw_late and home <= vehicle.range_m:
                fitting.append((done, place, way, stop))
        if not fitting:
            return taken
        time, here, metres, stop = min(fitting, key=lambda option: option[:2])
        left.remove((here, stop))
        taken.append(stop)


def _fits(vehicle: Vehicle, stops: list[Stop]) -> bool:
    return (
        sum(stop.weight_g for stop in stops) <= vehicle.capacity_g
        and sum(stop.volume_ml for stop in stops) <= vehicle.capacity_ml
        and sum(len(stop.parcels) for stop in stops) <= vehicle.capacity_parcels
    )


def deal(view: View) -> list[Tour]:
    """One stop after the other to each vehicle in turn."""
    dispatch = view.dispatch
    assert dispatch is not None
    count = len(dispatch.vehicles)
    hands = [dispatch.stops[first::count] for first in range(count)]
    return [Tour(vehicle.id, stops) for vehicle, stops in zip(dispatch.vehicles, hands, strict=True)]


def in_time(view: View, session: Session, slots: Sequence[Slot]) -> list[Offer]:
    """Every window with room that the goods can be ready for, free of charge."""
    return [Offer(slot.window, 0) for slot in slots if slot.booked < slot.capacity and slot.ready <= slot.cut_off]


def prefer(*names: str) -> Callable[..., CarrierOffer]:
    """The first offer of these names, else the first of all."""

    def choose(view: View, parcel: Parcel, offers: Sequence[CarrierOffer]) -> CarrierOffer:
        return next((offer for name in names for offer in offers if offer.name == name), offers[0])

    return choose


def in_turn(view: View, parcel: Parcel, offers: Sequence[CarrierOffer]) -> CarrierOffer:
    """Every way for some parcel."""
    return offers[parcel.id % len(offers)]


def remedy(*order: Remedy) -> Callable[..., RemedyOffer]:
    """The first of these remedies that is possible, else the first of all."""

    def choose(view: View, trouble: Trouble, remedies: Sequence[RemedyOffer]) -> RemedyOffer:
        return next((offer for wish in order for offer in remedies if offer.remedy == wish), remedies[0])

    return choose


def tell(*causes: Cause, channel: Channel = Channel.SMS) -> Callable[..., list[Channel]]:
    """One message for each of these causes."""

    def choose(view: View, notice: Notice) -> list[Channel]:
        return [channel] if notice.cause in causes and channel in notice.channels else []

    return choose


def nothing(view: View) -> list[Any]:
    """No orders of stock, no changes of strategy."""
    return []


def expect_none(view: View) -> Forecast:
    """A forecast of nothing."""
    zeros = np.zeros(view.areas)
    return Forecast(view.day, zeros, zeros, zeros)


PLAIN = Policies(
    routing=chain,
    promising=in_time,
    placement=nothing,
    carriers=prefer("streets"),
    recovering=remedy(Remedy.GROUND, Remedy.REATTEMPT, Remedy.RETURN),
    notifying=tell(),
    forecasting=expect_none,
    adapting=nothing,
)
"""Own vans, silence, try again; what cannot fly goes by street."""


def play(world: World, policies: Policies = PLAIN, /, **changes: Any) -> Ledger:
    """The ledger of a whole run; ``changes`` replace policies."""
    return Twin(world, policies.replace(**changes)).run()


def rows(ledger: Ledger, *kinds: Kind) -> Rows:
    """The events of some kinds, in order."""
    trace = ledger.trace.columns()
    return trace[np.isin(trace["kind"], kinds)]


def counts(ledger: Ledger) -> Counter[Kind]:
    """How many events there are of each kind."""
    return Counter(Kind(kind) for kind in ledger.trace.columns()["kind"].tolist())


def cost(ledger: Ledger, account: Account) -> int:
    """Micro-dollars booked to an account."""
    book = ledger.costs.columns()
    return int(book["value"][book["kind"] == account].sum())


def fingerprints(ledger: Ledger) -> tuple[str, str, str]:
    """Of the trace, the costs and the key figures."""
    print_ = ledger.fingerprint()
    return print_.trace, print_.costs, kpis(ledger).fingerprint()


def everything(seed: int = 7, days: int = 2) -> World:
    """A noisy toy in which every kind of thing is there and may go wrong."""
    people = replace(
        People(), bad_address=0.2, safe_place=(0.2,) * 5, neighbour=(0.2,) * 5, no_access=(0.1,) * 5, contact=0.3
    )
    operation = replace(
        Operation(skus=6), phantom=0.15, cleansed=0.0, stock_days=2.5, chargers=1, docks=1, pickers=1, hub_usd_day=50.0
    )
    world = toy_world(seed, days, noise=True, people=people, operation=operation, fleet=mixed_fleet(),
                      carriers=(toy_carrier(capacity=3, loss=0.1, first_attempt=0.6, on_time=0.6),))  # fmt: skip
    gusty = Draws(seed).generator(Stream.WEATHER, 0).uniform(0.0, 14.0, world.weather.wind_mps.shape)
    return replace(world, weather=replace(world.weather, wind_mps=gusty, gust_mps=1.4 * gusty))


def disturbed(world: World, seed: int = 5, often: int = 30) -> World:
    """The same world with ``often`` works and closures a day, some that nobody hears of in time."""
    luck, edges = Draws(seed).generator(Stream.INCIDENT, 0), len(world.city.head)
    n = often * world.days
    start = luck.integers(0, world.days * DAY, n)
    end = start + luck.integers(1, 4 * HOUR, n)
    detected = start + luck.integers(0, 2 * HOUR, n)
    until = end + luck.integers(-HOUR, HOUR, n)
    permille = luck.integers(0, 1000, n) * luck.integers(0, 2, n)
    columns = luck.integers(0, edges, n), start, end, detected, until, permille, luck.integers(1000, 9000, n)
    return replace(world, disruptions=Disruptions.of(edges, *columns, np.full(n, Upset.WORKS)))


def mixed_fleet() -> tuple[FleetGroup, ...]:
    """A vehicle or two of most modes, each with its own troubles."""
    return (
        FleetGroup(toy_kind(breakdown_km=2.0, repair_min=40.0, capacity_kg=6.0), 1),
        FleetGroup(toy_kind(Mode.EVAN, battery_kwh=5.0, kwh_km=0.6, charge_kw=0.5, break_after_h=2.0), 1),
        FleetGroup(toy_kind(Mode.ROBOVAN, assist_km=1.0, handoff=0.7, vehicles_per_operator=1), 1),
        FleetGroup(toy_kind(Mode.ROBOT, battery_kwh=0.25, vehicles_per_operator=1), 2, operators=1),
        FleetGroup(
            toy_kind(Mode.DRONE, abort=0.15, loss=0.1, recipient_failure=0.15, limits=Limits(wind_mps=9.0)), 2
        ),
    )  # fmt: skip


def operation(**changes: Any) -> Operation:
    """The certain operation, changed."""
    return replace(certain_operation(), **changes)


def fleet(mode: Mode = Mode.VAN, count: int = 2, **changes: Any) -> tuple[FleetGroup, ...]:
    """One group of toy vehicles, changed."""
    return (FleetGroup(toy_kind(mode, **changes), count),)


def dispatches(world: World) -> list[Dispatch]:
    """Every wave that a router was asked to plan, in order."""
    seen: list[Dispatch] = []

    def watch(view: Any) -> list[Tour]:
        seen.append(view.dispatch)
        return chain(view)

    play(world, routing=watch)
    return seen


def offered(world: World) -> list[tuple[Parcel, tuple[CarrierOffer, ...]]]:
    """What the carrier selector was offered for each packed parcel."""
    seen: list[tuple[Parcel, tuple[CarrierOffer, ...]]] = []

    def watch(view: Any, parcel: Parcel, offers: tuple[CarrierOffer, ...]) -> CarrierOffer:
        seen.append((parcel, tuple(offers)))
        return offers[0]

    play(world, carriers=watch)
    return seen
