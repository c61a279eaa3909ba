"""Custody: a parcel is in one state, with one holder, and moves only as parcels can."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.toy import toy_world
from scenarios.toyfleet import toy_fleet, toy_kind
from tests.worlds import PLAIN
from twin.custody import Custody, aboard, move
from twin.engine import Twin
from twin.errors import InvariantError
from twin.ledger import Kind
from twin.specs import FleetGroup
from twin.state import Status

MOVES = {
    (Status.NONE, Kind.CREATED): Status.ORDERED,
    (Status.ORDERED, Kind.RESERVED): Status.PICKING,
    (Status.BACKORDER, Kind.RESERVED): Status.PICKING,
    (Status.ORDERED, Kind.BACKORDERED): Status.BACKORDER,
    (Status.PICKING, Kind.SHORT): Status.ORDERED,
    (Status.PICKING, Kind.PICKED): Status.READY,
    (Status.READY, Kind.HANDED): Status.CARRIER,
    (Status.READY, Kind.LOADED): Status.ABOARD,
    (Status.ABOARD, Kind.UNLOADED): Status.READY,
    (Status.ABOARD, Kind.DELIVERED): Status.DELIVERED,
    (Status.CARRIER, Kind.DELIVERED): Status.DELIVERED,
    (Status.READY, Kind.RETURNED): Status.RETURNED,
    (Status.CARRIER, Kind.RETURNED): Status.RETURNED,
    (Status.ABOARD, Kind.LOST): Status.LOST,
    (Status.CARRIER, Kind.LOST): Status.LOST,
    (Status.ORDERED, Kind.CANCELLED): Status.CANCELLED,
    (Status.BACKORDER, Kind.CANCELLED): Status.CANCELLED,
    (Status.PICKING, Kind.CANCELLED): Status.CANCELLED,
    (Status.READY, Kind.CANCELLED): Status.CANCELLED,
}
"""The life of a parcel, as a reader would draw it."""


def fresh(status: Status = Status.NONE) -> Twin:
    """A toy twin whose parcel 0 has a status and is with holder 5."""
    twin = Twin(toy_world(), PLAIN)
    twin.state.status[0] = status
    twin.state.holder[0] = 5
    twin.custody = Custody(twin.state.status)
    return twin


@pytest.mark.parametrize("kind", [kind for kind in Kind if any(kind == move_ for _, move_ in MOVES)])
@pytest.mark.parametrize("status", list(Status))
def test_only_the_moves_of_a_parcel_s_life_are_legal(status: Status, kind: Kind) -> None:
    """I3: each move leads where the table says; every other is refused by the names of both, and changes nothing."""
    twin = fresh(status)
    expected = MOVES.get((status, kind))
    if expected is None:
        with pytest.raises(InvariantError, match=rf"I3: parcel 0 cannot be {kind.name} when it is {status.name}"):
            move(twin, kind, 0, 5, 5, 0, by=5)
        assert twin.state.status[0] == status
        assert len(twin.ledger.trace) == 0
    else:
        move(twin, kind, 0, 5, 5, 0, by=5)
        assert twin.state.status[0] == expected
        assert twin.ledger.trace.columns()["kind"].tolist() == [kind]


@pytest.mark.parametrize(("status", "kind"), [pair for pair in MOVES if pair[0] >= Status.PICKING])
def test_only_who_has_a_parcel_can_move_it(status: Status, kind: Kind) -> None:
    """I1: from the shelf on, a move by somebody else than the holder is refused."""
    twin = fresh(status)
    with pytest.raises(InvariantError, match="I1: parcel 0 is with 5, so 6 cannot"):
        move(twin, kind, 0, 6, 6, 0, by=6)


def test_counts_follow_the_moves() -> None:
    """How many parcels are where is known without counting, and the same as when counted."""
    twin = fresh()
    move(twin, Kind.CREATED, 0, 5, 0, 0)
    move(twin, Kind.CREATED, 1, 5, 0, 0)
    move(twin, Kind.CANCELLED, 1, 5, 0, 0)
    counted = Custody(twin.state.status)
    assert (twin.custody.counts, twin.custody.created, twin.custody.in_system) == (counted.counts, 2, 1)


def test_counts_that_do_not_add_up_are_noticed() -> None:
    """I2: a parcel that came or went without a move."""
    twin = fresh()
    twin.custody.created += 1
    with pytest.raises(InvariantError, match="I2"):
        move(twin, Kind.CREATED, 0, 5, 0, 0)


@given(st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 3), st.sampled_from([1, -1]))
def test_a_vehicle_carries_between_nothing_and_all_it_can(grams: int, ml: int, parcels: int, sign: int) -> None:
    """I4: exactly when weight, volume and count stay within what it can carry is a parcel put on or taken off."""
    kind = toy_kind(capacity_kg=4.0, capacity_l=4.0, capacity_parcels=2)
    twin = Twin(toy_world(fleet=(FleetGroup(kind, 1),)), PLAIN)
    unit = twin.state.units[0]
    unit.load_g, unit.load_ml, unit.load_n = grams, ml, parcels
    loads = (grams + sign * 500, ml + sign * 2500, parcels + sign)
    if all(0 <= load <= top for load, top in zip(loads, (4000, 4000, 2), strict=True)):
        aboard(twin, unit, 0, sign)
        assert (unit.load_g, unit.load_ml, unit.load_n) == loads
    else:
        with pytest.raises(InvariantError, match="I4: vehicle 0 carries"):
            aboard(twin, unit, 0, sign)


def test_a_state_can_be_taken_over_in_the_middle() -> None:
    """Counts of a restored state are those of its column."""
    twin = Twin(toy_world(fleet=toy_fleet(van=0)), PLAIN)
    twin.run(20 * 3_600_000)
    assert Custody(twin.state.status).counts == twin.custody.counts
