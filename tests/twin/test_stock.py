"""Stock: what is reserved is there, record and shelf part ways only by a short pick, goods come in the morning."""

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.toy import toy_world
from scenarios.toyfleet import toy_fleet
from tests.worlds import PLAIN, cost, counts, operation, play, remedy, rows
from twin.engine import Twin
from twin.entities import Cause, Remedy, Replenishment
from twin.ledger import Account, Kind
from twin.units import DAY, HOUR, MINUTE, usd

NO_VANS = toy_fleet(van=0)


def balanced(twin: Twin) -> bool:
    """Whether each product of each centre was received, and is on the shelf or sold."""
    state = twin.state
    columns = zip(state.received, state.shelf, state.sold, strict=True)
    return all(received == there + sold and there >= 0 for received, there, sold in columns)


@settings(max_examples=25)
@given(st.booleans(), st.floats(0, 0.9), st.sampled_from([(4,), (0, 8)]), st.permutations(list(Remedy)))
def test_goods_are_never_made_nor_lost(
    scarce: bool, phantom: float, depots: tuple[int, ...], wishes: list[Remedy]
) -> None:
    """Received = on the shelf + sold at every centre; sold = picked; record and reservations stay possible."""
    world = toy_world(days=3, noise=True, scarce=scarce, depots=depots)
    world = replace(world, operation=replace(world.operation, phantom=phantom))
    twin = Twin(world, PLAIN.replace(recovering=remedy(*wishes)))
    ledger = twin.run()
    state = twin.state
    assert balanced(twin)
    assert sum(state.sold) == counts(ledger)[Kind.PICKED]
    assert all(0 <= reserved <= record <= shelf for reserved, record, shelf in
               zip(state.reserved, state.record, state.shelf, strict=True))  # fmt: skip


def test_every_order_is_picked_when_there_is_enough() -> None:
    """With four days of stock nothing is short, backordered or cancelled."""
    seen = counts(play(toy_world(days=1)))
    assert seen[Kind.BACKORDERED] == seen[Kind.SHORT] == 0
    assert seen[Kind.RESERVED] == 12


def test_a_centre_opens_with_an_even_share_of_the_demand() -> None:
    """Units by popularity, at least one of each product, for the days asked for, over all centres."""
    world = toy_world(depots=(0, 8), operation=operation(stock_days=10.0))
    twin = Twin(world, PLAIN)
    expected = [max(1, round(12 * 10 / 2 * share)) for share in world.popularity.tolist()]
    assert list(twin.state.opening) == expected * 2 == list(twin.state.shelf)


def test_picking_keeps_hours() -> None:
    """What is ordered at night is picked from six on, what comes after closing the next morning."""
    picked = rows(play(toy_world(days=2, operation=operation(pick_hours=("06:00", "12:00")))), Kind.PICKED)
    by_parcel = dict(zip(picked["subject"].tolist(), picked["time"].tolist(), strict=True))
    assert by_parcel[0] == 6 * HOUR + 3 * MINUTE
    assert by_parcel[9] == DAY + 6 * HOUR + 3 * MINUTE
    times = picked["time"] % DAY
    assert np.all((times >= 6 * HOUR) & (times < 12 * HOUR + 3 * MINUTE))


def test_pickers_work_one_after_the_other() -> None:
    """One picker takes two orders of the night in turn, two take them together."""
    for pickers, second in ((1, 6), (2, 3)):
        picked = rows(play(toy_world(operation=operation(pickers=pickers))), Kind.PICKED)
        assert (picked["time"][:2] - 6 * HOUR).tolist() == [3 * MINUTE, second * MINUTE]


def test_a_pick_is_paid_also_when_the_shelf_is_empty() -> None:
    """Each walk to the shelf costs, found or not."""
    ledger = play(toy_world(operation=operation(phantom=0.5)), recovering=remedy(Remedy.CANCEL))
    seen = counts(ledger)
    assert seen[Kind.SHORT] > 0
    assert cost(ledger, Account.PICKING) == usd(2.2) * (seen[Kind.PICKED] + seen[Kind.SHORT])


