"""Windows and prices: what is shown follows records, readiness and load; prices never the address."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from policies.cases import HISTORY, plain_view, slots
from policies.promising.calibrated import CalibratedPromise
from policies.promising.fixed import FixedPrice
from twin.entities import Dwelling, Knob, Segment, Session, Slot
from twin.units import DAY, HOUR, MINUTE, usd

SESSION = Session(11, HISTORY * DAY + 8 * HOUR, 4, 3, 2, Dwelling.HOUSE, Segment.BALANCED, range(20, 22))
CALM = CalibratedPromise(quantile=0.85, explore=0.0)


def windows(policy: Any, view: Any, seen: tuple[Slot, ...] = slots(), session: Session = SESSION) -> list[int]:
    """Which of the windows are shown."""
    shown = [offer.window for offer in policy(view, session, seen)]
    return [i for i, slot in enumerate(seen) if slot.window in shown]


def test_the_baseline_shows_what_has_room_at_one_price() -> None:
    """All but the full window, whatever the record."""
    offers = FixedPrice(price_usd=3.5)(plain_view(slot={0: (0, 90)}), SESSION, slots())
    assert [offer.window for offer in offers] == [slot.window for slot in slots()[:3]]
    assert {offer.price for offer in offers} == {usd(3.5)}


def test_a_window_with_a_bad_record_is_dropped_and_comes_back_with_a_good_one() -> None:
    """20 of 90 kept hides it; 890 of 900 shows it."""
    empty = slots(booked=(0, 0, 0))
    assert windows(CALM, plain_view(slot={0: (20, 90), 1: (88, 90), 2: (89, 90)}), empty) == [1, 2]
    assert windows(CALM, plain_view(slot={0: (890, 900), 1: (88, 90), 2: (89, 90)}), empty) == [0, 1, 2]


def test_a_short_bad_record_is_forgiven() -> None:
    """Two broken promises of two are no evidence yet."""
    empty = slots(booked=(0, 0, 0))
    assert 0 in windows(CALM, plain_view(slot={0: (0, 2), 1: (500, 520)}), empty)


def test_goods_that_miss_the_cut_off_are_not_promised() -> None:
    """Nor are they when the adapter asks for more slack than there is."""
    late = [slot._replace(ready=slot.cut_off + 1) for slot in slots(booked=(0, 0, 0))[:1]]
    seen = (*late, *slots(booked=(0, 0, 0))[1:])
    assert windows(CALM, plain_view(), seen) == [1, 2]
    careful = plain_view(knob_values={(Knob.PROMISE_SLACK, 2): 100 * MINUTE})
    assert windows(CALM, careful, seen) == []


def test_the_best_window_is_shown_when_none_is_good() -> None:
    """The shop stays open, and records can recover."""
    poor = plain_view(slot=dict.fromkeys(range(3), (200, 900)))
    assert windows(CALM, poor, slots(booked=(300, 0, 200))) == [1]


def test_some_sessions_see_every_window_that_is_possible() -> None:
    """The share that explores is as asked, and each session's luck is its own."""
    poor = plain_view(slot={0: (20, 90), 1: (88, 90), 2: (89, 90)})
    sessions = [SESSION._replace(id=i) for i in range(400)]
    curious = CalibratedPromise(quantile=0.85, explore=0.25)
    seen = [0 in windows(curious, poor, slots(booked=(0, 0, 0)), session) for session in sessions]
    assert 70 <= sum(seen) <= 130


@given(booked=st.lists(st.integers(0, 399), min_size=4, max_size=4), area=st.integers(0, 5), node=st.integers(0, 99))
def test_prices_rise_with_load_and_ignore_the_address(booked: list[int], area: int, node: int) -> None:
    """An emptier window of the same day never costs more; the same windows cost the same at any door."""
    seen = slots(booked=tuple(booked))
    prices = [CALM.price(SESSION, slot) for slot in seen]
    elsewhere = SESSION._replace(area=area, node=node, dwelling=Dwelling.LOCKED, customer=77)
    assert prices == [CALM.price(elsewhere, slot) for slot in seen]
    today = sorted(zip(booked[:3], prices[:3], strict=True))
    assert [price for _, price in today] == sorted(price for _, price in today)
    assert min(prices) >= 0


def test_only_today_is_dearer_than_the_list_price() -> None:
    """A full window of tomorrow costs what a half-full one does."""
    full = slots(booked=(399, 0, 0, 399))
    assert CALM.price(SESSION, full[0]) > usd(CALM.price_usd) == CALM.price(SESSION, full[3])


def test_an_order_that_does_not_fit_is_not_promised() -> None:
    """Two parcels need room for two."""
    assert windows(CALM, plain_view(), slots(booked=(399, 0, 0))) == [1, 2]
