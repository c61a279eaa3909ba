"""Records of deliveries that were tried, as visits: parcels that one customer got at one time share their outcome."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.habit import Visits
from scenarios.calibration.table import Column, Table, read_table
from twin.errors import InputError
from twin.units import HOUR, clock
from twin.world import Ints

HUMAN, AUTONOMOUS = 0, 1
MODES = ("human", "autonomous")
PERIOD_DAYS = 14
"""A step of the habits; shorter ones change little."""
COLUMNS = (
    Column("customer", ("user_id", "user", "customer_id", "recipient", "recipient_id"), kind="text"),
    Column("time", ("date", "timestamp", "datetime", "when", "attempted_at"), kind="time"),
    Column("failed", ("redelivered", "failure", "failed_attempt"), kind="flag"),
    Column("autonomous", ("driverless", "unmanned", "robot"), kind="flag", required=False),
    Column("area", ("cell", "zone", "h3", "grid", "district", "postcode"), kind="text", required=False),
    Column("grid_x", low=0, high=9999, required=False),
    Column("grid_y", low=0, high=9999, required=False),
    Column("slot", low=0, high=47, required=False),
    Column("weekday_slot", low=0, high=79, required=False),
)


@dataclass(frozen=True, eq=False)
class Attempts:
    """What the records hold, one row a parcel.

    Attributes
    ----------
    failed : (parcels,) bool
    mode, slot, area, customer, day : (parcels,) int64
        ``day`` counts from the first of the records.
    visit : (parcels,) int64
        Which visit it was part of.
    visits : Visits
    visit_day : (visits,) int64
    """

    failed: NDArray[np.bool_]
    mode: Ints
    slot: Ints
    area: Ints
    customer: Ints
    day: Ints
    visit: Ints
    visits: Visits
    visit_day: Ints

    @property
    def slots(self) -> int:
        """How many slots a day has."""
        return int(self.slot.max()) + 1


def read_attempts(path: Path, first_slot: str, slot_h: float) -> tuple[Table, Attempts]:
    """Records of a file.

    Raises
    ------
    InputError
        As :func:`~scenarios.calibration.table.read_table`, and if ``first_slot`` is no time or ``slot_h`` too short.
    """
    table = read_table(path, COLUMNS)
    slot = _slots(table, first_slot, slot_h)
    day = table.times("time").astype("datetime64[D]").astype(np.int64)
    used = len(day)
    mode = table.numbers("autonomous").astype(np.int64) if "autonomous" in table else np.zeros(used, dtype=np.int64)
    return table, _gathered(table, mode, slot, _areas(table, used), day - day.min())


def _slots(table: Table, first_slot: str, slot_h: float) -> Ints:
    try:
        first = clock(first_slot)
    except ValueError:
        raise InputError(f"first_slot(={first_slot!r}) must be a time of day, as in '08:00'") from None
    if not 0.25 <= slot_h <= 24:
        raise InputError(f"slot_h(={slot_h:g}) must be from 0.25 to 24 hours")
    if "slot" in table:
        return table.numbers("slot").astype(np.int64)
    if "weekday_slot" in table:
        return table.numbers("weekday_slot").astype(np.int64) % 10
    seconds = table.times("time").astype(np.int64) % 86_400
    if not seconds.any():
        return np.zeros(len(seconds), dtype=np.int64)
    slots: Ints = np.maximum((seconds * 1000 - first) // round(slot_h * HOUR), 0)
    return slots


def _areas(table: Table, used: int) -> Ints:
    if "area" in table:
        return table.texts("area").codes
    if "grid_x" in table and "grid_y" in table:
        return np.unique(table.numbers("grid_x") * 10_000 + table.numbers("grid_y"), return_inverse=True)[1]
    return np.zeros(used, dtype=np.int64)


def _gathered(table: Table, mode: Ints, slot: Ints, area: Ints, day: Ints) -> Attempts:
    customer, failed = table.texts("customer").codes, table.numbers("failed") > 0.5
    who = np.unique(customer, return_inverse=True)[1].astype(np.int64)
    sizes = (int(day.max()) + 1, int(slot.max()) + 1, 2, int(area.max()) + 1)
    key = who
    for part, size in zip((day, slot, mode, area), sizes, strict=True):
        key = key * size + part
    _, first, visit, parcels = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    kinds, kind = np.unique((mode * sizes[1] + slot)[first] * sizes[3] + area[first], return_inverse=True)
    design, shrunk = _design(kinds, sizes[1], sizes[3])
    visits = Visits(
        customer=who[first],
        period=day[first] // PERIOD_DAYS,
        kind=kind.astype(np.int64),
        failed=np.bincount(visit, weights=failed) / parcels,
        design=design,
        shrunk=shrunk,
        mode=kinds // (sizes[1] * sizes[3]),
        customers=int(who.max()) + 1,
    )
    return Attempts(failed, mode, slot, area, who, day, visit.astype(np.int64), visits, day[first])


def _design(kinds: Ints, slots: int, areas: int) -> tuple[object, Ints]:
    """Effects of each kind: mode and slot; area by mode, shrunk; area and slot by mode, shrunk more finely."""
    from scipy.sparse import csr_array

    mode, mode_slot, number = kinds // (slots * areas), kinds // areas, np.arange(len(kinds))
    columns = [mode_slot, 2 * slots + mode * areas + kinds % areas, 2 * slots + 2 * areas + number]
    width = 2 * slots + 2 * areas + len(kinds)
    ones = np.ones(3 * len(kinds))
    design = csr_array((ones, (np.tile(number, 3), np.concatenate(columns))), shape=(len(kinds), width))
    modes = np.repeat([HUMAN, AUTONOMOUS], areas)
    return design, np.concatenate([np.zeros(2 * slots, dtype=np.int64), 1 + modes, 3 + mode]).astype(np.int64)
