"""Background congestion from volumes: the volume-delay function of the Bureau of Public Roads (1964).

A table has a row for each hour of a class of street (``street``) or of a stretch of street (``from_lon``, ``from_lat``,
``to_lon``, ``to_lat``). What it leaves out follows the profile.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from scenarios.places import nearest
from scenarios.trafficspec import TrafficSpec
from twin.entities import Street
from twin.errors import InputError
from twin.world import City, Floats, Ints

if TYPE_CHECKING:
    from scenarios.calibration.table import Table

Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]
_ENDS = ("from_lon", "from_lat", "to_lon", "to_lat")
_DAYS = ("weekday", "weekend", "")
MOST_OFF_M = 200.0
"""A stretch whose end is farther from every junction is not in this city."""


@dataclass(frozen=True, eq=False)
class Volumes:
    """What is known of delays: factors on the free-flow time, weekday and weekend, hour by hour.

    Attributes
    ----------
    of_class : (2, 24, classes) float64
        By class of street; NaN where the profile holds.
    time : (2, 24, stretches) float64
        By stretch; NaN where its class's profile holds.
    street : (stretches,) int64
        The class of each stretch.
    of_edge : (edges,) int64
        The stretch that an edge belongs to, or -1.
    """

    of_class: Floats
    time: Floats
    street: Ints
    of_edge: Ints

    @classmethod
    def none(cls, city: City) -> "Volumes":
        """Nothing is known."""
        blank = np.full((2, 24, len(Street)), np.nan)
        return cls(blank, blank[:, :, :0], np.empty(0, dtype=np.int64), np.full(len(city.head), -1, dtype=np.int64))


def bpr(ratio: Floats, alpha: Floats | float, beta: Floats | float) -> Floats:
    """Travel time over free-flow time at a volume over capacity: 1 + alpha ratio^beta."""
    return np.asarray(1.0 + alpha * ratio**beta)


def read_volumes(spec: TrafficSpec, city: City) -> Volumes:
    """The table that ``spec.volumes`` names.

    Raises
    ------
    InputError
        Naming the file, what is wrong with it, and the fix.
    """
    from scenarios.calibration.table import Column, read_table

    path = Path(str(spec.volumes))
    if not path.is_file():
        raise InputError(f"traffic.volumes(={path}) is not a file; check the path")
    text, number = {"kind": "text", "required": False}, {"required": False}
    table = read_table(
        path,
        [
            Column("hour", low=0, high=23), Column("street", **text), Column("day", blank=True, **text),  # type: ignore[arg-type]
            *(Column(name, low=-180, high=180, **number) for name in _ENDS),  # type: ignore[arg-type]
            Column("v_c", ("vc", "ratio"), low=0, high=5, **number), Column("volume", low=0, **number),  # type: ignore[arg-type]
            Column("capacity", low=1, **number), Column("alpha", ("b",), low=0, high=100, **number),  # type: ignore[arg-type]
            Column("beta", ("power",), low=0, high=20, **number),  # type: ignore[arg-type]
        ],
    )  # fmt: skip
    if table.dropped:
        reason, count = next(iter(table.dropped.items()))
        raise InputError(f"{path}: {count:,} of {table.rows:,} rows cannot be used because {reason}; correct them")
    volumes, time = Volumes.none(city), _time(path, table, spec)
    hour, kinds = table.numbers("hour").astype(np.int64), _kinds(path, table)
    if "street" in table:
        _fill(volumes.of_class, kinds, hour, _classes(path, table), time)
        return volumes
    if any(name not in table for name in _ENDS):
        raise InputError(f"{path}: has neither a column street nor {', '.join(_ENDS)}; add one or the others")
    return _stretches(path, table, city, volumes, kinds, hour, time)


def _time(path: Path, table: "Table", spec: TrafficSpec) -> Floats:
    alpha = table.numbers("alpha") if "alpha" in table else spec.alpha
    beta = table.numbers("beta") if "beta" in table else spec.beta
    if "v_c" in table:
        return bpr(table.numbers("v_c"), alpha, beta)
    if "volume" not in table or "capacity" not in table:
        raise InputError(f"{path}: has neither a column v_c nor volume and capacity; add one or the others")
    return bpr(table.numbers("volume") / table.numbers("capacity"), alpha, beta)


def _kinds(path: Path, table: "Table") -> tuple[Mask, ...]:
    """Which rows say something of weekdays, and which of weekends; without a word both."""
    if "day" not in table:
        return (np.ones(table.used, dtype=bool),) * 2
    days = table.texts("day")
    named = np.array([label.lower() for label in days.labels])[days.codes]
    for label in named[~np.isin(named, _DAYS)][:1]:
        raise InputError(f"{path}: day {str(label)[:40]!r} is not weekday or weekend; leave it empty for both")
    return named != "weekend", named != "weekday"


def _classes(path: Path, table: "Table") -> Ints:
    streets = table.texts("street")
    for label in streets.labels:
        if label.upper() not in Street.__members__:
            names = ", ".join(street.name.lower() for street in Street)
            raise InputError(f"{path}: street {label[:40]!r} is not one of {names}; correct it")
    return np.array([Street[label.upper()] for label in streets.labels], dtype=np.int64)[streets.codes]


def _fill(
    into: Floats,
    kinds: tuple["np.ndarray[tuple[int], np.dtype[np.bool_]]", ...],
    hour: Ints,
    column: Ints,
    time: Floats,
) -> None:
    for kind, mine in enumerate(kinds):
        into[kind, hour[mine], column[mine]] = time[mine]


def _stretches(
    path: Path, table: "Table", city: City, volumes: Volumes, kinds: tuple[Mask, ...], hour: Ints, time: Floats,
) -> Volumes:  # fmt: skip
    ends = np.stack([table.numbers(name) for name in _ENDS])
    distinct, of_row = np.unique(ends, axis=1, return_inverse=True)
    near = [nearest(city, distinct[at], distinct[at + 1]) for at in (0, 2)]
    edges = [_between(city, int(a), int(b)) for a, b in zip(near[0][0], near[1][0], strict=True)]
    for at, way in enumerate(edges):
        off = max(float(near[0][1][at]), float(near[1][1][at]))
        if off > MOST_OFF_M or not len(way):
            lon, lat = distinct[:2, at]
            reason = f"is {off:,.0f} m from any junction" if off > MOST_OFF_M else "has no street between its ends"
            raise InputError(f"{path}: the stretch from {lon:g}, {lat:g} {reason}; correct or remove it")
    of_edge, street = volumes.of_edge.copy(), [int(np.bincount(city.street[way]).argmax()) for way in edges]
    for at, way in enumerate(edges):
        of_edge[way] = at
    known = np.full((2, 24, len(edges)), np.nan)
    _fill(known, kinds, hour, of_row.reshape(-1), time)
    return Volumes(volumes.of_class, known, np.array(street, dtype=np.int64), of_edge)


def _between(city: City, origin: int, target: int) -> Ints:
    """The edges of the shortest way from one end of a stretch to the other."""
    from twin.streetmath import path

    space, heap = np.zeros((5, city.nodes), dtype=np.int64), np.empty((2, len(city.head) + 1), dtype=np.int64)
    space[0] = 1 << 40
    length = city.length_mm
    edges: Ints = path(city.start, city.head, city.tail, length, length, origin, target, space, heap)
    return edges
