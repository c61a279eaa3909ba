"""The world's columns as plain arrays, and its specifications in integers: what hot code reads one at a time.

A numpy scalar costs ten times a Python int, so the twin reads these; nothing here changes during a run.
"""

import math
from array import array

import numpy as np
from numpy.typing import ArrayLike

from twin.draws import Stream
from twin.entities import TimeWindow
from twin.fleetfacts import FleetFacts
from twin.units import DAY, MINUTE, clock, usd
from twin.world import Floats, World

_ORDER_STREAMS = (
    Stream.THINNING, Stream.CHOICE, Stream.ADDRESS, Stream.CONTACT, Stream.RATING, Stream.ACCESS, Stream.PRESENCE,
    Stream.SERVICE_TIME, Stream.PARKING, Stream.WALK,
)  # fmt: skip


def ints(values: ArrayLike) -> "array[int]":
    """A column of 64-bit integers."""
    column = array("q")
    column.frombytes(np.ascontiguousarray(values, dtype="<i8").tobytes())
    return column


class Facts(FleetFacts):
    """Columns and constants of a world.

    Parameters
    ----------
    world : World
    """

    def __init__(self, world: World) -> None:
        operation, city, sites = world.operation, world.city, world.sites
        self.windows = [(clock(early), clock(late)) for early, late in operation.windows]
        super().__init__(world, self.windows)
        self.horizon = world.days * DAY
        # sessions and parcels
        self.session_time = ints(world.sessions.time)
        self.session_customer = ints(world.sessions.customer)
        self.session_weather = ints(world.sessions.weather)
        self.most_sessions = 1e12 * world.sessions.headroom * world.sessions.ceiling
        self.first_parcel = ints(world.sessions.parcel)
        self.order_of = ints(np.repeat(np.arange(len(world.sessions.time)), np.diff(world.sessions.parcel)))
        self.sku = ints(world.parcels.sku)
        self.weight_g = ints(world.parcels.weight_g)
        self.volume_ml = ints(world.parcels.volume_ml)
        # customers
        self.node = ints(world.customers.node)
        self.area = ints(city.area[world.customers.node])
        homes = world.customers.node[world.sessions.customer]
        self.area_of = ints(np.repeat(city.area[homes], np.diff(world.sessions.parcel)))
        self.dwelling = ints(world.customers.dwelling)
        self.segment = ints(world.customers.segment)
        self.presence = array("d", (world.customers.presence + _by_dwelling(world, "presence_dwelling")).tolist())
        self.kerb = array("d", (world.customers.kerb + _by_dwelling(world, "handoff_dwelling")).tolist())
        self.channels = ints(world.customers.channels)
        self.drop_point = bytearray(world.customers.drop_point.astype(np.uint8).tobytes())
        self.top_propensity = round(world.sessions.headroom * 1e6)
        opens, closes = world.people.office_hours
        self.office_hours = clock(opens), clock(closes)
        # places
        self.zone = ints(city.zone)
        self.district = ints(city.district)
        self.area_of_node = ints(city.area)
        self.x_m = array("d", city.x_m.tolist())
        self.y_m = array("d", city.y_m.tolist())
        self.depots = [int(node) for node in sites.depots]
        self.lockers = [int(node) for node in sites.lockers]
        self.nearest_depot = _nearest(world)
        # the operation
        self.skus = operation.skus
        self.waves = [clock(wave) for wave in operation.waves]
        self.pick_from, self.pick_to = (clock(text) for text in operation.pick_hours)
        self.inbound = clock(operation.inbound)
        self.pick_cost = usd(operation.pick_usd)
        self.goods_margin = usd(operation.parcel_value_usd * operation.goods_margin)
        self.transfer_cost = usd(operation.transfer_usd)
        self.late_ms = round(operation.late_min * MINUTE)
        self.message_cost = [usd(price) for price in operation.message_usd]
        self.contact_cost = [usd(price) for price in operation.contact_usd]
        self.walks = [[walk * by for by in world.people.walk_dwelling] for walk in world.people.walk_s]
        days = range(world.days + operation.promise_days)
        self.slots = [TimeWindow(day * DAY + early, day * DAY + late) for day in days for early, late in self.windows]
        self.slot_index = {(slot.early, slot.late): index for index, slot in enumerate(self.slots)}
        self.cut_offs = [_cut_off(self.waves, slot) for slot in self.slots]

    @property
    def hot_streams(self) -> list[tuple[Stream, int]]:
        """Streams that nearly every order or parcel draws from once, and how many of them there are."""
        return [(stream, len(self.session_time)) for stream in _ORDER_STREAMS] + [
            (stream, len(self.sku)) for stream in (Stream.PICK_TIME, Stream.PHANTOM)
        ]

    def walk_s(self, order: int) -> float:
        """Median seconds on foot from the vehicle to the door of an order and back."""
        customer = self.session_customer[order]
        return self.walks[self.district[self.area[customer]]][self.dwelling[customer]]

    def fits_streets(self, depot: int, parcel: int) -> bool:
        """Whether some street vehicle of a depot can carry a parcel."""
        weight, volume = self.weight_g[parcel], self.volume_ml[parcel]
        return any(weight <= load[0] and volume <= load[1] for load in self.street_loads[depot])

    def metres(self, a: int, b: int) -> float:
        """Straight line between two nodes."""
        dx, dy = self.x_m[a] - self.x_m[b], self.y_m[a] - self.y_m[b]
        return math.sqrt(dx * dx + dy * dy)


def _by_dwelling(world: World, key: str) -> Floats:
    """By customer: what the people's specification says of the dwelling."""
    values: Floats = np.array(getattr(world.people, key), dtype=np.float64)[world.customers.dwelling]
    return values


def _nearest(world: World) -> list[int]:
    """By area: the depot with the shortest straight line to the middle of its nodes."""
    city, depots = world.city, world.sites.depots
    count = np.maximum(np.bincount(city.area, minlength=city.areas), 1)
    x = np.bincount(city.area, weights=city.x_m, minlength=city.areas) / count
    y = np.bincount(city.area, weights=city.y_m, minlength=city.areas) / count
    square = (x[:, None] - city.x_m[depots]) ** 2 + (y[:, None] - city.y_m[depots]) ** 2
    return [int(depot) for depot in np.argmin(square, axis=1)]


def _cut_off(waves: list[int], slot: TimeWindow) -> int:
    """The wave that serves a window: the last that begins before it opens, else the first of its day."""
    day, early = slot.early // DAY * DAY, slot.early % DAY
    before = [wave for wave in waves if wave <= early]
    return day + (before[-1] if before else waves[0])
