"""Orders of the past in a city: who they were from, at which node, on which day of the run."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from scenarios.customers import draw_customers
from scenarios.demand import Demand, draw_goods, popularity
from scenarios.demandfile import Orders
from scenarios.demandspec import DemandSpec
from scenarios.demandweather import USUAL
from twin.draws import Draws, Stream
from twin.errors import InputError
from twin.specs import People
from twin.units import DAY, SECOND
from twin.world import City, Customers, Floats, Ints, Parcels, Sessions

FAR_M = 1_000.0
"""Farther than this from any street an address is not in this city."""
_EARTH_M = 6_371_000.0
_EPOCH = date(1970, 1, 1).toordinal()
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, eq=False)
class Placed:
    """The orders of a file in a city.

    Attributes
    ----------
    orders : Orders
    customers : Customers
        Everybody in the file, in the order of first appearance.
    who : (parcels,) int64
        Whose each parcel is; -1 where it lies outside the city.
    """

    orders: Orders
    customers: Customers
    who: Ints


def place_orders(orders: Orders, path: str, city: City, people: People, seed: int) -> Placed:
    """Give each customer of a file the node nearest to the address; in an H3 cell any node of it, by luck.

    A customer is a name and a place; without names everybody at one address is one customer, and in a cell each order
    is another's.

    Raises
    ------
    InputError
        If most of the orders lie elsewhere.
    """
    far = nearest(city, orders.lon, orders.lat)[1] > FAR_M
    if far.mean() > 0.5:
        raise InputError(
            f"demand.orders(={path}): {int(far.sum()):,} of {len(far):,} parcels lie more than {FAR_M / 1000:g} km "
            f"from any street of {city.name}; set city.path to the city of these orders"
        )
    alone = orders.order if orders.cell is not None else np.zeros(len(far), dtype=np.int64)
    name = np.where(orders.customer >= 0, orders.customer, -1 - alone)
    first, number = _by_appearance(np.stack([name, orders.place])[:, ~far])
    who = np.full(len(far), -1, dtype=np.int64)
    who[~far] = number
    homes = _homes(city, orders, np.flatnonzero(~far)[first], seed)
    return Placed(orders, draw_customers(city, 1.0, people, seed, homes), who)


def _by_appearance(keys: Ints) -> tuple[Ints, Ints]:
    """Where each of the different columns comes first, in that order, and which of them each column is."""
    _, first, code = np.unique(keys, axis=-1, return_index=True, return_inverse=True)
    turn = np.argsort(first, kind="stable")
    number = np.empty(len(first), dtype=np.int64)
    number[turn] = np.arange(len(first))
    return first[turn], number[code.reshape(-1)]


def nearest(city: City, lon: Floats, lat: Floats) -> tuple[Ints, Floats]:
    """The nearest node to each place, and how far it is in metres."""
    from scipy.spatial import cKDTree

    def ball(lon: Floats, lat: Floats) -> Floats:
        east, north = np.radians(lon), np.radians(lat)
        return np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=1)

    chord, node = cKDTree(ball(city.lon, city.lat)).query(ball(lon, lat))
    return node.astype(np.int64), chord * _EARTH_M


def _homes(city: City, orders: Orders, row: Ints, seed: int) -> Ints:
    """The node of each customer, whose first parcel is in this row."""
    node, _ = nearest(city, orders.lon[row], orders.lat[row])
    if orders.cell is None:
        return node
    members = _members(city, orders.cell)
    luck = Draws(seed).uniforms(Stream.ORDER_FILE, np.arange(len(row)))
    for at, cell in enumerate(orders.cell[orders.place[row]].tolist()):
        if cell in members:
            node[at] = members[cell][int(luck[at] * len(members[cell]))]
    return node


def _members(city: City, cells: NDArray[np.uint64]) -> dict[int, Ints]:
    """The nodes of the city in each H3 cell of the resolutions that these cells have."""
    from h3.api import basic_int as h3

    members: dict[int, Ints] = {}
    for level in sorted({h3.get_resolution(int(cell)) for cell in cells}):
        places = zip(city.lat.tolist(), city.lon.tolist(), strict=True)
        inside = np.array([h3.latlng_to_cell(*place, level) for place in places], dtype=np.uint64)
        turn = np.argsort(inside, kind="stable")
        names, start = np.unique(inside[turn], return_index=True)
        members |= dict(zip(names.tolist(), np.split(turn, start[1:]), strict=True))
    return members


def play_orders(placed: Placed, spec: DemandSpec, days: int, first_weekday: int, skus: int, draws: Draws) -> Demand:
    """The orders of the run's days, and a note on those that had to be left out.

    What a file does not say of a parcel (product, weight, volume) is drawn, as it is without a file.

    Raises
    ------
    InputError
        If no order falls into the run, the weekdays differ, or there are more products than the operation has.
    """
    orders = placed.orders
    begin = date.fromisoformat(spec.first_date).toordinal() - _EPOCH if spec.first_date else int(orders.day[0])
    here, inside = placed.who >= 0, (orders.day >= begin) & (orders.day < begin + days)
    row = np.flatnonzero(here & inside)
    if not len(row):
        span = " to ".join(str(date.fromordinal(int(day) + _EPOCH)) for day in orders.day[[0, -1]])
        raise InputError(
            f"demand.orders(={spec.orders}): no order is in the run, dates are {span}; set demand.first_date"
        )
    _check(orders, spec, begin, first_weekday, skus)
    first, order = _by_appearance(orders.order[row])
    parcel = row[np.argsort(order, kind="stable")]
    sessions = Sessions(
        time=orders.time[row][first].astype(np.int64) * SECOND - begin * DAY,
        customer=placed.who[row][first],
        parcel=np.concatenate([[0], np.cumsum(np.bincount(order))]).astype(np.int64),
        headroom=1.0,
        weather=np.full(len(first), USUAL, dtype=np.int64),
        certain=True,
    )
    sold = np.bincount(orders.sku[orders.sku >= 0], minlength=skus).astype(np.float64)
    shares = sold / sold.sum() if sold.any() else popularity(skus, spec.sku_power)
    goods = _goods(orders, parcel, spec, skus, draws)
    return Demand(placed.customers, sessions, goods, shares, _notes(orders, here, inside))


def _check(orders: Orders, spec: DemandSpec, begin: int, first_weekday: int, skus: int) -> None:
    weekday = (begin + 3) % 7  # 1970 began on a Thursday
    if weekday != first_weekday:
        first = date.fromordinal(begin + _EPOCH)
        raise InputError(
            f"demand.orders(={spec.orders}): the run begins on {first}, a {_WEEKDAYS[weekday]}, but first_weekday is "
            f"{first_weekday}, a {_WEEKDAYS[first_weekday]}; set first_weekday={weekday} or another demand.first_date"
        )
    products = int(orders.sku.max(initial=-1)) + 1
    if products > skus:
        raise InputError(
            f"demand.orders(={spec.orders}): has {products:,} products where operation.skus is {skus}; "
            f"set operation.skus={products}"
        )


def _goods(orders: Orders, row: Ints, spec: DemandSpec, skus: int, draws: Draws) -> Parcels:
    """What the file says of each parcel; where it says nothing, the luck of its row in the file."""
    drawn = draw_goods(draws.generator(Stream.ORDER_FILE, 0), len(orders.time), spec, skus)
    sku, weight, volume = (column[row] for column in drawn)
    grams, millilitres = orders.weight_kg[row] * 1_000.0, orders.volume_l[row] * 1_000.0
    volume = np.where(np.isnan(grams), volume, grams * volume / weight)  # as many litres a kilogram as were drawn
    sold = np.where(orders.sku[row] >= 0, orders.sku[row], sku)
    return Parcels(sold, _whole(grams, weight), _whole(millilitres, volume))


def _whole(said: Floats, drawn: Ints | Floats) -> Ints:
    """The value said, or drawn where none was, as a whole number from 1 on."""
    whole: Ints = np.maximum(np.rint(np.where(np.isnan(said), drawn, said)), 1.0).astype(np.int64)
    return whole


def _notes(orders: Orders, here: NDArray[np.bool_], inside: NDArray[np.bool_]) -> tuple[str, ...]:
    """Why rows of the file are not in the run, and how many."""
    left = {
        **orders.dropped,
        f"more than {FAR_M / 1000:g} km from any street": int((~here).sum()),
        "before or after the days of the run": int((here & ~inside).sum()),
    }
    return tuple(f"Orders left out: {count:,} of {orders.rows:,}, {why}." for why, count in left.items() if count)
