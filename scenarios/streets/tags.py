"""What OpenStreetMap tags mean to a van: class, speed limit, direction, permission.

Rules follow the OpenStreetMap wiki and the ``drive`` filter of OSMnx, so that a raw extract and an OSMnx graph of
the same place give the same streets.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from twin.entities import Street

CLASS_OF = {
    "motorway": Street.EXPRESSWAY,
    "trunk": Street.EXPRESSWAY,
    "motorway_link": Street.ARTERIAL,
    "trunk_link": Street.ARTERIAL,
    "primary": Street.ARTERIAL,
    "primary_link": Street.ARTERIAL,
    "secondary": Street.ARTERIAL,
    "secondary_link": Street.ARTERIAL,
    "tertiary": Street.COLLECTOR,
    "tertiary_link": Street.COLLECTOR,
    "unclassified": Street.COLLECTOR,
    "residential": Street.RESIDENTIAL,
    "living_street": Street.RESIDENTIAL,
    "road": Street.RESIDENTIAL,
}
"""Streets for cars. A ramp is driven like an arterial, whatever it leads to."""

NOT_FOR_CARS = frozenset(
    (
        *("abandoned", "construction", "planned", "proposed", "razed", "no"),
        *("bridleway", "corridor", "cycleway", "elevator", "escalator", "footway", "path", "pedestrian", "steps"),
        *("bus_guideway", "busway", "platform", "raceway", "track"),
    )
)

FREE_FLOW_KMH = np.array([30.0, 40.0, 50.0, 90.0])
"""Free-flow speed by :class:`~twin.entities.Street` where no limit is mapped (evidence 14, B/D)."""

_CLOSED = frozenset({"no", "private", "agricultural", "forestry", "emergency", "psv", "bus"})
_ONE_WAY = {"yes": 1, "true": 1, "1": 1, "reversible": 1, "alternating": 1, "-1": -1, "reverse": -1}
_TWO_WAY = frozenset({"no", "false", "0"})
_LIMIT = re.compile(r"(\d+(?:\.\d+)?)\s*(mph|km/?h|kph)?")
_WALK_KMH = 7.0
_MPH = 1.609344


@lru_cache(maxsize=4096)
def values(text: str) -> tuple[str, ...]:
    """The values of a tag: ``"50;30"`` of a way, ``"['50', '30']"`` of an edge that OSMnx merged."""
    parts = text[1:-1].split(",") if text[:1] == "[" else text.split(";")
    return tuple(part for part in (raw.strip().strip("'\"").strip() for raw in parts) if part)


@lru_cache(maxsize=4096)
def kmh(maxspeed: str) -> float:
    """A speed limit in km/h, the mean of several, or NaN when the tag holds no number (``RO:urban``, ``none``).

    ``walk`` is 7 km/h; numbers outside 1 to 200 km/h are not believed.
    """
    limits = [limit for limit in map(_limit, values(maxspeed.lower())) if 1 <= limit <= 200]
    return sum(limits) / len(limits) if limits else float("nan")


def _limit(text: str) -> float:
    if text == "walk":
        return _WALK_KMH
    match = _LIMIT.fullmatch(text)
    if match is None:
        return float("nan")
    return float(match[1]) * (_MPH if match[2] == "mph" else 1.0)


def street(highway: str) -> Street | None:
    """The class of a way, the fastest of several; None when no car may use it or the tag is unknown."""
    classes = [CLASS_OF[value] for value in values(highway) if value in CLASS_OF]
    return max(classes) if classes else None


def direction(tags: Mapping[str, str]) -> int:
    """Where cars may go: 1 along the way, -1 against it, 0 both.

    Roundabouts and motorways are one-way unless tagged otherwise.
    """
    oneway = tags.get("oneway", "").lower()
    if oneway in _ONE_WAY:
        return _ONE_WAY[oneway]
    if oneway in _TWO_WAY:
        return 0
    return int(tags.get("junction") in {"roundabout", "circular"} or tags.get("highway") == "motorway")


def open_to_cars(tags: Mapping[str, str]) -> bool:
    """Whether a car may enter: the most specific access tag decides."""
    if tags.get("area") == "yes":
        return False
    for key in ("motorcar", "motor_vehicle", "vehicle", "access"):
        if key in tags:
            return not all(value in _CLOSED for value in values(tags[key]))
    return True
