"""The world's columns as plain arrays, and its specifications in integers: what hot code reads one at a time.

A numpy scalar costs ten times a Python int, so the twin reads these; nothing here changes during a run.
"""

import math
from array import array
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from twin.draws import Stream
from twin.entities import Mode, TimeWindow
from twin.specs import FleetGroup, VehicleKind
from twin.units import DAY, HOUR, MINUTE, NEVER, SECOND, clock, usd
from twin.world import World

_ORDER_STREAMS = (
    Stream.THINNING, Stream.CHOICE, Stream.ADDRESS, Stream.CONTACT, Stream.RATING, Stream.ACCESS, Stream.PRESENCE,
    Stream.SAFE_PLACE, Stream.SERVICE_TIME, Stream.PARKING,
)  # fmt: skip


def ints(values: ArrayLike) -> "array[int]":
    """A column of 64-bit integers."""
    column = array("q")
    column.frombytes(np.ascontiguousarray(values, dtype="<i8").tobytes())
    return column


@dataclass(frozen=True, slots=True, eq=False)
class KindFacts:
    """A :class:`~twin.specs.VehicleKind` in integers."""

    spec: VehicleKind
    mode: Mode
    capacity: tuple[int, int, int]
    battery_wh: int
    reserve_wh: int
    shift: tuple[int, int]
    """Start and latest end, from midnight."""
    max_duty: int
    rest_after: int
    rest: int
    handling: int
    hour_cost: int
    """Micro-dollars for one paid hour of a driver."""
    day_cost: int
    """Fixed cost and depreciation of one day."""
    loss_cost: int
    """What a sortie puts by for the aircraft that will be lost one day."""
    metre_cost: int
    """Micro-dollars a metre, energy included."""
    top_mps: float

    @classmethod
    def of(cls, kind: VehicleKind, energy_usd_kwh: float) -> "KindFacts":
        """The facts of a kind, at a price of energy."""
        battery = round(kind.battery_kwh * 1000)
        start = clock(kind.shift_start)
        return cls(
            spec=kind,
            mode=kind.mode,
            capacity=(round(kind.capacity_kg * 1000), round(kind.capacity_l * 1000), kind.capacity_parcels),
            battery_wh=battery,
            reserve_wh=round(battery * kind.reserve),
            shift=(start, start + round(kind.max_duty_h * HOUR)),
            max_duty=round(kind.max_duty_h * HOUR),
            rest_after=round(kind.break_after_h * HOUR) if kind.mode.has_driver else NEVER,
            rest=round(kind.break_min * MINUTE),
            handling=round(kind.handling_s * SECOND),
            hour_cost=usd(kind.wage_usd_h * kind.burden),
            day_cost=usd(kind.fixed_usd_day + kind.capex_usd / kind.life_days),
            loss_cost=usd(kind.loss * kind.capex_usd),
            metre_cost=round((kind.running_usd_km + kind.kwh_km * energy_usd_kwh) * 1000),
            top_mps=max(kind.speed_kmh) / 3.6,
        )


class Facts:
    """Columns and constants of a world.

    Parameters
    ----------
    world : World
    """

    def __init__(self, world: World) -> None:
        operation, city, sites = world.operation, world.city, world.sites
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
        self.dwelling = ints(world.customers.dwelling)
        self.segment = ints(world.customers.segment)
        self.presence = array("d", world.customers.presence.tolist())
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
        self.windows = [(clock(early), clock(late)) for early, late in operation.windows]
        self.pick_from, self.pick_to = (clock(text) for text in operation.pick_hours)
        self.inbound = clock(operation.inbound)
        self.pick_cost = usd(operation.pick_usd)
        self.goods_margin = usd(operation.parcel_value_usd * operation.goods_margin)
        self.transfer_cost = usd(operation.transfer_usd)
        self.message_cost = [usd(price) for price in operation.message_usd]
        self.contact_cost = [usd(price) for price in operation.contact_usd]
        self.kinds = [KindFacts.of(group.kind, operation.energy_usd_kwh) for group in world.fleet]
        self.crews = [_crew(group) for group in world.fleet]
        self.seats = [_seats(group, crew) for group, crew in zip(world.fleet, self.crews, strict=True)]
        self.street_loads, self.sorties_at = _stations(world, self.kinds)
        self.street_hours = _street_hours(world, self.windows)
        self.sortie_room = _sortie_room(world, self.crews, self.windows)
        self.has_fleet = any(self.street_loads) or any(self.sorties_at)
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

    def area_of(self, parcel: int) -> int:
        """The area of the address of a parcel."""
        return self.area[self.session_customer[self.order_of[parcel]]]

    def fits_streets(self, depot: int, parcel: int) -> bool:
        """Whether some street vehicle of a depot can carry a parcel."""
        weight, volume = self.weight_g[parcel], self.volume_ml[parcel]
        return any(weight <= load[0] and volume <= load[1] for load in self.street_loads[depot])

    def metres(self, a: int, b: int) -> float:
        """Straight line between two nodes."""
        dx, dy = self.x_m[a] - self.x_m[b], self.y_m[a] - self.y_m[b]
        return math.sqrt(dx * dx + dy * dy)


