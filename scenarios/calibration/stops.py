"""The stops of a run, as the records that ``twin calibrate service`` reads: the loop is closed on the twin itself."""

from pathlib import Path
from typing import Any

import numpy as np

from scenarios.calibration.stoprecords import DISTRICTS, DWELLINGS
from twin.entities import Cause
from twin.files import replacing
from twin.ledger import Kind, Ledger
from twin.world import World


def stops_of(world: World, ledger: Ledger) -> dict[str, Any]:
    """Columns of the stops at homes and offices by vehicles with a driver, in the order of arrival."""
    trace = ledger.trace.columns()
    parked, door, served = (trace[trace["kind"] == kind] for kind in (Kind.PARKED, Kind.AT_DOOR, Kind.SERVED))
    vehicle = door["actor"]
    done = _matched(vehicle, served["subject"])
    order = np.searchsorted(world.sessions.parcel, door["subject"], side="right") - 1
    customer = world.sessions.customer[order]
    driven = np.array([group.kind.mode.has_driver for group in world.fleet for _ in range(group.count)])
    names = [group.kind.mode.name.lower() for group in world.fleet for _ in range(group.count)]
    # A stop elsewhere than at the customer's is at a locker; one without an end is still going on.
    kept = (parked["place"] == world.customers.node[customer]) & (done >= 0) & driven[vehicle]
    ends = served[done[kept]]
    place = world.city.area[world.customers.node[customer[kept]]]
    return {
        "time": np.datetime64("2024-01-01T00:00:00", "ms") + door["time"][kept].astype("timedelta64[ms]"),
        "driver": [f"vehicle {number}" for number in vehicle[kept].tolist()],
        "mode": [names[number] for number in vehicle[kept].tolist()],
        "district": [DISTRICTS[number] for number in world.city.district[place].tolist()],
        "dwelling": [DWELLINGS[number] for number in world.customers.dwelling[customer[kept]].tolist()],
        "parcels": ends["actor"].astype(np.int64),
        "failed": (ends["cause"] != Cause.NONE).astype(np.int64),
        "search_s": parked["actor"][kept] / 1000,
        "walk_s": parked["value"][kept] / 1000,
        "seconds": door["value"][kept] / 1000,
    }


def write_stops(path: Path, world: World, ledger: Ledger) -> None:
    """Write them to a Parquet file, whole or not at all."""
    import pyarrow as pa
    from pyarrow import parquet

    with replacing(path) as temporary:
        parquet.write_table(pa.table(stops_of(world, ledger)), temporary)


def _matched(begun: Any, ended: Any) -> Any:
    """For each stop that a vehicle began, which one of its ends belongs to it: the one of the same number, or -1."""
    found = np.full(len(begun), -1, dtype=np.int64)
    for vehicle in np.unique(begun).tolist():
        mine, ends = np.flatnonzero(begun == vehicle), np.flatnonzero(ended == vehicle)
        found[mine[: len(ends)]] = ends[: len(mine)]
    return found
