"""The figures of a report, as SVG that can stand inside a page.

Colours are those of Okabe & Ito (2008), which colour-blind readers tell apart; lines and markers differ too.
"""

import functools
import io
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ParamSpec

from experiments.comparison import HEADLINE, LOWER_IS_BETTER, TITLES, Comparison
from experiments.sketch import Sketch
from experiments.statistics import Interval
from experiments.wording import shown_unit
from twin.entities import Mode, Street
from twin.kpis import MEANING
from twin.ledger import Account

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, RED, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7",
)  # fmt: skip
ARMS = ((BLUE, "o"), (RED, "s"), (GREEN, "^"), (PURPLE, "D"), (ORANGE, "v"), (SKY, "P"), (BLACK, "X"))
MODES = {
    Mode.VAN: (BLUE, "-"),
    Mode.EVAN: (SKY, "-"),
    Mode.BIKE: (GREEN, "-"),
    Mode.CAR: (BLACK, "-"),
    Mode.ROBOVAN: (PURPLE, "-"),
    Mode.ROBOT: (YELLOW, "--"),
    Mode.DRONE: (RED, "--"),
}
COSTS = {
    "Drivers": (BLUE, (Account.LABOUR, Account.OVERTIME)),
    "Vehicles and energy": (SKY, (Account.VEHICLE, Account.RUNNING, Account.ENERGY, Account.REPAIRS)),
    "Remote operators": (PURPLE, (Account.SUPERVISION,)),
    "Depots, picking, stock": (GREEN, (Account.HUB, Account.PICKING, Account.TRANSFER, Account.HOLDING)),
    "Carriers": (ORANGE, (Account.CARRIER,)),
    "Messages and contacts": (YELLOW, (Account.MESSAGES, Account.CONTACTS)),
    "Remedies and losses": (RED, (Account.REMEDIES, Account.LOSSES)),
}
"""Accounts by what a manager could change; together they are all costs."""
STREETS = {
    Street.RESIDENTIAL: ("#DDDDDD", 0.35),
    Street.COLLECTOR: ("#C8C8C8", 0.55),
    Street.ARTERIAL: ("#A8A8A8", 0.9),
    Street.EXPRESSWAY: ("#8C8C8C", 1.3),
}
MANY_STREETS = 60_000
"""Points beyond which streets are drawn as a picture: a page must stay small enough to mail."""
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "lastmile-twin",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#666666",
    "axes.linewidth": 0.8,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "xtick.color": "#444444",
    "ytick.color": "#444444",
    "text.parse_math": False,
}


P = ParamSpec("P")


def _styled(draw: Callable[P, str]) -> Callable[P, str]:
    """Draw with our style, and leave everybody else's as it is."""

    @functools.wraps(draw)
    def inside(*args: P.args, **kwargs: P.kwargs) -> str:
        from matplotlib import rc_context

        style: dict[Any, Any] = STYLE
        with rc_context(style):
            return draw(*args, **kwargs)

    return inside


@_styled
def differences(found: Comparison) -> str:
    """Paired differences from the baseline with their intervals, one panel a KPI."""
    arms = [arm for arm in found.arms if arm != found.baseline]
    figure = _figure(9.2, 0.9 + 0.34 * max(len(arms), 2))
    for index, name in enumerate(HEADLINE):
        axes = figure.add_subplot(1, len(HEADLINE), index + 1)
        axes.axvline(0, color="#666666", linewidth=0.9)
        share = MEANING[name][0] == "share"
        for row, arm in enumerate(arms):
            colour, marker = _arm_look(found, arm)
            _whisker(axes, found.differences[arm][name], row, (100 if share else 1, colour, marker))
        axes.set_yticks(range(len(arms)), arms if index == 0 else [""] * len(arms))
        axes.set_ylim(len(arms) - 0.4, -0.6)
        axes.set_title(TITLES[name], fontsize=9)
        better = "lower is better" if name in LOWER_IS_BETTER else "higher is better"
        axes.set_xlabel(f"{shown_unit(MEANING[name][0], difference=True)}; {better}", fontsize=8)
        axes.tick_params(axis="y", length=0)
        axes.locator_params(axis="x", nbins=4)
        axes.grid(axis="x", color="#EEEEEE")
        axes.set_axisbelow(True)
    return _svg(figure)


def _whisker(axes: "Axes", interval: Interval, row: int, look: tuple[int, str, str]) -> None:
    scale, colour, marker = look
    filled = colour if interval.excludes_zero else "white"
    ends = [scale * interval.low, scale * interval.high]
    axes.plot(ends, [row, row], color=colour, linewidth=1.8, solid_capstyle="butt")
    axes.plot(scale * interval.estimate, row, marker=marker, color=colour, markerfacecolor=filled, markersize=6)


@_styled
def cost_against_on_time(found: Comparison) -> str:
    """Each arm as a point with both its intervals."""
    figure = _figure(5.4, 3.6)
    axes = figure.add_subplot()
    for arm in found.arms:
        colour, marker = _arm_look(found, arm)
        cost, on_time = (found.estimates[arm][name] for name in ("cost_per_delivered_parcel", "on_time"))
        x, y = cost.estimate, 100 * on_time.estimate
        axes.plot([cost.low, cost.high], [y, y], color=colour, linewidth=1.2)
        axes.plot([x, x], [100 * on_time.low, 100 * on_time.high], color=colour, linewidth=1.2)
        axes.plot(x, y, marker=marker, color=colour, markersize=8, linestyle="none", label=arm)
    axes.set_xlabel("cost per delivered parcel, USD")
    axes.set_ylabel("on time, %")
    axes.grid(color="#EEEEEE")
    axes.set_axisbelow(True)
    axes.margins(0.12)
    axes.legend(frameon=False, fontsize=8)
    return _svg(figure)


