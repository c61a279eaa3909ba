"""What a run looked like, in some hundred whole numbers that add up over runs: what the figures of a report need.

A ledger stays where it was written; this is what a worker brings home, and what a run of a sweep keeps.
"""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from experiments.reporting.causes import by_trigger
from twin.engine import Twin
from twin.entities import Cause, Mode
from twin.ledger import Kind, Ledger
from twin.units import DAY, HOUR, MINUTE

Rows = NDArray[np.void]
Ints = NDArray[np.int64]
Table = dict[str, list[int]]
"""Label -> counts; two tables are added label by label."""
Portrait = Mapping[str, Mapping[str, list[int]]]

BIN_MIN = 15
"""Width of a bin of lateness, in minutes."""
EARLIEST, LATEST = -24 * 4, 48 * 4
"""First and last bin: a day before the end of the promise, and two days after it; what lies beyond is in them."""
WAY = ("attempts", "successes", "delivered", "on_time", "carbon_mg")
"""What is counted for each mode of our own and each carrier."""
USE = (
    "vehicle_days", "shift_s", "out_s", "stops_s", "rest_s", "stuck_s", "tours",
    "parcels", "load_g", "room_g", "load_ml", "room_ml", "room_parcels",
)  # fmt: skip
"""What is counted for each mode of our own. ``out_s`` is from the start of a tour or sortie to its end."""
_OUTSIDE = -2
"""A carrier stands in the ledger as this less its number."""


