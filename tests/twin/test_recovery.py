"""Exceptions: which remedies are possible, and what comes of each."""

from typing import Any

import numpy as np
import pytest

from scenarios.toy import toy_world
from scenarios.toyfleet import certain_people, toy_fleet, toy_kind
from tests.worlds import PLAIN, Rows, cost, counts, operation, play, remedy, rows, tell
from twin.engine import Twin
from twin.entities import Cause, Mode, Remedy, RemedyOffer, Trouble
from twin.ledger import Account, Kind, Ledger
from twin.specs import FleetGroup, People, VehicleKind
from twin.units import DAY, HOUR, usd
from twin.world import World


def nobody_home(**changes: Any) -> People:
    """Everybody is away and has no safe place and no friendly neighbour."""
    nobody: dict[str, Any] = {
        "presence_weekday": (0.0,) * 24,
        "presence_weekend": (0.0,) * 24,
        "office_hours": ("0:00", "0:01"),
        "safe_place": (0.0,) * 5,
        "neighbour": (0.0,) * 5,
    }
    return certain_people(**{**nobody, **changes})


def of(ledger: Ledger, parcel: int) -> list[tuple[Kind, int]]:
    """What befell a parcel: kinds and causes, in order."""
    about = (
        Kind.CREATED, Kind.LOADED, Kind.ATTEMPTED, Kind.EXCEPTION, Kind.UNLOADED, Kind.FIXED, Kind.RETURNED,
        Kind.DELIVERED, Kind.CANCELLED, Kind.LOST, Kind.OPEN,
    )  # fmt: skip
    mine = rows(ledger, *about)
    return [(Kind(row["kind"]), int(row["cause"])) for row in mine[mine["subject"] == parcel]]


def first(ledger: Ledger, kind: Kind) -> Any:
    """The first event of a kind."""
    return rows(ledger, kind)[0]


