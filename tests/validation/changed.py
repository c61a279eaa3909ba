"""Worlds changed in ways that should not matter, or that should matter in a known way."""

import dataclasses
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.toy import toy_world
from twin.ledger import Account, Kind, Ledger
from twin.ports import Policies
from twin.units import DAY
from twin.world import City, Disruptions, World

Ints = NDArray[np.int64]
Rows = NDArray[np.void]
SAYS_WHEN = (Kind.ORDERED, Kind.PROMISED, Kind.HANDED, Kind.BACKORDERED, Kind.BROKEN, Kind.MESSAGE)
"""Events whose value is a time."""
OF_AN_ORDER = (
    *(Kind.SESSION, Kind.OFFERED, Kind.WALKED, Kind.ORDERED, Kind.PROMISED),
    *(Kind.CONTACT, Kind.BROKEN, Kind.RATED),
)
OF_A_PARCEL = (
    *(Kind.CREATED, Kind.RESERVED, Kind.PICKED, Kind.SHORT, Kind.BACKORDERED, Kind.ROUTED, Kind.HANDED, Kind.LOADED),
    *(Kind.UNLOADED, Kind.ATTEMPTED, Kind.DELIVERED, Kind.EXCEPTION, Kind.RETURNED, Kind.CANCELLED, Kind.LOST),
    *(Kind.OPEN, Kind.GROUNDED, Kind.MESSAGE, Kind.FIXED),
)


def order(seed: int, count: int) -> Ints:
    """New number of each of so many things."""
    return np.random.default_rng(seed).permutation(count).astype(np.int64)


def customers_renumbered(world: World, seed: int) -> World:
    """The same people under other numbers."""
    people = world.customers
    new = order(seed, len(people.node))
    moved = {f.name: getattr(people, f.name)[np.argsort(new)] for f in dataclasses.fields(people)}
    sessions = replace(world.sessions, customer=new[world.sessions.customer])
    return replace(world, customers=replace(people, **moved), sessions=sessions)


def nodes_renumbered(world: World, seed: int) -> World:
    """The same streets with junctions under other numbers."""
    city, new = world.city, order(seed, world.city.nodes)
    old, tail, head = np.argsort(new), new[city.tail], new[city.head]
    rank = np.lexsort((head, tail))
    by_node = {name: getattr(city, name)[old] for name in ("lon", "lat", "x_m", "y_m", "area")}
    by_edge = {name: getattr(city, name)[rank] for name in ("length_mm", "street", "speed_mmps")}
    start = np.searchsorted(tail[rank], np.arange(city.nodes + 1)).astype(np.int64)
    return replace(
        world,
        city=replace(city, start=start, head=head[rank], **by_node, **by_edge),
        sites=replace(world.sites, depots=new[world.sites.depots], lockers=new[world.sites.lockers]),
        customers=replace(world.customers, node=new[world.customers.node]),
        traffic=replace(world.traffic, column=world.traffic.column[rank], group=world.traffic.group[rank]),
    )


def parcels_swapped(world: World) -> World:
    """The parcels of each session in the opposite order."""
    goods, ends = world.parcels, world.sessions.parcel.tolist()
    swapped = np.concatenate([np.arange(a, b)[::-1] for a, b in pairwise(ends)])
    by_parcel = {f.name: getattr(goods, f.name)[swapped] for f in dataclasses.fields(goods)}
    return replace(world, parcels=replace(goods, **by_parcel))


def turned(world: World, how: str) -> World:
    """The map mirrored, or turned by a quarter."""
    x, y = world.city.x_m, world.city.y_m
    x, y = (-x, y) if how == "mirrored" else (-y, x)
    return replace(world, city=replace(world.city, x_m=x, y_m=y))


def a_week_later(world: World) -> World:
    """The same sessions after an empty week, with the stock that the shorter run opened with."""
    days = world.days + 7
    longer = toy_world(world.seed, days)
    operation = replace(world.operation, stock_days=world.operation.stock_days * days / world.days)
    sessions = replace(world.sessions, time=world.sessions.time + 7 * DAY)
    return replace(world, days=days, operation=operation, sessions=sessions, weather=longer.weather,
                   traffic=longer.traffic)  # fmt: skip


def a_week_earlier(ledger: Ledger) -> tuple[Rows, Rows]:
    """Both books from the eighth day on, with all times and days as if it were the first."""
    trace, costs = (book.columns()[book.columns()["time"] >= 7 * DAY].copy() for book in (ledger.trace, ledger.costs))
    for book in (trace, costs):
        book["time"] -= 7 * DAY
    trace["value"][np.isin(trace["kind"], SAYS_WHEN) & (trace["value"] >= 0)] -= 7 * DAY
    trace["subject"][trace["kind"] == Kind.DAY] -= 7
    trace["actor"][trace["kind"] == Kind.FORECAST] -= 7
    return trace, costs


