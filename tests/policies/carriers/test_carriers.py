"""How a parcel goes: by habit, by price, or by price and service as seen."""

from typing import Any

import pytest

from policies.carriers.cheapest import Cheapest
from policies.carriers.own_first import OwnFirst
from policies.carriers.scored import Scored
from policies.cases import HISTORY, parcel, plain_view
from twin.entities import OWN, CarrierOffer, Knob, Mode
from twin.units import DAY, HOUR, usd

DUE = parcel().promise.late


def offer(carrier: int, price: float, **changes: Any) -> CarrierOffer:
    """An offer in time, with no record yet."""
    return CarrierOffer(carrier, f"c{carrier}", None, usd(price), DUE - HOUR, 0.95, 0, 0)._replace(**changes)


def test_the_baselines_look_at_one_thing() -> None:
    """Our own streets whatever they cost, or the lowest price whatever it delivers."""
    offers = (offer(0, 4.0), offer(OWN, 1.0, sortie=Mode.DRONE), offer(OWN, 9.0))
    assert OwnFirst()(plain_view(), parcel(), offers) is offers[2]
    assert OwnFirst()(plain_view(), parcel(), offers[:2]) is offers[0]
    assert Cheapest()(plain_view(), parcel(), offers) is offers[1]


def test_a_bad_record_outweighs_a_low_price() -> None:
    """30 of 90 on time costs more than a dollar."""
    offers = (offer(0, 5.0, on_time=30, trials=90), offer(1, 6.0, on_time=88, trials=90))
    assert Cheapest()(plain_view(), parcel(), offers) is offers[0]
    assert Scored()(plain_view(), parcel(), offers) is offers[1]


def test_one_bad_delivery_is_luck() -> None:
    """The contract counts until there is a record."""
    offers = (offer(0, 5.0, on_time=0, trials=1), offer(1, 5.4, on_time=1, trials=1))
    assert Scored()(plain_view(), parcel(), offers) is offers[0]


def test_a_record_elsewhere_counts_where_there_is_none() -> None:
    """A carrier that is late in every other area is not trusted in a new one."""
    view = plain_view(carrier_area={(0, area): (10, 60) for area in range(5)})
    offers = (offer(0, 5.0), offer(1, 6.0))
    assert Scored()(view, parcel(), offers) is offers[1]
    assert Scored().on_time(view, offers[0]) < 0.3


def test_an_offer_after_the_promise_is_late_for_sure() -> None:
    """And the later the dearer."""
    policy, view = Scored(late_usd=4.0, late_usd_h=0.5), plain_view()
    late, later = (offer(0, 5.0, expected=DUE + hours * HOUR) for hours in (1, 24))
    assert policy.cost(view, parcel(), late) == usd(5.0 + 4.0 + 0.5)
    assert policy.cost(view, parcel(), later) == usd(5.0 + 4.0 + 12.0)


@pytest.mark.parametrize(
    ("knob", "avoided"),
    [
        ((Knob.AVOID_CARRIER, 0), offer(0, 1.0)),
        ((Knob.AVOID_MODE, 2 * 8 + Mode.DRONE), offer(OWN, 1.0, sortie=Mode.DRONE)),
    ],
)
def test_what_the_adapter_avoids_is_the_last_resort(knob: tuple[int, int], avoided: CarrierOffer) -> None:
    """Another offer is taken at any price; without one, the avoided one."""
    view = plain_view(HISTORY, knob_values={knob: 1})
    other = offer(1, 30.0, expected=DUE + DAY)
    assert Scored()(plain_view(), parcel(), (avoided, other)) is avoided
    assert Scored()(view, parcel(), (avoided, other)) is other
    assert Scored()(view, parcel(), (avoided,)) is avoided
