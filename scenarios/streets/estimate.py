"""How many people live and work along streets, when nobody has counted them."""

import numpy as np

from scenarios.streets.network import Network
from twin.entities import Street
from twin.world import Floats, Ints

REACH_KM = 0.2
"""An edge brings no more than this to the cell of each end: the side of a cell."""
JOBS_A_HOUSEHOLD = 1.25
"""Half of 2.5 people work (D)."""


def estimated(net: Network, of_node: Ints, km2: Floats) -> tuple[Floats, Floats]:
    """Households and jobs from street density (D).

    A kilometre of residential and collector streets has ``120 * (j / 45) ** 2`` households, at least 40 and at
    most 500, where ``j`` is the city's junctions per km2: a fine grid is an old, dense city. Anchored on central
    São Paulo (j 88: 495 households a kilometre by the census) and Columbus, Ohio (j 45: about 110, M).
    Jobs are :data:`JOBS_A_HOUSEHOLD`, spread over the kilometres of arterials and collectors.
    """
    km = np.zeros((len(km2), len(Street)))
    both_ways = np.isin(net.head * net.nodes + net.tail, net.tail * net.nodes + net.head)
    half_km = np.minimum(net.length_m / 2000, REACH_KM) * np.where(both_ways, 0.5, 1.0)
    for end in (net.tail, net.head):
        np.add.at(km, (of_node[end], net.street), half_km)
    local = km[:, Street.RESIDENTIAL] + km[:, Street.COLLECTOR]
    busy = km[:, Street.ARTERIAL] + km[:, Street.COLLECTOR]
    per_km = float(np.clip(120 * (net.nodes / km2.sum() / 45) ** 2, 40, 500))
    homes = local if local.sum() > 0 else km.sum(axis=1)
    work = busy if busy.sum() > 0 else km.sum(axis=1)
    households = np.maximum(np.round(per_km * homes), np.where(homes == homes.max(), 1.0, 0.0))
    return households, np.round(JOBS_A_HOUSEHOLD * households.sum() * work / work.sum())
