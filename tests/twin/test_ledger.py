"""The ledger keeps every event, in order, and its fingerprint is a function of the events alone."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.toy import toy_world
from tests.worlds import play, rows
from twin.ledger import DTYPE, NOBODY, Account, Book, Fingerprint, Kind, Ledger
from twin.specs import Operation

Event = tuple[int, int, int, int, int, int, int]
small, wide, large = st.integers(0, 2**16 - 1), st.integers(-(2**31), 2**31 - 1), st.integers(-(2**63), 2**63 - 1)
event = st.tuples(large, small, small, wide, wide, wide, large)


def book(events: list[Event]) -> Book:
    """A book of these events."""
    written = Book()
    for columns in events:
        written.append(*columns)
    return written


@given(st.lists(event, max_size=30))
def test_what_is_appended_can_be_read(events: list[Event]) -> None:
    """Columns hold every event with every value, in the order of writing."""
    written = book(events)
    assert [tuple(row) for row in written.columns().tolist()] == events
    assert len(written) == len(events)


def test_an_event_is_32_bytes() -> None:
    """The packed form and the column type are one, so columns need no conversion."""
    assert len(book([(1, 2, 3, 4, 5, 6, 7)]).data) == DTYPE.itemsize == 32


@settings(max_examples=30)
@given(st.lists(st.integers(0, 5_000), max_size=5), st.integers(0, 5_000))
def test_looking_does_not_change_the_fingerprint(looks: list[int], length: int) -> None:
    """The fingerprint is that of the events, however often and whenever it was asked for before."""
    watched = Book()
    for number in range(length):
        watched.append(number, 1, 0, number % 7, NOBODY, NOBODY, number * number)
        if number in looks:
            watched.fingerprint()
    assert watched.fingerprint() == Book(bytes(watched.data)).fingerprint()


@given(st.lists(event, min_size=1, max_size=30), st.data())
def test_any_change_of_an_event_changes_the_fingerprint(events: list[Event], data: st.DataObject) -> None:
    """One value of one event, an event more or less, two events swapped: each gives another fingerprint."""
    at, column = data.draw(st.integers(0, len(events) - 1)), data.draw(st.integers(0, 6))
    changed = list(events[at])
    changed[column] ^= 1
    first = book(events).fingerprint()
    assert book([*events[:at], tuple(changed), *events[at + 1 :]]).fingerprint() != first  # type: ignore[list-item]
    assert book(events[:-1]).fingerprint() != first
    if events[0] != events[-1]:
        assert book([events[-1], *events[1:-1], events[0]]).fingerprint() != first


@pytest.mark.parametrize("length", [0, 1, 1023, 1024, 1025, 2048])
def test_a_book_goes_on_where_it_was_saved(length: int) -> None:
    """Saved at any length and gone on, at block ends too, the fingerprint is that of the unbroken book."""
    events = [(n, 1, 0, n, 0, 0, n) for n in range(length + 700)]
    saved = book(events[:length])
    saved.fingerprint()
    restored = Book(bytes(saved.data))
    for columns in events[length:]:
        restored.append(*columns)
    assert restored.fingerprint() == book(events).fingerprint()


def test_columns_are_a_picture() -> None:
    """Columns that were read cannot be written to, and do not change as the book goes on."""
    written = book([(1, 2, 3, 4, 5, 6, 7)])
    columns = written.columns()
    written.append(8, 2, 3, 4, 5, 6, 7)
    assert len(columns) == 1
    with pytest.raises(ValueError, match="read-only"):
        columns["time"] = 0


def test_an_empty_ledger_has_a_fingerprint() -> None:
    """Nothing happened is an outcome too, the same each time."""
    assert Ledger().fingerprint() == Ledger().fingerprint() != Ledger(trace=bytes(32)).fingerprint()


def test_both_books_count_in_the_fingerprint_of_both() -> None:
    """A change in either book, or a swap, changes the common digest."""
    digests = {Fingerprint(*pair).both for pair in (("a", "b"), ("b", "a"), ("a", "c"), ("c", "b"))}
    assert len(digests) == 4


def test_parquet_gives_back_the_ledger(tmp_path: Path) -> None:
    """Written and read, both books are the same, bit by bit, and nothing else is left behind."""
    ledger = play(toy_world(noise=True))
    ledger.write(tmp_path / "ledger.parquet")
    back = Ledger.read(tmp_path / "ledger.parquet")
    assert (bytes(back.trace.data), bytes(back.costs.data)) == (bytes(ledger.trace.data), bytes(ledger.costs.data))
    assert back.fingerprint() == ledger.fingerprint()
    assert [file.name for file in tmp_path.iterdir()] == ["ledger.parquet"]


def test_an_empty_ledger_can_be_written(tmp_path: Path) -> None:
    """A run in which nothing happened has a file too."""
    Ledger().write(tmp_path / "ledger.parquet")
    assert Ledger.read(tmp_path / "ledger.parquet").fingerprint() == Ledger().fingerprint()


def test_prices_move_the_costs_and_not_the_trace() -> None:
    """What picking costs changes the book of costs; what happens stays the same to the last bit."""
    cheap, dear = (
        play(toy_world(noise=True, operation=Operation(skus=6, pick_usd=price))).fingerprint() for price in (2.2, 3.3)
    )
    assert cheap.trace == dear.trace
    assert cheap.costs != dear.costs


def test_events_are_written_in_the_order_of_time() -> None:
    """Time never runs backwards in either book."""
    ledger = play(toy_world(days=2, noise=True))
    assert np.all(np.diff(ledger.trace.columns()["time"]) >= 0)
    assert np.all(np.diff(ledger.costs.columns()["time"]) >= 0)


def test_numbers_of_kinds_and_accounts_are_part_of_the_format() -> None:
    """Kinds and accounts keep the numbers that old ledgers were written with."""
    assert [kind.value for kind in Kind] == sorted(set(Kind))
    assert [account.value for account in Account] == list(range(len(Account)))
    assert (Kind.DELIVERED, Kind.OPEN, Kind.CARBON) == (16, 21, 44)
    assert (Account.CASH, Account.PICKING, Account.FEES) == (0, 8, 17)


def test_neither_cash_nor_incomes_are_costs() -> None:
    """Costs are the accounts between them."""
    assert {account for account in Account if not account.is_cost} == {Account.CASH, Account.FEES, Account.GOODS}


def test_every_posting_names_two_accounts_and_an_amount() -> None:
    """Each row of the book of costs moves a positive or zero amount from one account to another."""
    book_ = play(toy_world(noise=True)).costs.columns()
    assert len(book_)
    assert np.all(book_["value"] >= 0)
    assert np.all(book_["kind"] != book_["place"])
    assert set(np.concatenate([book_["kind"], book_["place"]]).tolist()) <= {account.value for account in Account}


def test_every_event_is_of_a_known_kind() -> None:
    """A reader of the file finds each number of a kind in the list."""
    ledger = play(toy_world(noise=True))
    assert len(rows(ledger, *Kind)) == len(ledger.trace)