@_styled
def cost_breakdown(found: Comparison) -> str:
    """Cost per delivered parcel of each arm, stacked by what it is paid for."""
    figure = _figure(5.4, 0.75 + 0.42 * len(found.arms))
    axes = figure.add_subplot()
    costs = {arm: costs_per_parcel(found, arm) for arm in found.arms}
    left = dict.fromkeys(found.arms, 0.0)
    for colour, accounts in COSTS.values():
        widths = {arm: sum(costs[arm].get(account, 0.0) for account in accounts) for arm in found.arms}
        if not any(widths.values()):
            continue
        rows = list(range(len(found.arms)))
        axes.barh(
            rows,
            list(widths.values()),
            left=list(left.values()),
            color=colour,
            edgecolor="white",
            linewidth=0.7,
            height=0.62,
        )
        left = {arm: left[arm] + widths[arm] for arm in found.arms}
    for row, arm in enumerate(found.arms):
        axes.annotate(f"${left[arm]:.2f}", (left[arm], row), (5, 0), textcoords="offset points", va="center")
    axes.set_yticks(range(len(found.arms)), found.arms)
    axes.invert_yaxis()
    axes.set_xlabel("USD per delivered parcel")
    axes.tick_params(axis="y", length=0)
    axes.margins(x=0.14)
    axes.set_xlim(left=0)
    return _svg(figure)


def used_groups(found: Comparison) -> list[tuple[str, str]]:
    """Label and colour of each group of costs that any arm has."""
    spent = {account for arm in found.arms for account, amount in costs_per_parcel(found, arm).items() if amount}
    return [(label, colour) for label, (colour, accounts) in COSTS.items() if spent & set(accounts)]


def used_modes(sketches: Mapping[str, Sketch]) -> list[tuple[str, str, bool]]:
    """Label, colour, and whether the line is dashed, of each mode on the maps."""
    modes = sorted({mode for drawn in sketches.values() for mode in drawn.counts})
    return [(Mode(mode).name.lower(), MODES[Mode(mode)][0], MODES[Mode(mode)][1] == "--") for mode in modes]


def costs_per_parcel(found: Comparison, arm: str) -> dict[Account, float]:
    """Account -> USD per delivered parcel, over all worlds of an arm."""
    records = found.records[arm]
    delivered = sum(record["totals"]["delivered"] for record in records)
    if not delivered:
        return {}
    return {
        account: sum(record["totals"].get(f"cost_{account.name.lower()}", 0.0) for record in records) / delivered
        for account in Account
        if account.is_cost
    }


@_styled
def maps(sketches: Mapping[str, Sketch]) -> str:
    """The city, its depots, and one day's tours of each arm."""
    columns = min(2, len(sketches))
    rows = -(-len(sketches) // columns)
    figure = _figure(4.6 * columns, 4.3 * rows)
    for index, (arm, drawn) in enumerate(sketches.items()):
        axes = figure.add_subplot(rows, columns, index + 1)
        _map(axes, drawn)
        told = ", ".join(f"{count} {Mode(mode).name.lower()}" for mode, count in sorted(drawn.counts.items()))
        axes.set_title(f"{arm}: {told} trips" if told else f"{arm}: no trips of our own", fontsize=9)
    return _svg(figure)


def _map(axes: "Axes", drawn: Sketch) -> None:
    many = sum(len(line[0]) for line in drawn.streets.values()) > MANY_STREETS
    for street, (x, y) in drawn.streets.items():
        colour, width = STREETS[Street(street)]
        axes.plot(x, y, color=colour, linewidth=width, zorder=1, rasterized=many, solid_joinstyle="round")
    for mode, (x, y) in sorted(drawn.tours.items()):
        colour, style = MODES[Mode(mode)]
        axes.plot(x, y, color=colour, linestyle=style, linewidth=0.9, alpha=0.75, zorder=2 + mode, rasterized=many)
    axes.plot(*drawn.lockers, "s", color="#666666", markersize=2.5, linestyle="none", zorder=20)
    axes.plot(*drawn.depots, "^", color=BLACK, markeredgecolor="white", markersize=9, linestyle="none", zorder=21)
    axes.set_aspect("equal")
    axes.set_axis_off()
    _scale(axes)


def _scale(axes: "Axes") -> None:
    """A bar of a round number of kilometres at the lower left."""
    left, right = axes.get_xlim()
    low, high = axes.get_ylim()
    length = next((km for km in (20, 10, 5, 2, 1, 0.5) if km < (right - left) / 3), 0.2)
    x, y = left + 0.03 * (right - left), low + 0.02 * (high - low)
    axes.plot([x, x + length], [y, y], color=BLACK, linewidth=2, solid_capstyle="butt", zorder=22)
    axes.text(x, y + 0.015 * (high - low), f"{length:g} km", fontsize=8, zorder=22)


def _arm_look(found: Comparison, arm: str) -> tuple[str, str]:
    return ARMS[found.arms.index(arm) % len(ARMS)]


def _figure(width: float, height: float) -> "Figure":
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def _svg(figure: "Figure") -> str:
    """The figure as an ``<svg>`` element: no prologue, no metadata, no names that nothing refers to."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, dpi=200, transparent=True)
    text = buffer.getvalue()
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
    text = re.sub(r' d="[^"]*"', lambda path: re.sub(r"(\.\d\d)\d+", r"\1", path[0]), text)
    used = set(re.findall(r"#([\w.-]+)", text))
    return re.sub(r' id="([^"]*)"', lambda name: name[0] if name[1] in used else "", text)
