"""Time and energy of a sortie: a drone's flight or a sidewalk robot's way."""

import math
from typing import NamedTuple

from twin.specs import VehicleKind
from twin.weather import Air

_CLIMB_S = 33.0
"""100 m at 3 m/s, up or down (Rodrigues et al. 2022)."""
_SLOWEST = 0.3
"""A drone that would make less than this share of its airspeed stays down (evidence 10.3 h, D)."""


class Way(NamedTuple):
    """A sortie as planned: metres and ms out (0: too windy to go), and the energy there and back."""

    metres: int
    out: int
    energy_wh: int


def ground_speed(kind: VehicleKind, drone: bool, wind_mps: float) -> float:
    """Metres a second over the ground, the mean of both ways in a cross wind; 0 when it should not go."""
    speed = kind.speed_kmh[0] / 3.6
    if not drone:
        return speed
    share = max(1.0 - (wind_mps / speed) ** 2, 0.0) ** 0.5
    return speed * share if share >= _SLOWEST else 0.0


def energy_wh(kind: VehicleKind, drone: bool, metres: float, speed_mps: float, payload_kg: float, now: Air) -> int:
    """Watt-hours out with the parcel and back without.

    A robot, or a drone with ``kwh_km`` (fixed wing), uses that a kilometre; a drone also climbs and lands twice, and
    without ``kwh_km`` cruises as a multirotor: P = b1 m^1.5 / sqrt(density) + b0 with (80.4, 13.8) W climbing,
    (68.9, 16.8) cruising, (71.5, -24.3) landing (Rodrigues et al. 2022, DJI M100; coefficients M). Rain adds 5 % to
    a flight (D), cold .5 % a degree below 20 to both (D).
    """
    km = metres / 1000.0
    cold = 1.0 + 0.005 * max(0.0, 20.0 - now.temperature_c)
    if not drone:
        return math.ceil(2 * km * kind.kwh_km * 1000 * cold)
    density = 1.225 * 288.0 / (273.15 + now.temperature_c)
    total = 0.0
    for mass in (kind.mass_kg + payload_kg, kind.mass_kg):
        lift = mass**1.5 / math.sqrt(density)
        total += (80.4 * lift + 13.8 + 71.5 * lift - 24.3) * _CLIMB_S / 3600.0
        total += km * kind.kwh_km * 1000 if kind.kwh_km else (68.9 * lift + 16.8) * metres / speed_mps / 3600.0
    return math.ceil(total * cold * (1.05 if now.rain_mmh > 0 else 1.0))
