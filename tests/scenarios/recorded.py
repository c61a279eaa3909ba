"""Orders that the twin drew, as a file of the past."""

from pathlib import Path

import numpy as np

from twin.draws import Stream
from twin.units import SECOND
from twin.world import World

MONDAY = "2024-03-04"


def write_orders(world: World, path: Path, first_date: str = MONDAY) -> int:
    """Write every candidate that comes with a constant propensity, as somebody would have recorded it; returns rows."""
    sessions, parcels = world.sessions, world.parcels
    luck = world.draws.uniforms(Stream.THINNING, np.arange(len(sessions.time)))
    came = np.flatnonzero(luck < sessions.weather / (1e6 * sessions.headroom * sessions.ceiling))
    parcel = np.concatenate([np.arange(*sessions.parcel[number : number + 2]) for number in came])
    order = np.repeat(came, np.diff(sessions.parcel)[came])
    time = np.datetime64(first_date, "s") + (sessions.time[order] // SECOND).astype("timedelta64[s]")
    customer = sessions.customer[order]
    node = world.customers.node[customer]
    columns = {
        "time": time.astype(str),
        "lon": world.city.lon[node].round(7),
        "lat": world.city.lat[node].round(7),
        "order": order,
        "customer": customer,
        "weight_kg": parcels.weight_g[parcel] / 1_000,
        "volume_l": parcels.volume_ml[parcel] / 1_000,
        "sku": parcels.sku[parcel],
    }
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    path.write_text("\n".join([",".join(columns), *(",".join(map(str, row)) for row in rows)]) + "\n")
    return len(order)
