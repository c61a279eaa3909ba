"""Everything that happened: typed, append-only, fingerprinted as it is written.

An event is 32 packed bytes, so a day of 100,000 parcels fits in memory and becomes numpy columns
without a copy. Two books are kept, the trace and the costs, each with its own running fingerprint: a change
of prices moves the second and not the first.

The fingerprint is a chain: blake2b over the digest so far and the next block of ``_BLOCK`` events. Only the
last digest and the unfinished block matter, so it goes on from a snapshot.
"""

import hashlib
import struct
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_PACK = struct.Struct("<qHHiiiq")
DTYPE = np.dtype(
    [
        ("time", "<i8"),
        ("kind", "<u2"),
        ("cause", "<u2"),
        ("subject", "<i4"),
        ("actor", "<i4"),
        ("place", "<i4"),
        ("value", "<i8"),
    ]
)
_SIZE = _PACK.size
_BLOCK = 1024 * _SIZE
NOBODY = -1


class Kind(IntEnum):
    """What happened. Numbers are part of the format: append, never reorder.

    Each line says what ``subject``, ``actor``, ``place`` and ``value`` hold; ``cause`` is an
    :class:`~twin.entities.Cause` unless said. NOBODY (-1) stands where a column does not apply.
    """

    SESSION = 1  # session, customer, area, parcels wanted
    OFFERED = 2  # session, offers shown, area, lowest price in micro-dollars
    WALKED = 3  # session, customer, area, -
    ORDERED = 4  # order (= session), customer, area, end of the promise in ms
    PROMISED = 5  # order, customer, area, start of the promise in ms
    CREATED = 6  # parcel, order, area, weight in g
    RESERVED = 7  # parcel, order, mfc, units left on record
    PICKED = 8  # parcel, order, mfc, ms from release to picked
    SHORT = 9  # parcel, order, mfc, -
    BACKORDERED = 10  # parcel, order, mfc, ms when it is expected
    ROUTED = 11  # parcel, carrier (-1 own), sortie mode (-1 streets), price expected
    HANDED = 12  # parcel, carrier, depot, due in ms
    LOADED = 13  # parcel, vehicle, depot, weight in g
    UNLOADED = 14  # parcel, vehicle, depot, weight in g
    ATTEMPTED = 15  # parcel, vehicle or -2 - carrier, area, attempt number; cause NONE = success
    DELIVERED = 16  # parcel, vehicle or -2 - carrier, area, ms late against the promise (<= 0 on time)
    EXCEPTION = 17  # parcel, remedy chosen, area, remedies offered
    RETURNED = 18  # parcel, vehicle or carrier, depot, -
    CANCELLED = 19  # parcel, order, depot, -
    LOST = 20  # parcel, vehicle or -2 - carrier, area, -
    OPEN = 21  # parcel, its status, depot, age in ms (at the end of the horizon)
    TOUR = 22  # vehicle, stops, depot, parcels
    LEG = 23  # vehicle, stop number, node, metres
    ARRIVED = 24  # vehicle, stop number, node, ms late against the believed arrival
    SERVED = 25  # vehicle, parcels, area, ms since it arrived: waiting for the window, parking, walking, service
    HOME = 26  # vehicle, parcels brought back, depot, metres of the tour
    BREAK = 27  # vehicle, -, node, ms
    CHARGED = 28  # vehicle, -, depot, watt-hours put in
    BROKE_DOWN = 29  # vehicle, parcels on board, node, ms of repair
    ASSISTED = 30  # vehicle, operator pool, node, ms
    SHIFT = 31  # vehicle, -, depot, ms on duty (at the end of the day)
    GROUNDED = 32  # parcel, remedy chosen, depot, -
    SORTIE = 33  # vehicle, parcel, area, metres out and back
    MESSAGE = 34  # parcel, channel, customer, ms when it will be seen (-1 never)
    CONTACT = 35  # order, customer, way (0 person 1 chat 2 self-service), -
    BROKEN = 36  # order, customer, area, end of the promise
    FIXED = 37  # parcel, customer, area, ms it took (an address put right)
    RATED = 38  # order, customer, area, stars
    STOCKED = 39  # sku, mfc, units arrived, -
    FORECAST = 40  # area, day, parcels expected, parcels at the upper end
    ADJUSTED = 41  # key, knob, -, new value
    DAY = 42  # day, -, -, parcels in the system
    PLANNED = 43  # depot, tours, parcels left behind, stops planned
    CARBON = 44  # vehicle or -2 - carrier, mode, depot, mg CO2e
    DETOUR = 45  # vehicle, metres more than by the way it was on, node where it turns, ms more as usual
    BLOCKED = 46  # vehicle, parcels on board, node, ms until it tries again
    PARKED = 50  # vehicle, ms of searching for a place, node, ms of walking to the door and back
    AT_DOOR = 51  # parcel, vehicle, area, ms at the door
    ANSWERED = 53  # order, customer, -, ms waited for a person
    HUNG_UP = 54  # order, customer, -, ms waited in vain
    WITHDRAWN = 55  # order, customer, area, parcels that were still open
    REPLANNED = 56  # depot, triggers (a bit each), tours that changed, micro-dollars that the router expects to save
    RETOURED = 57  # vehicle, stops that moved, seconds earlier home, micro-dollars expected saved; cause: a trigger


