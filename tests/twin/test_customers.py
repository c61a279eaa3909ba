"""Customers: at the checkout, at home, on the telephone, and back again or not."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.toy import toy_world
from scenarios.toyfleet import certain_people
from tests.worlds import PLAIN, counts, fingerprints, play, rows, tell
from twin import customers
from twin.engine import Twin
from twin.entities import Cause, Dwelling, Offer, Segment, Session, TimeWindow
from twin.ledger import Account, Kind
from twin.specs import People
from twin.units import DAY, HOUR, MINUTE, NEVER, usd
from twin.world import World


def twin(world: World | None = None, **people: Any) -> Twin:
    """A toy twin before its first event, with these changes of its people."""
    plain = world or toy_world()
    return Twin(replace(plain, people=replace(plain.people, **people)), PLAIN)


def session(number: int = 0, segment: Segment = Segment.BALANCED, time: int = 8 * HOUR) -> Session:
    """Somebody at the checkout at eight."""
    return Session(number, time, 0, 0, 0, Dwelling.PORCH, segment, range(1))


def offer(hour: int, price_usd: float = 0.0, width: int = 4) -> Offer:
    """A window of today from an hour on."""
    return Offer(TimeWindow(hour * HOUR, (hour + width) * HOUR), usd(price_usd))


class TestChoice:
    """The multinomial logit at the checkout."""

    @given(st.integers(0, 500), st.lists(st.tuples(st.integers(9, 19), st.floats(0, 10)), max_size=5))
    def test_one_more_offer_never_loses_a_buyer(self, number: int, shown: list[tuple[int, float]]) -> None:
        """Who buys from some offers buys from these and one more."""
        some = twin(utility_base=(0.5,) * 3)
        offers = [offer(*each) for each in shown]
        if customers.choose(some, session(number), offers) is not None:
            assert customers.choose(some, session(number), [*offers, offer(12, 2.0)]) is not None

    @given(st.integers(0, 500), st.floats(0, 10), st.floats(0, 10))
    def test_a_lower_price_never_loses_a_buyer(self, number: int, one: float, other: float) -> None:
        """Who buys at a price buys at a lower one."""
        some, (low, high) = twin(utility_base=(0.5,) * 3), sorted((one, other))
        if customers.choose(some, session(number), [offer(12, high)]) is not None:
            assert customers.choose(some, session(number), [offer(12, low)]) is not None

    def test_shares_are_those_of_the_logit(self) -> None:
        """Over many sessions each offer is chosen as often as the formula says, within 4 standard errors."""
        some, offers, many = twin(utility_base=(1.0,) * 3, utility_width=-0.1), [offer(10, 1.0), offer(14, 0.5)], 4_000
        people = some.world.people
        weights = [
            math.exp(
                1.0
                + people.utility_usd[Segment.BALANCED] * each.price / 1e6
                + people.utility_hour[Segment.BALANCED] * (each.window.late - 8 * HOUR) / HOUR
                - 0.1 * 3
            )
            for each in offers
        ]
        chosen = [customers.choose(some, session(number), offers) for number in range(many)]
        for each, weight in zip([None, *offers], [1.0, *weights], strict=True):
            share = weight / (1.0 + sum(weights))
            assert abs(chosen.count(each) / many - share) < 4 * math.sqrt(share * (1 - share) / many)

    def test_without_an_offer_everybody_walks(self) -> None:
        """Nothing shown is nothing sold, and the ledger says that it was for lack of room."""
        assert customers.choose(twin(), session(), []) is None
        ledger = play(toy_world(), promising=lambda *_: [])
        assert counts(ledger)[Kind.WALKED] == counts(ledger)[Kind.SESSION] == 11
        assert set(rows(ledger, Kind.WALKED)["cause"].tolist()) == {Cause.CAPACITY}

    def test_people_in_a_hurry_take_the_first_window_and_others_the_cheap_one(self) -> None:
        """Segments differ: an hour is worth more to SPEED, a dollar to PRICE."""
        eager = twin(utility_hour=(0.0, 0.0, -9.0), utility_usd=(-90.0, 0.0, 0.0), utility_base=(60.0,) * 3)
        soon, cheap = offer(10, 3.0), offer(14, 0.0)
        assert customers.choose(eager, session(1, Segment.SPEED), [cheap, soon]) == soon
        assert customers.choose(eager, session(1, Segment.PRICE), [soon, cheap]) == cheap

    def test_any_utility_can_be_computed(self) -> None:
        """A customer who would buy at any price buys."""
        assert customers.choose(twin(utility_base=(1000.0,) * 3), session(), [offer(12)]) == offer(12)


class TestPresence:
    """Whether somebody opens."""

    def test_offices_are_open_on_working_hours_and_days(self) -> None:
        """An office takes parcels from opening to closing on weekdays, and never on a weekend."""
        world = toy_world(days=7, people=certain_people(office_hours=("08:30", "18:00")))
        who = int(np.flatnonzero(world.customers.dwelling == Dwelling.OFFICE)[0])
        office = twin(world)
        open_ = [
            [customers.presence(office, 0, who, day * DAY + minute * MINUTE) > 0 for minute in (509, 510, 1079, 1080)]
            for day in range(7)
        ]
        assert open_ == [[False, True, True, False]] * 5 + [[False] * 4] * 2

    def test_the_week_begins_where_the_world_says(self) -> None:
        """With a first weekday of Saturday the office is closed on days 0 and 1."""
        world = toy_world(days=3, first_weekday=5)
        who = int(np.flatnonzero(world.customers.dwelling == Dwelling.OFFICE)[0])
        home = [customers.presence(twin(world), 0, who, day * DAY + 12 * HOUR) for day in range(3)]
        assert home == [0.0, 0.0, 0.97]

    def test_homes_follow_the_hour_and_the_kind_of_day(self) -> None:
        """The tables of weekdays and weekends are read by the hour."""
        plain = People(presence_sigma=0.0, presence_dwelling=(0.0,) * 5)
        some = twin(toy_world(days=7, people=plain))
        for hour in range(24):
            time = hour * HOUR + 30 * MINUTE
            assert customers.presence(some, 0, 0, time) == pytest.approx(plain.presence_weekday[hour])
            assert customers.presence(some, 0, 0, 5 * DAY + time) == pytest.approx(plain.presence_weekend[hour])

    def test_a_message_raises_presence_once_it_is_seen(self) -> None:
        """From the moment it is read on, the logit is higher by the notice; before that nothing changes."""
        some = twin(toy_world(people=People(presence_sigma=0.0)))
        before = customers.presence(some, 0, 0, 10 * HOUR)
        some.state.seen[0] = 10 * HOUR
        after = customers.presence(some, 0, 0, 10 * HOUR)
        assert customers.presence(some, 0, 0, 10 * HOUR - 1) == before
        assert math.log(after / (1 - after)) - math.log(before / (1 - before)) == pytest.approx(0.6)

    def test_dwellings_differ(self) -> None:
        """Who lives in a house is home more often than who lives in an apartment, by the logits of the table."""
        world = toy_world(people=People(presence_dwelling=(0.5, 0.0, -0.5, 0.0, 9.0)))
        world.customers.dwelling[:5] = range(5)
        odds = [p / (1 - p) for p in (customers.presence(twin(world), 0, who, 11 * HOUR) for who in range(5))]
        assert [odds[0] / odds[1], odds[1] / odds[2]] == pytest.approx([math.exp(0.5)] * 2)
        assert odds[4] == pytest.approx(0.97 / 0.03)

    def test_people_differ_for_good(self) -> None:
        """A customer's own effect shifts the logit at every hour."""
        world = toy_world(people=People())
        world.customers.presence[0] = 1.0
        some = twin(world)
        for hour in (9, 12, 20):
            odds = [p / (1 - p) for p in (customers.presence(some, 0, who, hour * HOUR) for who in (0, 5))]
            assert odds[0] / odds[1] == pytest.approx(math.e)

    def test_certainty_stays_certain(self) -> None:
        """A level of 0 or 1 is not moved by anybody's effect or by a message."""
        world = toy_world(people=certain_people(presence_weekday=(0.0,) * 12 + (1.0,) * 12))
        world.customers.presence[:] = 3.0
        some = twin(world)
        some.state.seen[0] = 0
        assert customers.presence(some, 0, 0, 11 * HOUR) == 0.0
        assert customers.presence(some, 0, 0, 12 * HOUR) == 1.0


