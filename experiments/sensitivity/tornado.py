"""The tornado: what each parameter does alone, from one end of its range to the other, the widest on top."""

from collections.abc import Sequence
from dataclasses import dataclass

from experiments.figures import BLUE, ORANGE, new_figure, short, styled, svg
from experiments.wording import shown_unit
from twin.kpis import MEANING


@dataclass(frozen=True, slots=True)
class Swing:
    """A parameter's range, and the figure at both ends of it while all others are as usual."""

    key: str
    low: float
    high: float
    at_low: float
    at_high: float


@styled
def tornado(swings: Sequence[Swing], usual: float, kpi: str) -> str:
    """The chart as SVG."""
    order = sorted(swings, key=lambda swing: abs(swing.at_high - swing.at_low))
    unit = MEANING[kpi][0]
    scale = 100 if unit == "share" else 1
    figure = new_figure(7.5, 0.9 + 0.3 * len(order))
    axes = figure.add_subplot()
    for row, swing in enumerate(order):
        for end, at, colour, hatch in (("low", swing.at_low, BLUE, "//"), ("high", swing.at_high, ORANGE, None)):
            label = f"parameter at its {end} end" if row == 0 else None
            axes.barh(row, scale * (at - usual), left=scale * usual, color=colour, hatch=hatch, height=0.6, label=label)
    axes.axvline(scale * usual, color="#444444", linewidth=0.9)
    axes.set_yticks(range(len(order)), [f"{short(swing.key, 44)} ({swing.low:g} to {swing.high:g})" for swing in order])
    axes.set_xlabel(f"{kpi}, {shown_unit(unit)}".rstrip(", "))
    axes.legend(loc="lower right", frameon=False, fontsize=8)
    return svg(figure)
