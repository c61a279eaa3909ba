"""Orders: which windows can be promised, what a promise is, and when it is broken."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.toy import toy_world
from scenarios.toyfleet import certain_people, toy_fleet
from tests.worlds import PLAIN, cost, counts, operation, play, rows
from twin import customers, orders
from twin.engine import Twin
from twin.entities import Cause, Offer, Slot
from twin.ledger import NOBODY, Account, Kind, Ledger
from twin.state import Status
from twin.units import DAY, HOUR, MINUTE, clock, usd
from twin.world import World


def seen_slots(world: World) -> list[tuple[int, list[Slot]]]:
    """What the promiser was shown, with the time."""
    seen: list[tuple[int, list[Slot]]] = []

    def watch(view: Any, session: Any, slots: list[Slot]) -> list[Offer]:
        seen.append((view.now, list(slots)))
        return list(PLAIN.promising(view, session, slots))

    play(world, promising=watch)
    return seen


def test_windows_are_those_of_the_next_days_whose_wave_has_not_left() -> None:
    """At 11:45 the 13:00 wave is the next: the windows from 14:00 on, and all three of tomorrow."""
    by_time = dict(seen_slots(toy_world()))
    shown = by_time[clock("11:45")]
    assert [slot.window.early // HOUR for slot in shown] == [14, 18, 34, 38, 42]
    assert [slot.cut_off // HOUR for slot in shown] == [13, 17, 33, 37, 41]


@given(st.sampled_from([("09:00",), ("06:00", "12:00"), ("09:00", "13:00", "17:00")]), st.integers(1, 3))
def test_no_window_is_shown_after_its_cut_off(waves: tuple[str, ...], days: int) -> None:
    """Every slot's wave is still to come, and its window ends within the days that may be promised."""
    for now, slots in seen_slots(toy_world(operation=operation(waves=waves, promise_days=days))):
        assert all(slot.cut_off > now for slot in slots)
        assert all(slot.window.late <= (now // DAY + days) * DAY for slot in slots)


def test_no_window_is_shown_that_is_over() -> None:
    """A window that has begun before the first wave is shown until that wave, and ends after it."""
    early = operation(windows=(("06:00", "10:00"), ("10:00", "14:00")), waves=("09:00",))
    shown = seen_slots(toy_world(operation=early))
    assert all(slot.window.late > now for now, slots in shown for slot in slots)
    assert 6 * HOUR in {slot.window.early for now, slots in shown for slot in slots if now > 8 * HOUR}


def test_a_full_window_is_not_sold() -> None:
    """Each window takes as many parcels as it has room for, then the next one is sold, then nothing."""
    ledger = play(toy_world(operation=operation(slot_parcels=1)))
    ends = rows(ledger, Kind.ORDERED)["value"]
    assert len(np.unique(ends)) == len(ends) == 6
    walked = rows(ledger, Kind.WALKED)
    assert len(walked) == 5


def test_room_counts_parcels() -> None:
    """An order of two parcels books two."""
    booked = {slot.window: slot.booked for _, slots in seen_slots(toy_world()) for slot in slots}
    ledger = play(toy_world())
    last = rows(ledger, Kind.ORDERED)[-1]
    for window, number in booked.items():
        orders = rows(ledger, Kind.ORDERED)
        mine = orders["subject"][(orders["value"] == window.late) & (orders["time"] < last["time"])]
        created = rows(ledger, Kind.CREATED)
        assert number == np.isin(created["actor"], mine).sum()


def test_goods_out_of_stock_are_ready_tomorrow() -> None:
    """What no centre has cannot leave before the next morning's goods, so today is not offered by who waits for it."""
    empty = toy_world(scarce=True)
    shown = dict(seen_slots(empty))
    first, later = shown[clock("00:40")], shown[clock("11:45")]
    assert first[0].ready < 10 * HOUR
    assert later[0].ready >= DAY + 6 * HOUR


def test_an_order_has_one_promise_and_all_its_parcels() -> None:
    """Each order is written with start and end of its promise, then each parcel of the session once."""
    ledger = play(toy_world(days=2, noise=True))
    ordered, promised, created = (rows(ledger, kind) for kind in (Kind.ORDERED, Kind.PROMISED, Kind.CREATED))
    assert np.array_equal(ordered["subject"], promised["subject"])
    assert np.all(promised["value"] < ordered["value"])
    assert len(np.unique(created["subject"])) == len(created)
    assert set(created["actor"].tolist()) == set(ordered["subject"].tolist())


def test_fees_come_in_and_are_no_cost() -> None:
    """What customers pay goes from FEES to CASH, with parcel and order, and no cost account sees it."""
    world = toy_world()
    paid = play(world, promising=lambda view, session, slots: [Offer(slots[-1].window, usd(3.5))])
    book = paid.costs.columns()
    fees = book[book["place"] == Account.FEES]
    assert fees["value"].tolist() == [usd(3.5)] * 11
    assert set(fees["kind"].tolist()) == {Account.CASH}
    assert NOBODY not in fees["subject"]
    assert cost(paid, Account.FEES) == 0


def without_vehicles(days: int = 3) -> Ledger:
    """A run in which nothing is ever delivered."""
    return play(toy_world(days=days, fleet=toy_fleet(van=0)))


def test_a_promise_breaks_once_at_its_end() -> None:
    """An order that is not complete is broken at the last moment of its window, not before and not again."""
    ledger = without_vehicles()
    broken, ordered = rows(ledger, Kind.BROKEN), rows(ledger, Kind.ORDERED)
    ends = dict(zip(ordered["subject"].tolist(), ordered["value"].tolist(), strict=True))
    assert len(np.unique(broken["subject"])) == len(broken)
    assert all(row["time"] == row["value"] == ends[int(row["subject"])] for row in broken)
    assert set(broken["subject"].tolist()) == {order for order, end in ends.items() if end < 3 * DAY}


def test_a_kept_promise_is_not_broken() -> None:
    """Where everything comes in time nothing is broken, and the record of every window says so."""
    twin = Twin(toy_world(days=2), PLAIN)
    ledger = twin.run()
    ordered = rows(ledger, Kind.ORDERED)
    assert counts(ledger)[Kind.BROKEN] == 0
    assert sum(twin.state.slot_ended) == sum(twin.state.slot_kept) == (ordered["value"] < 2 * DAY).sum()


@pytest.mark.parametrize(("after", "late"), [(-1, False), (0, False), (1, True)])
def test_the_end_of_a_promise_belongs_to_it(after: int, late: bool) -> None:
    """Delivered at the last millisecond it is on time, one later it is not."""
    twin = Twin(toy_world(), PLAIN)
    twin.run(10 * HOUR + 2 * MINUTE)
    parcel = twin.state.status.index(bytes([Status.ABOARD]))
    order, vehicle = twin.facts.order_of[parcel], twin.state.holder[parcel]
    twin.state.now = twin.state.late[order] + after
    orders.end(twin, Kind.DELIVERED, parcel, vehicle, 0, after, Cause.NONE, -1)
    assert bool(twin.state.order_flags[order] & customers.LATE) is late


def test_the_record_of_windows_is_that_of_the_ledger() -> None:
    """Promises that came due, and those kept, by window: counted from the events."""
    people = certain_people(presence_weekday=(0.5,) * 24, safe_place=(0.2,) * 5)
    world = toy_world(days=4, people=people)
    twin = Twin(world, PLAIN)
    ledger = twin.run()
    ordered, delivered = rows(ledger, Kind.ORDERED), rows(ledger, Kind.DELIVERED)
    order_of = dict(zip(*(rows(ledger, Kind.CREATED)[name].tolist() for name in ("subject", "actor")), strict=True))
    missing = dict.fromkeys(ordered["subject"].tolist(), 0)
    for order in order_of.values():
        missing[order] += 1
    for row in delivered[delivered["value"] <= 0]:
        missing[order_of[int(row["subject"])]] -= 1
    ended, kept = [0, 0, 0], [0, 0, 0]
    for row in ordered[ordered["value"] < 4 * DAY]:
        window = [14, 18, 21].index(int(row["value"]) % DAY // HOUR)
        ended[window] += 1
        kept[window] += missing[int(row["subject"])] == 0
    assert (twin.state.slot_ended, twin.state.slot_kept) == (ended, kept)
    assert sum(kept) < sum(ended)


@pytest.mark.parametrize(("share", "cleansed", "expected"), [(1.0, 0.0, 12), (1.0, 1.0, 0), (0.0, 0.0, 0)])
def test_addresses_are_wrong_as_often_as_the_specification_says(share: float, cleansed: float, expected: int) -> None:
    """Typed wrong and not caught at checkout; the parcel carries it, operations do not know."""
    world = toy_world(people=certain_people(bad_address=share), operation=operation(cleansed=cleansed))
    twin = Twin(world, PLAIN)
    twin.run(23 * HOUR)
    assert sum(flags & 1 for flags in twin.state.flags) == expected