def test_out_of_stock_is_a_backorder_for_the_next_morning() -> None:
    """What no centre has on record is expected, and comes, at the next day's inbound hour, and is then picked."""
    ledger = play(toy_world(days=2, scarce=True), recovering=remedy(Remedy.BACKORDER))
    back = rows(ledger, Kind.BACKORDERED)
    assert len(back)
    assert set(back["cause"].tolist()) == {Cause.OUT_OF_STOCK}
    reserved = rows(ledger, Kind.RESERVED)
    for row in back[back["value"] < 2 * DAY]:
        assert row["value"] == (row["time"] // DAY + 1) * DAY + 6 * HOUR
        again = reserved[(reserved["subject"] == row["subject"]) & (reserved["time"] > row["time"])]
        assert again["time"].tolist() == [row["value"]]
        picked = rows(ledger, Kind.PICKED)
        assert row["subject"] in picked["subject"]
    assert cost(ledger, Account.TRANSFER) == usd(1.2) * len(back)


def test_a_phantom_is_found_at_the_shelf_and_needs_a_remedy() -> None:
    """The record had it: reserved, then SHORT with an exception, and the record is put right."""
    twin = Twin(toy_world(operation=operation(phantom=1.0)), PLAIN.replace(recovering=remedy(Remedy.CANCEL)))
    ledger = twin.run()
    seen = counts(ledger)
    assert seen[Kind.SHORT] == seen[Kind.EXCEPTION] == seen[Kind.CANCELLED] == 11
    assert (seen[Kind.RESERVED], seen[Kind.PICKED]) == (12, 0)
    assert sum(twin.state.shelf) - sum(twin.state.record) == seen[Kind.SHORT]
    assert set(rows(ledger, Kind.EXCEPTION)["cause"].tolist()) == {Cause.SHORT_STOCK}
    assert cost(ledger, Account.REMEDIES) == usd(5.0) * 11


def test_another_centre_helps_out() -> None:
    """Resourced, the parcel is reserved at another centre than the one that was short of it."""
    world = toy_world(depots=(0, 8), operation=operation(phantom=0.6, stock_days=20.0))
    ledger = play(world, recovering=remedy(Remedy.RESOURCE, Remedy.BACKORDER))
    chosen = rows(ledger, Kind.EXCEPTION)
    resourced = chosen[chosen["actor"] == Remedy.RESOURCE]
    assert len(resourced)
    reserved, short = rows(ledger, Kind.RESERVED), rows(ledger, Kind.SHORT)
    for row in resourced:
        where = short["place"][(short["subject"] == row["subject"]) & (short["time"] == row["time"])]
        again = reserved[(reserved["subject"] == row["subject"]) & (reserved["time"] == row["time"])]
        assert again["place"][-1] != where[-1]
    assert cost(ledger, Account.REMEDIES) == usd(1.2) * len(resourced)


def test_remedies_at_the_shelf_come_with_what_is_expected_of_them() -> None:
    """Price, when the goods would be there, and how likely it works; without a shelf there is no substitute."""
    seen: dict[Remedy, set[tuple[int, int, float]]] = {}
    causes: dict[int, set[Remedy]] = {}

    def watch(view: Any, trouble: Any, remedies: Any) -> Any:
        for offer in remedies:
            ahead = (
                offer.expected - (view.day + 1) * DAY if offer.remedy == Remedy.BACKORDER else offer.expected - view.now
            )
            seen.setdefault(offer.remedy, set()).add((offer.price, ahead, offer.success))
            causes.setdefault(trouble.cause, set()).add(offer.remedy)
        return remedies[-1]

    play(toy_world(days=2, depots=(0, 8), operation=operation(phantom=0.5, stock_days=2.0)), recovering=watch)
    assert seen == {
        Remedy.RESOURCE: {(usd(1.2), HOUR, 0.99)},
        Remedy.SUBSTITUTE: {(usd(2.0), 0, 0.65)},
        Remedy.BACKORDER: {(0, 6 * HOUR, 0.97)},
        Remedy.CANCEL: {(usd(5.0), 0, 0.0)},
    }
    assert causes[Cause.OUT_OF_STOCK] == {Remedy.BACKORDER, Remedy.CANCEL}


def test_after_three_short_picks_it_is_not_looked_for_elsewhere() -> None:
    """Resourcing is possible three times for a parcel, then no more."""
    world = toy_world(days=3, depots=(0, 8), operation=operation(phantom=1.0, stock_days=30.0))
    chosen = rows(play(world, recovering=remedy(Remedy.RESOURCE, Remedy.BACKORDER)), Kind.EXCEPTION)
    first = chosen["subject"][0]
    mine = chosen["actor"][chosen["subject"] == first].tolist()
    assert mine[:3] == [Remedy.RESOURCE, Remedy.RESOURCE, Remedy.BACKORDER]
    assert Remedy.RESOURCE not in mine[3:]


def test_a_substitute_is_picked_at_once_if_the_customer_likes_it() -> None:
    """Of many substitutions most are taken and packed at that moment, the others are backordered; all are paid."""
    world = toy_world(days=4, operation=operation(phantom=0.7, stock_days=30.0))
    ledger = play(world, recovering=remedy(Remedy.SUBSTITUTE))
    chosen, picked, back = rows(ledger, Kind.EXCEPTION), rows(ledger, Kind.PICKED), rows(ledger, Kind.BACKORDERED)
    tried = chosen[chosen["actor"] == Remedy.SUBSTITUTE]
    taken = picked[picked["cause"] == Cause.SHORT_STOCK]
    assert 0 < len(taken) < len(tried)
    assert len(taken) + len(back) == len(tried)
    assert set(zip(taken["subject"].tolist(), taken["time"].tolist(), strict=True)) <= set(
        zip(tried["subject"].tolist(), tried["time"].tolist(), strict=True)
    )
    assert cost(ledger, Account.REMEDIES) == usd(2.0) * len(tried)


def test_replenishment_comes_with_the_morning_s_goods() -> None:
    """What the placer orders at midnight is on the record and the shelf from six on, at a quarter of a transfer."""

    def one_of_each(view: Any) -> list[Replenishment]:
        return [Replenishment(0, sku, 2) for sku in range(view.skus)] if view.day == 0 else []

    twin = Twin(toy_world(days=1, fleet=NO_VANS), PLAIN.replace(placement=one_of_each, promising=lambda *_: []))
    twin.run(6 * HOUR)
    assert twin.view.in_transit(0).tolist() == [2] * 6
    assert twin.state.shelf == twin.state.opening
    twin.run(6 * HOUR + 1)
    assert twin.view.in_transit(0).tolist() == [0] * 6
    assert twin.view.stock(0).tolist() == [units + 2 for units in twin.state.opening]
    ledger = twin.run()
    assert Counter(rows(ledger, Kind.STOCKED)["place"].tolist()) == {2: 6}
    assert cost(ledger, Account.TRANSFER) == usd(1.2 * 0.25) * 2 * 6


def test_holding_is_paid_for_what_stands_on_the_shelves() -> None:
    """Each midnight, for each unit that is there."""
    twin = Twin(toy_world(days=3), PLAIN.replace(promising=lambda *_: []))
    ledger = twin.run()
    assert cost(ledger, Account.HOLDING) == usd(0.02) * sum(twin.state.opening) * 3


def test_the_nearest_centre_is_asked_first() -> None:
    """Of two centres with the product the nearer picks it."""
    twin = Twin(toy_world(depots=(0, 8), operation=operation(stock_days=30.0)), PLAIN)
    for row in rows(twin.run(), Kind.RESERVED):
        assert row["place"] == twin.view.nearest_depot(twin.view.area_of(int(row["subject"])))


def test_bad_luck_at_the_shelf_has_no_end() -> None:
    """A product that is never there is backordered day after day, and the run goes on."""
    world = toy_world(days=20, operation=operation(phantom=1.0))
    ledger = play(world, recovering=remedy(Remedy.BACKORDER))
    assert counts(ledger)[Kind.SHORT] > 16 * 12
