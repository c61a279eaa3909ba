"""Integer time and money, and the checked scalar types that configurations are made of.

Time is milliseconds since the first midnight of a run (local), money is micro-units of the currency.
Floats are computed, rounded, then stored: numpy's ``exp`` and BLAS differ in the last bit between
machines, integers do not.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
USD = 1_000_000
NEVER = 1 << 62

_CLOCK = re.compile(r"([0-9]{1,2}):([0-5][0-9])")


def clock(text: str) -> int:
    """Milliseconds since midnight of a quoted 24-hour time.

    Parameters
    ----------
    text : str
        ``"HH:MM"``, from ``"0:00"`` to ``"24:00"``.

    Raises
    ------
    ValueError
        If the text is not such a time.
    """
    match = _CLOCK.fullmatch(text)
    minutes = int(match[1]) * 60 + int(match[2]) if match else 24 * 60 + 1
    if minutes > 24 * 60:
        raise ValueError(f"{text!r} is not a time of day; write it quoted, as in '14:00'")
    return minutes * MINUTE


def hhmm(time: int) -> str:
    """A time as people write it: ``14:05``, or ``2d 14:05`` from the second day on."""
    day, rest = divmod(time, DAY)
    text = f"{rest // HOUR:02d}:{rest % HOUR // MINUTE:02d}"
    return text if day == 0 else f"{day}d {text}"


def usd(amount: float) -> int:
    """Micro-units of an amount in dollars, rounded half to even."""
    return round(amount * USD)


def _is_clock(text: str) -> str:
    clock(text)
    return text


STRICT = ConfigDict(extra="forbid", allow_inf_nan=False)
"""For every specification: unknown keys, NaN and infinities are refused."""

Count = Annotated[int, Field(strict=True, ge=0, le=1 << 62)]
PosInt = Annotated[int, Field(strict=True, gt=0, le=1 << 62)]
_MOST = 1e9
"""Times a million it still fits into 64 bits, and nothing that is meant comes near it."""
_LEAST = 1e-9
"""What is smaller and not 0 is no figure of anybody, and its reciprocal overflows."""


def _no_dust(value: float) -> float:
    if value < _LEAST:
        raise ValueError(f"must be at least {_LEAST:g}")
    return value


def _dust_is_nothing(value: float) -> float:
    return value if value >= _LEAST else 0.0


Real = Annotated[float, Field(strict=True, ge=-_MOST, le=_MOST, allow_inf_nan=False)]
NonNeg = Annotated[float, Field(strict=True, ge=0, le=_MOST, allow_inf_nan=False), AfterValidator(_dust_is_nothing)]
Pos = Annotated[float, Field(strict=True, gt=0, le=_MOST, allow_inf_nan=False), AfterValidator(_no_dust)]
Share = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
Clock = Annotated[str, Field(strict=True), AfterValidator(_is_clock)]