class Account(IntEnum):
    """Where money goes. A posting moves it from CASH to a cost, or from an income (FEES, GOODS) to CASH."""

    CASH = 0
    LABOUR = 1
    OVERTIME = 2
    VEHICLE = 3
    RUNNING = 4
    ENERGY = 5
    SUPERVISION = 6
    HUB = 7
    PICKING = 8
    TRANSFER = 9
    CARRIER = 10
    MESSAGES = 11
    CONTACTS = 12
    REMEDIES = 13
    LOSSES = 14
    REPAIRS = 15
    HOLDING = 16
    FEES = 17
    GOODS = 18

    @property
    def is_cost(self) -> bool:
        """Counts towards the cost of the operation."""
        return Account.CASH < self < Account.FEES


class Book:
    """One append-only stream of packed events with a running fingerprint."""

    __slots__ = ("_done", "_hash", "data")

    def __init__(self, data: bytes = b"") -> None:
        self.data = bytearray(data)
        self._hash = b""
        self._done = 0

    def __len__(self) -> int:
        return len(self.data) // _SIZE

    def append(self, time: int, kind: int, cause: int, subject: int, actor: int, place: int, value: int) -> None:
        """Write one event."""
        self.data += _PACK.pack(time, kind, cause, subject, actor, place, value)

    def fingerprint(self) -> str:
        """Hexadecimal digest of all that has been written."""
        with memoryview(self.data) as view:
            while self._done + _BLOCK <= len(view):
                self._hash = _chain(self._hash, view[self._done : self._done + _BLOCK])
                self._done += _BLOCK
            return _chain(self._hash, view[self._done :]).hex()

    def columns(self) -> NDArray[np.void]:
        """The events as a read-only structured array of ``DTYPE`` (a copy: the book goes on growing)."""
        rows = np.frombuffer(bytes(self.data), dtype=DTYPE)
        rows.flags.writeable = False
        return rows

    def since(self, start: int) -> NDArray[np.void]:
        """The events from ``start`` on without a copy: drop the array before the next event is written."""
        return np.frombuffer(memoryview(self.data)[start * _SIZE :], dtype=DTYPE)


def _chain(digest: bytes, block: memoryview) -> bytes:
    state = hashlib.blake2b(digest, digest_size=16)
    state.update(block)
    return state.digest()


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Digests of the trace, the costs, and of both."""

    trace: str
    costs: str

    @property
    def both(self) -> str:
        """One digest for the whole ledger."""
        return hashlib.blake2b(f"{self.trace}{self.costs}".encode(), digest_size=16).hexdigest()


class Ledger:
    """The trace of events and the book of costs.

    A posting has the account in ``kind``, the parcel in ``subject`` (NOBODY: shared by many), who caused it in
    ``actor``, the account it comes from in ``place``, and micro-dollars in ``value``.
    """

    __slots__ = ("costs", "trace")

    def __init__(self, trace: bytes = b"", costs: bytes = b"") -> None:
        self.trace = Book(trace)
        self.costs = Book(costs)

    def fingerprint(self) -> Fingerprint:
        """The fingerprint of the trace and of the costs."""
        return Fingerprint(self.trace.fingerprint(), self.costs.fingerprint())

    def write(self, path: Path) -> None:
        """Write both books to one Parquet file, whole or not at all."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        from twin.files import replacing

        trace, costs = self.trace.columns(), self.costs.columns()
        table = pa.table(
            {"book": pa.array(["trace"] * len(trace) + ["costs"] * len(costs)).dictionary_encode()}
            | {name: np.concatenate([trace[name], costs[name]]) for name in DTYPE.names or ()}
        )
        with replacing(path) as temporary:
            pq.write_table(table, temporary)

    @classmethod
    def read(cls, path: Path) -> "Ledger":
        """Read a ledger that :meth:`write` wrote."""
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        table = pq.read_table(path)
        books = []
        for name in ("trace", "costs"):
            part = table.filter(pc.equal(table["book"].cast("string"), name))
            rows = np.empty(part.num_rows, dtype=DTYPE)
            for column in DTYPE.names or ():
                rows[column] = part[column].to_numpy()
            books.append(rows.tobytes())
        return cls(*books)