def _crew(group: FleetGroup) -> int:
    """Remote operators on duty for a fleet group."""
    ratio = group.kind.vehicles_per_operator
    if not ratio:
        return 0
    return group.operators if group.operators is not None else -(-group.count // ratio)


def _seats(group: FleetGroup, crew: int) -> int:
    """How many of a group may be out at once: what its operators can supervise, or all."""
    return crew * group.kind.vehicles_per_operator if group.kind.vehicles_per_operator else group.count


def _stations(
    world: World, kinds: list[KindFacts]
) -> tuple[list[list[tuple[int, int, int]]], list[dict[Mode, list[int]]]]:
    """By depot: what each kind of street vehicle there can carry, and the fleet groups of each sortie mode."""
    depots = len(world.sites.depots)
    streets: list[list[tuple[int, int, int]]] = [[] for _ in range(depots)]
    sorties: list[dict[Mode, list[int]]] = [{} for _ in range(depots)]
    for number, group in enumerate(world.fleet):
        if not _seats(group, _crew(group)):
            continue  # nobody to supervise them
        for home in range(min(group.count, depots)):
            if group.kind.mode.is_sortie:
                sorties[home].setdefault(group.kind.mode, []).append(number)
            else:
                streets[home].append(kinds[number].capacity)
    return streets, sorties


def _street_hours(world: World, windows: list[tuple[int, int]]) -> list[list[float]]:
    """By depot and window: hours of the shifts of its street vehicles; windows that overlap share an hour."""
    depots = len(world.sites.depots)
    hours = [[0.0] * len(windows) for _ in range(depots)]
    for group in world.fleet:
        if not group.kind.mode.is_sortie:
            mine = _window_hours(_shift(group.kind), windows)
            for number in range(min(group.count, _seats(group, _crew(group)))):
                home = number % depots
                hours[home] = [so_far + more for so_far, more in zip(hours[home], mine, strict=True)]
    return hours


def _shift(kind: VehicleKind) -> tuple[int, int]:
    start = clock(kind.shift_start)
    return start, start + round(kind.shift_h * HOUR)


def _window_hours(shift: tuple[int, int], windows: list[tuple[int, int]]) -> list[float]:
    """Hours of a shift that fall to each window."""
    edges = sorted({time for window in windows for time in window})
    hours = [0.0] * len(windows)
    for begins, ends in pairwise(edges):
        open_ = [number for number, (early, late) in enumerate(windows) if early <= begins and ends <= late]
        for number in open_:
            hours[number] += max(min(ends, shift[1]) - max(begins, shift[0]), 0) / HOUR / len(open_)
    return hours


def _sortie_room(world: World, crews: list[int], windows: list[tuple[int, int]]) -> list[float]:
    """By window: sorties that all hubs together could fly, each over half the reach of its kind."""
    room = [0.0] * len(windows)
    for group, crew in zip(world.fleet, crews, strict=True):
        kind = group.kind
        if kind.mode.is_sortie:
            way_h = (kind.radius_km or 3.0) / 2 * kind.detour / max(kind.speed_kmh)
            an_hour = min(group.count, _seats(group, crew)) / (2 * way_h + (kind.drop_s + kind.cycle_s) / 3600)
            hours = _window_hours(_shift(kind), windows)
            room = [so_far + an_hour * more for so_far, more in zip(room, hours, strict=True)]
    return room


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
