"""Messages: who is told, once, whether it is seen, and what it costs."""

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import pytest

from scenarios.toy import toy_world
from scenarios.toyfleet import certain_operation, certain_people, toy_carrier, toy_fleet, toy_kind
from tests.worlds import PLAIN, cost, counts, play, prefer, remedy, rows, tell
from twin.engine import Twin
from twin.entities import Cause, Channel, Mode, Notice, Remedy
from twin.ledger import Account, Kind, Ledger
from twin.specs import FleetGroup
from twin.units import DAY, MINUTE, NEVER, usd
from twin.world import World

EVERY_CAUSE = tuple(Cause)


def loud(world: World, **changes: Any) -> Ledger:
    """A run in which every cause goes out by text message."""
    return play(world, **{"notifying": tell(*EVERY_CAUSE), **changes})


def rough(days: int = 4) -> World:
    """A world in which about everything goes wrong that a customer is told of."""
    people = certain_people(
        presence_weekday=(0.3,) * 24, safe_place=(0.0,) * 5, neighbour=(0.0,) * 5, no_access=(0.2,) * 5,
        bad_address=0.5,
    )  # fmt: skip
    fleet = (
        *toy_fleet(van=1), FleetGroup(toy_kind(Mode.ROBOVAN), 1), FleetGroup(toy_kind(Mode.ROBOT), 1),
        FleetGroup(toy_kind(Mode.DRONE, recipient_failure=0.5, abort=0.2), 1),
    )  # fmt: skip
    return toy_world(
        days=days, people=people, fleet=fleet, carriers=(toy_carrier(first_attempt=0.3),),
        operation=replace(certain_operation(), cleansed=0.0, max_attempts=3),
    )  # fmt: skip


@pytest.mark.parametrize("wish", [Remedy.REATTEMPT, Remedy.CONTACT, Remedy.LOCKER])
@pytest.mark.parametrize("way", ["streets", "drone", "robot", "regional"])
def test_every_cause_can_be_told(wish: Remedy, way: str) -> None:
    """Whatever happens to a parcel, telling the customer never stops the run, and each message has a cause."""
    ledger = loud(rough(), recovering=remedy(wish), carriers=prefer(way))
    causes = rows(ledger, Kind.MESSAGE)["cause"]
    assert Cause.NONE not in causes
    assert {Cause.CONFIRMED, Cause.DISPATCHED, Cause.LATE} <= {Cause(cause) for cause in causes.tolist()}


def test_a_confirmation_goes_out_once_an_order() -> None:
    """Two parcels, one confirmation; and nobody is told twice that it is late or delivered."""
    ledger = loud(rough())
    for cause in (Cause.CONFIRMED, Cause.LATE, Cause.DELIVERED):
        messages = rows(ledger, Kind.MESSAGE)
        told = messages["subject"][messages["cause"] == cause]
        assert len(told) == len(np.unique(told)) > 0
    messages = rows(ledger, Kind.MESSAGE)
    assert (messages["cause"] == Cause.CONFIRMED).sum() == counts(ledger)[Kind.ORDERED]


def test_each_attempt_is_announced_at_most_once() -> None:
    """Between two attempts a parcel is announced once by each channel at most."""
    ledger = loud(rough(), carriers=prefer("streets"), notifying=lambda view, notice: list(notice.channels))
    told: set[tuple[int, int]] = set()
    for row in rows(ledger, Kind.MESSAGE, Kind.ATTEMPTED, Kind.UNLOADED):
        parcel = int(row["subject"])
        if row["kind"] != Kind.MESSAGE:
            told -= {key for key in told if key[0] == parcel}
        elif row["cause"] == Cause.DISPATCHED:
            assert (parcel, int(row["actor"])) not in told
            told.add((parcel, int(row["actor"])))


@pytest.mark.parametrize("channel", list(Channel))
def test_a_message_costs_what_its_channel_costs(channel: Channel) -> None:
    """Booked when it is sent, seen or not."""
    ledger = play(toy_world(), notifying=tell(Cause.CONFIRMED, channel=channel))
    price = toy_world().operation.message_usd[channel]
    assert set(rows(ledger, Kind.MESSAGE)["actor"].tolist()) == {channel}
    assert cost(ledger, Account.MESSAGES) == usd(price) * 11


def test_customers_are_told_only_by_channels_that_reach_them() -> None:
    """A notice offers the channels of the customer and none that was used for this cause already."""
    world = toy_world()
    world.customers.channels[:] = [1, 2, 4, 3, 5, 6, 7, 0, 1, 2, 4, 7]
    seen: list[Notice] = []

    def watch(view: Any, notice: Notice) -> tuple[Channel, ...]:
        seen.append(notice)
        return notice.channels

    ledger = play(world, notifying=watch)
    for notice in seen:
        mask = world.customers.channels[world.sessions.customer[notice.order]]
        assert {channel for channel in Channel if mask >> channel & 1} >= set(notice.channels)
    assert counts(ledger)[Kind.MESSAGE] == sum(len(notice.channels) for notice in seen)