class TestNobodyHome:
    """Nobody opens and there is no safe place."""

    def test_attempts_fail_and_are_made_again_in_the_next_wave(self) -> None:
        """The parcel comes back, and leaves with a later wave, until the attempts are used up; then it is returned."""
        ledger = play(toy_world(days=2, people=nobody_home(), operation=operation(max_attempts=2)))
        failed, loaded = rows(ledger, Kind.ATTEMPTED), rows(ledger, Kind.LOADED)
        assert set(failed["cause"].tolist()) == {Cause.ABSENT}
        parcel = int(failed[0]["subject"])
        again = loaded["time"][loaded["subject"] == parcel]
        home = rows(ledger, Kind.UNLOADED)["time"][0]
        assert len(again) == 2
        assert again[1] > home > failed[0]["time"]
        assert again[0] // HOUR < 13 <= again[1] // HOUR
        assert [kind for kind, _ in of(ledger, parcel)] == [
            Kind.CREATED,
            *[Kind.LOADED, Kind.ATTEMPTED, Kind.EXCEPTION, Kind.UNLOADED] * 2,
            Kind.RETURNED,
        ]

    def test_a_safe_place_is_as_good_as_a_person(self) -> None:
        """With a safe place at every door nothing fails."""
        ledger = play(toy_world(people=nobody_home(safe_place=(1.0,) * 5)))
        assert set(rows(ledger, Kind.ATTEMPTED)["cause"].tolist()) == {Cause.NONE}

    @pytest.mark.parametrize("most", [1, 2, 3])
    @pytest.mark.parametrize("wish", [Remedy.REATTEMPT, Remedy.NEIGHBOUR, Remedy.CONTACT, Remedy.LOCKER])
    def test_there_are_never_more_attempts_than_allowed(self, most: int, wish: Remedy) -> None:
        """Whatever is chosen, and whatever comes of it, the last attempt is the last."""
        world = toy_world(days=4, people=nobody_home(), operation=operation(max_attempts=most))
        ledger = play(world, recovering=remedy(wish))
        reached = rows(ledger, Kind.ATTEMPTED)["value"].max()
        assert reached == most or (wish == Remedy.LOCKER and reached < most)

    def test_a_friendly_neighbour_takes_it_at_once(self) -> None:
        """Asked and willing, the parcel is delivered in the same visit, and the card is paid for."""
        ledger = play(toy_world(people=nobody_home(neighbour=(1.0,) * 5)), recovering=remedy(Remedy.NEIGHBOUR))
        delivered, failed = rows(ledger, Kind.DELIVERED), rows(ledger, Kind.ATTEMPTED)
        assert np.array_equal(np.sort(delivered["subject"]), np.sort(failed["subject"]))
        assert set(failed["cause"].tolist()) == {Cause.ABSENT}
        assert counts(ledger)[Kind.UNLOADED] == 0
        assert cost(ledger, Account.REMEDIES) == usd(0.5) * len(delivered)

    def test_a_neighbour_who_says_no_leads_to_another_remedy(self) -> None:
        """The driver decides again, without the neighbour; both decisions are in the ledger."""
        ledger = play(toy_world(people=nobody_home()), recovering=remedy(Remedy.NEIGHBOUR, Remedy.RETURN))
        chosen = rows(ledger, Kind.EXCEPTION)
        assert chosen["actor"].tolist()[:2] == [Remedy.NEIGHBOUR, Remedy.RETURN]
        assert counts(ledger)[Kind.RETURNED] > 0
        assert counts(ledger)[Kind.DELIVERED] == 0

    def test_a_locker_takes_it_on_the_next_tour(self) -> None:
        """Redirected, the parcel goes to the locker's node with a later tour, and nobody needs to be home."""
        ledger = play(toy_world(days=2, people=nobody_home(), lockers=(8,)), recovering=remedy(Remedy.LOCKER))
        delivered = rows(ledger, Kind.DELIVERED)
        assert len(delivered)
        for row in delivered:
            attempts = rows(ledger, Kind.ATTEMPTED)
            mine = attempts[attempts["subject"] == row["subject"]]
            assert mine["value"].tolist() == [1, 2]
        served, arrived = rows(ledger, Kind.SERVED), rows(ledger, Kind.ARRIVED)
        good = served[served["cause"] == Cause.NONE]
        assert {_stood(arrived, row) for row in good} == {8}

    def test_a_locker_may_be_full(self) -> None:
        """About one in fifty has no room; the parcel comes back, and the locker is tried again."""
        world = toy_world(days=40, people=nobody_home(), operation=operation(max_attempts=9))
        attempts = rows(play(world, recovering=remedy(Remedy.LOCKER)), Kind.ATTEMPTED)
        again = attempts[attempts["value"] > 1]
        full = (again["cause"] == Cause.LOCKER_FULL).mean()
        assert set(again["cause"].tolist()) == {Cause.NONE, Cause.LOCKER_FULL}
        assert 0.002 < full < 0.06

    def test_without_lockers_none_is_offered(self) -> None:
        """A remedy that is not there is not among the choices."""
        seen: list[set[Remedy]] = []

        def watch(view: Any, trouble: Trouble, remedies: tuple[RemedyOffer, ...]) -> RemedyOffer:
            seen.append({offer.remedy for offer in remedies})
            return remedies[-1]

        play(toy_world(people=nobody_home(), lockers=()), recovering=watch)
        assert seen
        assert all(Remedy.LOCKER not in some and Remedy.CONTACT not in some for some in seen)

    def test_remedies_come_with_what_is_expected_of_them(self) -> None:
        """Price, when it would be delivered, and how likely it works, for each that is possible at the door."""
        seen: dict[Remedy, set[tuple[int, int, float]]] = {}

        def watch(view: Any, trouble: Trouble, remedies: tuple[RemedyOffer, ...]) -> RemedyOffer:
            for offer in remedies:
                about = (offer.price, offer.expected - view.now, offer.success)
                seen.setdefault(offer.remedy, set()).add(about)
            return remedies[-1]

        world = toy_world(people=nobody_home(bad_address=0.5, neighbour=(0.1,) * 5), operation=operation(cleansed=0.0))
        play(world, recovering=watch)
        assert seen == {
            Remedy.NEIGHBOUR: {(usd(0.5), 0, 0.1)},
            Remedy.REATTEMPT: {(0, 20 * HOUR, 0.85), (0, 20 * HOUR, 0.0)},  # a wrong address stays wrong
            Remedy.CONTACT: {(usd(0.012), 4 * HOUR, 0.75)},
            Remedy.LOCKER: {(usd(0.6), 20 * HOUR, 0.98)},
            Remedy.RETURN: {(usd(10.0), 24 * HOUR, 0.0)},
        }

    def test_a_return_is_paid_and_final(self) -> None:
        """Sent back when it is at the depot again, at the price of a return, and nothing more happens to it."""
        ledger = play(toy_world(people=nobody_home()), recovering=remedy(Remedy.RETURN))
        returned = rows(ledger, Kind.RETURNED)
        assert cost(ledger, Account.REMEDIES) == usd(10.0) * len(returned) > 0
        for parcel in returned["subject"].tolist():
            assert of(ledger, parcel)[-1][0] == Kind.RETURNED