def scaled(spec: Any, factor: float) -> Any:
    """A specification or a policy with every price times a factor; what a dollar is worth to people over it."""
    if not dataclasses.is_dataclass(spec) or isinstance(spec, type):
        return spec
    changes: dict[str, Any] = {}
    for field in dataclasses.fields(spec):
        value = getattr(spec, field.name)
        by = 1 / factor if field.name == "utility_usd" else factor
        if "usd" in field.name:
            changes[field.name] = tuple(one * by for one in value) if isinstance(value, tuple) else value * by
        elif dataclasses.is_dataclass(value):
            changes[field.name] = scaled(value, factor)
    return replace(spec, **changes)


def in_other_money(world: World, policies: Policies, factor: float) -> tuple[World, Policies]:
    """The same world and decisions where a dollar is called ``factor`` dollars."""
    world = replace(
        world,
        fleet=tuple(replace(group, kind=scaled(group.kind, factor)) for group in world.fleet),
        carriers=tuple(scaled(carrier, factor) for carrier in world.carriers),
        operation=scaled(world.operation, factor),
        people=scaled(world.people, factor),
    )
    parts = {f.name: scaled(getattr(policies, f.name), factor) for f in dataclasses.fields(policies)}
    return world, policies.replace(**parts)


def without_order(ledger: Ledger, session: int, parcels: range) -> tuple[Rows, Rows]:
    """Both books without one order and its parcels; forecasts, which remember it, are left out too."""
    trace, costs = ledger.trace.columns(), ledger.costs.columns()
    own = np.isin(trace["subject"], parcels) & np.isin(trace["kind"], OF_A_PARCEL)
    own |= (trace["subject"] == session) & np.isin(trace["kind"], OF_AN_ORDER)
    paid = np.isin(costs["subject"], parcels) | (costs["kind"] == Account.CONTACTS) & (costs["actor"] == session)
    return trace[~own & (trace["kind"] != Kind.FORECAST)], costs[~paid]


def two_towns(world: World) -> World:
    """The world twice, a hundred kilometres apart and without a street between; sessions and parcels in turn."""
    shift = world.city.nodes
    sites, who, shop = world.sites, world.customers, world.sessions
    twice = {f.name: np.concatenate([getattr(who, f.name)] * 2) for f in dataclasses.fields(who)}
    twice["node"] = np.concatenate([who.node, who.node + shift])
    customer = np.repeat(shop.customer, 2)
    customer[1::2] += len(who.node)
    ends = shop.parcel.tolist()
    goods = np.concatenate([np.tile(np.arange(a, b), 2) for a, b in pairwise(ends)])
    parcel = np.concatenate([[0], np.cumsum(np.repeat(np.diff(shop.parcel), 2))]).astype(np.int64)
    return replace(
        world,
        city=_twice(world.city),
        traffic=replace(world.traffic, column=np.tile(world.traffic.column, 2), group=np.tile(world.traffic.group, 2)),
        disruptions=Disruptions.none(2 * len(world.city.head)),
        sites=replace(sites, depots=np.concatenate([sites.depots, sites.depots + shift]),
                      lockers=np.concatenate([sites.lockers, sites.lockers + shift])),
        customers=replace(who, **twice),
        sessions=replace(shop, time=np.repeat(shop.time, 2), customer=customer, parcel=parcel,
                         weather=np.repeat(shop.weather, 2)),
        parcels=replace(world.parcels, **{f.name: getattr(world.parcels, f.name)[goods]
                                          for f in dataclasses.fields(world.parcels)}),
        fleet=tuple(replace(group, count=2 * group.count) for group in world.fleet),
    )  # fmt: skip


def _twice(city: City) -> City:
    """Weather and traffic are those of one town in both, so zones keep their numbers."""
    both: dict[str, Any] = {
        field.name: np.concatenate([getattr(city, field.name)] * 2)
        for field in dataclasses.fields(city)
        if field.name != "name"
    }
    both["x_m"][city.nodes :] += 100_000.0
    both["lon"][city.nodes :] += 1.0
    both["area"][city.nodes :] += city.areas
    both["cell"][city.areas :] += np.uint64(1)
    both["head"][len(city.head) :] += city.nodes
    both["start"] = np.concatenate([city.start, city.start[1:] + city.start[-1]])
    return replace(city, **both)