def test_a_notice_says_how_many_came_before_and_when_it_comes() -> None:
    """``already`` counts the order's messages; ``eta`` is the promise, or the tour's belief when it leaves."""
    seen: list[tuple[int, Notice]] = []

    def watch(view: Any, notice: Notice) -> list[Channel]:
        seen.append((view.now, notice))
        return [Channel.SMS]

    ledger = play(toy_world(), notifying=watch)
    already: dict[int, int] = {}
    late = {int(row["subject"]): int(row["value"]) for row in rows(ledger, Kind.ORDERED)}
    for now, notice in seen:
        assert notice.already == already.get(notice.order, 0)
        already[notice.order] = notice.already + 1
        if notice.cause == Cause.DISPATCHED:
            assert notice.eta.early > now
        else:
            assert notice.eta.late == late[notice.order]


def test_a_notifier_is_asked_about_the_causes_that_it_names_alone() -> None:
    """Who names causes hears of those and of nothing else; the answers to all others would have been none."""

    class Listener:
        causes = frozenset({Cause.CONFIRMED, Cause.LATE})
        heard: ClassVar[list[Cause]] = []

        def __call__(self, view: Any, notice: Notice, /) -> tuple[Channel, ...]:
            self.heard.append(notice.cause)
            return ()

    ledger = play(rough(), notifying=Listener())
    assert set(Listener.heard) == {Cause.CONFIRMED, Cause.LATE}
    everything = play(rough(), notifying=lambda view, notice: ())
    assert ledger.fingerprint() == everything.fingerprint()


class TestSeen:
    """Whether and when a message is seen."""

    def shares(self, **people: Any) -> tuple[float, list[int]]:
        """Share of confirmations seen over many days, and the delays of those."""
        world = toy_world(days=60, people=certain_people(**people))
        messages = rows(play(world, notifying=tell(Cause.CONFIRMED)), Kind.MESSAGE)
        seen = messages[messages["value"] >= 0]
        return len(seen) / len(messages), (seen["value"] - seen["time"]).tolist()

    def test_delivered_and_looked_at(self) -> None:
        """The share is that of both together, and the mean delay what the specification says."""
        share, delays = self.shares(message_delivered=(0.8,) * 3, message_seen=(0.5,) * 3, message_seen_min=(10.0,) * 3)
        assert share == pytest.approx(0.4, abs=0.08)
        assert np.mean(delays) == pytest.approx(10 * MINUTE, rel=0.2)
        assert min(delays) >= 0

    def test_never_and_always(self) -> None:
        """0 is nobody, 1 is everybody."""
        assert self.shares(message_delivered=(0.0,) * 3)[0] == 0.0
        assert self.shares(message_seen=(0.0,) * 3)[0] == 0.0
        assert self.shares(message_delivered=(1.0,) * 3, message_seen=(1.0,) * 3)[0] == 1.0


def test_only_a_dispatch_message_brings_people_to_the_door() -> None:
    """A confirmation that is seen changes no presence; a dispatch does until the attempt is over."""
    people = certain_people(message_delivered=(1.0,) * 3, message_seen=(1.0,) * 3, message_seen_min=(0.1,) * 3)
    confirmed = Twin(toy_world(people=people), PLAIN.replace(notifying=tell(Cause.CONFIRMED)))
    confirmed.run()
    assert set(confirmed.state.seen) == {NEVER}
    dispatched = Twin(toy_world(people=people), PLAIN.replace(notifying=tell(Cause.DISPATCHED)))
    dispatched.run()
    assert min(dispatched.state.seen) < DAY


def test_messages_are_no_failures() -> None:
    """However many messages an order gets, its customer is as happy as without any."""
    silent, loud = (
        Twin(toy_world(days=2), PLAIN.replace(notifying=notifying))
        for notifying in (tell(), lambda view, notice: notice.channels)
    )
    silent.run()
    loud.run()
    assert loud.state.propensity == silent.state.propensity
    assert np.array_equal(rows(loud.ledger, Kind.RATED), rows(silent.ledger, Kind.RATED))


def test_news_saves_failed_attempts() -> None:
    """With the same luck nobody is away who was in without a message, and some are in who were away."""
    people = replace(
        certain_people(presence_weekday=(0.5,) * 24, safe_place=(0.0,) * 5, message_delivered=(1.0,) * 3,
                       message_seen=(1.0,) * 3, message_seen_min=(0.1,) * 3),
        notice_logit=2.0,
    )  # fmt: skip
    silent, told = (
        rows(play(toy_world(people=people), notifying=tell(*causes)), Kind.ATTEMPTED)
        for causes in ((), (Cause.DISPATCHED,))
    )
    first = [dict(zip(a["subject"].tolist(), a["cause"].tolist(), strict=True)) for a in (silent[::-1], told[::-1])]
    better = [parcel for parcel in first[0] if first[0][parcel] and not first[1].get(parcel, 0)]
    worse = [parcel for parcel in first[0] if not first[0][parcel] and first[1].get(parcel, 0)]
    assert better
    assert not worse