class TestContacts:
    """Customers who ask where their order is."""

    def ask(self, some: Twin, order: int, factor: float = 1.0, extra: float = 0.0) -> bool:
        """Whether the customer of an order that is told nothing gets in touch at a moment like this."""
        before = len(some.ledger.trace)
        customers.wonder(some, order, factor, extra)
        return len(some.ledger.trace) > before

    def test_there_is_at_most_one_an_order(self) -> None:
        """Who has called does not call again, whatever happens."""
        some = twin(contact=1.0)
        assert [self.ask(some, 0), self.ask(some, 0, 9.0, 1.0), self.ask(some, 1)] == [True, False, True]
        failing = certain_people(contact=1.0, presence_weekday=(0.0,) * 24, safe_place=(0.0,) * 5)
        orders = rows(play(toy_world(days=3, people=failing)), Kind.CONTACT)["subject"]
        assert len(orders) == len(np.unique(orders)) > 0

    @given(st.integers(0, 10), st.floats(0, 5), st.floats(0, 1), st.floats(0, 5), st.floats(0, 1))
    def test_more_reasons_never_mean_fewer_contacts(
        self, order: int, factor: float, extra: float, more: float, on_top: float
    ) -> None:
        """Who calls for some reasons calls for more of them."""
        if self.ask(twin(contact=0.2), order, factor, extra):
            assert self.ask(twin(contact=0.2), order, factor + more, extra + on_top)

    def test_the_informed_ask_less(self) -> None:
        """An order whose messages are read asks at a share of the rate, with the same luck."""
        people = certain_people(
            contact=0.8, contact_informed=0.3, message_delivered=(1.0,) * 3, message_seen=(1.0,) * 3
        )
        world = toy_world(days=3, people=people)
        silent, told = (
            set(rows(play(world, notifying=notifying), Kind.CONTACT)["subject"].tolist())
            for notifying in (tell(), tell(Cause.CONFIRMED))
        )
        assert told < silent

    def test_a_contact_costs_what_its_way_costs(self) -> None:
        """Person, chat and self-service are booked at their prices."""
        for way, price in enumerate((5.5, 3.0, 0.25)):
            mix = [0.0, 0.0, 0.0]
            mix[way] = 1.0
            ledger = play(toy_world(people=certain_people(contact=1.0, contact_mix=tuple(mix))))
            book = ledger.costs.columns()
            paid = book["value"][book["kind"] == Account.CONTACTS]
            assert set(rows(ledger, Kind.CONTACT)["place"].tolist()) == {way}
            assert set(paid.tolist()) == {usd(price)}


