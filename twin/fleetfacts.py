"""What the fleet is and can do, in integers: kinds, crews, drivers, who stands where, hours and sorties by window."""

import math
from array import array
from dataclasses import dataclass
from itertools import pairwise

from twin.draws import Stream
from twin.entities import Mode
from twin.specs import FleetGroup, VehicleKind
from twin.units import HOUR, MINUTE, NEVER, SECOND, clock, usd
from twin.world import World


@dataclass(frozen=True, slots=True, eq=False)
class KindFacts:
    """A :class:`~twin.specs.VehicleKind` in integers."""

    spec: VehicleKind
    mode: Mode
    has_driver: bool
    is_sortie: bool
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
            has_driver=kind.mode.has_driver,
            is_sortie=kind.mode.is_sortie,
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


class FleetFacts:
    """The fleet of a world; lists by fleet group, by vehicle, or by depot.

    Parameters
    ----------
    world : World
    windows : list of (int, int)
        What may be promised, from midnight.
    """

    def __init__(self, world: World, windows: list[tuple[int, int]]) -> None:
        self.kinds = [KindFacts.of(group.kind, world.operation.energy_usd_kwh) for group in world.fleet]
        self.crews = [_crew(group) for group in world.fleet]
        self.seats = [_seats(group, crew) for group, crew in zip(world.fleet, self.crews, strict=True)]
        self.knack, self.pace = _drivers(world)
        self.street_loads, self.sorties_at = _stations(world, self.kinds)
        self.has_fleet = any(self.street_loads) or any(self.sorties_at)
        self.street_hours = _street_hours(world, windows)
        self.sortie_room = _sortie_room(world, self.crews, windows)


def _drivers(world: World) -> tuple["array[float]", "array[float]"]:
    """By vehicle: its driver's effect on the logit of success, and factor on times, with mean 1; both for good."""
    people, draws = world.people, world.draws
    pace_sigma = math.sqrt(math.log1p(people.driver_pace_cv**2))
    knack, pace = array("d"), array("d")
    for group in world.fleet:
        for unit in range(len(knack), len(knack) + group.count):
            driven = group.kind.mode.has_driver
            luck = draws.normal(Stream.DRIVER_PACE, unit) if driven and pace_sigma else 0.0
            pace.append(math.exp(pace_sigma * luck - pace_sigma**2 / 2) if driven else 1.0)
            knack.append(people.driver_sigma * draws.normal(Stream.DRIVER_KNACK, unit) if driven else 0.0)
    return knack, pace


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
