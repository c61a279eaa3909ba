"""A short hand of a ledger, so that a later one can be told from it event by event and parcel by parcel.

Sixteen bits of each event are enough to name the first that differs (one in 65,536 is missed, and then the next is
named), and a baseline stays small enough for a repository.
"""

import base64
import binascii
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from twin.entities import Cause
from twin.ledger import Account, Book, Kind, Ledger
from twin.units import hhmm

KEPT = 1 << 16
"""Events of each book, and parcels, that are marked."""
SHOWN = 5
OF_A_PARCEL = frozenset({
    Kind.CREATED, Kind.RESERVED, Kind.PICKED, Kind.SHORT, Kind.BACKORDERED, Kind.ROUTED, Kind.HANDED, Kind.LOADED,
    Kind.UNLOADED, Kind.ATTEMPTED, Kind.DELIVERED, Kind.EXCEPTION, Kind.RETURNED, Kind.CANCELLED, Kind.LOST, Kind.OPEN,
    Kind.GROUNDED, Kind.MESSAGE, Kind.FIXED, Kind.AT_DOOR,
})  # fmt: skip
"""Events whose subject is a parcel."""
_MIX = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD1B54A32D192ED03, 0x8CB92BA72F3D8DD7)
Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Marks:
    """What is kept of one ledger: base64 of 16 bits an event or parcel, and how many events each book has."""

    trace: str
    costs: str
    parcels: str
    events: int
    postings: int


def marks_of(ledger: Ledger) -> Marks:
    """The marks of a ledger."""
    return Marks(
        trace=_text(_events(ledger.trace)),
        costs=_text(_events(ledger.costs)),
        parcels=_text(_parcels(ledger.trace)),
        events=len(ledger.trace),
        postings=len(ledger.costs),
    )


def unreadable(marks: Marks) -> str | None:
    """The field that is not what :func:`marks_of` writes, if one is."""
    lengths = {"trace": marks.events, "costs": marks.postings, "parcels": None}
    for name, length in lengths.items():
        try:
            found = len(_numbers(getattr(marks, name)))
        except (binascii.Error, ValueError):
            return name
        if found > KEPT or (length is not None and found != min(length, KEPT)):
            return name
    return None


def differences(now: Ledger, then: Marks) -> list[str]:
    """What differs first, in sentences: the event, what only money changed, the parcels."""
    index = _first(_events(now.trace), _numbers(then.trace), len(now.trace), then.events)
    if index is None:
        index = _first(_events(now.costs), _numbers(then.costs), len(now.costs), then.postings)
        if index is None:
            return [f"Nothing differs in the first {KEPT:,} events."]
        return ["The trace is the same: only money differs.", f"First: {said_of(now.costs, index, 'posting')}"]
    return [f"First: {said_of(now.trace, index, 'event')}", *_which_parcels(now.trace, then, index)]


def exact(now: Ledger, then: Ledger) -> list[str]:
    """What differs first when both ledgers are there: the event as it was, too."""
    said = differences(now, marks_of(then))
    for book, was, what in ((now.trace, then.trace, "event"), (now.costs, then.costs, "posting")):
        index = _first(_events(book), _events(was), len(book), len(was))
        if index is not None:
            return [*said, f"Before: {said_of(was, index, what)}"]
    return said


def _which_parcels(trace: Book, then: Marks, index: int) -> list[str]:
    now, before = _parcels(trace), _numbers(then.parcels)
    longest = max(len(now), len(before))
    one, other = (np.pad(marks, (0, longest - len(marks))) for marks in (now, before))
    differ = np.flatnonzero(one != other)
    rows = trace.columns()[index:]
    rows = rows[np.isin(rows["kind"], list(OF_A_PARCEL)) & np.isin(rows["subject"], differ)]
    subjects, first = np.unique(rows["subject"], return_index=True)
    order = np.argsort(first)[:SHOWN]
    shown = ", ".join(f"{subjects[i]} ({hhmm(int(rows['time'][first[i]]))})" for i in order)
    return [f"{len(differ):,} of {longest:,} parcels differ" + (f"; the first: {shown}." if shown else ".")]


def said_of(book: Book, index: int, what: str) -> str:
    """An event or posting in words: its place, time, kind and columns."""
    rows = book.columns()
    if index >= len(rows):
        return f"{what} {index:,} is missing; there are {len(rows):,}."
    row = rows[index]
    kind = int(row["kind"])
    whose = "parcel" if what == "posting" or kind in OF_A_PARCEL else "subject"
    columns = " ".join(f"{name} {row[name]}," for name in ("actor", "place", "value"))
    named = _name(Account if what == "posting" else Kind, kind)
    cause = _name(Cause, int(row["cause"])).lower()
    return f"{what} {index:,} at {hhmm(int(row['time']))}, {named} {whose} {row['subject']}, {columns} cause {cause}."


def _name(members: type[IntEnum], number: int) -> str:
    return next((member.name for member in members if member == number), str(number))


def _first(now: Hashes | NDArray[np.uint16], then: NDArray[np.uint16], length: int, was: int) -> int | None:
    """The first place where two books differ, or where the shorter one ends."""
    shortest = min(len(now), len(then))
    apart = np.flatnonzero(now[:shortest] != then[:shortest])
    if len(apart):
        return int(apart[0])
    return min(length, was) if length != was else None


def _events(book: Book) -> NDArray[np.uint16]:
    return _short(hashed(book)[:KEPT])


def hashed(book: Book) -> Hashes:
    """64 bits of each event."""
    words = np.frombuffer(bytes(book.data), dtype="<u8").reshape(-1, 4)
    mixed = np.zeros(len(words), dtype=np.uint64)
    for column, factor in enumerate(_MIX):
        mixed = (mixed ^ words[:, column]) * np.uint64(factor)
        mixed ^= mixed >> np.uint64(29)
    return mixed


def _parcels(trace: Book) -> NDArray[np.uint16]:
    """One mark a parcel, from all its events with their times."""
    rows, hashes = trace.columns(), hashed(trace)
    ours = np.isin(rows["kind"], list(OF_A_PARCEL)) & (rows["subject"] >= 0) & (rows["subject"] < KEPT)
    sums = np.zeros(int(rows["subject"][ours].max(initial=-1)) + 1, dtype=np.uint64)
    np.add.at(sums, rows["subject"][ours], hashes[ours])
    return _short(sums)


def _short(hashes: Hashes) -> NDArray[np.uint16]:
    return (hashes >> np.uint64(48)).astype("<u2")


def _text(numbers: NDArray[np.uint16]) -> str:
    return base64.b64encode(numbers.tobytes()).decode("ascii")


def _numbers(text: str) -> NDArray[np.uint16]:
    return np.frombuffer(base64.b64decode(text, validate=True), dtype="<u2")
