"""From shares of failures to what a run's people are like, so that its doors fail as often as the records' did."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from scenarios.calibration.habit import grid
from twin.customers import shifted
from twin.doors import at_door
from twin.entities import Dwelling
from twin.specs import People, VehicleKind
from twin.world import Floats

VEHICLE: float = VehicleKind.__dataclass_fields__["handoff"].default
"""The part of a hand-off that is the vehicle's, and stays."""
_HOMES = tuple(dwelling for dwelling in Dwelling if dwelling != Dwelling.OFFICE)
_MOST = 0.999


def kerb_values(success: Sequence[float], spread: float, hours: Sequence[Sequence[int]]) -> dict[str, Any]:
    """Keys for hand-offs: the share who come out by hour, such that in the mean over customers it is that of the slot.

    Parameters
    ----------
    success : sequence of float
        By slot, of hand-offs by vehicles without a driver; NaN where there were none.
    spread : float
        Of the customers' effect on the logit.
    hours : sequence of sequences of int
        The hours of the day of each slot; hours outside all slots keep their default.
    """
    comes = list(People().handoff_hour)
    for share, mine in zip(success, hours, strict=True):
        if not math.isnan(share):
            for hour in mine:
                comes[hour] = _middle(min(share / VEHICLE, _MOST), spread)
    return {"handoff_hour": comes, "handoff_dwelling": [0.0] * 5, "handoff_sigma": spread}


def door_values(failure: float, spread: float, hours: Sequence[int]) -> dict[str, Any]:
    """Keys for doors: every cause of failure scaled by one factor, and the customers' effect on being at home.

    Records say that nobody took the parcel, seldom why, and not in which dwelling; so homes of all four kinds count
    alike, and what is known of the causes of the default stays in proportion.

    Parameters
    ----------
    failure : float
        Share of attempts by drivers that failed.
    spread : float
        Of the customers' effect on the logit of failure.
    hours : sequence of int
        When attempts were made.
    """
    people = People()
    home = float(np.mean([people.presence_weekday[hour] for hour in hours]))
    sigma = spread / home  # d log(1 - p) / d logit(p) = -p
    factor = failure / _failure(people, sigma, hours)
    safe = [max(1.0 - (1.0 - share) * factor, 0.0) for share in people.safe_place]
    return {
        "presence_sigma": sigma,
        "safe_place": safe,
        "no_access": [min(share * factor, 1.0) for share in people.no_access],
        "bad_address": min(people.bad_address * factor, 1.0),
    }


def mean_failure(people: People, hours: Sequence[int]) -> float:
    """Share of attempts by drivers that fail at homes, over hours, dwellings and customers."""
    return _failure(people, people.presence_sigma, hours)


def _failure(people: People, sigma: float, hours: Sequence[int]) -> float:
    points, weights = grid()
    found = [
        weight * (1.0 - (1.0 - people.no_access[dwelling]) * at_door(people, dwelling, home))
        for dwelling in _HOMES
        for hour in hours
        for point, weight in zip(points, weights, strict=True)
        for home in [shifted(people.presence_weekday[hour], people.presence_dwelling[dwelling] + sigma * point)]
    ]
    return float(np.sum(found)) / (len(_HOMES) * len(hours))


def _middle(mean: float, spread: float) -> float:
    """The probability of the middle customer, when the mean over all is known: by bisection on the logit."""
    points, weights = grid()
    low, high = -30.0, 30.0
    for _ in range(60):
        middle = (low + high) / 2
        above = float(weights @ _logistic(middle + spread * points)) > mean
        low, high = (low, middle) if above else (middle, high)
    return float(_logistic(np.array([low]))[0])


def _logistic(logit: Floats) -> Floats:
    share: Floats = 1 / (1 + np.exp(-logit))
    return share
