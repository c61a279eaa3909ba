"""What a tour is expected to cost when neither its times nor who is at home are certain.

Times of legs and doors vary, so a stop that is planned to be in time may be late: by the normal approximation the
expected lateness of an arrival with mean m and deviation s against a due time d is s phi(z) + (m - d) Phi(z) with
z = (m - d) / s. Variances add up along a tour; a wait for a window takes them up. Failures follow the hour of arrival.
"""

import math
from dataclasses import dataclass

from policies.routing.problem import Problem
from policies.routing.timing import fits
from twin.entities import FAR, Mode
from twin.ports import View
from twin.units import DAY, HOUR, NEVER

_WEIGHT = 30.0
"""Legs, or attempts, that the prior of an hour counts for (D)."""
_LEG_CV, _DOOR_CV = 0.25, 0.5
"""Spread of a leg's time before there is a record (a city's streets by the hour: .2 to .35), and of a stop's (D)."""


@dataclass(frozen=True, eq=False)
class Expected:
    """The price of a tour in the mean: a cost for :func:`~policies.routing.improve.improve`.

    Attributes
    ----------
    slower, spread : tuple of 24 float
        By hour: actual over believed time of a leg, its mean and standard deviation, as seen so far.
    failing : dict of Mode to tuple of 24 float
        By hour: how often attempts fail, over how often they do at any time.
    """

    slower: tuple[float, ...]
    spread: tuple[float, ...]
    failing: dict[Mode, tuple[float, ...]]

    @classmethod
    def of(cls, view: View, modes: set[Mode]) -> "Expected":
        """What operations have seen so far, each hour shrunk to what is usual."""
        legs = [view.leg_record(hour) for hour in range(24)]
        slower = [(n * mean + _WEIGHT) / (n + _WEIGHT) for n, mean, _ in legs]
        spread = [math.sqrt((n * variance + _WEIGHT * _LEG_CV**2) / (n + _WEIGHT)) for n, _, variance in legs]
        return cls(tuple(slower), tuple(spread), {mode: _failing(view, mode) for mode in sorted(modes)})

    def __call__(self, problem: Problem, vehicle: int, places: list[int]) -> int:
        """Micro-dollars, or ``NEVER`` if the vehicle cannot do it in the mean."""
        if not places:
            return 0
        if not fits(problem, vehicle, places):
            return NEVER
        it, risk = problem.vehicles[vehicle], problem.risk[vehicle]
        way, metre, failing = problem.ways[it.profile], problem.lengths[it.profile], self.failing[it.mode]
        here, time, variance, late, failures, metres = (
            problem.start[vehicle],
            float(problem.leave[vehicle]),
            0.0,
            0.0,
            0.0,
            0,
        )
        rest_at = float(it.rest_at if it.rest else FAR)
        for place in places:
            early, due, service, rate = problem.doors[place]
            leg, hour = way[here][place], int(time % DAY) // HOUR
            metres += metre[here][place]
            time += leg * self.slower[hour]
            variance += (leg * self.spread[hour]) ** 2
            if time < early:
                variance *= _left(early - time, variance)
                time = float(early)
            late += rate * _positive(time - due, math.sqrt(variance))
            failures += risk[place] * failing[int(time % DAY) // HOUR]
            time += service
            variance += (service * _DOOR_CV) ** 2
            if time >= rest_at:
                time, rest_at = time + it.rest, float(FAR)
            here = place
        time += way[here][0] * self.slower[int(time % DAY) // HOUR]
        metres += metre[here][0]
        if time > it.tw_late or metres > it.range_m or time >= FAR or metres >= FAR:
            return NEVER
        busy = max(0.0, time - problem.paid[vehicle])
        return round(
            it.fixed_cost + it.unit_distance_cost * metres + failures + (it.unit_duration_cost * busy + late) / 1000
        )


def _failing(view: View, mode: Mode) -> tuple[float, ...]:
    """By hour: failures over those of the whole day, shrunk to one."""
    records = [
        [sum(part) for part in zip(*(view.success(area, hour, mode) for area in range(view.areas)), strict=True)]
        for hour in range(24)
    ]
    good, tries = (sum(record[i] for record in records) for i in range(2))
    usual = (tries - good + 1.0) / (tries + 10.0)
    return tuple((n - hits + _WEIGHT * usual) / (n + _WEIGHT) / usual for hits, n in records)


def _positive(mean: float, deviation: float) -> float:
    """The mean of what is positive of a normal variable."""
    if deviation < 1.0:
        return max(mean, 0.0)
    z = mean / deviation
    density = math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
    return deviation * density + mean * 0.5 * (1.0 + math.erf(z / math.sqrt(2.0)))


def _left(ahead: float, variance: float) -> float:
    """Share of the variance that is left after a wait: none when the wait is two deviations long."""
    deviation = math.sqrt(variance)
    return max(0.0, 1.0 - ahead / (2.0 * deviation)) if deviation > 0.0 else 0.0
