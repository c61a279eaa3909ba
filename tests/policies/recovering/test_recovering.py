"""Exceptions: the baseline tries again, the better policy reckons."""

from hypothesis import given
from hypothesis import strategies as st

from policies.cases import parcel, plain_view
from policies.recovering.cheapest import CheapestRemedy
from policies.recovering.fixed_order import FixedOrder
from twin.entities import Cause, Remedy, RemedyOffer, Trouble
from twin.units import HOUR, usd

DUE = parcel().promise.late
VIEW = plain_view(hour=12)


def trouble(cause: Cause = Cause.ABSENT, attempts: int = 1) -> Trouble:
    """Somebody was not in."""
    return Trouble(parcel(attempts=attempts), cause, VIEW.now)


def offer(remedy: Remedy, price: float, success: float, hours: float = -1.0) -> RemedyOffer:
    """A remedy that many hours after the promise's end."""
    return RemedyOffer(remedy, usd(price), DUE + round(hours * HOUR), success)


@given(st.permutations(list(Remedy)), st.integers(1, len(Remedy)))
def test_every_subset_of_remedies_has_an_answer(remedies: list[Remedy], count: int) -> None:
    """In whatever order they come, the answer of the baseline is the same, and both are among them."""
    offers = [offer(remedy, 1.0, 0.5) for remedy in remedies[:count]]
    chosen = FixedOrder()(VIEW, trouble(), offers)
    assert chosen == FixedOrder()(VIEW, trouble(), offers[::-1])
    assert chosen in offers
    assert CheapestRemedy()(VIEW, trouble(), offers) in offers


def test_the_baseline_tries_again_before_it_gives_up() -> None:
    """Re-attempt over locker over return."""
    offers = [offer(Remedy.RETURN, 0, 1.0), offer(Remedy.LOCKER, 0, 1.0), offer(Remedy.REATTEMPT, 50.0, 0.0)]
    assert FixedOrder()(VIEW, trouble(), offers).remedy is Remedy.REATTEMPT


def test_a_locker_beats_a_door_that_will_stay_closed() -> None:
    """The next failure is part of the cost."""
    offers = [offer(Remedy.REATTEMPT, 0.0, 0.4), offer(Remedy.LOCKER, 3.0, 0.98)]
    assert CheapestRemedy()(VIEW, trouble(), offers).remedy is Remedy.LOCKER
    better = [offers[0]._replace(success=0.95), offers[1]]
    assert CheapestRemedy()(VIEW, trouble(), better).remedy is Remedy.REATTEMPT


def test_lateness_costs_up_to_a_limit() -> None:
    """In time is free; a week is no dearer than two days."""
    policy = CheapestRemedy()
    at = [policy.cost(trouble(), offer(Remedy.REATTEMPT, 0, 1.0, hours)) for hours in (-1, 1, 48, 168)]
    assert at[0] == 0 < at[1] < at[2] == at[3]


def test_giving_up_costs_the_sale() -> None:
    """A return at no price loses to a dear re-attempt, not to an absurd one."""
    back = offer(Remedy.RETURN, 0.0, 0.0)
    assert CheapestRemedy()(VIEW, trouble(), [back, offer(Remedy.REATTEMPT, 15.0, 0.9)]).remedy is Remedy.REATTEMPT
    assert CheapestRemedy()(VIEW, trouble(), [back, offer(Remedy.REATTEMPT, 40.0, 0.9)]) is back


def test_nobody_drives_again_to_a_wrong_address() -> None:
    """Asking comes first; who is absent is simply tried again."""
    offers = [offer(Remedy.REATTEMPT, 0.0, 0.85), offer(Remedy.CONTACT, 0.01, 0.75)]
    assert CheapestRemedy()(VIEW, trouble(Cause.ADDRESS), offers).remedy is Remedy.CONTACT
    assert CheapestRemedy()(VIEW, trouble(Cause.ABSENT), offers).remedy is Remedy.REATTEMPT


def test_failure_is_dearer_the_more_often_it_happened() -> None:
    """The third attempt may lose where the first won."""
    offers = [offer(Remedy.REATTEMPT, 0.0, 0.7), offer(Remedy.LOCKER, 4.0, 1.0)]
    chosen = [CheapestRemedy()(VIEW, trouble(attempts=n), offers).remedy for n in (1, 3)]
    assert chosen == [Remedy.REATTEMPT, Remedy.LOCKER]