def _stood(arrived: Rows, service: Any) -> int:
    """Where the vehicle of a service had last arrived."""
    before = arrived[(arrived["subject"] == service["subject"]) & (arrived["time"] <= service["time"])]
    return int(before["place"][-1])


class TestBadAddress:
    """The address as typed is wrong and was not caught."""

    def world(self, days: int = 3, **people: Any) -> World:
        """Everybody's address is wrong."""
        return toy_world(days=days, people=certain_people(bad_address=1.0, **people), operation=operation(cleansed=0.0))

    def test_contact_puts_it_right_and_it_is_delivered(self) -> None:
        """Failed for the address, asked, answered within hours, fixed, and delivered by the next attempt."""
        ledger = play(self.world(answer=1.0), recovering=remedy(Remedy.CONTACT))
        fixed = first(ledger, Kind.FIXED)
        story = [kind for kind, _ in of(ledger, int(fixed["subject"]))]
        assert story == [
            Kind.CREATED, Kind.LOADED, Kind.ATTEMPTED, Kind.EXCEPTION, Kind.UNLOADED, Kind.FIXED,
            Kind.LOADED, Kind.ATTEMPTED, Kind.DELIVERED,
        ]  # fmt: skip
        unloaded = rows(ledger, Kind.UNLOADED)
        asked = {int(row["subject"]): int(row["time"]) for row in unloaded}
        for row in rows(ledger, Kind.FIXED):
            assert 0 <= row["time"] - asked[int(row["subject"])] <= 6 * HOUR

    def test_an_answer_takes_the_time_that_the_ledger_says(self) -> None:
        """FIXED holds the milliseconds from the question to the answer."""
        ledger = play(self.world(answer=1.0), recovering=remedy(Remedy.CONTACT))
        unloaded = {int(row["subject"]): int(row["time"]) for row in rows(ledger, Kind.UNLOADED)}
        for row in rows(ledger, Kind.FIXED):
            assert row["value"] == row["time"] - unloaded[int(row["subject"])]

    def test_without_an_answer_it_goes_back_after_a_day(self) -> None:
        """Nobody answers: returned 24 hours after the question, and paid."""
        ledger = play(self.world(answer=0.0), recovering=remedy(Remedy.CONTACT))
        returned = rows(ledger, Kind.RETURNED)
        unloaded = {int(row["subject"]): int(row["time"]) for row in rows(ledger, Kind.UNLOADED)}
        assert counts(ledger)[Kind.FIXED] == 0
        assert len(returned)
        asked = rows(ledger, Kind.EXCEPTION)
        asked = asked[asked["cause"] == Cause.ADDRESS]
        assert cost(ledger, Account.REMEDIES) == usd(10.0) * len(returned) + usd(0.012) * len(asked)
        assert all(row["time"] - unloaded[int(row["subject"])] == DAY for row in returned)

    def test_trying_again_does_not_help(self) -> None:
        """An address that is wrong stays wrong until somebody asks."""
        ledger = play(self.world())
        assert set(rows(ledger, Kind.ATTEMPTED)["cause"].tolist()) == {Cause.ADDRESS}
        assert counts(ledger)[Kind.DELIVERED] == 0
        assert counts(ledger)[Kind.RETURNED] > 0

    def test_the_question_is_a_message(self) -> None:
        """Who is told of addresses is asked by message, once for each parcel that failed for it."""
        ledger = play(self.world(answer=1.0), recovering=remedy(Remedy.CONTACT), notifying=tell(Cause.ADDRESS))
        failed = rows(ledger, Kind.ATTEMPTED)
        assert counts(ledger)[Kind.MESSAGE] == (failed["cause"] == Cause.ADDRESS).sum() > 0

    def test_no_bad_address_is_delivered_to_unasked(self) -> None:
        """Each delivered parcel was put right before, also beside one of the same customer that is right."""
        ledger = play(self.world(answer=1.0), recovering=remedy(Remedy.CONTACT))
        fixed = set(rows(ledger, Kind.FIXED)["subject"].tolist())
        assert set(rows(ledger, Kind.DELIVERED)["subject"].tolist()) <= fixed


