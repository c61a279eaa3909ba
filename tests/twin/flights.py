"""What tests of sorties share: fleets of drones with a van to fall back on, and runs in which everything flies."""

from typing import Any

import numpy as np

from scenarios.toy import toy_world
from scenarios.toyfleet import toy_fleet, toy_kind
from tests.worlds import Rows, play, prefer, rows
from twin.entities import Mode
from twin.ledger import Kind, Ledger
from twin.specs import FleetGroup
from twin.world import World

FLY = prefer("drone", "robot", "streets")


def drones(count: int = 2, operators: int | None = None, **changes: Any) -> FleetGroup:
    """So many drones, changed."""
    return FleetGroup(toy_kind(Mode.DRONE, **changes), count, operators)


def hub(*groups: FleetGroup, vans: int = 1, **changes: Any) -> World:
    """A toy with these groups and so many vans to fall back on."""
    return toy_world(fleet=(*groups, *(toy_fleet(van=vans) if vans else ())), **changes)


def fly(world: World, **changes: Any) -> Ledger:
    """A run in which everything flies that can."""
    return play(world, **{"carriers": FLY, **changes})


def out(ledger: Ledger) -> Rows:
    """Departures and returns of sorties, in order."""
    mine = rows(ledger, Kind.SORTIE, Kind.HOME)
    flying = np.unique(rows(ledger, Kind.SORTIE)["subject"])
    return mine[np.isin(mine["subject"], flying)]


def most_at_once(ledger: Ledger) -> int:
    """How many sorties were out together at most."""
    return int(np.cumsum(np.where(out(ledger)["kind"] == Kind.SORTIE, 1, -1)).max(initial=0))
