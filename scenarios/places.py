"""From longitude and latitude to the junctions of a city."""

import numpy as np

from twin.world import City, Floats, Ints

DEGREE_M = 111_195.0
"""Metres of a degree of latitude on a sphere of 6,371 km."""


def metres(city: City, lon: Floats, lat: Floats) -> Floats:
    """(places, 2): metres east and north of latitude and longitude 0, true to scale in the city."""
    shrink = np.cos(np.radians(float(city.lat.mean())))
    return np.stack([lon * DEGREE_M * shrink, lat * DEGREE_M], axis=1)


def nearest(city: City, lon: Floats, lat: Floats) -> tuple[Ints, Floats]:
    """The nearest junction to each place, and how many metres off it is."""
    from scipy.spatial import cKDTree

    off, node = cKDTree(metres(city, city.lon, city.lat)).query(metres(city, lon, lat))
    return np.asarray(node, dtype=np.int64), np.asarray(off)


def within(city: City, lon: float, lat: float, radius_m: float) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """(nodes,): which junctions lie within a distance of a place."""
    way = metres(city, city.lon, city.lat) - metres(city, np.array([lon]), np.array([lat]))
    return np.asarray(np.hypot(*way.T) <= radius_m)
