"""How often each mode fails at each door, as seen so far, and what that costs."""

from twin.entities import Dispatch, Mode
from twin.ports import View
from twin.units import usd

ATTENDED, UNATTENDED = 0.93, 0.75
"""First-attempt success before there is a record: with a driver .92-.97 (evidence 3, B); without, between .92 of those
who are told (evidence 12, D) and .66 seen with road vehicles in Changshu (PARL data, A)."""
WEIGHT = 20.0
"""Trials that a wider record counts for (evidence 16.5, D)."""


def risks(view: View, dispatch: Dispatch, fail_usd: float) -> list[list[int]]:
    """Micro-dollars of failure to be expected, by vehicle and place; vehicles of a mode share a list.

    The success rate is Beta-Binomial: the mode's record in the area, shrunk to its record everywhere, shrunk to
    what is usual with or without a driver (evidence 16.5).
    """
    areas = sorted({stop.area for stop in dispatch.stops})
    by_mode: dict[Mode, list[int]] = {}
    for mode in sorted({vehicle.mode for vehicle in dispatch.vehicles}):
        failure = _failures(view, mode, areas)
        by_mode[mode] = [0, *(usd(fail_usd * failure[stop.area]) * len(stop.parcels) for stop in dispatch.stops)]
    return [by_mode[vehicle.mode] for vehicle in dispatch.vehicles]


def _failures(view: View, mode: Mode, areas: list[int]) -> dict[int, float]:
    """Area -> probability that an attempt of the mode fails."""
    records = [view.success(area, None, mode) for area in range(view.areas)]
    good, tries = sum(hits for hits, _ in records), sum(tries for _, tries in records)
    parent = (good + WEIGHT * (ATTENDED if mode.has_driver else UNATTENDED)) / (tries + WEIGHT)
    return {area: 1 - (records[area][0] + WEIGHT * parent) / (records[area][1] + WEIGHT) for area in areas}
