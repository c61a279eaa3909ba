"""A trace of a ledger in some kilobytes: enough to say, without it, where a later one first differs.

Each book is cut into blocks of equally many events, at most ``KEPT`` of them, and 16 bits are kept of each. One block
in 65,536 that differs is missed, and then the next one is named; the fingerprint misses none.
"""

import base64
import binascii
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from pydantic.dataclasses import dataclass as checked

from experiments.gate.marks import hashed, said_of
from twin.ledger import Book, Ledger
from twin.units import STRICT

KEPT = 512
"""Blocks of each book of a run."""
KEPT_OF_THE_FIRST = 1 << 16
"""Of the first world of a comparison: mostly one event each."""
Count = Annotated[int, Field(strict=True, ge=0)]
Marks = NDArray[np.uint16]


@checked(frozen=True, config=STRICT)
class Blocks:
    """What is kept of one ledger: base64 of 16 bits a block, events of each book, and events a block."""

    trace: str
    costs: str
    events: Count
    postings: Count
    events_a_block: Annotated[int, Field(strict=True, ge=1)]
    postings_a_block: Annotated[int, Field(strict=True, ge=1)]


def blocks_of(ledger: Ledger, kept: int = KEPT) -> Blocks:
    """The blocks of a ledger."""
    sizes = [max(-(-len(book) // kept), 1) for book in (ledger.trace, ledger.costs)]
    trace, costs = (_marks(book, size) for book, size in zip((ledger.trace, ledger.costs), sizes, strict=True))
    return Blocks(_text(trace), _text(costs), len(ledger.trace), len(ledger.costs), *sizes)


def first_difference(now: Ledger, then: Blocks) -> str:
    """Where a ledger first differs from the one of which these blocks are left, in a sentence."""
    books = (
        (now.trace, then.trace, then.events, then.events_a_block, "event"),
        (now.costs, then.costs, then.postings, then.postings_a_block, "posting"),
    )
    for book, text, length, size, what in books:
        before, after = _numbers(text), _marks(book, size)
        shortest = min(len(before), len(after))
        apart = np.flatnonzero(before[:shortest] != after[:shortest])
        if len(apart) or length != len(book):
            place = int(apart[0]) * size if len(apart) else min(length, len(book))
            return _sentence(book, place, 1 if not len(apart) else size, what)
    return "The difference lies where no trace of it was kept."


def _sentence(book: Book, place: int, size: int, what: str) -> str:
    if size == 1:
        return f"First: {said_of(book, place, what)}"
    return f"First: among {what}s {place:,} to {place + size - 1:,}; as it is now, {said_of(book, place, what)}"


def _marks(book: Book, size: int) -> Marks:
    """16 bits of each block, which depend on the order within it."""
    if not len(book):
        return np.zeros(0, dtype="<u2")
    place = np.arange(len(book), dtype=np.uint64)
    mixed = hashed(book) * (place % np.uint64(size) * np.uint64(2) + np.uint64(1))
    sums = np.add.reduceat(mixed, np.arange(0, len(book), size))
    return (sums >> np.uint64(48)).astype("<u2")


def _text(marks: Marks) -> str:
    return base64.b64encode(marks.tobytes()).decode("ascii")


def _numbers(text: str) -> Marks:
    try:
        return np.frombuffer(base64.b64decode(text, validate=True), dtype="<u2")
    except (binascii.Error, ValueError):
        return np.zeros(0, dtype="<u2")
