"""The calendar: what is due happens, in order, once, and a restored calendar goes on as the old one would have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.toy import toy_world
from twin.calendar import Calendar
from twin.day import first_state
from twin.errors import InvariantError
from twin.facts import Facts
from twin.snapshot import copy
from twin.state import Phase, TwinState

Heard = list[tuple[int, int, int]]


def blank() -> TwinState:
    """A state in which nobody waits."""
    world = toy_world()
    return first_state(world, Facts(world))


def listening(state: TwinState) -> tuple[Calendar, Heard]:
    """A calendar whose handlers write down (time, phase, who)."""
    heard: Heard = []

    def handler(phase: Phase) -> object:
        return lambda who: heard.append((state.now, phase, who))

    return Calendar(state, [handler(phase) for phase in Phase]), heard  # type: ignore[misc]


dues = st.lists(st.integers(0, 20), max_size=15)


@given(dues)
def test_waits_end_by_time_and_then_in_the_order_of_asking(times: list[int]) -> None:
    """What is due together happens in the order in which it was asked for."""
    calendar, heard = listening(blank())
    for who, due in enumerate(times):
        calendar.schedule(due, Phase.SERVED, who)
    calendar.run(100)
    assert heard == [(due, Phase.SERVED, who) for due, who in sorted((due, who) for who, due in enumerate(times))]


@given(dues, st.integers(0, 20), st.sets(st.integers(0, 14)))
def test_a_restored_calendar_goes_on_the_same(times: list[int], cut: int, cancelled: set[int]) -> None:
    """Cut anywhere, copied through a file's form and gone on, the same happens in the same order."""
    state = blank()
    calendar, heard = listening(state)
    numbers = [calendar.schedule(due, Phase.SERVED, who) for who, due in enumerate(times)]
    for who in cancelled & set(range(len(numbers))):
        calendar.cancel(numbers[who])
    calendar.run(cut)
    before, saved = list(heard), copy(state)
    calendar.schedule(30, Phase.HOME, 99)
    calendar.run(100)
    restored, heard_later = listening(saved)
    restored.schedule(30, Phase.HOME, 99)
    restored.run(100)
    assert before + heard_later == heard
    assert restored.schedule(100, Phase.HOME, 1) == calendar.schedule(100, Phase.HOME, 1)


def test_what_was_taken_back_does_not_happen() -> None:
    """A cancelled wait is passed over; cancelling what is over, or never was, does nothing."""
    calendar, heard = listening(blank())
    first, second = calendar.schedule(5, Phase.HOME, 1), calendar.schedule(5, Phase.HOME, 2)
    calendar.cancel(first)
    calendar.run(10)
    calendar.cancel(second)
    calendar.cancel(-1)
    assert heard == [(5, Phase.HOME, 2)]


def test_what_is_due_at_the_end_waits() -> None:
    """A run until a time stops before what is due at that time, and the next one begins with it."""
    calendar, heard = listening(blank())
    calendar.schedule(10, Phase.WAVE, 0)
    calendar.run(10)
    assert heard == []
    calendar.run(11)
    assert heard == [(10, Phase.WAVE, 0)]


def test_the_clock_is_where_the_run_ended() -> None:
    """Time passes although nothing happens, and never goes back."""
    state = blank()
    calendar, _ = listening(state)
    calendar.run(7)
    calendar.run(3)
    assert state.now == 7


def test_the_past_is_refused() -> None:
    """I6: nothing can be scheduled before now."""
    calendar, _ = listening(blank())
    calendar.run(10)
    with pytest.raises(InvariantError, match=r"I6: phase \d+ of 3 is due at 9, before now \(10\)"):
        calendar.schedule(9, Phase.HOME, 3)


def test_time_is_an_integer() -> None:
    """I6: a wait that is not due at an integer is refused when it ends."""
    calendar, _ = listening(blank())
    calendar.schedule(5.0, Phase.HOME, 3)  # type: ignore[arg-type]
    with pytest.raises(InvariantError, match="I6"):
        calendar.run(10)


def test_now_is_allowed() -> None:
    """A handler may ask for something at once; it happens after what was already due then."""
    state = blank()
    heard: list[int] = []

    def first(who: int) -> None:
        heard.append(who)
        if who == 1:
            calendar.schedule(state.now, Phase.DAY, 3)

    calendar = Calendar(state, [first] * len(Phase))
    calendar.schedule(5, Phase.DAY, 1)
    calendar.schedule(5, Phase.DAY, 2)
    calendar.run(6)
    assert heard == [1, 2, 3]
    assert state.pending == {}
