"""The contact centre: agents in turn, patience, and what is written down."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scenarios.toy import toy_world
from scenarios.toyfleet import certain_people
from tests.worlds import PLAIN, cost, everything, fingerprints, operation, play, rows
from twin import calls
from twin.engine import Twin
from twin.ledger import Account, Kind, Ledger
from twin.snapshot import load, save
from twin.units import HOUR, usd
from twin.world import World

PERSON = certain_people(contact=1.0, contact_mix=(1.0, 0.0, 0.0))


def centre(**changes: Any) -> Twin:
    """A toy twin before its first event, whose contact centre is changed."""
    return Twin(toy_world(operation=operation(**changes)), PLAIN)


def rung(twin: Twin, times: list[int]) -> dict[int, tuple[Kind, int]]:
    """Order -> how its call ended and after how long, for orders 0, 1, ... that call at these times."""
    twin.calendar.cancel(0)
    for order, time in enumerate(times):
        twin.calendar.run(time)
        calls.ring(twin, order)
    twin.calendar.run(1 << 40)
    ended = rows(twin.ledger, Kind.ANSWERED, Kind.HUNG_UP)
    return {int(row["subject"]): (Kind(row["kind"]), int(row["value"])) for row in ended}


def test_a_free_agent_answers_at_once_and_others_wait_their_turn() -> None:
    """With one agent the second caller waits until the first call is over; with two nobody waits."""
    one = rung(centre(agents=1, patience_min=None), [HOUR, HOUR + 1, HOUR + 2])
    two = rung(centre(agents=2, patience_min=None), [HOUR, HOUR + 1])
    assert [kind for kind, _ in one.values()] == [Kind.ANSWERED] * 3
    assert 0 == one[0][1] < one[1][1] < one[2][1]
    assert [waited for _, waited in two.values()] == [0, 0]


def test_without_patience_nobody_waits() -> None:
    """Who finds all agents busy hangs up at once, and takes nobody's time."""
    ends = rung(centre(agents=1, patience_min=0.0), [HOUR, HOUR + 1, HOUR + 2, 9 * HOUR])
    assert [kind for _, (kind, _) in sorted(ends.items())] == [
        Kind.ANSWERED,
        Kind.HUNG_UP,
        Kind.HUNG_UP,
        Kind.ANSWERED,
    ]
    assert all(waited == 0 for _, waited in ends.values())


@given(st.lists(st.integers(1, 6 * HOUR), min_size=1, max_size=11), st.integers(1, 3))
def test_more_agents_never_make_anybody_wait_longer(times: list[int], agents: int) -> None:
    """Each caller is the same person with the same question: one agent more, and nobody waits longer."""
    times.sort()
    few = rung(centre(agents=agents, patience_min=None), times)
    more = rung(centre(agents=agents + 1, patience_min=None), times)
    assert all(more[order][1] <= few[order][1] for order in few)


def busy(world: World | None = None) -> Ledger:
    """A day on which everybody calls, answered by one agent."""
    return play(world or toy_world(operation=operation(agents=1, call_min=30.0, patience_min=20.0), people=PERSON))


def test_every_call_ends_once() -> None:
    """Each contact by a person is answered or given up, later than it was made by what the ledger says."""
    ledger = busy()
    made = {int(row["subject"]): int(row["time"]) for row in rows(ledger, Kind.CONTACT)}
    ended = {int(row["subject"]): row for row in rows(ledger, Kind.ANSWERED, Kind.HUNG_UP)}
    assert made.keys() == ended.keys()
    assert len(rows(ledger, Kind.HUNG_UP)) > 0
    assert all(row["time"] - made[order] == row["value"] for order, row in ended.items())


def test_a_contact_costs_once() -> None:
    """Waiting and agents cost nothing on top of the price of a contact."""
    ledger = busy()
    assert cost(ledger, Account.CONTACTS) == len(rows(ledger, Kind.CONTACT)) * usd(5.5)


def test_chats_and_self_service_take_no_agent() -> None:
    """Only who wants a person is put in the queue."""
    ledger = play(toy_world(people=replace(PERSON, contact_mix=(0.0, 0.5, 0.5))))
    assert len(rows(ledger, Kind.CONTACT)) > 0
    assert len(rows(ledger, Kind.ANSWERED, Kind.HUNG_UP)) == 0


def test_a_run_cut_while_people_wait_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    """Saved in the middle of any wait, restored and finished, the fingerprint is that of the unbroken run."""
    world = everything()
    world = replace(
        world,
        people=replace(world.people, contact=1.0, contact_mix=(1.0, 0.0, 0.0)),
        operation=replace(world.operation, agents=1, call_min=300.0, patience_min=120.0),
    )
    whole = play(world)
    waits = [row for row in rows(whole, Kind.ANSWERED, Kind.HUNG_UP) if row["value"] > 1]
    assert len(waits) > 2
    for row in waits[:: len(waits) // 3]:
        twin = Twin(world, PLAIN)
        twin.run(int(row["time"] - row["value"] // 2))
        save(tmp_path / "s.json", twin.snapshot(), {})
        state, _ = load(tmp_path / "s.json")
        assert int(row["subject"]) in state.calls
        assert fingerprints(Twin(world, PLAIN, state).run()) == fingerprints(whole)