class TestNoAccess:
    """The door to the building stays shut."""

    def test_it_fails_whoever_is_home(self) -> None:
        """Access comes before presence."""
        ledger = play(toy_world(people=certain_people(no_access=(1.0,) * 5)))
        assert set(rows(ledger, Kind.ATTEMPTED)["cause"].tolist()) == {Cause.ACCESS}


class TestOnTheWay:
    """What happens to vehicles happens to their parcels."""

    def test_a_breakdown_delays_its_leg(self) -> None:
        """The first leg takes as much longer as the repair does, which is paid for."""
        breaking = toy_kind(breakdown_km=0.1, repair_min=30.0)
        (calm, _), (broken, ledger) = (self.first_leg(kind) for kind in (toy_kind(), breaking))
        repairs = rows(ledger, Kind.BROKE_DOWN)
        assert set(repairs["cause"].tolist()) == {Cause.BREAKDOWN}
        assert broken - calm == pytest.approx(repairs["value"][0], abs=1)  # where it stopped is rounded
        assert cost(ledger, Account.REPAIRS) == usd(250.0) * len(repairs) > 0

    def first_leg(self, kind: VehicleKind) -> tuple[int, Ledger]:
        """Milliseconds of the first leg of a vehicle of this kind, and the ledger."""
        ledger = play(toy_world(fleet=(FleetGroup(kind, 1),)))
        return int(first(ledger, Kind.ARRIVED)["time"] - first(ledger, Kind.LEG)["time"]), ledger

    def test_what_is_still_on_board_at_the_end_of_duty_is_tomorrow_s_work(self) -> None:
        """Brought back without an attempt for want of time, loaded again the next day."""
        short = toy_kind(shift_h=9.0, max_duty_h=9.0, shift_start="08:30", breakdown_km=0.4, repair_min=500.0)
        ledger = play(toy_world(days=2, fleet=(FleetGroup(short, 1),), operation=operation(waves=("09:00",))))
        unloaded = rows(ledger, Kind.UNLOADED)
        back = unloaded[unloaded["cause"] == Cause.SHIFT_END]
        assert len(back)
        loaded = rows(ledger, Kind.LOADED)
        for row in back[back["time"] < DAY]:
            assert (loaded["subject"] == row["subject"]).sum() == 2

    def test_every_exception_is_one_that_was_offered(self) -> None:
        """EXCEPTION holds the remedy, and how many there were to choose from."""
        fleet = (FleetGroup(toy_kind(Mode.DRONE, recipient_failure=0.5, abort=0.3), 2), *toy_fleet(van=1))
        seen: list[tuple[int, int]] = []

        def watch(view: Any, trouble: Trouble, remedies: tuple[RemedyOffer, ...]) -> RemedyOffer:
            seen.append((remedies[-1].remedy, len(remedies)))
            return remedies[-1]

        twin = Twin(toy_world(days=2, noise=True, fleet=fleet), PLAIN.replace(recovering=watch))
        written = rows(twin.run(), Kind.EXCEPTION)
        assert [(row["actor"], row["value"]) for row in written] == seen
