"""Closures during a run: other ways, addresses that cannot be reached, vehicles that are boxed in."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.toy import toy_city, toy_world
from tests.worlds import PLAIN, counts, disturbed, everything, fleet, play, rows, tell
from twin.engine import Twin
from twin.entities import Cause, Mode, Remedy, Upset
from twin.ledger import Kind, Ledger
from twin.units import DAY, HOUR, MINUTE
from twin.world import Disruptions, World

NOON = 12 * HOUR


def closed(world: World, *streets: tuple[int, int], start: int = 0, end: int = DAY, detected: int = 0) -> World:
    """The same world with streets closed, both ways, for some time."""
    city = toy_city()
    ends = {pair for a, b in streets for pair in ((a, b), (b, a))}
    edges = [edge for edge in range(len(city.head)) if (int(city.tail[edge]), int(city.head[edge])) in ends]
    columns = [np.full(len(edges), value) for value in (start, end, detected, end, 0, 1000, Upset.CLOSURE)]
    return replace(world, disruptions=Disruptions.of(len(city.head), np.array(edges), *columns))


def one_van(days: int = 1) -> World:
    """A single van, for certain."""
    return toy_world(days=days, fleet=fleet(count=1))


def driven(ledger: Ledger) -> tuple[int, int]:
    """Metres by the ways that were chosen and their detours, and metres of tours."""
    legs = int(rows(ledger, Kind.LEG)["value"].sum()) + int(rows(ledger, Kind.DETOUR)["actor"].sum())
    return legs, int(rows(ledger, Kind.HOME)["value"].sum())


def test_who_finds_a_street_closed_goes_another_way() -> None:
    """Nobody knew: each van that comes to the barrier turns, everything arrives, and metres add up."""
    free = play(one_van())
    shut = play(closed(one_van(), (4, 5), (4, 7), detected=2 * DAY))
    detours = rows(shut, Kind.DETOUR)
    assert len(detours)
    assert set(detours["cause"].tolist()) == {Cause.CLOSED}
    for column in ("actor", "value"):
        assert np.all(detours[column] >= 0)
        assert np.any(detours[column] > 0)
    assert counts(shut)[Kind.DELIVERED] == counts(free)[Kind.DELIVERED] > 0
    assert driven(shut)[0] == driven(shut)[1] > driven(free)[1]


def test_what_is_known_is_planned_around() -> None:
    """With the same closure announced nobody has to turn."""
    shut = play(closed(one_van(), (4, 5), (4, 7)))
    assert counts(shut)[Kind.DETOUR] == 0
    assert driven(shut)[1] > driven(play(one_van()))[1]


def test_who_hears_of_a_closure_on_the_way_turns_at_the_next_junction() -> None:
    """Known a minute after it is closed, it turns the van before it sees the barrier."""
    world = one_van()
    leg = next(row for row in rows(play(world), Kind.LEG) if row["value"] >= 1000)
    roads = Twin(world, PLAIN).roads
    edges, *_ = roads.way(4, int(leg["place"]), 0, int(leg["time"])) or pytest.fail("there is a way")
    last = int(roads.city.tail[edges[-1]]), int(roads.city.head[edges[-1]])
    heard = play(closed(world, last, start=int(leg["time"]), detected=int(leg["time"]) + 1))
    turn = rows(heard, Kind.DETOUR)[0]
    assert turn["place"] == roads.city.head[edges[0]]
    assert turn["time"] > leg["time"]


def test_an_address_that_is_closed_off_is_an_exception_and_arrives_when_it_is_open() -> None:
    """Node 0 is cut off until noon, unheard of: its parcels come back and go again; the customer is told."""
    world = closed(one_van(2), (0, 1), (0, 3), start=DAY, end=DAY + NOON, detected=DAY + 9 * HOUR + 1)
    ledger = play(world, notifying=tell(Cause.CLOSED))
    off = rows(ledger, Kind.EXCEPTION)
    off = off[off["cause"] == Cause.CLOSED]
    parcels = set(off["subject"].tolist())
    assert parcels
    assert np.all(off["actor"] == Remedy.REATTEMPT)
    unloaded = rows(ledger, Kind.UNLOADED)
    assert parcels & set(unloaded["subject"][unloaded["cause"] == Cause.CLOSED].tolist())
    arrived = rows(ledger, Kind.DELIVERED)
    mine = arrived[np.isin(arrived["subject"], list(parcels))]
    assert set(mine["subject"].tolist()) == parcels
    assert np.all(mine["time"] > DAY + NOON)
    told = rows(ledger, Kind.MESSAGE)
    assert set(told["cause"].tolist()) == {Cause.CLOSED}


def test_what_is_known_to_be_closed_off_is_an_exception_at_the_wave() -> None:
    """Announced: no vehicle is sent; with RETURN the parcel goes back to the sender from the floor."""
    from tests.worlds import remedy

    world = closed(one_van(2), (0, 1), (0, 3), end=2 * DAY)
    ledger = play(world, recovering=remedy(Remedy.RETURN))
    gone = rows(ledger, Kind.RETURNED)
    assert len(gone)
    assert set(gone["cause"].tolist()) == {Cause.CLOSED}
    assert not np.isin(rows(ledger, Kind.LOADED)["subject"], gone["subject"]).any()
    waiting = play(world)
    assert counts(waiting)[Kind.RETURNED] == 0
    assert counts(waiting)[Kind.EXCEPTION] > len(gone)


def test_a_depot_that_is_closed_off_delivers_nothing_and_nothing_crashes() -> None:
    """All streets at the depot are closed all day: every wave is an exception for each parcel."""
    ledger = play(closed(one_van(), (4, 1), (4, 3), (4, 5), (4, 7)))
    assert counts(ledger)[Kind.TOUR] == counts(ledger)[Kind.DELIVERED] == 0
    assert counts(ledger)[Kind.EXCEPTION] > 0


def test_a_vehicle_that_is_boxed_in_waits_until_the_barrier_opens() -> None:
    """Around a stop everything closes while the van is there: BLOCKED says for how long, then it goes on."""
    calm = play(one_van())
    served = rows(calm, Kind.SERVED)[0]
    at = int(rows(calm, Kind.ARRIVED)["place"][0])
    city = toy_city()
    around = [(at, int(other)) for other in city.head[city.tail == at]]
    opens = int(served["time"]) + 50 * MINUTE
    for detected in (0, 2 * DAY):
        world = closed(one_van(), *around, start=int(served["time"]) - 1, end=opens, detected=detected)
        ledger = play(world)
        blocked = rows(ledger, Kind.BLOCKED)
        assert blocked["place"].tolist() == [at]
        assert blocked["time"][0] + blocked["value"][0] == opens
        assert counts(ledger)[Kind.DELIVERED] == counts(calm)[Kind.DELIVERED]


def test_partly_open_streets_turn_nobody() -> None:
    """Works that leave a lane slow down; only closures make detours."""
    world = one_van()
    city = toy_city()
    edges = np.arange(len(city.head))
    columns = [np.full(len(edges), value) for value in (0, DAY, 2 * DAY, 2 * DAY, 500, 1000, Upset.WORKS)]
    ledger = play(replace(world, disruptions=Disruptions.of(len(edges), edges, *columns)))
    assert counts(ledger)[Kind.DETOUR] == counts(ledger)[Kind.BLOCKED] == 0
    free, slow = (rows(one, Kind.ARRIVED)["value"][0] for one in (play(world), ledger))
    assert (free, slow > 0) == (0, True)


def test_a_breakdown_on_the_way_does_not_let_anybody_through() -> None:
    """While a van is repaired the street ahead closes: it finds it closed, though it was open when it set out."""
    world = toy_world(fleet=fleet(count=1, breakdown_km=0.4, repair_min=60.0))
    broke = rows(play(world), Kind.BROKE_DOWN)[0]
    after = int(broke["time"]) + 1
    city = toy_city()
    everywhere = [(int(a), int(b)) for a, b in zip(city.tail, city.head, strict=True)]
    ledger = play(closed(world, *everywhere, start=after, end=after + 3 * HOUR, detected=2 * DAY))
    entered = rows(ledger, Kind.ARRIVED, Kind.HOME)["time"]
    assert not np.any((entered > after + broke["value"] + 2 * MINUTE) & (entered < after + 3 * HOUR))
    assert counts(ledger)[Kind.BLOCKED] > 0


def test_a_view_shows_what_was_reported_and_nothing_else() -> None:
    """From detection until it is thought to be over, with its place and what is left of its speed."""
    world = closed(one_van(), (0, 1), start=HOUR, end=3 * HOUR, detected=2 * HOUR)
    twin = Twin(world, PLAIN)
    seen = []
    for hour in (1, 2, 3):
        twin.run(hour * HOUR + 1)
        seen.append([(one.tail, one.head, one.upset, one.speed, one.until) for one in twin.view.disruptions()])
    both = [(0, 1, Upset.CLOSURE, 0.0, 3 * HOUR), (1, 0, Upset.CLOSURE, 0.0, 3 * HOUR)]
    assert seen == [[], both, []]


@pytest.mark.parametrize("seed", range(6))
def test_rough_streets_lose_nobody(seed: int) -> None:
    """However many closures: the run ends, and every parcel is somewhere (the audit at midnight has counted)."""
    ledger = play(disturbed(everything(seed), seed, often=300))
    created = set(rows(ledger, Kind.CREATED)["subject"].tolist())
    ended = rows(ledger, Kind.DELIVERED, Kind.RETURNED, Kind.CANCELLED, Kind.LOST, Kind.OPEN)["subject"].tolist()
    assert sorted(ended) == sorted(created)


def test_robovans_turn_too() -> None:
    """A vehicle without a driver finds and hears as others do."""
    world = closed(toy_world(fleet=fleet(Mode.ROBOVAN, 1)), (4, 5), (4, 7), detected=2 * DAY)
    assert counts(play(world))[Kind.DETOUR] > 0
