"""Messages: none, or the right one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.cases import parcel, plain_view
from policies.notifying.proactive import Proactive
from policies.notifying.silent import Silent
from twin.entities import Cause, Channel, Notice

VIEW = plain_view()
EVERY = tuple(Channel)


def notice(cause: Cause, channels: tuple[Channel, ...] = EVERY, already: int = 0) -> Notice:
    """Something to tell."""
    return Notice(7, 5, cause, channels, already, parcel().promise)


@pytest.mark.parametrize("cause", list(Cause))
def test_the_baseline_never_speaks(cause: Cause) -> None:
    """Whatever happens."""
    assert Silent()(VIEW, notice(cause)) == ()


@pytest.mark.parametrize(
    ("channels", "chosen"),
    [
        (EVERY, Channel.SMS),
        ((Channel.EMAIL, Channel.WHATSAPP), Channel.WHATSAPP),
        ((Channel.EMAIL,), Channel.EMAIL),
    ],
)
def test_urgent_news_takes_the_cheapest_channel_that_is_seen(channels: tuple[Channel, ...], chosen: Channel) -> None:
    """And the one there is when none is."""
    for cause in (Cause.DISPATCHED, Cause.ABSENT, Cause.LATE, Cause.CARRIER_DELAY):
        assert Proactive()(VIEW, notice(cause, channels)) == (chosen,)


def test_routine_goes_by_mail_or_not_at_all() -> None:
    """A confirmation is worth a mail, not an SMS; a parcel at the door speaks for itself."""
    assert Proactive()(VIEW, notice(Cause.CONFIRMED)) == (Channel.EMAIL,)
    assert Proactive()(VIEW, notice(Cause.CONFIRMED, (Channel.SMS,))) == ()
    assert Proactive()(VIEW, notice(Cause.DELIVERED)) == ()


@given(st.sampled_from(list(Cause)), st.integers(0, 9), st.integers(0, 6))
def test_nobody_gets_more_than_the_limit(cause: Cause, already: int, most: int) -> None:
    """However bad the day."""
    said = Proactive(most=most)(VIEW, notice(cause, already=already))
    assert already + len(said) <= max(most, already)
