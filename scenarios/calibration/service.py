"""Service: seconds at the door, searching and walking, by dwelling, district and driver."""

import math
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.calibration.fit import Curve, Figure, Fit, Score
from scenarios.calibration.lognormal import Lognormal
from scenarios.calibration.servicemodel import LONGEST, SHORTEST, Mask, Service, Ways, fit_service, fit_ways, loss, seen
from scenarios.calibration.stoprecords import DISTRICTS, DWELLINGS, Stops, read_stops
from twin.errors import InputError
from twin.specs import People
from twin.world import Floats

FEWEST = 50
_CURVE = 25


def fit(path: Path, *, test_share: float = 0.2) -> Fit:
    """Fit the parts of a stop to records of stops.

    Columns: seconds (at the door), and where there are dwelling (porch, house, apartment, locked, office), district
    (core, urban, suburb), parcels, search_s (for a place), walk_s (to the door and back), driver, mode (as in bike),
    failed (0 or 1), time.

    Times are lognormal. Less than 5 s at a door and more than half an hour are left out, and the fit allows for that:
    they are scans without a stop, and breaks.

    Parameters
    ----------
    test_share : float
        Part of the records, the last ones by time, that is held out.

    Raises
    ------
    InputError
        If it is no such table or has too few records.
    """
    if not 0.05 <= test_share <= 0.5:
        raise InputError(f"test_share(={test_share:g}) must be from 0.05 to 0.5")
    table, stops = read_stops(path)
    used = len(stops.seconds)
    if np.count_nonzero(~stops.failed) < FEWEST:
        raise InputError(f"{path}: {np.count_nonzero(~stops.failed)} stops that succeeded; bring at least {FEWEST}")
    held = np.arange(used) >= round(used * (1 - test_share))
    early, found = fit_service(stops, ~held), fit_service(stops, np.ones(used, dtype=bool))
    ways = fit_ways(stops, found.pace)
    model, baseline = loss(early, stops, held)
    return Fit(
        topic="service",
        group="people",
        values=_values(stops, found, ways),
        rows=table.rows,
        dropped=table.dropped,
        figures=tuple(_figures(stops, found, ways)),
        scores=(Score("mean surprise at a time, held out", model, baseline),),
        curves=tuple(_curves(stops, found)),
        notes=_notes(stops, found),
    )


def _values(stops: Stops, found: Service, ways: Ways) -> dict[str, Any]:
    """Keys of people; what was not recorded is left to the base, or has the default where a list needs it."""
    people = People()
    values: dict[str, Any] = {}
    if found.doors:
        values["service_s"] = _listed(people.service_s, {kind: door.median for kind, door in found.doors.items()})
        values["service_cv"] = _listed(people.service_cv, {kind: door.cv for kind, door in found.doors.items()})
    if np.count_nonzero(stops.parcels > 1) >= FEWEST:
        values["extra_parcel_s"] = found.extra
    if found.pace:
        values["driver_pace_cv"] = math.sqrt(math.expm1(found.pace**2))
    if ways.search:
        values |= {"parking_s": _listed(people.parking_s, ways.search), "parking_cv": ways.search_cv}
    if not math.isnan(ways.bike):
        values["parking_factor_bike"] = min(ways.bike, 1.0)
    if ways.walk:
        values |= {"walk_s": _listed(people.walk_s, ways.walk), "walk_cv": ways.walk_cv}
        values["walk_dwelling"] = _listed(people.walk_dwelling, ways.walk_by)
    if np.count_nonzero(stops.failed) >= FEWEST:
        values["failed_min"] = float(np.mean(np.clip(stops.seconds[stops.failed], 0, LONGEST))) / 60
    return values


def _listed(defaults: tuple[float, ...], found: dict[int, float]) -> list[float]:
    return [found.get(kind, default) for kind, default in enumerate(defaults)]


def _figures(stops: Stops, found: Service, ways: Ways) -> list[Figure]:
    figures = []
    for kind, door in found.doors.items():
        alone, model = _alone(stops, found, kind), seen(door, found.pace)
        figures.append(_quantile(f"{DWELLINGS[kind]}: median at the door, s", alone, 0.5, model))
        figures.append(_quantile(f"{DWELLINGS[kind]}: nine in ten take less than, s", alone, 0.9, model))
    sigma = math.sqrt(math.log1p(ways.search_cv**2)) if ways.search else 0.0
    for kind, median in ways.search.items():
        searched = stops.search[(stops.search > 0) & ~stops.bike & (stops.district == kind)]
        name = f"{DISTRICTS[kind]}: median search, s"
        figures.append(_quantile(name, searched, 0.5, Lognormal(math.log(median), sigma)))
    return figures


def _alone(stops: Stops, found: Service, kind: int) -> Floats:
    """Times at the doors of a dwelling that can be true, without what further parcels took."""
    mine = ~stops.failed & (stops.dwelling == kind)
    alone: Floats = stops.seconds[mine] - found.extra * (stops.parcels[mine] - 1)
    return alone[(alone >= SHORTEST) & (alone <= LONGEST)]


def _quantile(name: str, values: Floats, share: float, model: Lognormal) -> Figure:
    """A quantile of records, with the interval that the binomial gives its rank."""
    from scipy.special import ndtri

    ordered = np.sort(values)
    half = 1.96 * math.sqrt(share * (1 - share) / len(ordered))
    low, middle, high = (
        float(ordered[min(max(math.floor(len(ordered) * rank), 0), len(ordered) - 1)])
        for rank in (share - half, share, share + half)
    )
    return Figure(name, middle, math.exp(model.mu + model.sigma * float(ndtri(share))), low, high)


def _curves(stops: Stops, found: Service) -> list[Curve]:
    """How many of the stops at each dwelling take less than so long."""
    curves = []
    for kind, door in found.doors.items():
        alone = np.sort(_alone(stops, found, kind))
        seconds = np.quantile(alone, np.linspace(0.02, 0.98, _CURVE))
        below = np.searchsorted(alone, seconds, side="right") / len(alone)
        fitted = seen(door, found.pace).below(seconds)
        title = f"{DWELLINGS[kind].capitalize()}: share that takes less"
        curves.append(Curve(title, "seconds at the door", "share", *map(_plain, (seconds, below, fitted))))
    return curves


def _plain(values: Floats) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _notes(stops: Stops, found: Service) -> tuple[str, ...]:
    good: Mask = ~stops.failed
    short, long = (int(np.count_nonzero(good & out)) for out in (stops.seconds < SHORTEST, stops.seconds > LONGEST))
    notes = [
        f"{short:,} stops are shorter than {SHORTEST:g} s and {long:,} longer than {LONGEST / 60:g} min: left out."
    ]
    if len(np.unique(stops.driver[stops.driver >= 0])) < 3:
        notes.append("There are no drivers, or fewer than three, so nothing is said about their pace.")
    if not found.doors:
        notes.append("There are no dwellings with enough stops, so times at the door keep those of the base.")
    missing = [name for name, values in (("search_s", stops.search), ("walk_s", stops.walk)) if np.isnan(values).all()]
    if missing:
        notes.append(f"Not recorded, and kept as in the base: {', '.join(missing)}.")
    return tuple(notes)
