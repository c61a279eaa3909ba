"""Attempts: how often they fail by vehicle, slot and place, and how much customers differ for good."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.calibration.attemptrecords import AUTONOMOUS, HUMAN, MODES, PERIOD_DAYS, Attempts, read_attempts
from scenarios.calibration.doorvalues import door_values, kerb_values
from scenarios.calibration.fit import Curve, Figure, Fit, Score
from scenarios.calibration.habit import average, fit_habits, predict
from scenarios.calibration.scoring import Truth, brier, calibration_slope, deciles, interval
from twin.errors import InputError
from twin.units import HOUR, clock
from twin.world import Floats, Ints

FEWEST = 30
"""Parcels of a mode among those held out, below which nothing is said about it."""
_PRIOR = 20.0
"""Parcels at the mode's mean that an area's rate is shrunk by (evidence 16.5)."""
_HALVES = 8
"""Parcels in each half that a customer or an area must have to be compared with itself."""


def fit(path: Path, *, test_days: int = 31, first_slot: str = "08:00", slot_h: float = 2.0) -> Fit:
    """Fit failures of deliveries, by vehicle, slot, area and customer, to records of attempts.

    Columns: customer (or user_id), time (or date), failed (or redelivered; 0 or 1), and where there are autonomous
    (0 or 1), area (or cell, zone, h3; or grid_x and grid_y), slot (or weekday_slot: ten times the weekday and the
    slot). Without a slot it is made from the time.

    The model is fitted on all but the last days and has to predict those; a customer's effect is known from earlier
    attempts only. The values for a run are from a fit on all records.

    Parameters
    ----------
    test_days : int
        Days at the end that are held out.
    first_slot : str
        When the first slot of the day begins.
    slot_h : float
        Hours of a slot.

    Raises
    ------
    InputError
        If it is no such table, or the records cover too few days.
    """
    table, records = read_attempts(path, first_slot, slot_h)
    last = int(records.day.max())
    if not 1 <= test_days <= last // 2:
        raise InputError(f"test_days(={test_days}) must be from 1 to half of the {last + 1} days of {path}")
    train = records.visit_day <= last - test_days
    held = records.day > last - test_days
    found = fit_habits(records.visits.some(train))
    chance = predict(found, records.visits)[records.visit]
    final = fit_habits(records.visits)
    usual = average(final, records.visits)[records.visit]
    hours = _hours(records.slots, first_slot, slot_h)
    seen = [mode for mode in (HUMAN, AUTONOMOUS) if np.count_nonzero(held & (records.mode == mode)) >= FEWEST]
    return Fit(
        topic="attempts",
        group="people",
        values=_values(records, usual, final.spread, hours),
        rows=table.rows,
        dropped=table.dropped,
        figures=tuple(figure for mode in seen for figure in _figures(records, chance, usual, held, mode)),
        scores=tuple(score for mode in seen for score in _scores(records, chance, held, mode)),
        curves=tuple(curve for mode in seen for curve in _curves(records, chance, usual, held, mode)),
        notes=_notes(records, found.spread.tolist(), found.keeps, test_days),
    )


def _hours(slots: int, first_slot: str, slot_h: float) -> list[list[int]]:
    """The whole hours of the day that begin in each slot."""
    starts = [clock(first_slot) / HOUR + slot * slot_h for slot in range(slots)]
    return [[hour for hour in range(24) if start <= hour < start + slot_h] for start in starts]


def _values(records: Attempts, usual: Floats, spread: Floats, hours: list[list[int]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    human, robots = records.mode == HUMAN, records.mode == AUTONOMOUS
    if human.any():
        busy = [hour for slot in np.unique(records.slot[human]).tolist() for hour in hours[slot]]
        values |= door_values(float(usual[human].mean()), float(spread[HUMAN]), busy or range(8, 22))
    if robots.any():
        success = [1.0 - _mean(usual[robots & (records.slot == slot)]) for slot in range(records.slots)]
        values |= kerb_values(success, float(spread[AUTONOMOUS]), hours)
    return values


def _figures(records: Attempts, chance: Floats, usual: Floats, held: Truth, mode: int) -> list[Figure]:
    name, mine = MODES[mode], records.mode == mode
    test = held & mine
    slope, error = calibration_slope(chance[test], records.failed[test])
    error *= np.sqrt(np.count_nonzero(test) / _visits(records, test))
    return [
        _share(f"{name}: share that fails", records, usual, mine),
        _share(f"{name}, held out: share that fails", records, chance, test),
        Figure(f"{name}, held out: slope of calibration", slope, 1.0, slope - 1.96 * error, slope + 1.96 * error),
        *(
            _share(f"{name}, slot {slot}: share that fails", records, usual, mine & (records.slot == slot))
            for slot in np.unique(records.slot[mine]).tolist()
        ),
    ]


def _share(name: str, records: Attempts, chance: Floats, which: Truth) -> Figure:
    """The share of failures among some parcels; visits count for the interval, because they fail together."""
    share = _mean(records.failed[which])
    return Figure(name, share, _mean(chance[which]), *interval(share, _visits(records, which)))


def _visits(records: Attempts, which: Truth) -> int:
    return len(np.unique(records.visit[which]))


def _mean(values: Any) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


def _scores(records: Attempts, chance: Floats, held: Truth, mode: int) -> list[Score]:
    name, mine = MODES[mode], records.mode == mode
    test, known = held & mine, ~held & mine
    truth, base = records.failed[test], _mean(records.failed[known])
    model = brier(chance[test], truth)
    count, failed = (
        np.bincount(records.area[known], weights=weights, minlength=int(records.area.max()) + 1)
        for weights in (None, records.failed[known])
    )
    areas = ((failed + _PRIOR * base) / (count + _PRIOR))[records.area[test]]
    return [
        Score(f"Brier, {name}, against its rate", model, brier(np.full(len(truth), base), truth)),
        Score(f"Brier, {name}, against rates by area", model, brier(areas, truth)),
    ]


def _curves(records: Attempts, chance: Floats, usual: Floats, held: Truth, mode: int) -> list[Curve]:
    name, mine = MODES[mode], records.mode == mode
    slots = np.unique(records.slot[mine]).tolist()
    parts = [mine & (records.slot == slot) for slot in slots]
    foretold, happened = deciles(chance[held & mine], records.failed[held & mine])
    return [
        Curve(
            f"{name.capitalize()}: failures by slot", "slot", "share", tuple(map(float, slots)),
            tuple(_mean(records.failed[part]) for part in parts), tuple(_mean(usual[part]) for part in parts),
        ),
        Curve(f"{name.capitalize()}: calibration, held out", "forecast", "share that fails",
              foretold, happened, foretold),
    ]  # fmt: skip


def _notes(records: Attempts, spread: Sequence[float], keeps: float, test_days: int) -> tuple[str, ...]:
    month = keeps ** (30 / PERIOD_DAYS)
    spreads = " and ".join(f"{value:.2f} ({name})" for value, name in zip(spread, MODES, strict=False))
    differ = f"Customers differ by a standard deviation of {spreads} on the logit of failure; "
    return (
        f"The last {test_days} days were held out; a customer's effect is known from attempts before them only.",
        differ + f"a month later a customer's effect goes with itself by {month:.2f}.",
        *(_persists(records, mode) for mode in np.unique(records.mode).tolist()),
        "Which vehicle came to whom was not drawn by lot: the difference between vehicles is not their effect alone.",
        "Causes and dwellings are not in the records: every cause of failure at a door is scaled alike.",
    )


def _persists(records: Attempts, mode: int) -> str:
    customers, areas = (_persistence(records, who, mode) for who in (records.customer, records.area))
    said = f"With {MODES[mode]} vehicles, shares of failures in the first and the second half of the records "
    return said + f"go together by {customers:.2f} over customers and {areas:.2f} over areas with {_HALVES} in each."


def _persistence(records: Attempts, who: Ints, mode: int) -> float:
    """Correlation of each one's share of failures in the first half of the records with that in the second."""
    early, mine, size = records.day <= np.median(records.day), records.mode == mode, int(who.max()) + 1
    halves = (early & mine, ~early & mine)
    counts = [np.bincount(who[half], minlength=size) for half in halves]
    failed = [np.bincount(who[half], weights=records.failed[half], minlength=size) for half in halves]
    both = (counts[0] >= _HALVES) & (counts[1] >= _HALVES)
    one, other = (fails[both] / count[both] for fails, count in zip(failed, counts, strict=True))
    if np.count_nonzero(both) < 3 or not (np.ptp(one) and np.ptp(other)):
        return float("nan")
    return float(np.corrcoef(one, other)[0, 1])
