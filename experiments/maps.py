"""The map of a report: the city, its depots, and one world's tours of each arm."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from experiments.figures import BLACK, BLUE, GREEN, PURPLE, RED, SKY, YELLOW, line_of, new_figure, short, styled, svg
from experiments.reporting.exhibit import Exhibit
from experiments.sketch import Line, Sketch
from twin.entities import Mode, Street

if TYPE_CHECKING:
    from experiments.figures import Axes

MODES = {
    Mode.VAN: (BLUE, "-"),
    Mode.EVAN: (SKY, "-"),
    Mode.BIKE: (GREEN, "-"),
    Mode.CAR: (BLACK, "-"),
    Mode.ROBOVAN: (PURPLE, "-."),
    Mode.ROBOT: (YELLOW, "--"),
    Mode.DRONE: (RED, "--"),
}
STREETS = {
    Street.RESIDENTIAL: ("#DDDDDD", 0.35),
    Street.COLLECTOR: ("#C8C8C8", 0.55),
    Street.ARTERIAL: ("#A8A8A8", 0.9),
    Street.EXPRESSWAY: ("#8C8C8C", 1.3),
}
MANY_STREETS = 60_000
"""Points beyond which streets are drawn as a picture: a page must stay small enough to mail."""


@styled
def maps(sketches: Mapping[str, Sketch]) -> Exhibit:
    """The city, its depots, and one day's tours of each arm."""
    columns = min(2, len(sketches))
    rows = -(-len(sketches) // columns)
    figure = new_figure(4.6 * columns, 4.3 * rows)
    for index, (arm, drawn) in enumerate(sketches.items()):
        axes = figure.add_subplot(rows, columns, index + 1)
        _map(axes, drawn)
        told = ", ".join(f"{count} {Mode(mode).name.lower()}" for mode, count in sorted(drawn.counts.items()))
        axes.set_title(f"{short(arm)}: {told} trips" if told else f"{short(arm)}: no trips of our own", fontsize=9)
    modes = sorted({mode for drawn in sketches.values() for mode in drawn.counts})
    if modes:
        lines = [line_of(*MODES[Mode(mode)]) for mode in modes]
        names = [Mode(mode).name.lower() for mode in modes]
        figure.legend(lines, names, loc="outside lower center", ncols=4, frameon=False, fontsize=8)
    return Exhibit(
        "tours",
        "Where they went",
        "The city's streets, its depots (triangles), lockers (squares), and every tour of the first world. The data "
        "hold tours, depots and lockers.",
        svg(figure),
        ("arm", "what", "line", "east_km", "north_km"),
        [row for arm, drawn in sketches.items() for row in _rows(arm, drawn)],
    )


def _rows(arm: str, drawn: Sketch) -> Iterator[tuple[Any, ...]]:
    """Every point of tours, depots and lockers; a line is a tour's leg, or a point of its own."""
    lines: dict[str, Line] = {Mode(mode).name.lower(): way for mode, way in sorted(drawn.tours.items())}
    for what, (x, y) in (lines | {"depot": drawn.depots, "locker": drawn.lockers}).items():
        line = 0
        for east, north in zip(x.tolist(), y.tolist(), strict=True):
            if east != east:  # noqa: PLR0124 (NaN lifts the pen)
                line += 1
            else:
                yield arm, what, line, round(east, 4), round(north, 4)


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
