"""What these tests share: scenarios that are quick to draw, and digests of what came out."""

from dataclasses import fields, is_dataclass
from hashlib import blake2b
from typing import Any

import numpy as np

from scenarios.spec import CitySpec, DemandSpec, Scenario
from scenarios.toyfleet import toy_fleet
from twin.specs import FleetGroup

TOWN = CitySpec(nodes=400, depots=1, lockers=3)
VANS: dict[str, FleetGroup] = {"vans": toy_fleet(van=2)[0]}


def scenario(**changes: Any) -> Scenario:
    """Two vans in a small town with 200 parcels a day; ``changes`` replace its values."""
    plain: dict[str, Any] = {"fleet": VANS, "city": TOWN, "demand": DemandSpec(parcels_per_day=200.0)}
    return Scenario(**{**plain, **changes})


def digests(part: Any, prefix: str = "") -> dict[str, str]:
    """Name -> digest of every array below a dataclass."""
    found: dict[str, str] = {}
    for field in fields(part):
        value = getattr(part, field.name)
        if isinstance(value, np.ndarray):
            found[prefix + field.name] = blake2b(np.ascontiguousarray(value).tobytes(), digest_size=8).hexdigest()
        elif is_dataclass(value):
            found |= digests(value, f"{prefix}{field.name}.")
    return found


def differing(one: Any, other: Any) -> set[str]:
    """First parts of the names whose arrays differ."""
    left, right = digests(one), digests(other)
    return {name.split(".")[0] for name in left if left[name] != right[name]}
