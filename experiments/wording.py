"""Numbers as people read them: the same on the terminal and in the report."""

import math

from experiments.statistics import Interval


def number(value: float) -> str:
    """A number with four digits that count, and no exponent."""
    if math.isnan(value):
        return "-"
    if abs(value) >= 1000 or float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:.4g}"


def figure(value: float, unit: str, *, sign: bool = False) -> str:
    """A KPI in its unit: dollars and cents, per cent with one decimal, kilograms to the gram."""
    if math.isnan(value):
        return "-"
    plus = "+" if sign else ""
    match unit:
        case "USD":
            return f"{value:{plus},.2f}"
        case "share":
            return f"{100 * value:{plus}.1f}"
        case "kg":
            return f"{value:{plus}.3f}"
    return f"{plus if value > 0 else ''}{number(value)}"


def shown_unit(unit: str, *, difference: bool = False) -> str:
    """The unit of :func:`figure`: shares are shown as per cent, and their differences as points."""
    if unit != "share":
        return "" if unit == "1" else unit
    return "points" if difference else "%"


def between(interval: Interval, unit: str, *, sign: bool = False) -> str:
    """Both ends of an interval."""
    return f"{figure(interval.low, unit, sign=sign)} to {figure(interval.high, unit, sign=sign)}"
