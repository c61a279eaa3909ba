"""Marks are enough to name the first event, and the parcels, in which two ledgers differ."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.gate.marks import KEPT, Marks, differences, exact, marks_of, unreadable
from twin.ledger import Account, Kind, Ledger
from twin.units import MINUTE

Event = tuple[int, Kind, int, int]


def ledger(*events: Event, postings: int = 2) -> Ledger:
    """A ledger of these events: minute, kind, subject, value."""
    made = Ledger()
    for minute, kind, subject, value in events:
        made.trace.append(minute * MINUTE, kind, 0, subject, 1, 2, value)
    for n in range(postings):
        made.costs.append(n, Account.LABOUR, 0, n, 0, 0, 5)
    return made


DAY = (
    (540, Kind.CREATED, 0, 900), (541, Kind.CREATED, 1, 400), (600, Kind.LOADED, 0, 900), (601, Kind.LOADED, 1, 400),
    (660, Kind.DELIVERED, 0, -5), (700, Kind.DELIVERED, 1, 10),
)  # fmt: skip


def test_equal_ledgers_do_not_differ() -> None:
    """Nothing is named."""
    assert differences(ledger(*DAY), marks_of(ledger(*DAY))) == [f"Nothing differs in the first {KEPT:,} events."]


def test_the_first_event_and_its_parcels_are_named() -> None:
    """Parcel 1 comes ten minutes later: the event as it is now, and of two parcels the one that differs."""
    late = ledger(*DAY[:5], (710, Kind.DELIVERED, 1, 20))
    assert differences(late, marks_of(ledger(*DAY))) == [
        "First: event 5 at 11:50, DELIVERED parcel 1, actor 1, place 2, value 20, cause none.",
        "1 of 2 parcels differ; the first: 1 (11:50).",
    ]


def test_the_event_as_it_was_is_named_when_the_old_ledger_is_there() -> None:
    """Both sides of the first difference."""
    said = exact(ledger(*DAY[:5], (710, Kind.DELIVERED, 1, 20)), ledger(*DAY))
    assert said[-1] == "Before: event 5 at 11:40, DELIVERED parcel 1, actor 1, place 2, value 10, cause none."


def test_a_change_of_prices_is_told_from_one_of_events() -> None:
    """The trace is the same, the books of costs are not."""
    dearer = ledger(*DAY)
    dearer.costs.append(9, Account.ENERGY, 0, 3, 0, 0, 7)
    said = differences(dearer, marks_of(ledger(*DAY)))
    assert said[0] == "The trace is the same: only money differs."
    assert "posting 2 at 00:00, ENERGY parcel 3" in said[1]


def test_an_event_that_is_missing_is_named() -> None:
    """The ledger ends where the old one goes on."""
    said = differences(ledger(*DAY[:5]), marks_of(ledger(*DAY)))
    assert said == ["First: event 5 is missing; there are 5.", "1 of 2 parcels differ."]


@given(st.integers(0, len(DAY) - 1), st.integers(1, 1000))
def test_whatever_is_changed_is_found(place: int, by: int) -> None:
    """The index that is named is that of the event that was changed."""
    changed = list(DAY)
    minute, kind, subject, value = changed[place]
    changed[place] = (minute, kind, subject, value + by)
    said = differences(ledger(*changed), marks_of(ledger(*DAY)))
    assert said[0].startswith(f"First: event {place} at ")
    assert said[1].startswith("1 of 2 parcels differ")


@pytest.mark.parametrize(
    ("field", "value"),
    [("trace", "!"), ("trace", "AA"), ("costs", ""), ("parcels", "AA=="), ("events", 7), ("postings", 9)],
)
def test_marks_that_cannot_be_are_noticed(field: str, value: str | int) -> None:
    """Not base64, of an odd length, or of another number of events than they say."""
    marks: Marks = marks_of(ledger(*DAY))
    assert unreadable(marks) is None
    assert unreadable(replace(marks, **{field: value})) is not None  # type: ignore[arg-type]


def test_marks_stay_small() -> None:
    """Of a ledger of any length no more than so many events are marked, and a later difference is not invented."""
    many = Ledger()
    many.trace.data += np.arange((KEPT + 10) * 32, dtype=np.uint8).tobytes()
    assert marks_of(many).events == KEPT + 10
    assert len(marks_of(many).trace) == -(-KEPT * 2 // 3) * 4
    assert unreadable(marks_of(many)) is None
