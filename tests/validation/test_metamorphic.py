"""Relations between runs that hold exactly, whatever the right answer of either is: the ten of the validation page."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from policies.carriers.cheapest import Cheapest
from policies.carriers.scored import Scored
from policies.notifying.proactive import Proactive
from policies.promising.fixed import FixedPrice
from policies.recovering.cheapest import CheapestRemedy
from policies.routing.insertion import CheapestInsertion
from scenarios.toy import toy_world
from scenarios.toyfleet import toy_carrier, toy_fleet, toy_kind
from tests.validation.changed import (
    a_week_earlier,
    a_week_later,
    customers_renumbered,
    in_other_money,
    nodes_renumbered,
    parcels_swapped,
    turned,
    two_towns,
    without_order,
)
from tests.worlds import PLAIN, everything, fingerprints, in_turn, mixed_fleet, operation, play
from twin.draws import Draws, Stream
from twin.engine import Twin
from twin.entities import Cause, Mode, Offer, Remedy, RemedyOffer, Session, Slot, Trouble
from twin.kpis import kpis
from twin.ledger import Kind, Ledger
from twin.ports import View
from twin.snapshot import load, save
from twin.specs import FleetGroup, People, Strike
from twin.units import DAY, SECOND
from twin.world import City, World

SHIPPED = PLAIN.replace(
    routing=CheapestInsertion(), promising=FixedPrice(), carriers=Scored(), recovering=CheapestRemedy(),
    notifying=Proactive(),
)  # fmt: skip
SEEDS = range(2)
RENUMBERED: dict[str, Callable[[World, int], World]] = {
    "customers": customers_renumbered,
    "nodes": nodes_renumbered,
    "parcels": lambda world, _: parcels_swapped(world),
    "vehicles": lambda world, _: replace(world, fleet=world.fleet[::-1]),
}


def figures(ledger: Ledger) -> dict[str, float]:
    """All key figures."""
    return kpis(ledger).values


# --- (a) numbers are only names -------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("what", RENUMBERED)
def test_a_numbers_are_only_names(what: str, seed: int) -> None:
    """Customers, junctions, parcels or vehicles under other numbers have the same key figures.

    What has luck of its own keeps its number or has no luck: parcels' in a world without noise, vehicles' without
    breakdowns or drivers who differ. Sessions keep theirs: their luck is by number, and they are numbered by time.
    """
    fleet = (FleetGroup(toy_kind(), 1), FleetGroup(toy_kind(Mode.BIKE), 2))
    world = toy_world(seed, 2, noise=what != "parcels", fleet=fleet)
    world = replace(world, people=replace(world.people, driver_sigma=0.0, driver_pace_cv=0.0))
    assert figures(play(RENUMBERED[what](world, seed), SHIPPED)) == figures(play(world, SHIPPED))


# --- (b) a week is a week -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_b_the_same_week_later_is_the_same(seed: int) -> None:
    """After an empty week everything happens seven days later, event by event and posting by posting.

    Luck by day (breakdowns, carriers' days) is that of the day, so there is none here; people have theirs.
    """
    world = toy_world(seed, 2, people=People(contact=0.3, bad_address=0.2))
    ledger = play(world, SHIPPED)
    trace, costs = a_week_earlier(play(a_week_later(world), SHIPPED))
    assert np.array_equal(trace, ledger.trace.columns())
    assert np.array_equal(costs, ledger.costs.columns())


# --- (c) money is a unit --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("factor", [0.5, 4.0, 10.0])
@pytest.mark.parametrize("seed", SEEDS)
def test_c_money_is_a_unit(seed: int, factor: float) -> None:
    """With all prices times a factor the same things happen, and each posting is that many times as much.

    Postings are whole micro-dollars, so up to the rounding of both; offers' prices stand in the trace and are scaled.
    """
    world = everything(seed)
    before, after = play(world, SHIPPED), play(*in_other_money(world, SHIPPED, factor))
    traces = [ledger.trace.columns().copy() for ledger in (before, after)]
    for trace in traces:
        trace["value"][np.isin(trace["kind"], (Kind.OFFERED, Kind.ROUTED))] = 0
    assert np.array_equal(traces[0], traces[1])
    one, other = before.costs.columns(), after.costs.columns()
    assert np.abs(other["value"] - factor * one["value"]).max() <= (factor + 1) / 2
    assert all(np.array_equal(one[name], other[name]) for name in ("time", "kind", "subject", "actor", "place"))


# --- (d) without noise, a sum ---------------------------------------------------------------------------------------


def shortest(city: City, top_mps: float) -> np.ndarray[Any, Any]:
    """(nodes, nodes) milliseconds between junctions, by Floyd and Warshall over free flow."""
    way = np.full((city.nodes, city.nodes), math.inf)
    np.fill_diagonal(way, 0.0)
    way[city.tail, city.head] = city.length_mm * 1000 / np.minimum(city.speed_mmps, top_mps * 1000)
    for via in range(city.nodes):
        way = np.minimum(way, way[:, [via]] + way[[via], :])
    return way


def test_d_arrivals_are_sums_without_noise() -> None:
    """Each arrival is the departure, plus shortest ways, waits for windows, parking and service before it, in ms."""
    world = toy_world(1, 2, fleet=(FleetGroup(toy_kind(break_after_h=20.0, speed_kmh=(120.0,) * 4), 1),))
    trace, way = play(world, SHIPPED).trace.columns().tolist(), shortest(world.city, 120 / 3.6)
    early = {row[3]: row[6] for row in trace if row[1] == Kind.PROMISED}
    order_of = {row[3]: row[4] for row in trace if row[1] == Kind.CREATED}
    time, here, arrivals, moved = 0, 4, 0, False
    served: list[int] = []
    for now, kind, _, subject, _, place, _ in trace:
        if kind == Kind.TOUR:
            time, here = now, 4
        elif kind == Kind.ARRIVED:
            time, moved = time + round(way[here, place]), here != place
            here, arrivals, served = place, arrivals + 1, []
            assert now == time
        elif kind == Kind.ATTEMPTED:
            served.append(subject)
        elif kind == Kind.SERVED:
            time = max(time, early[order_of[served[0]]]) + at_the_door(world, order_of[served[0]], len(served), moved)
            assert now == time
    assert arrivals > 12


def at_the_door(world: World, order: int, parcels: int, moved: bool) -> int:
    """The search for a place of who has moved, the walk and the service, at their medians."""
    customer, people = world.sessions.customer[order], world.people
    district = world.city.district[world.city.area[world.customers.node[customer]]]
    dwelling = world.customers.dwelling[customer]
    search = people.parking_s[district] if moved else 0.0
    walk = people.walk_s[district] * people.walk_dwelling[dwelling]
    service = people.service_s[dwelling] + people.extra_parcel_s * (parcels - 1)
    return sum(round(seconds * SECOND) for seconds in (search, walk, service))


# --- (e) given up before it left ------------------------------------------------------------------------------------

GIVEN_UP, RIVAL = 5, 2
"""Two sessions that want the only unit of a product; the later one is given up at once."""


def give_up(view: View, trouble: Trouble, remedies: tuple[RemedyOffer, ...]) -> RemedyOffer:
    """Cancel that session's order when its product is out of stock."""
    if trouble.parcel.order == GIVEN_UP and trouble.cause == Cause.OUT_OF_STOCK:
        return next(offer for offer in remedies if offer.remedy == Remedy.CANCEL)
    return CheapestRemedy()(view, trouble, remedies)


def offer_others(view: View, session: Session, slots: tuple[Slot, ...]) -> tuple[Offer, ...]:
    """Offer nothing to that session."""
    return () if session.id == GIVEN_UP else tuple(FixedPrice()(view, session, slots))


@pytest.mark.parametrize("seed", SEEDS)
def test_e_what_is_given_up_was_never_ordered(seed: int) -> None:
    """An order that is cancelled before it is picked leaves everybody else's books as if it had never been placed."""
    noisy = everything(seed)
    skus = len(noisy.popularity)
    sku, ends = np.where(noisy.parcels.sku == skus - 1, 0, noisy.parcels.sku), noisy.sessions.parcel.tolist()
    sku[[ends[RIVAL], *range(ends[GIVEN_UP], ends[GIVEN_UP + 1])]] = skus - 1
    popularity = np.append(noisy.popularity[:-1] / noisy.popularity[:-1].sum(), 0.0)
    world = replace(
        noisy, parcels=replace(noisy.parcels, sku=sku), popularity=popularity,
        operation=replace(noisy.operation, phantom=0.0, stock_days=9.0),
        people=replace(noisy.people, utility_base=(60.0,) * 3),
    )  # fmt: skip
    ordered = play(world, SHIPPED, recovering=give_up)
    never = play(world, SHIPPED, recovering=give_up, promising=offer_others)
    parcels = range(ends[GIVEN_UP], ends[GIVEN_UP + 1])
    assert Kind.CANCELLED in ordered.trace.columns()["kind"][np.isin(ordered.trace.columns()["subject"], parcels)]
    for one, other in zip(
        without_order(ordered, GIVEN_UP, parcels), without_order(never, GIVEN_UP, parcels), strict=True
    ):
        assert np.array_equal(one, other)


# --- (f) what nobody can afford -------------------------------------------------------------------------------------


@pytest.mark.parametrize("choice", [Scored(), Cheapest()], ids=["scored", "cheapest"])
@pytest.mark.parametrize("seed", SEEDS)
def test_f_a_carrier_that_nobody_can_afford_is_not_there(seed: int, choice: Any) -> None:
    """One more carrier at a billion dollars a parcel leaves the fingerprint as it is."""
    world = everything(seed)
    dearer = replace(world, carriers=(*world.carriers, toy_carrier("zenith", base_usd=1e9)))
    assert fingerprints(play(dearer, SHIPPED, carriers=choice)) == fingerprints(play(world, SHIPPED, carriers=choice))


@pytest.mark.parametrize("mode", [Mode.BIKE, Mode.ROBOVAN, Mode.DRONE])
@pytest.mark.parametrize("seed", SEEDS)
def test_f_a_vehicle_that_nobody_can_afford_is_not_there(seed: int, mode: Mode) -> None:
    """One more vehicle of another mode at a million dollars a kilometre leaves the fingerprint as it is.

    Not so one of a mode that is there: a hub offers a sortie at its cheapest kind's price, and sends what is idle.
    """
    world = toy_world(seed, 2, noise=True, carriers=(toy_carrier(),))
    kind = toy_kind(mode, running_usd_km=1e6, fixed_usd_day=0.0, vehicles_per_operator=0)
    more = replace(world, fleet=(*world.fleet, FleetGroup(kind, 1)))
    assert fingerprints(play(more, SHIPPED)) == fingerprints(play(world, SHIPPED))


# --- (g) parts that are switched off --------------------------------------------------------------------------------


def drones_changed(world: World, **changes: Any) -> World:
    """The world with drones of another kind that cost nothing by the day."""
    free: dict[str, Any] = {"fixed_usd_day": 0.0, "capex_usd": 0.0}
    groups = [
        FleetGroup(replace(group.kind, **free, **changes), group.count, 0) if group.kind.mode == Mode.DRONE else group
        for group in world.fleet
    ]
    return replace(world, fleet=tuple(groups))


@pytest.mark.parametrize("seed", SEEDS)
def test_g_what_is_switched_off_is_not_there(seed: int) -> None:
    """Drones that reach nobody, or none of them, are no drones; carriers on strike for good are no carriers."""
    world = everything(seed)
    no_drones = fingerprints(play(replace(world, fleet=mixed_fleet()[:-1]), SHIPPED))
    assert fingerprints(play(drones_changed(world, radius_km=1e-9), SHIPPED)) == no_drones
    none = tuple(replace(group, count=0) if group.kind.mode == Mode.DRONE else group for group in world.fleet)
    assert fingerprints(play(replace(world, fleet=none), SHIPPED)) == no_drones
    no_carriers = fingerprints(play(replace(world, carriers=()), SHIPPED))
    assert fingerprints(play(replace(world, strike=Strike(capacity=0.0)), SHIPPED)) == no_carriers


@pytest.mark.parametrize("seed", SEEDS)
def test_g_what_never_happens_is_not_there(seed: int) -> None:
    """Breakdowns after more kilometres than are driven, and a strike that is over, leave no trace."""
    world = everything(seed)
    sturdy, endless = (
        replace(world, fleet=tuple(replace(g, kind=replace(g.kind, breakdown_km=km)) for g in world.fleet))
        for km in (0.0, 1e9)
    )
    assert fingerprints(play(endless, SHIPPED)) == fingerprints(play(sturdy, SHIPPED))
    over = replace(world, strike=Strike(capacity=0.0, on_time_logit=2.0, days=0))
    assert fingerprints(play(over, SHIPPED)) == fingerprints(play(world, SHIPPED))


# --- (h) a run in two parts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_h_a_run_in_two_parts_is_one_run(seed: int, tmp_path: Path) -> None:
    """Saved at any time, read from the file and finished, a run has the fingerprint of the unbroken one."""
    world = everything(seed)
    whole = fingerprints(play(world, SHIPPED, carriers=in_turn))
    first = Twin(world, SHIPPED.replace(carriers=in_turn))
    first.run(int(Draws(seed).uniform(Stream.DUMMY, 0) * 2 * DAY))
    save(tmp_path / "cut.json", first.snapshot(), {})
    state, _ = load(tmp_path / "cut.json")
    assert fingerprints(Twin(world, SHIPPED.replace(carriers=in_turn), state).run()) == whole


# --- (i) two towns --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fleet", [{"van": 2}, {"van": 1, "drone": 2}], ids=["vans", "drones"])
@pytest.mark.parametrize("seed", SEEDS)
def test_i_two_towns_are_the_sum_of_both(seed: int, fleet: dict[str, int]) -> None:
    """Two equal towns without a street between them have twice every total of one.

    All but the stars, which are the luck of each order; operators are a pool for both, so there are none.
    """
    groups = tuple(replace(g, kind=replace(g.kind, vehicles_per_operator=0)) for g in toy_fleet(**fleet))
    works = operation(slot_parcels=1000, windows=(("10:00", "21:00"),), promise_days=1)
    world = toy_world(seed, 2, fleet=groups, operation=works)
    one, both = kpis(play(world, SHIPPED)).totals, kpis(play(two_towns(world), SHIPPED)).totals
    assert {k: v for k, v in both.items() if k != "stars"} == pytest.approx(
        {k: 2 * v for k, v in one.items() if k != "stars"}, abs=1e-9
    )


# --- (j) the map turned ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["mirrored", "turned"])
@pytest.mark.parametrize("seed", SEEDS)
def test_j_a_map_turned_is_the_same_city(seed: int, how: str) -> None:
    """Mirrored, or turned by a quarter, a city has the same ledger to the last bit."""
    world = everything(seed)
    choice = SHIPPED.replace(carriers=in_turn)
    assert fingerprints(play(turned(world, how), choice)) == fingerprints(play(world, choice))
