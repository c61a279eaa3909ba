"""Records of stops: seconds of searching, walking and at the door, by dwelling, district and driver."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.cellparse import Texts
from scenarios.calibration.table import Column, Table, read_table
from twin.entities import District, Dwelling
from twin.errors import InputError
from twin.world import Floats, Ints

COLUMNS = (
    Column("seconds", ("service_s", "door_s", "duration_s", "service_time"), low=0, high=1e6),
    Column("dwelling", ("building", "address_type"), kind="text", required=False),
    Column("district", ("density", "area_type"), kind="text", required=False),
    Column("parcels", ("packages",), low=1, high=1000, required=False),
    Column("search_s", ("parking_s", "cruising_s"), low=0, high=1e6, required=False, blank=True),
    Column("walk_s", ("walking_s",), low=0, high=1e6, required=False, blank=True),
    Column("driver", ("driver_id", "courier", "courier_id"), kind="text", required=False, blank=True),
    Column("mode", ("vehicle",), kind="text", required=False),
    Column("failed", ("failure",), kind="flag", required=False),
    Column("time", ("date", "timestamp", "arrived_at"), kind="time", required=False),
)
DWELLINGS, DISTRICTS = (tuple(member.name.lower() for member in kind) for kind in (Dwelling, District))
BIKE = "bike"


@dataclass(frozen=True, eq=False)
class Stops:
    """Stops, one row each, in the order of time; unknown is -1 or NaN.

    Attributes
    ----------
    seconds, search, walk : (stops,) float64
    parcels, dwelling, district, driver : (stops,) int64
    failed, bike : (stops,) bool
    """

    seconds: Floats
    search: Floats
    walk: Floats
    parcels: Ints
    dwelling: Ints
    district: Ints
    driver: Ints
    failed: NDArray[np.bool_]
    bike: NDArray[np.bool_]


def read_stops(path: Path) -> tuple[Table, Stops]:
    """Records of a file.

    Raises
    ------
    InputError
        As :func:`~scenarios.calibration.table.read_table`, and if a dwelling or a district is not one of ours.
    """
    table = read_table(path, COLUMNS)
    used = len(table.numbers("seconds"))
    order = np.argsort(table.times("time"), kind="stable") if "time" in table else np.arange(used)

    def numbers(name: str, otherwise: float) -> Floats:
        return table.numbers(name)[order] if name in table else np.full(used, otherwise)

    def codes(name: str, known: tuple[str, ...]) -> Ints:
        return _coded(path, name, table.texts(name), known)[order] if name in table else np.full(used, -1)

    driver, mode = (table.texts(name) if name in table else Texts(np.full(used, -1), ()) for name in ("driver", "mode"))
    nameless = driver.labels.index("") if "" in driver.labels else -1
    bike = [label for label, name in enumerate(mode.labels) if name.lower() == BIKE]
    return table, Stops(
        seconds=numbers("seconds", 0.0),
        search=numbers("search_s", np.nan),
        walk=numbers("walk_s", np.nan),
        parcels=numbers("parcels", 1.0).astype(np.int64),
        dwelling=codes("dwelling", DWELLINGS),
        district=codes("district", DISTRICTS),
        driver=np.where(driver.codes == nameless, -1, driver.codes)[order],
        failed=numbers("failed", 0.0) > 0.5,
        bike=np.isin(mode.codes, bike)[order],
    )


def _coded(path: Path, column: str, found: Texts, known: tuple[str, ...]) -> Ints:
    """The number of each name among ours."""
    used = set(found.codes.tolist())
    numbers = np.zeros(len(found.labels), dtype=np.int64)
    for label, name in enumerate(found.labels):
        if label in used and name.lower() not in known:
            raise InputError(f"{path}: {column} {name[:40]!r} is not known; write one of {', '.join(known)}")
        numbers[label] = known.index(name.lower()) if name.lower() in known else 0
    coded: Ints = numbers[found.codes]
    return coded
