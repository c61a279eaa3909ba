"""The charts of a report that compare arms as a whole: differences, and cost against punctuality."""

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from experiments.comparison import HEADLINE, LOWER_IS_BETTER, TITLES, Comparison
from experiments.figures import LOOKS, new_figure, short, styled, svg, whisker
from experiments.reporting.exhibit import Exhibit
from experiments.statistics import Interval
from experiments.wording import shown_unit
from twin.kpis import MEANING

if TYPE_CHECKING:
    from experiments.figures import Axes

COST, ON_TIME = HEADLINE[:2]


@styled
def differences(found: Comparison) -> Exhibit:
    """Paired differences from the baseline with their intervals, one panel a KPI."""
    arms = list(found.differences)
    figure = new_figure(9.2, 1.05 + 0.34 * max(len(arms), 2))
    for index, name in enumerate(HEADLINE):
        axes = figure.add_subplot(1, len(HEADLINE), index + 1)
        axes.axvline(0, color="#666666", linewidth=0.9)
        share = MEANING[name][0] == "share"
        for row, arm in enumerate(arms):
            whisker(axes, found.differences[arm][name], row, arm_look(found, arm), 100 if share else 1)
        axes.set_yticks(range(len(arms)), list(map(short, arms)) if index == 0 else [""] * len(arms))
        axes.set_ylim(len(arms) - 0.4, -0.6)
        axes.set_title(textwrap.fill(TITLES[name], 19), fontsize=9)
        better = "lower is better" if name in LOWER_IS_BETTER else "higher is better"
        axes.set_xlabel(f"{shown_unit(MEANING[name][0], difference=True)}; {better}", fontsize=8)
        axes.tick_params(axis="y", length=0)
        axes.locator_params(axis="x", nbins=4)
        axes.grid(axis="x", color="#EEEEEE")
        axes.set_axisbelow(True)
    rows = [(arm, name, MEANING[name][0], *_parts(found.differences[arm][name])) for arm in arms for name in HEADLINE]
    return Exhibit(
        "differences",
        "Paired differences",
        f"Paired differences from {found.baseline} (line at zero) with 95 % intervals. A filled mark: the interval "
        "excludes zero.",
        svg(figure),
        ("arm", "kpi", "unit", "difference", "low", "high"),
        rows,
    )


@styled
def cost_against_on_time(found: Comparison) -> Exhibit:
    """Each arm as a point with both its intervals, and the line of those that no other arm beats in both."""
    figure = new_figure(9.2, 4.2)
    axes = figure.add_subplot()
    best = frontier(found)
    for arm in found.arms:
        cost, on_time = (found.estimates[arm][name] for name in (COST, ON_TIME))
        colour, marker, _ = arm_look(found, arm)
        x, y = cost.estimate, 100 * on_time.estimate
        axes.plot([cost.low, cost.high], [y, y], color=colour, linewidth=1.0, alpha=0.8)
        axes.plot([x, x], [100 * on_time.low, 100 * on_time.high], color=colour, linewidth=1.0, alpha=0.8)
        inside = colour if arm in best else "white"
        axes.plot(x, y, marker=marker, color=colour, markerfacecolor=inside, markersize=8, linestyle="none",
                  label=short(arm), zorder=5)  # fmt: skip
    _line(axes, found, best)
    axes.set_xlabel("cost per delivered parcel, USD")
    axes.set_ylabel("on time, %")
    axes.grid(color="#EEEEEE")
    axes.set_axisbelow(True)
    axes.margins(0.12)
    figure.legend(loc="outside right center", frameon=False, fontsize=8)
    rows = [
        (arm, *_parts(found.estimates[arm][COST]), *_parts(found.estimates[arm][ON_TIME]), arm in best)
        for arm in found.arms
    ]
    return Exhibit(
        "cost_against_on_time",
        "Cost against punctuality",
        "Up and to the left is better. The grey line is the frontier: no arm is both cheaper and more punctual than a "
        "filled mark. Bars are 95 % intervals over worlds, not of the differences.",
        svg(figure),
        ("arm", "cost_usd", "cost_low", "cost_high", "on_time", "on_time_low", "on_time_high", "on_frontier"),
        rows,
    )


def frontier(found: Comparison) -> list[str]:
    """The arms that no other is at least as cheap and as punctual as, and better in one; the cheapest first."""
    points = {arm: (said[COST].estimate, -said[ON_TIME].estimate) for arm, said in found.estimates.items()}
    kept = [
        arm
        for arm, (cost, late) in points.items()
        if not any(
            other[0] <= cost and other[1] <= late and other != (cost, late)
            for name, other in points.items()
            if name != arm
        )
    ]
    return sorted(kept, key=points.__getitem__)


def _line(axes: "Axes", found: Comparison, best: Sequence[str]) -> None:
    x = [found.estimates[arm][COST].estimate for arm in best]
    y = [100 * found.estimates[arm][ON_TIME].estimate for arm in best]
    axes.plot(x, y, color="#999999", linewidth=4, alpha=0.5, zorder=1, solid_capstyle="round")


def arm_look(found: Comparison, arm: str) -> tuple[str, str, object]:
    """Colour, marker and line of an arm, the same in every figure."""
    return LOOKS[found.arms.index(arm) % len(LOOKS)]


def _parts(interval: Interval) -> tuple[float, float, float]:
    return interval.estimate, interval.low, interval.high