def portrait(twin: Twin, ledger: Ledger, start: int) -> dict[str, Table]:
    """The portrait of a run that has been played to its end.

    Parameters
    ----------
    start : int
        Milliseconds since the first midnight; what happened before is not counted, as in the KPIs.

    Returns
    -------
    dict
        ``days``: how many are counted. ``late``: bin of ``BIN_MIN`` minutes after the end of the promise -> parcels
        delivered. ``hour``: hour of the day -> attempts, successes. ``area``: H3 cell -> attempts, successes. ``way``:
        mode or carrier -> ``WAY``. ``fleet``: mode -> ``USE``. ``replans``: trigger ->
        :data:`~experiments.reporting.causes.COUNTED`.
    """
    trace = ledger.trace.columns()
    counted: Rows = trace[trace["time"] >= start]
    return {
        "days": {"": [(twin.world.days * DAY - start) // DAY]},
        "late": _late(counted),
        "hour": _hours(counted),
        "area": _areas(twin, counted),
        "way": _ways(twin, counted),
        "fleet": _fleet(twin, trace, start),
        "replans": by_trigger(counted),
    }


def merged(portraits: Iterable[Portrait]) -> dict[str, Table]:
    """The portrait of several runs together."""
    total: dict[str, Table] = {}
    for one in portraits:
        for name, table in one.items():
            into = total.setdefault(name, {})
            for label, counts in table.items():
                into[label] = [a + b for a, b in zip(into.get(label, [0] * len(counts)), counts, strict=True)]
    return total


def _of(rows: Rows, *kinds: Kind) -> Rows:
    found: Rows = rows[np.isin(rows["kind"], kinds)]
    return found


def _table(labels: Mapping[int, str], *columns: Ints) -> Table:
    """The labels that have anything but zeros."""
    rows = {label: [int(column[number]) for column in columns] for number, label in labels.items()}
    return {label: row for label, row in rows.items() if any(row)}


def _late(rows: Rows) -> Table:
    bins = np.clip(_of(rows, Kind.DELIVERED)["value"] // (BIN_MIN * MINUTE), EARLIEST, LATEST)
    names, counts = np.unique(bins, return_counts=True)
    return {str(name): [int(count)] for name, count in zip(names, counts, strict=True)}


def _hours(rows: Rows) -> Table:
    attempts = _of(rows, Kind.ATTEMPTED)
    hour = attempts["time"] % DAY // HOUR
    return _table({hour: str(hour) for hour in range(24)}, *_tried(attempts, hour, 24))


def _areas(twin: Twin, rows: Rows) -> Table:
    attempts = _of(rows, Kind.ATTEMPTED)
    names = {area: f"{int(cell):x}" for area, cell in enumerate(twin.world.city.cell)}
    return _table(names, *_tried(attempts, attempts["place"].astype(np.int64), len(names)))


def _tried(attempts: Rows, group: Ints, groups: int) -> tuple[Ints, Ints]:
    succeeded = attempts["cause"] == Cause.NONE
    return np.bincount(group, minlength=groups), np.bincount(group[succeeded], minlength=groups)


def _ways(twin: Twin, rows: Rows) -> Table:
    names = {int(mode): mode.name.lower() for mode in Mode}
    names |= {len(Mode) + number: carrier.name for number, carrier in enumerate(twin.world.carriers)}
    attempts, delivered = _of(rows, Kind.ATTEMPTED), _of(rows, Kind.DELIVERED)
    carbon = _of(rows, Kind.CARBON)
    by, emitter = _brought_by(twin, delivered["actor"]), _brought_by(twin, carbon["subject"])
    return _table(
        names,
        *_tried(attempts, _brought_by(twin, attempts["actor"]), len(names)),
        np.bincount(by, minlength=len(names)),
        np.bincount(by[delivered["value"] <= 0], minlength=len(names)),
        np.bincount(emitter, weights=carbon["value"], minlength=len(names)).astype(np.int64),
    )


def _modes(twin: Twin) -> Ints:
    """The mode of each vehicle."""
    kinds = twin.facts.kinds
    return np.array([int(kinds[unit.group].mode) for unit in twin.state.units] or [0], dtype=np.int64)


def _brought_by(twin: Twin, who: NDArray[np.int32]) -> Ints:
    """The number of the mode of each vehicle, or behind all modes that of the carrier."""
    carriers = len(Mode) + _OUTSIDE - who.astype(np.int64)
    return np.where(who >= 0, _modes(twin)[np.maximum(who, 0)], carriers)


def _fleet(twin: Twin, trace: Rows, start: int) -> Table:
    modes, many = _modes(twin), len(Mode)
    rows: Rows = trace[trace["time"] >= start]
    end = twin.world.days * DAY
    days, begin = (end - start) // DAY, _of(rows, Kind.TOUR, Kind.SORTIE)

    def seconds(*kinds: Kind) -> Ints:
        found = _of(rows, *kinds)
        found = found[~_flies(modes)[found["subject"]]]
        return np.bincount(modes[found["subject"]], weights=found["value"], minlength=many).astype(np.int64) // 1000

    loaded, tours = _of(rows, Kind.LOADED), np.bincount(modes[begin["subject"]], minlength=many)
    count, shift, room = _sizes(twin)
    volume = np.array(twin.facts.volume_ml, dtype=np.int64)[loaded["subject"]]
    by = modes[loaded["actor"]]
    return _table(
        {int(mode): mode.name.lower() for mode in Mode},
        count * days,
        shift * days,
        _out(modes, trace, start, end) // 1000,
        seconds(Kind.SERVED),
        seconds(Kind.BREAK),
        seconds(Kind.BROKE_DOWN, Kind.BLOCKED, Kind.ASSISTED),
        tours,
        np.bincount(by, minlength=many),
        np.bincount(by, weights=loaded["value"], minlength=many).astype(np.int64),
        _room(twin, begin, room[:, 0]),
        np.bincount(by, weights=volume, minlength=many).astype(np.int64),
        _room(twin, begin, room[:, 1]),
        _room(twin, begin, room[:, 2]),
    )


def _flies(modes: Ints) -> NDArray[np.bool_]:
    """By vehicle: whether it goes out with one parcel and comes back; what holds it up it suffers at its hub."""
    sorties = np.array([mode.is_sortie for mode in Mode])
    return np.asarray(sorties[modes])


def _sizes(twin: Twin) -> tuple[Ints, Ints, Ints]:
    """By mode: vehicles, and seconds of all their shifts in a day; by fleet group: grams, millilitres, parcels."""
    count, shift = np.zeros(len(Mode), dtype=np.int64), np.zeros(len(Mode), dtype=np.int64)
    for group in twin.world.fleet:
        count[group.kind.mode] += group.count
        shift[group.kind.mode] += group.count * round(group.kind.shift_h * 3600)
    room = [kind.capacity for kind in twin.facts.kinds]
    return count, shift, np.array(room or [(0, 0, 0)], dtype=np.int64)


def _room(twin: Twin, begin: Rows, of_group: Ints) -> Ints:
    """By mode: what all tours that began could have carried."""
    groups = np.array([unit.group for unit in twin.state.units] or [0], dtype=np.int64)
    who = begin["subject"]
    return np.bincount(_modes(twin)[who], weights=of_group[groups[who]], minlength=len(Mode)).astype(np.int64)


def _out(modes: Ints, trace: Rows, start: int, end: int) -> Ints:
    """By mode: milliseconds between the start and the end of tours and sorties, within what is counted."""
    rows = _of(trace, Kind.TOUR, Kind.SORTIE, Kind.HOME)
    rows = rows[np.argsort(rows["subject"], kind="stable")]
    begins, ends = rows["kind"] != Kind.HOME, rows["kind"] == Kind.HOME
    who = rows["subject"]
    after = np.append(who[1:] == who[:-1], False) & np.append(ends[1:], False)
    last = np.append(who[1:] != who[:-1], True)[: len(who)]
    until = np.where(after, np.append(rows["time"][1:], end)[: len(who)], np.where(last, end, rows["time"]))
    spent = np.maximum(until - np.maximum(rows["time"], start), 0)[begins]
    return np.bincount(modes[who[begins]], weights=spent, minlength=len(Mode)).astype(np.int64)
