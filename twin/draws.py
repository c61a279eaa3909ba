"""Common random numbers: luck keyed by purpose and person, never by call order.

A draw is a pure function of (seed, stream, entity, occasion). So an extra draw, an extra vehicle or
another policy leaves everybody else's luck bit-equal, and paired runs differ only by decisions.

The key is hashed with three rounds of the SplitMix64 finaliser (Steele, Lea & Flood 2014, variant 13
of Stafford), which passes BigCrush as a counter-based generator; the scalar and the array form give
the same bits.
"""

import math
from array import array
from enum import IntEnum
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_ENTITY = 0xD1B54A32D192ED03
_OCCASION = 0x8CB92BA72F3D8DD7
_A = 0xBF58476D1CE4E5B9
_B = 0x94D049BB133111EB
_UNIT = 2.0**-53
_STANDARD = NormalDist()


class Stream(IntEnum):
    """What a draw is for. Numbers are part of the format: append, never reorder."""

    CITY = 0
    CUSTOMER = 1
    SESSION = 2
    PARCEL = 3
    WEATHER = 4
    TRAFFIC = 5
    THINNING = 6
    CHOICE = 7
    ADDRESS = 8
    PICK_TIME = 9
    PHANTOM = 10
    PRESENCE = 11
    ACCESS = 12
    SAFE_PLACE = 13
    NEIGHBOUR = 14
    SERVICE_TIME = 15
    PARKING = 16
    HANDOFF = 17
    HANDOFF_WAIT = 18
    DROP = 19
    BREAKDOWN = 20
    REPAIR = 21
    ABORT = 22
    AIRCRAFT_LOSS = 23
    ASSIST = 24
    CARRIER_DAY = 25
    CARRIER_PARCEL = 26
    CARRIER_LATE = 27
    CARRIER_LOSS = 28
    CARRIER_ATTEMPT = 29
    MESSAGE_DELIVERY = 30
    MESSAGE_SEEN = 31
    MESSAGE_ANSWER = 32
    CONTACT = 33
    CONTACT_CHANNEL = 34
    RATING = 35
    SUBSTITUTE = 36
    STOCK_ERROR = 37
    LOCKER = 38
    FORECAST_ERROR = 39
    POLICY = 40
    DUMMY = 41
    WEATHER_FORECAST = 42
    WEATHER_OTHER = 43
    INCIDENT = 45
    WORKS = 46
    WALK = 50
    DRIVER_KNACK = 51
    DRIVER_PACE = 52
    DEMAND_FIELD = 55
    CALL_TIME = 56
    PATIENCE = 57
    ORDER_FILE = 58
    WITHDRAWAL = 59


_STREAMS = max(Stream) + 1


def _mix(z: int) -> int:
    z = ((z ^ (z >> 30)) * _A) & _MASK
    z = ((z ^ (z >> 27)) * _B) & _MASK
    return z ^ (z >> 31)


def _mix_array(z: NDArray[np.uint64]) -> NDArray[np.uint64]:
    z = (z ^ (z >> np.uint64(30))) * np.uint64(_A)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(_B)
    return z ^ (z >> np.uint64(31))


class Draws:
    """Luck by purpose and person.

    Parameters
    ----------
    seed : int
        The seed of the run; replications of one study have different seeds.
    """

    __slots__ = ("_columns", "_roots", "_uniform", "seed")

    def __init__(self, seed: int) -> None:
        from twin.drawmath import uniform

        self.seed = seed
        self._uniform = uniform
        root = _mix((seed * _GOLDEN + _GOLDEN) & _MASK)
        self._roots = [_mix((root + (stream + 1) * _GOLDEN) & _MASK) for stream in range(_STREAMS)]
        self._columns: list[array[float]] = [array("d") for _ in range(_STREAMS)]

    def bits(self, stream: Stream, entity: int, occasion: int = 0) -> int:
        """64 random bits for this key."""
        z = (self._roots[stream] + entity * _ENTITY) & _MASK
        z = ((z ^ (z >> 30)) * _A) & _MASK
        z = ((z ^ (z >> 27)) * _B) & _MASK
        z = ((z ^ (z >> 31)) + (occasion + 1) * _OCCASION) & _MASK
        z = ((z ^ (z >> 30)) * _A) & _MASK
        z = ((z ^ (z >> 27)) * _B) & _MASK
        return z ^ (z >> 31)

    def uniform(self, stream: Stream, entity: int, occasion: int = 0) -> float:
        """A number in [0, 1) for this key."""
        if not occasion:
            column = self._columns[stream]
            if 0 <= entity < len(column):
                return column[entity]
        number: float = self._uniform(self._roots[stream], entity, occasion)
        return number

    def prepare(self, stream: Stream, entities: int) -> None:
        """Draw the first occasion of entities 0 to ``entities - 1`` at once: the same numbers, faster."""
        if len(self._columns[stream]) < entities:
            numbers = self.uniforms(stream, np.arange(entities, dtype=np.int64))
            self._columns[stream] = array("d", numbers.tobytes())

    def uniforms(self, stream: Stream, entities: NDArray[np.int64], occasion: int = 0) -> NDArray[np.float64]:
        """:meth:`uniform` for many entities at once; the same bits."""
        ids = entities.astype(np.uint64)
        with np.errstate(over="ignore"):
            z = np.uint64(self._roots[stream]) + ids * np.uint64(_ENTITY)
            z = _mix_array(z) + np.uint64(((occasion + 1) * _OCCASION) & _MASK)
            z = _mix_array(z)
        return (z >> np.uint64(11)).astype(np.float64) * _UNIT

    def normal(self, stream: Stream, entity: int, occasion: int = 0) -> float:
        """A standard normal number, by inversion (one draw, so luck stays monotone)."""
        return _STANDARD.inv_cdf(self.uniform(stream, entity, occasion) or _UNIT)

    def lognormal(self, median: float, cv: float, stream: Stream, entity: int, occasion: int = 0) -> float:
        """A lognormal number by its median and coefficient of variation."""
        sigma = math.sqrt(math.log1p(cv * cv))
        return median * math.exp(sigma * self.normal(stream, entity, occasion))

    def exponential(self, mean: float, stream: Stream, entity: int, occasion: int = 0) -> float:
        """An exponential number with this mean."""
        return -mean * math.log1p(-self.uniform(stream, entity, occasion))

    def generator(self, stream: Stream, entity: int, occasion: int = 0) -> np.random.Generator:
        """A numpy generator of its own for this key; for whole arrays, when a world is drawn."""
        return np.random.Generator(np.random.Philox(key=self.bits(stream, entity, occasion)))
