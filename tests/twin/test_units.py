"""Time and money are integers, and texts are read strictly."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from twin.units import DAY, HOUR, MINUTE, NonNeg, Pos, clock, hhmm, usd


@given(st.integers(0, 23), st.integers(0, 59))
def test_a_time_is_read_and_written(hour: int, minute: int) -> None:
    """Text to milliseconds and back, with and without the leading zero."""
    time = hour * HOUR + minute * MINUTE
    assert clock(f"{hour}:{minute:02d}") == clock(f"{hour:02d}:{minute:02d}") == time
    assert hhmm(time) == f"{hour:02d}:{minute:02d}"
    assert clock(hhmm(time)) == time


def test_a_day_ends_at_24() -> None:
    """24:00 is the end of a day; a later day is named."""
    assert clock("24:00") == DAY
    assert hhmm(2 * DAY + 14 * HOUR + 5 * MINUTE + 999) == "2d 14:05"


@pytest.mark.parametrize(
    "text",
    ["", "14", "840", "24:01", "25:00", "12:60", "1:2", "12:5", "-1:00", " 9:00", "9:00 ", "09:00:00", "9.30", "noon",
     "9:00\n", "٩:00"],
)  # fmt: skip
def test_what_is_no_time_is_refused(text: str) -> None:
    """The value is shown, and how to write it."""
    with pytest.raises(ValueError, match=r"is not a time of day; write it quoted, as in '14:00'"):
        clock(text)


@given(st.integers(-(10**9), 10**9))
def test_dollars_become_micro_dollars(cents: int) -> None:
    """Amounts in cents are exact."""
    assert usd(cents / 100) == cents * 10_000


def test_halves_are_rounded_to_even() -> None:
    """As Python rounds, on every machine."""
    assert [usd(amount) for amount in (0.0000005, 0.0000015, 0.0000025)] == [0, 2, 2]


@pytest.mark.parametrize("kind", [NonNeg, Pos])
def test_dust_is_no_figure(kind: Any) -> None:
    """A figure so small that its reciprocal overflows is nothing, and refused where nothing will not do."""
    checked = TypeAdapter[float](kind).validate_python
    assert [checked(value) for value in (1e-9, 1.0, 1e9)] == [1e-9, 1.0, 1e9]
    for value in (5e-324, 1e-300, 9e-10):
        if kind is NonNeg:
            assert checked(value) == 0.0
        else:
            with pytest.raises(ValidationError, match="must be at least 1e-09"):
                checked(value)
