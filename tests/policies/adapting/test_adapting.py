"""Strategy changes: on evidence, once, and back when the evidence is."""

from typing import Any

import pytest

from policies.adapting.bottleneck import Bottleneck
from policies.adapting.none import Steadfast
from policies.cases import plain_view
from twin.entities import Adjustment, Knob, Mode

GOOD = {(area, 11, int(Mode.VAN)): (57, 60) for area in range(6)}
ROBOVAN = int(Mode.ROBOVAN)


def changes(view: Any) -> set[tuple[Knob, int, int]]:
    """What is changed, without why."""
    return {(change.knob, change.key, change.value) for change in Bottleneck()(view)}


def robovans(failing: tuple[int, int], **more: Any) -> Any:
    """Robovans do well everywhere but in area 1."""
    attempts = {**GOOD, **{(area, 11, ROBOVAN): (38, 40) for area in range(6)}, (1, 11, ROBOVAN): failing}
    return plain_view(hour=23, attempts=attempts, **more)


def test_the_baseline_and_a_good_day_change_nothing() -> None:
    """Steadfast whatever happens; the other when all is well, and before anything is known."""
    assert Steadfast()(robovans((0, 40))) == ()
    assert changes(robovans((38, 40))) == changes(plain_view(0)) == set()


def test_a_mode_that_fails_in_an_area_is_avoided_there_only() -> None:
    """4 of 40 hand-offs, and the message says why."""
    view = robovans((4, 40))
    assert (Knob.AVOID_MODE, 1 * 8 + ROBOVAN, 1) in changes(view)
    assert {key for knob, key, _ in changes(view) if knob is Knob.AVOID_MODE} == {1 * 8 + ROBOVAN}
    assert "ROBOVAN fails in area 1" in next(c.why for c in Bottleneck()(view) if c.knob is Knob.AVOID_MODE)


def test_little_evidence_changes_nothing() -> None:
    """Five failures of five could be luck; areas without trials are not judged by others."""
    assert changes(robovans((0, 5))) == set()
    assert {key // 8 for knob, key, _ in changes(plain_view(attempts={(1, 11, ROBOVAN): (4, 40)}))} >= {1}
    assert len(changes(plain_view(attempts={(1, 19, ROBOVAN): (4, 40)}))) == 1


@pytest.mark.parametrize(("record", "value"), [((24, 40), None), ((26, 40), None), ((38, 40), 0)])
def test_a_knob_that_is_set_stays_until_things_are_good(record: tuple[int, int], value: int | None) -> None:
    """No flapping: between bad and good nothing changes, in either direction."""
    key = 1 * 8 + ROBOVAN
    found = changes(robovans(record, knob_values={(Knob.AVOID_MODE, key): 1}))
    assert found == (set() if value is None else {(Knob.AVOID_MODE, key, value)})


def test_an_area_that_fails_by_day_is_served_in_the_evening() -> None:
    """If the evening is better there; not if nobody ever opens."""
    van = int(Mode.VAN)
    by_day = {**GOOD, (2, 10, van): (20, 60), (2, 11, van): (15, 40), (2, 19, van): (57, 60)}
    assert changes(plain_view(hour=23, attempts=by_day)) == {(Knob.EVENING_FIRST, 2, 1)}
    never = {**by_day, (2, 19, van): (2, 60)}
    assert changes(plain_view(hour=23, attempts=never)) == set()


def test_a_late_carrier_is_avoided_and_a_punctual_one_taken_back() -> None:
    """By its record everywhere."""
    bad = plain_view(carrier_area={(0, 1): (60, 90), (0, 2): (20, 40), (1, 1): (88, 90)})
    assert changes(bad) == {(Knob.AVOID_CARRIER, 0, 1)}
    again = plain_view(carrier_area={(0, 1): (890, 900)}, knob_values={(Knob.AVOID_CARRIER, 0): 1})
    assert changes(again) == {(Knob.AVOID_CARRIER, 0, 0)}


def test_reasons_do_not_make_decisions_differ() -> None:
    """Two adjustments with other words are the same decision."""
    assert Adjustment(Knob.AVOID_CARRIER, 0, 1, "a") == Adjustment(Knob.AVOID_CARRIER, 0, 1, "b")
