"""How often each mode fails at each door, as seen so far, and what that costs."""

from twin.entities import Dispatch, Mode, Vehicle
from twin.ports import View
from twin.units import usd

ATTENDED, UNATTENDED = 0.93, 0.75
"""First-attempt success before there is a record: with a driver .92-.97 (evidence 3, B); without, between .92 of those
who are told (evidence 12, D) and .66 seen with road vehicles in Changshu (PARL data, A)."""
WEIGHT = 20.0
"""Trials that a wider record counts for (evidence 16.5, D)."""
SAVED_S, HALF_VISITS = 15.0, 20.0
"""Seconds that a stop is shorter for a driver who knows the area, a sixth of searching and walking, and the visits
after which half of it is saved (Zhong, Hall & Dessouky 2007, M; sizes D)."""


def risks(view: View, dispatch: Dispatch, fail_usd: float) -> list[list[int]]:
    """Micro-dollars of failure, and of not knowing the area, to be expected by vehicle and place.

    The success rate is Beta-Binomial: the mode's record in the area, shrunk to its record everywhere, shrunk to
    what is usual with or without a driver (evidence 16.5); a driver's own record moves it, shrunk to that of all.
    Vehicles without a driver share a list by mode.
    """
    areas = sorted({stop.area for stop in dispatch.stops})
    modes = sorted({vehicle.mode for vehicle in dispatch.vehicles})
    usual, failure = {}, {}
    for mode in modes:
        usual[mode], failure[mode] = _failures(view, mode, areas)
    by_mode: dict[Mode, list[int]] = {}
    rows = []
    for vehicle in dispatch.vehicles:
        mode = vehicle.mode
        if mode.has_driver:
            factor = _of_driver(view, vehicle, usual[mode])
            rows.append(
                _row(view, dispatch, vehicle, {a: min(f * factor, 1.0) for a, f in failure[mode].items()}, fail_usd)
            )
            continue
        if mode not in by_mode:
            by_mode[mode] = [0, *(usd(fail_usd * failure[mode][s.area]) * len(s.parcels) for s in dispatch.stops)]
        rows.append(by_mode[mode])
    return rows


def _of_driver(view: View, vehicle: Vehicle, usual: float) -> float:
    """How much more often than usual a driver fails."""
    hits, tries = view.driver_record(vehicle.id)
    return (tries - hits + WEIGHT * usual) / (tries + WEIGHT) / usual


def _row(view: View, dispatch: Dispatch, vehicle: Vehicle, failure: dict[int, float], fail_usd: float) -> list[int]:
    """Micro-dollars by place for one driver: failures, and the price of areas that are not known yet."""
    unknown = {
        area: round(vehicle.unit_duration_cost * SAVED_S * HALF_VISITS / (view.visits(vehicle.id, area) + HALF_VISITS))
        for area in failure
    }
    each = {area: usd(fail_usd * share) for area, share in failure.items()}
    return [0, *(each[stop.area] * len(stop.parcels) + unknown[stop.area] for stop in dispatch.stops)]


def _failures(view: View, mode: Mode, areas: list[int]) -> tuple[float, dict[int, float]]:
    """The probability that an attempt of the mode fails, everywhere and by area."""
    records = [view.success(area, None, mode) for area in range(view.areas)]
    good, tries = sum(hits for hits, _ in records), sum(tries for _, tries in records)
    parent = (good + WEIGHT * (ATTENDED if mode.has_driver else UNATTENDED)) / (tries + WEIGHT)
    return 1 - parent, {area: 1 - (records[area][0] + WEIGHT * parent) / (records[area][1] + WEIGHT) for area in areas}