class TestRetention:
    """What an order leaves behind."""

    def test_a_good_order_brings_customers_back_up_to_the_headroom(self) -> None:
        """With headroom a faultless order raises the rate of ordering; without there is no room to."""
        world = toy_world()
        some = Twin(world, PLAIN)
        some.run()
        assert set(some.state.propensity) == {1_000_000}
        roomy = Twin(replace(world, sessions=replace(world.sessions, headroom=1.005)), PLAIN)
        roomy.run()
        assert max(roomy.state.propensity) == 1_005_000

    def test_a_failed_attempt_keeps_customers_away(self) -> None:
        """Who was failed orders less often, by the factor of the specification."""
        some = twin(presence_weekday=(0.0,) * 9 + (1.0,) * 15, safe_place=(0.0,) * 5)
        some.state.order_flags[0] = customers.FAILED
        customers.finished(some, 0)
        some.state.order_flags[1] = customers.FAILED | customers.LATE
        customers.finished(some, 1)
        assert [some.state.propensity[who] for who in (0, 2)] == [932_000, round(0.932 * 0.92 * 1e6)]

    def test_who_has_given_up_does_not_come(self) -> None:
        """A propensity of 0 makes no session; the other customers' stay as they were."""
        some = Twin(toy_world(), PLAIN)
        some.state.propensity[2] = 0
        sessions = rows(some.run(), Kind.SESSION)
        assert sessions["actor"].tolist() == [0, 5, 6, 8, 1, 3, 7, 9, 10, 11]

    def test_ratings_are_lower_when_late(self) -> None:
        """Stars follow one mean on time and another when late, from 1 to 5."""
        some = twin(rating=(9.0, -9.0))
        some.state.order_flags[1] = customers.LATE
        some.state.order_flags[2] = customers.BROKEN
        for order in range(3):
            customers.finished(some, order)
        assert rows(some.ledger, Kind.RATED)["value"].tolist() == [5, 1, 1]

    def test_nobody_who_was_not_told_has_seen_a_message(self) -> None:
        """Without messages nothing is ever seen, and notice changes nothing."""
        some = twin(toy_world(noise=True))
        some.run()
        assert set(some.state.seen) == {NEVER}
        loud = play(toy_world(noise=True, people=replace(People(), notice_logit=5.0)))
        assert fingerprints(loud) == fingerprints(play(toy_world(noise=True)))


class TestRecords:
    """Sessions that are orders of the past."""

    @given(st.integers(0, 500), st.integers(1, 4), st.sampled_from(Segment))
    def test_who_did_order_takes_something(self, number: int, shown: int, segment: Segment) -> None:
        """However dear the offers are, one of them is taken; the same one as by somebody who would not walk away."""
        dear = twin(utility_base=(-200.0,) * 3)
        offers = [offer(10 + each, 9.0 * each) for each in range(shown)]
        assert customers.choose(dear, session(number, segment), offers) is None
        sure = Twin(replace(dear.world, sessions=replace(dear.world.sessions, certain=True)), PLAIN)
        assert customers.choose(sure, session(number, segment), offers) in offers
        assert customers.choose(sure, session(number, segment), []) is None
